"""What a page shows besides figures: numbered tables with captions, notes, and captions for figures.

A table is put out in three forms. The book takes the Markdown, a MyST directive that it can number
(``nb_mime_priority_overrides`` in ``_config.yml``); whatever else shows notebooks prefers the HTML.
"""

from dataclasses import dataclass

import pandas as pd
from IPython.display import Markdown
from markdown_it import MarkdownIt

from adahlib.experiments import RunSpec
from adahlib.experiments.grids.lists import missing
from adahlib.report.captions import unlearned_part
from adahlib.report.summary import is_stale
from adahlib.report.text import STALE

PLAIN_ROWS = 60  # of a table as plain text, which few see: a longer one has its first and last rows


@dataclass(frozen=True, eq=False)
class Table:
    """A numbered table with its caption, as a page displays it.

    Attributes:
        frame: cells as text or whole numbers; the first column's repetitions are left blank.
        caption: one line.
        name: the label by which pages refer to it.
    """

    frame: pd.DataFrame
    caption: str
    name: str

    @property
    def data(self) -> str:
        """The MyST directive, called as in IPython's ``Markdown``."""
        head = [f":::{{table}} {self.caption}", f":name: {self.name}", ""]
        return "\n".join([*head, *markdown_rows(self.frame), ":::"])

    def html(self) -> str:
        """Return the caption as a paragraph, and the table below it, a line of text a row."""
        text = "\n".join([self.caption, "", *markdown_rows(self.frame)])
        html = MarkdownIt("commonmark", {"html": False}).enable("table").render(text)
        return html.replace("\n<t", "<t").replace("\n</t", "</t").replace("<tr>", "\n<tr>")

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        plain = f"{self.caption}\n\n{self.frame.to_string(index=False, max_rows=PLAIN_ROWS)}"
        return {"text/markdown": self.data, "text/html": self.html(), "text/plain": plain}


def table(frame: pd.DataFrame, caption: str, name: str) -> Table | Markdown:
    """Return a numbered table, or a sentence where the page's parameters leave it without rows.

    The arguments are the attributes of ``Table``.
    """
    if frame.empty:
        return Markdown(f"No results yet for these parameters: {caption}")
    return Table(frame, caption, name)


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
    """Return whether a cell reads as a number, a difference, ``mean ± std`` or a dash; stale, bold, starred or not."""
    plain = {"*": "", "\\": "", STALE: "", "−": "-", "±": " ", ",": "", "–": "0", "%": ""}
    text = str(cell).translate(str.maketrans(plain))
    try:
        return bool([float(part) for part in text.split()])
    except ValueError:
        return False


def escaped(cell: object) -> str:
    return str(cell).replace("|", "\\|")


def figure_caption(name: str, text: str) -> None:
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


def unlearned_note(records: pd.DataFrame) -> Markdown | None:
    """Return a sentence on the runs in a table that did not learn; None if all did."""
    told = unlearned_part(records)
    return Markdown(f"Runs in the means above that did not learn: {told[0]}.") if told else None


def paragraph(told: str, *records: pd.DataFrame) -> Markdown | None:
    """Return sentences whose numbers are of records, with a note where one of these is not current.

    Args:
        told: the sentences.
        records: one row a record.

    Returns:
        The paragraph, or None without a word.
    """
    if not told.strip():
        return None
    stale = sum(int(is_stale(rows).sum()) for rows in records)
    return Markdown(told + (f" {STALE} STALE: {stale} of the records of these sentences." if stale else ""))
