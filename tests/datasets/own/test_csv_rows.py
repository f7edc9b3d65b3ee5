"""Tables beside a folder: what a writer wrote is what is read, and what could be read in two ways is refused."""

import csv
import io
import re
import unicodedata

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adahlib.datasets.own.csv_rows import read_table
from adahlib.errors import AdahError

IMAGES = ("a.png", "b.png", "c.png", "more/d.png")
COLUMNS = ("text", "labels")
TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from('"",;\t\n \'é'), max_size=12)
ROWS = st.lists(st.tuples(st.sampled_from(IMAGES), TEXT, TEXT), min_size=1, max_size=5)
FEW = settings(max_examples=150, deadline=None, derandomize=True)


def nfc(text):
    return unicodedata.normalize("NFC", text)


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    """A function that reads a table's bytes or text: ``(image, text, labels)`` of each row."""
    path = tmp_path_factory.mktemp("tables") / "t.csv"

    def read(saved, images=IMAGES):
        path.write_bytes(saved if isinstance(saved, bytes) else saved.encode())
        return [(row.image, row.cells["text"], row.cells["labels"]) for row in read_table(path, images, COLUMNS)]

    return read


def written(rows, **form):
    lines = io.StringIO(newline="")
    csv.writer(lines, **form).writerows([("image", *COLUMNS), *rows])
    return lines.getvalue()


@FEW
@given(ROWS, st.sampled_from(",;\t"), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_what_python_writes_with_quotes_is_read_back(table, rows, delimiter, end, mark):
    saved = written(rows, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL)
    assert table("\ufeff" * mark + saved) == [(image, nfc(text), nfc(labels)) for image, text, labels in rows]


@FEW
@given(ROWS, st.sampled_from(",;\t"), st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_NONNUMERIC]))
def test_what_pandas_writes_is_read_back_but_for_blanks_around_cells(table, rows, delimiter, quoting):
    saved = pd.DataFrame(rows, columns=["image", *COLUMNS]).to_csv(index=False, sep=delimiter, quoting=quoting)
    found = [tuple(cell.strip() for cell in row) for row in table(saved)]
    assert found == [(image, nfc(text).strip(), nfc(labels).strip()) for image, text, labels in rows]


def strict_rows(saved):
    """The rows by Python's own reader: strictly or, where it refuses, as it can, and then without any quotes."""
    text = nfc(saved.decode("utf-8-sig"))
    forms = ({"strict": True}, lambda cell: cell), ({}, lambda cell: cell.replace('"', ""))
    for form, seen in forms:
        try:
            header, *rows = csv.reader(io.StringIO(text, newline=""), skipinitialspace=True, **form)
        except csv.Error:
            continue
        kept = [[seen(cell).strip() for cell in row] for row in rows if any(map(str.strip, row))]
        return seen, [(row + ["", ""])[:3] for row in kept if not any(row[3:])] if len(header) == 3 else None
    raise AssertionError("the lenient reader takes any text")


GOOD = 'image,text,labels\na.png,a cat,animal\nb.png,"a ""big"", old dog",animal;dog\nc.png,"two\nlines",x\na,é,x\n'
PLACES = st.integers(0, len(GOOD.encode()))
PUT = st.sampled_from([b'"', b",", b"\n", b"\r", b" ", b"\0", b"x", b"\xe9", b""])
CHANGES = st.lists(st.tuples(PLACES, st.integers(0, 2), PUT), min_size=1, max_size=3)


@FEW
@given(CHANGES)
def test_a_damaged_table_is_refused_or_read_as_pythons_reader_reads_it(table, changes):
    saved = GOOD.encode()
    for place, cut, put in changes:
        saved = saved[:place] + put + saved[place + cut :]
    try:
        found = table(saved)
    except AdahError as error:
        assert "\n" not in str(error) and "t.csv" in str(error)
        return
    seen, right = strict_rows(saved)
    assert [[seen(text).strip(), seen(labels).strip()] for _, text, labels in found] == [row[1:] for row in right]
    assert [image for image, *_ in found] == [row[0].strip('"') + ".png" * (row[0][-4:] != ".png") for row in right]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ('a.png,"a cat,x\nb.png,a dog,y\n', "t.csv, line 2: a quote opens a cell and is never closed"),
        ('a.png,"a\ncat",x\nb.png,a dog,"y\n', "t.csv, line 4: a quote opens a cell and is never closed"),
        (
            'a.png,"a cat,x\nb.png,a "big" dog,y\n',
            "line 2: a quote opens a cell, and the next one, in line 3, does not",
        ),
        ('a.png,"a "big, old" cat",x\n', "line 2: quotes within several cells, '\"a \"big' and 'old\" cat\"'; write"),
        ('a.png,"a, "big" cat",x\n', "line 2: a quote opens a cell, and the next one, in line 2, does not end it"),
        ('a.png,"a cat,x\nb.png,a dog,y\nc.png,car",z\n', "line 2: a cell in quotes goes on to line 3 and holds a row"),
        ('a.png,"a cat,x\nlost.png,a dog",y\n', "holds a row of 'lost.png'; is the quote that opens in line 2 never"),
        ('a.png,"a cat,x"\n', "line 2: 2 cells where the first line has 3, and one of them holds the separator"),
        ('"a.png,a cat,x\nb.png",a dog,y\n', "line 2: a cell in quotes goes on to line 2 and holds a row of 'a.png'"),
        ("a.png,red, and a cat,x\n", "line 2: 4 cells where the first line has 3; a cell that holds"),
        ("a.png,x,y\n,x,y\n", "line 3: no image '' in the folder"),
        ("a.png,x,y\nb.png,\0,y\n", "line 3: a zero byte; is it text, and not UTF-16"),
    ],
)
def test_a_table_in_doubt_is_refused_with_the_line(table, rows, message):
    with pytest.raises(AdahError, match=re.escape(message)):
        table(f"image,text,labels\n{rows}")


