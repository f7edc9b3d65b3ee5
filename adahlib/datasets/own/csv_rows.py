"""A CSV beside a folder of images, as spreadsheets save it: what its rows say of which image.

``read_table`` is the one way in: what it yields is in Unicode NFC, belongs to an image that is there, and was not read
by guessing. A table in doubt is refused with its line.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from adahlib.datasets.own.csv_cells import LINE_END, Cell, CellReader, read_text
from adahlib.datasets.own.labels import label_name
from adahlib.datasets.own.row_images import called, find_image, path_of
from adahlib.errors import AdahError

DELIMITERS = ",;\t"  # a spreadsheet takes the semicolon where the comma is the decimal sign
EXCEL_LINE = re.compile(r"sep=([,;\t|])[ \t]*(\r\n|\r|\n)", re.IGNORECASE)  # which Excel writes and reads


@dataclass(frozen=True)
class Row:
    """What a table says of an image: its cells by column, and where it says so, for errors."""

    image: str
    cells: dict[str, str]
    where: str


def read_table(path: Path | str, images: Sequence[str], columns: Sequence[str]) -> Iterator[Row]:
    """Yield the rows of a UTF-8 CSV, each with the image that it belongs to; an image may have several rows.

    Args:
        path: a CSV with a header, its cells separated by commas, semicolons or tabs; empty rows are skipped.
        images: paths below the folder of images.
        columns: that the header must name, in any case, beside ``image`` or ``id``: an image's path below the folder,
            with its suffix, or without where only one image is called so. Names are compared in Unicode NFC.

    Raises:
        AdahError: the file is no such CSV, a quote in it is not closed, a row has more cells than the header, a row's
            image is not there, or two images are called the same.
    """
    names = called(images)
    header, reader = read_header(path, read_text(path), columns)
    key = header.index("image" if "image" in header else "id")
    for cells in reader.rows():
        if any(cell.value.strip() for cell in cells):
            where = f"{path}, line {cells[0].line}"
            check_cells(cells, len(header), reader.delimiter, where)
            check_swallowed(cells, key, reader.delimiter, names, where)
            found = dict(zip(header, (cell.value for cell in cells), strict=False))
            image = find_image(found.get(header[key], ""), names, where)
            yield Row(image, {column: found.get(column, "") for column in columns}, where)


def columns_of(path: Path | str, columns: Sequence[str]) -> list[str]:
    """Return the columns that a CSV's first line names, in lower case; AdahError unless ``columns`` are among them."""
    return read_header(path, read_text(path), columns)[0]


def read_header(path: Path | str, text: str, columns: Sequence[str]) -> tuple[list[str], CellReader]:
    """Return the header, in lower case, and a reader of the rows below it, by the separator that finds all columns.

    Raises:
        AdahError: no separator does, or the header names one of the columns twice.
    """
    excel = EXCEL_LINE.match(text)
    text, line = (text[excel.end() :], 2) if excel else (text, 1)
    for delimiter in excel[1] if excel else DELIMITERS:
        reader = CellReader(path, text, delimiter, line)
        with suppress(AdahError):  # of quotes, by another separator than the table's
            header = [label_name(cell.value).lower() for cell in next(reader.rows(), [])]
            keys = [name for name in ("image", "id") if name in header][:1]
            if keys and set(columns) <= set(header):
                break
    else:
        first = LINE_END.split(text, maxsplit=1)[0].strip()[:80]
        raise AdahError(
            f"{path} needs a first line that names the columns image and {' and '.join(columns)}; it is {first!r}."
        )
    twice = next((name for name in (*keys, *columns) if header.count(name) > 1), None)
    if twice is not None:
        raise AdahError(f"{path}: the first line names the column {twice!r} twice; which one counts?")
    return header, reader


def check_cells(cells: Sequence[Cell], width: int, delimiter: str, where: str) -> None:
    """Raise AdahError if a row has more cells than the header, or if quotes may stand in the wrong place."""
    loose = [cell.value for cell in cells if not cell.quoted and '"' in cell.value]
    if len(loose) > 1 and any(value.startswith('"') for value in loose):
        raise AdahError(
            f"{where}: quotes within several cells, {loose[0][:40]!r} and {loose[1][:40]!r}; "
            "write a quote within a cell in quotes twice."
        )
    if any(cell.value.strip() for cell in cells[width:]):
        raise AdahError(
            f"{where}: {len(cells)} cells where the first line has {width}; "
            "a cell that holds the separator needs quotes around it."
        )
    if len(cells) < width and any(cell.quoted and delimiter in cell.value for cell in cells):
        raise AdahError(
            f"{where}: {len(cells)} cells where the first line has {width}, and one of them holds the separator; "
            "is a quote in the wrong place?"
        )


def check_swallowed(cells: Sequence[Cell], key: int, delimiter: str, names: dict[str, str], where: str) -> None:
    """Raise AdahError if a cell of several lines holds other rows: their images, where these would stand."""
    broken = [(place, cell) for place, cell in enumerate(cells) if cell.quoted and LINE_END.search(cell.value)]
    suffixes = tuple({PurePosixPath(image).suffix.lower() for image in names.values()}) if broken else ()
    for place, cell in broken:
        for number, line in enumerate(LINE_END.split(cell.value)):
            parts, at = line.split(delimiter), key if number else key - place
            part = path_of(parts[at].replace('"', "")) if 0 <= at < len(parts) > 1 else ""
            if part in names or part.lower().endswith(suffixes):
                raise AdahError(
                    f"{where}: a cell in quotes goes on to line {cell.line + number} and holds a row of {part!r}; "
                    f"is the quote that opens in line {cell.line} never closed?"
                )
