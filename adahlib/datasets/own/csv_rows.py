"""A CSV beside a folder of images, as spreadsheets save it: what its rows say of which image."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from adahlib.errors import AdahError

DELIMITERS = ",;\t"  # a spreadsheet takes the semicolon where the comma is the decimal sign


def read_table(path: Path | str, images: Sequence[str], columns: Sequence[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the rows of a UTF-8 CSV, each with the image that it belongs to; an image may have several rows.

    Args:
        path: a CSV with a header, its cells separated by commas, semicolons or tabs; empty rows are skipped.
        images: paths below the folder of images.
        columns: that the header must name, in any case, beside ``image`` or ``id``: an image's path below the folder,
            with its suffix, or without where only one image is called so.

    Raises:
        AdahError: the file is no such CSV, a row has more cells than the header, or a row's image is not there.
    """
    names = called(images)
    try:
        text = Path(path).read_bytes().decode("utf-8-sig")
        header, rows = split_rows(path, text, columns)
        key = header.index("image" if "image" in header else "id")
        for row in rows:
            if not any(map(str.strip, row)):
                continue
            if len(row) > len(header):
                raise AdahError(
                    f"{path}, line {rows.line_num}: {len(row)} cells where the first line has {len(header)}; "
                    "a cell that holds the separator needs quotes around it."
                )
            row += [""] * (len(header) - len(row))
            image = row[key].strip().replace("\\", "/").removeprefix("./")
            if image not in names:
                near = hint(image, images)
                raise AdahError(f"{path}, line {rows.line_num}: no image {row[key]!r} in the folder{near}.")
            yield names[image], dict(zip(header, row, strict=True))
    except UnicodeDecodeError as error:
        raise AdahError(f"{path} cannot be read as a UTF-8 CSV file ({error}); save it as CSV UTF-8.") from error
    except (OSError, csv.Error) as error:
        raise AdahError(f"{path} cannot be read as a UTF-8 CSV file ({error}).") from error


def split_rows(path: Path | str, text: str, columns: Sequence[str]) -> tuple[list[str], Iterator[list[str]]]:
    """Return the header, in lower case, and a CSV reader of the rows below it, by the separator that finds all columns.

    Raises:
        AdahError: no separator does.
    """
    for delimiter in DELIMITERS:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        header = [name.strip().lower() for name in next(rows, [])]
        if set(columns) <= set(header) and {"image", "id"} & set(header):
            return header, rows
    first = text.partition("\n")[0].strip()[:80]
    raise AdahError(
        f"{path} needs a first line that names the columns image and {' and '.join(columns)}; it is {first!r}."
    )


def called(images: Sequence[str]) -> dict[str, str]:
    """Return what a row may call each image: its path, or its path without suffix where that is clear."""
    stems = {image: str(PurePosixPath(image).with_suffix("")) for image in images}
    often = Counter(stems.values())
    return {stem: image for image, stem in stems.items() if often[stem] == 1} | {image: image for image in images}


def hint(named: str, images: Sequence[str]) -> str:
    """Return a question after the image that has the same file name but for case, if there is one."""
    wanted = PurePosixPath(named).name.lower()
    near = next((image for image in images if PurePosixPath(image).name.lower() == wanted), None)
    return f"; did you mean {near!r}? A row has the path below the folder" if near else ""
