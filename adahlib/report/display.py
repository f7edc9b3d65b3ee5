"""What a page shows besides figures: numbered tables with captions, notes, and captions for figures.

Tables are MyST directives in Markdown output: the book numbers them, and a notebook shows them as tables too.
"""

import pandas as pd
from IPython.display import Markdown

from adahlib.experiments import RunSpec
from adahlib.experiments.grids.lists import missing


def table(frame: pd.DataFrame, caption: str, name: str) -> Markdown:
    """Return a numbered table.

    Args:
        frame: cells as text or whole numbers; the first column's repetitions are left blank.
        caption: one line.
        name: the label by which pages refer to it.
    """
    lines = [f":::{{table}} {caption}", f":name: {name}", "", *markdown_rows(frame), ":::"]
    return Markdown("\n".join(lines))


def markdown_rows(frame: pd.DataFrame) -> list[str]:
    """Return the lines of a Markdown table: columns of numbers to the right, the others to the left."""
    numeric = [all(is_number(cell) for cell in frame[column]) for column in frame]
    rule = ["---:" if right else ":---" for right in numeric]
    cells = [[escaped(cell) for cell in row] for row in without_repetitions(frame)]
    rows = [list(map(escaped, frame.columns)), rule, *cells]
    return [f"| {' | '.join(row)} |" for row in rows]


def without_repetitions(frame: pd.DataFrame) -> list[list[str]]:
    """Return the cells as text; the first column shows a value only where it changes."""
    rows = [[str(cell) for cell in row] for row in frame.itertuples(index=False)]
    firsts = [row[0] for row in rows]
    for row, above in zip(rows[1:], firsts, strict=False):
        row[0] = "" if row[0] == above else row[0]
    return rows


def is_number(cell: object) -> bool:
    """Return whether a cell reads as a number, a difference, ``mean ± std`` or a dash."""
    text = str(cell).replace("−", "-").replace("±", " ").replace(",", "").replace("–", "0").replace("%", "")
    try:
        return bool([float(part) for part in text.split()])
    except ValueError:
        return False


def escaped(cell: object) -> str:
    return str(cell).replace("|", "\\|")


def caption(name: str, text: str) -> None:
    """Keep the part of a figure's caption that comes from records; the figure's cell asks for ``{glue:md}`name` ``."""
    from myst_nb import glue

    glue(name, Markdown(text), display=False)


def missing_note(specs: list[RunSpec]) -> Markdown | None:
    """Return a sentence on the records that are not there and the command for the first; None if all are there."""
    lacking = missing(specs)
    if not lacking:
        return None
    more = f"{len(lacking)} of {len(specs)} records are missing"
    return Markdown(f"**{more}**; `{lacking[0].command()}` makes the first.")
