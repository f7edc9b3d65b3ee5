"""The text of a CSV and its cells, by the rule of quotes of spreadsheets; what could be read in two ways is refused.

A cell in quotes may hold separators, line breaks, and quotes written twice. A quote elsewhere is a character as any
other, as in ``5" nail``. Blanks around a cell are no part of it; those within its quotes are. Python's ``csv`` does not
say in which line a quote opens that is never closed, and it takes quotes that stand after a blank for characters.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adahlib.datasets.texts import normalise
from adahlib.errors import AdahError

LINE_END = re.compile(r"\r\n|\r|\n")


def read_text(path: Path | str) -> str:
    """Return a table's text in Unicode NFC, without a byte order mark; raise AdahError if it is not UTF-8."""
    advice = "save it as CSV UTF-8"
    try:
        data = Path(path).read_bytes()
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise AdahError(f"{path} cannot be read as a UTF-8 CSV file ({error}).") from error
    except UnicodeDecodeError as error:
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise AdahError(f"{path} cannot be read as a UTF-8 CSV file, for it is UTF-16; {advice}.") from error
        line, letter = line_of(data[: error.start].decode(errors="replace")), data[error.start : error.start + 1]
        shown = f"byte 0x{letter.hex().upper()}, in Windows-1252 {letter.decode('cp1252', 'replace')!r}"
        raise AdahError(f"{path} cannot be read as a UTF-8 CSV file (line {line}: {shown}); {advice}.") from error
    if "\0" in text:
        line = line_of(text[: text.index("\0")])
        raise AdahError(f"{path}, line {line}: a zero byte; is it text, and not UTF-16? If so, {advice}.")
    return normalise(text)


def line_of(before: str) -> int:
    """Return the number of the line in which a text that lies before some place ends."""
    return 1 + len(LINE_END.findall(before))


@dataclass(frozen=True)
class Cell:
    """A cell: its value, whether it stood in quotes, and the line of the file that it begins in, from 1."""

    value: str
    quoted: bool
    line: int


class CellReader:
    """Reads the cells of a CSV's text one after the other.

    Args:
        path: of the file, for errors.
        text: the table, without a byte order mark; lines end in ``\\n``, ``\\r\\n`` or ``\\r``.
        delimiter: the character between two cells.
        line: the number of the text's first line.
    """

    def __init__(self, path: Path | str, text: str, delimiter: str, line: int = 1):
        self.path, self.text, self.delimiter, self.line, self.position = path, text, delimiter, line, 0
        blanks = f"[^\\S\r\n{delimiter}]*"
        inside = rf'{blanks}"([^"]*+(?:""[^"]*+)*+)'
        self.quoted = re.compile(rf'{inside}"{blanks}(?=[\r\n{delimiter}]|\Z)')
        self.opened = re.compile(f'{inside}("?)')
        self.plain = re.compile(f"[^\r\n{delimiter}]*")

    def rows(self) -> Iterator[list[Cell]]:
        """Yield the cells of each row.

        Raises:
            AdahError: a quote that opens a cell is not closed, or is closed before the cell ends; with its line.
        """
        while self.position < len(self.text):
            row = [self.cell()]
            while self.text.startswith(self.delimiter, self.position):
                self.position += 1
                row.append(self.cell())
            end = LINE_END.match(self.text, self.position)
            self.position, self.line = end.end() if end else self.position, self.line + 1
            yield row

    def cell(self) -> Cell:
        """Return the cell at this position, and go to its end."""
        start, line = self.position, self.line
        found: Any = self.quoted.match(self.text, start)
        if found is None:
            found = self.plain.match(self.text, start)
            self.check_quotes(found.end())
        self.position = found.end()
        if found.re is self.plain:
            return Cell(found[0].strip(), False, line)
        self.line += len(LINE_END.findall(self.text, start, self.position))
        return Cell(found[1].replace('""', '"'), True, line)

    def check_quotes(self, end: int) -> None:
        """Raise AdahError if a cell without quotes, from this position to ``end``, would end elsewhere in quotes."""
        where, opened = f"{self.path}, line {self.line}", self.opened.match(self.text, self.position)
        if opened and not opened[2]:
            raise AdahError(f"{where}: a quote opens a cell and is never closed.")
        if opened and opened.end() > end:
            closed = self.line + len(LINE_END.findall(self.text, self.position, opened.end()))
            raise AdahError(
                f"{where}: a quote opens a cell, and the next one, in line {closed}, does not end it; "
                "is a quote missing, or one within the cell not written twice?"
            )
