"""The README's picture, which has no place for a dagger."""

import pytest

from adahlib.errors import AdahError
from adahlib.experiments import RunSpec
from adahlib.experiments.grids.lists import select
from adahlib.experiments.grids.usual import PHOTOS, SCENES
from adahlib.report.pages.fig6_masks import mask_examples
from adahlib.report.pages.intro import BITS, headline_figure, main, refuse_stale, small_png
from adahlib.report.records import find_records


@pytest.fixture
def records(ablation):
    specs = [RunSpec("mirflickr25k", "adah", 16, s, attention=a) for a in ("none", "both") for s in (0, 1)]
    return find_records(specs)


def test_headline_picture_is_small(records, pairs):
    png = small_png(headline_figure(records, pairs, mask_examples(records)))
    assert png.startswith(b"\x89PNG") and len(png) < 300_000


def test_the_picture_shows_the_papers_numbers_and_a_dot_a_seed(records, pairs):
    figure = headline_figure(records, pairs, mask_examples(records))
    (axis,) = [axis for axis in figure.axes if axis.get_title() == "MIRFlickr-25K, T→I"]
    paper, *ours = axis.lines
    assert list(paper.get_ydata()) == [0.7758, 0.7894, 0.7885, 0.7922]  # Table 4, 16 bits
    assert [sorted(line.get_ydata().round(2)) for line in ours] == [[0.69, 0.71], [], [], [0.79, 0.81]]


def test_the_picture_is_not_made_of_stale_records(one_stale):
    with pytest.raises(AdahError, match="stale; make them again with `adah grid table4`"):
        refuse_stale(one_stale, "table4")
    refuse_stale(one_stale[one_stale["stale"] == ""], "table4")


def test_neither_is_it_made_of_stale_scenes(results, capsys):
    for spec in select("table4", [PHOTOS], bits=[BITS]):
        results(spec)
    (scenes,) = select("fig6", [SCENES])
    results(scenes, changed="adahlib.losses.triplet")
    assert main() == 2
    assert capsys.readouterr().err == (
        "headline: some records of the picture are stale; make them again with `adah grid fig6`.\n"
    )
