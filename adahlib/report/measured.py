"""What ``python -m benchmarks`` measured and kept under ``results/benchmarks``, for the pages that show it."""

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
from IPython.display import Markdown

from adahlib.errors import AdahError
from adahlib.paths import results_root
from adahlib.report.display import table


def benchmark(name: str, root: Path | str | None = None) -> dict:
    """Return a benchmark's record: what was measured, and its provenance.

    Raises:
        AdahError: it is missing; the sentence names the command that makes it.
    """
    path = Path(root or results_root()) / "benchmarks" / f"{name}.json"
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise AdahError(f"{path} is missing or torn; make it with `python -m benchmarks {name}`.") from error


def measured_table(name: str, make: Callable[[dict], pd.DataFrame], caption: str, label: str) -> Markdown:
    """Return the table that ``make`` makes of a benchmark; where it is not measured, the command that does it."""
    try:
        return table(make(benchmark(name)["measured"]), caption, label)
    except AdahError as error:
        return Markdown(f"Not measured here: {error}")


def measured_on(record: dict) -> str:
    """Return on what and when a benchmark was measured, for a caption."""
    source = record["provenance"]
    return f"{source['processor']}, {record['measured'].get('threads', 1)} threads, {source['date'][:10]}"
