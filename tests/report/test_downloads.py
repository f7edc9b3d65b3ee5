"""The numbers behind a figure lie in the page itself, byte for byte."""

import base64
import io

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from adahlib.report.downloads import Download, parts_download, printed_on

FRAME = pd.DataFrame({"Bits": [16, 32], "MAP": [0.5, 0.25], "Name": ['a,"b"', "T→I"]})


def test_the_link_holds_the_numbers():
    (link,) = BeautifulSoup(Download(FRAME, "table-1.csv").data, "html.parser").find_all("a")
    assert link["download"] == "table-1.csv" and link.text == "Numbers as CSV"
    kind, content = link["href"].split(",", 1)
    assert kind == "data:text/csv;charset=utf-8;base64"
    pd.testing.assert_frame_equal(pd.read_csv(io.BytesIO(base64.b64decode(content))), FRAME)


def test_viewers_of_plain_text_see_the_numbers():
    assert Download(FRAME, "one.csv")._repr_mimebundle_()["text/plain"].splitlines()[0] == "Bits,MAP,Name"


def test_what_is_too_large_for_a_page_is_refused():
    with pytest.raises(ValueError, match="at most 200000 lie in a page"):
        Download(pd.DataFrame({"x": range(100_000)}), "large.csv").data  # noqa: B018


def test_several_tables_lie_in_one_file_with_their_names():
    link = parts_download({"photos": FRAME[:1].assign(MAP=1 / 3), "scenes": FRAME[1:]}, "data", "both.csv")
    assert link.frame[["Bits", "MAP", "data"]].values.tolist() == [[16, 0.3333, "photos"], [32, 0.25, "scenes"]]


def test_the_papers_numbers_are_named_after_their_data():
    cells = pd.DataFrame({"data": ["MIRFlickr-25K"], "ours": [0.8], "paper": [0.6]})
    assert list(printed_on(cells, "IAPR TC-12")) == ["data", "ours", "paper, IAPR TC-12"]
