"""Captions say what one sees, in few words; the box "Setting" holds the rest."""

import json
import re
import statistics

from adahlib.paths import PROJECT
from adahlib.report.book.contents import pages


def captions():
    """Yield page and caption of each table and figure of the committed pages."""
    for page in pages("records"):
        for cell in json.loads((PROJECT / page.path).read_text(encoding="utf-8"))["cells"]:
            figure = cell["metadata"].get("mystnb", {}).get("figure", {})
            found = [figure["caption"]] if "caption" in figure else []
            for output in cell.get("outputs", []):
                text = "".join(output.get("data", {}).get("text/markdown", ""))
                found += re.findall(r"^:::\{table\} (.*)$", text, re.MULTILINE)
            yield from ((page.stem, caption) for caption in found)


def test_captions_are_short():
    lengths = {each: len(each[1].split()) for each in captions()}
    longest = max(lengths, key=lengths.get)
    assert len(lengths) > 100 and statistics.median(lengths.values()) <= 30
    assert lengths[longest] <= 60, longest
