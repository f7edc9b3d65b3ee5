"""What was understood of a data set, for a person to look over: its labels, some of its texts, and what is odd."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from adahlib.datasets.own.labels import MISSING
from adahlib.datasets.pairs import TAGS_IN_ORDER, ImageTextPairs

SHOWN = 5  # texts, and labels at each end of a long list
WIDTH = 80  # characters of a text
MISREAD = re.compile("\ufffd|[\u00c2\u00c3\u00e2][\u0080-\u00bf\u20ac\u2122]")  # UTF-8 read as something else


def summary(pairs: ImageTextPairs) -> dict[str, object]:
    """Return what ``adah data convert`` prints of pairs: frequencies of labels, texts, and what is odd, if anything."""
    facts: dict[str, object] = {"pairs by label": label_frequencies(pairs)}
    facts |= {"some texts": some_texts(pairs)} if pairs.vocabulary else {}
    odd = list(oddities(pairs))
    return facts | ({"look at": odd} if odd else {})


def label_frequencies(pairs: ImageTextPairs) -> str:
    """Return the labels with the number of pairs that carry each; of many the most and the least frequent."""
    counts = pairs.labels.sum(axis=0, dtype=np.int64)
    order = sorted(range(len(counts)), key=lambda i: (-counts[i], i))
    named = [f"{quoted(pairs.label_names[i])} {counts[i]:,}" for i in order]
    if len(named) > 2 * SHOWN:
        named[SHOWN:-SHOWN] = [f"… ({len(named) - 2 * SHOWN:,} more)"]
    return ", ".join(named)


def some_texts(pairs: ImageTextPairs) -> list[str]:
    """Return the texts of pairs at even distances, with their ids; where there are no captions, their words."""
    chosen = np.unique(np.linspace(0, len(pairs) - 1, SHOWN).astype(int)) if len(pairs) else ()
    return [f"{quoted(pairs.ids[i])}: {quoted(text_of(pairs, i))}" for i in chosen]


def text_of(pairs: ImageTextPairs, position: int) -> str:
    """Return a pair's caption or, without one, its words."""
    if pairs.captions is not None:
        return pairs.captions[position]
    return " ".join(pairs.vocabulary[column] for column in pairs.tags[position].indices)


def quoted(text: str) -> str:
    """Return a text in quotes, cut to one line's width, with every character visible."""
    return repr(text if len(text) <= WIDTH else f"{text[:WIDTH]}…")


def first_of(found: Sequence[str]) -> str:
    """Return how many things were found, and the first few of them."""
    names = ", ".join(map(quoted, found[:SHOWN])) + (", …" if len(found) > SHOWN else "")
    return f"{len(found):,} ({names})" if found else "0"


def oddities(pairs: ImageTextPairs) -> Iterator[str]:
    """Yield a sentence for everything that may be an error of the table."""
    counts = dict(zip(pairs.label_names, pairs.labels.sum(axis=0, dtype=np.int64), strict=True))
    often = Counter(map(str.casefold, counts))
    sentences = pairs.captions if pairs.provenance.get("captions") != TAGS_IN_ORDER else None
    texts = dict(zip(pairs.ids, sentences or (), strict=False))
    found = {
        "labels that differ only by case from another": [
            name for name in sorted(counts, key=str.casefold) if often[name.casefold()] > 1
        ],
        "labels with a comma, though ';' stands between labels": [name for name in counts if "," in name],
        "labels of all pairs, which make everything similar": [n for n, count in counts.items() if count == len(pairs)],
        "labels of one pair only": [name for name, count in counts.items() if count == 1 < len(pairs)],
        "texts of several lines": [name for name, text in texts.items() if len(text.splitlines()) > 1],
        "texts that say that one is missing": [name for name, text in texts.items() if text in MISSING],
        "texts saved in a wrong encoding": [name for name, text in texts.items() if MISREAD.search(text)],
    }
    yield from (f"{what}: {first_of(names)}" for what, names in found.items() if names)
