"""The data of a table or figure as a CSV file that the page itself holds: a link that works offline."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

import pandas as pd

LARGEST = 200_000  # bytes of a CSV inside a page


@dataclass(frozen=True, eq=False)
class Download:
    """A link to the numbers behind a figure or table.

    Attributes:
        frame: the numbers, a row each.
        name: of the file, ending in ``.csv``.
    """

    frame: pd.DataFrame
    name: str

    @property
    def data(self) -> str:
        """The link as HTML, which Markdown may hold."""
        text = self.frame.to_csv(index=False, lineterminator="\n").encode()
        if len(text) > LARGEST:
            raise ValueError(f"{self.name} has {len(text)} bytes; at most {LARGEST} lie in a page.")
        content = base64.b64encode(text).decode()
        address = f"data:text/csv;charset=utf-8;base64,{content}"
        return f'<a class="csv" download="{escape(self.name)}" href="{address}">Numbers as CSV</a>'

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        return {"text/markdown": self.data, "text/html": self.data, "text/plain": self.frame.to_csv(index=False)}


def printed_on(cells: pd.DataFrame, data: str) -> pd.DataFrame:
    """Return the cells of a table with its column ``paper`` named after the data that the paper's numbers are of."""
    return cells.rename(columns={"paper": f"paper, {data}"})


def parts_download(parts: Mapping[str, pd.DataFrame], column: str, name: str) -> Download:
    """Return the link to one file of several tables, rounded to four decimals; its last column says which table.

    Args:
        parts: the name of each table → its numbers.
        column: that holds these names.
        name: of the file, ending in ``.csv``.
    """
    return Download(pd.concat([own.assign(**{column: part}) for part, own in parts.items()]).round(4), name)