def test_quotes_before_which_the_image_stands_last_are_seen_too(table):
    with pytest.raises(AdahError, match="holds a row of 'a.png'"):
        table('text,labels,image\n"a cat,x,a.png\na dog",y,b.png\n')


@pytest.mark.parametrize(
    ("saved", "message"),
    [
        ("image,text,labels,text\na.png,a,b,c\n", "the first line names the column 'text' twice"),
        ("image,text,labels, Text \na.png,a,b,c\n", "the first line names the column 'text' twice"),
        ("image,text,image,labels\na.png,a,b.png,c\n", "the first line names the column 'image' twice"),
        ("image,text,labels\na.png,café,x\n".encode("cp1252"), r"line 2: byte 0xE9, in Windows-1252 'é'\); save it"),
        ("image,text,labels\r\ra.png,“x”,x\r".encode("cp1252"), r"line 3: byte 0x93, in Windows-1252 '“'"),
        ("image\ttext\tlabels\na.png\tx\tx\n".encode("utf-16"), "for it is UTF-16; save it as CSV UTF-8"),
        ("image\ttext\tlabels\na.png\tx\tx\n".encode("utf-16-le"), "line 1: a zero byte; is it text, and not UTF-16"),
        ('"image,text,labels\na.png,a,b\n', "needs a first line that names the columns image and text and labels"),
    ],
)
def test_another_file_is_refused_with_what_would_be_right(table, saved, message):
    with pytest.raises(AdahError, match=message):
        table(saved)


@pytest.mark.parametrize(
    "saved",
    [
        'image, text, labels\na.png, "red, cat", "x"\nb.png , 5" nail , y \n',
        'sep=;\r\nimage;text;labels\r\na.png;"red, cat";x\r\n./b;5" nail;y\r\n',
        '\ufeff\ufeffImage,TEXT,labels,,\na.png,"red, cat",x,,\n\u200bb.png,5" nail,y,,\n',
        'note,image,text,labels,note\n,a.png,"red, cat",x,\n1,b.png,5" nail,y\n',
        'id,image,text,labels\r7,a.png,"red, cat",x\r8,b.png,"5"" nail",y\r',
        'image,text,labels\n\na.png,"red, cat","x"  \n , ,\nb.png,5" nail,y,,,',
    ],
)
def test_the_forms_of_a_table_read_the_same(table, saved):
    assert table(saved) == [("a.png", "red, cat", "x"), ("b.png", '5" nail', "y")]


def test_a_quote_that_is_no_quotation_stays_a_character_where_both_readings_end_the_cell_there(table):
    assert table('image,text,labels\na.png,"big" dog,x\n') == [("a.png", '"big" dog', "x")]


def test_lines_within_a_text_and_texts_of_any_length_are_kept(table):
    long = "word, " * 50_000
    assert table(f'image,text,labels\na.png,"one,\r\ntwo, b\u2028",x\nb.png,"{long}",\n') == [
        ("a.png", "one,\r\ntwo, b\u2028", "x"),
        ("b.png", long, ""),
    ]


def test_names_are_compared_in_nfc(table):
    decomposed = unicodedata.normalize("NFD", "été/café.png")
    row = "image,text,labels\n{},a,x\n"
    for kept, written_as in ((decomposed, "été/café.png"), ("été/café.png", decomposed), (decomposed, decomposed[:-4])):
        assert table(row.format(written_as), (kept,)) == [(kept, "a", "x")]
    with pytest.raises(AdahError, match=r"two images have one name in Unicode NFC, '\\xe9t\\xe9/caf\\xe9.png' and 'e"):
        table(row.format(decomposed), ("été/café.png", decomposed))
    with pytest.raises(AdahError, match="no image 'Été/café.png' in the folder; did you mean"):
        table(row.format("Été/café.png"), (decomposed,))
