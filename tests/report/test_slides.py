"""The numbers of SSGAH's slides, against the slides' text, which is read again, and cells copied a second time."""

import re

import pytest

from adahlib.paths import PROJECT
from adahlib.report.slides import slide_components, slide_results
from adahlib.report.titles import IMAGE_METHOD_TITLES

SLIDES = PROJECT.parent / "shared" / "paper" / "adah-and-ssgah-eccv2018-slides.txt"


def test_every_cell_is_there_once():
    table, parts = slide_results(), slide_components()
    assert len(table) == 14 * 8 and not table.drop(columns="map").duplicated().any()
    assert len(parts) == 4 * 8 and not parts.drop(columns="map").duplicated().any()
    assert set(table["method"]) == set(IMAGE_METHOD_TITLES) - {"itq-labelled"}  # which is ours
    assert table["features"].value_counts().to_dict() == {"": 48, "CNN": 32, "GIST": 32}


@pytest.mark.parametrize(
    ("method", "features", "dataset", "bits", "value"),
    [
        ("sdh", "CNN", "cifar10", 24, 0.528),
        ("itq", "GIST", "cifar10", 48, 0.175),
        ("lsh", "CNN", "nus-wide", 12, 0.438),
        ("bgdh", "", "nus-wide", 48, 0.828),
    ],
)
def test_cells(method, features, dataset, bits, value):
    table = slide_results().set_index(["method", "features", "dataset", "bits"])["map"]
    assert table[method, features, dataset, bits] == value


@pytest.mark.skipif(not SLIDES.is_file(), reason="the text of the slides is not beside the project")
def test_rows_are_those_of_the_slides_text():
    text = SLIDES.read_text(encoding="utf-8")
    rows = {}
    for line in text.splitlines():
        cells = re.sub(r"</?i>", "", line).split("\t")
        if len(cells) == 9 and all(re.fullmatch(r"0\.\d{3}", cell) for cell in cells[1:]):
            rows.setdefault(cells[0], []).append([float(cell) for cell in cells[1:]])
    titles = {f"{IMAGE_METHOD_TITLES[m]}{'+CNN' * (f == 'CNN')}": (m, f) for m, f in pairs_of_rows()}
    titles["SSGAH(Ours)"] = titles.pop("SSGAH")
    table = slide_results()
    for title, (method, features) in titles.items():
        own = table[(table["method"] == method) & (table["features"] == features)]
        assert rows[title][0] == own["map"].tolist()
    parts = slide_components()
    for title, variant in {"SSGAH": "full", "w/ ssr": "ssr", "w/ ar": "ar", "baseline": "baseline"}.items():
        assert rows[title][0] == parts[parts["variant"] == variant]["map"].tolist()


def pairs_of_rows():
    """Method and features of each row."""
    return list(dict.fromkeys(slide_results()[["method", "features"]].itertuples(index=False, name=None)))
