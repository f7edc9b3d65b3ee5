"""The first page's figure: every printed number beside ours, and words that say what one sees."""

import pandas as pd
import pytest

from adahlib.experiments import RunSpec
from adahlib.experiments.grids.images import image_shallow
from adahlib.experiments.records.store import write_record
from adahlib.report.pages.agreement import (
    agreement_download,
    agreement_figure,
    in_words,
    printed_and_ours,
    printed_and_ours_images,
)
from adahlib.report.records import find_records
from tests.made_up import made_up_record

CELLS = pd.DataFrame({"Method": ["CCA", "CCA", "SCM"], "Bits": 16, "Paper": [0.5, 0.6, 0.7], "Ours": [0.51, 0.5, 0.75]})


def test_a_printed_number_stands_beside_the_mean_of_ours(results):
    specs = [RunSpec("mirflickr25k", "cca", bits, seed) for bits in (16, 32) for seed in (0, 1)]
    for spec in specs:
        results(spec)
    records = find_records(specs)
    cells = printed_and_ours(records, "mirflickr25k").set_index(["Bits", "Task"])
    assert len(cells) == 4 and set(cells["Method"]) == {"CCA"}
    assert cells.loc[(16, "T→I"), "Paper"] == 0.5742 and cells.loc[(32, "I→T"), "Paper"] == 0.5693  # Table 1
    means = records[records["bits"] == 16]["map_t2i"].mean()
    assert cells.loc[(16, "T→I"), "Ours"] == pytest.approx(means) and (cells["n"] == 2).all()


def test_a_data_set_without_printed_numbers_has_no_panel(results):
    results(RunSpec("emoji-scenes", "cca", 16))
    nothing = printed_and_ours(find_records([RunSpec("emoji-scenes", "cca", 16)]), "emoji-scenes")
    assert nothing.empty
    assert len(agreement_figure({"one": CELLS, "none": nothing}).axes) == 1


def test_the_figure_has_a_dot_a_cell_and_a_diagonal():
    (axis,) = agreement_figure({"one": CELLS}).axes
    (diagonal,) = axis.lines
    assert list(diagonal.get_xdata()) == list(diagonal.get_ydata())
    dots = [point for group in axis.collections for point in group.get_offsets().tolist()]
    assert sorted(dots) == [[0.5, 0.51], [0.6, 0.5], [0.7, 0.75]]
    assert [text.get_text() for text in axis.get_legend().get_texts()] == ["CCA", "SCM"]


def test_the_alt_text_counts_what_lies_above_the_diagonal():
    assert in_words("one", CELLS) == "one: 2 of 3 values are above the paper's; the median absolute difference is 0.050"
    assert agreement_figure({"one": CELLS}).alt == in_words("one", CELLS) + "."


def test_the_numbers_of_all_panels_can_be_downloaded():
    frame = agreement_download({"one": CELLS, "two": CELLS}).frame
    assert len(frame) == 6 and list(frame["Panel"].unique()) == ["one", "two"]


def test_the_slides_numbers_stand_beside_ours_by_features(tmp_path):
    specs = [spec for spec in image_shallow() if spec.method == "itq" and spec.bits == 12 and spec.seed == 0]
    for spec in specs:
        record = made_up_record(spec, 0.5, 0.5)
        metrics = {"map": 0.2, "map_unlabelled": 0.2, "chance": 0.1, "chance_unlabelled": 0.1}
        write_record(record | {"metrics": metrics}, tmp_path / spec.record_path())
    cells = printed_and_ours_images(find_records(specs, root=tmp_path)).set_index("Method")
    assert cells.loc["ITQ, GIST", "Paper"] == 0.162 and cells.loc["ITQ, CNN", "Paper"] == 0.212  # the slides
    assert len(cells) == 2 and (cells["Ours"] == 0.2).all()  # features of 128 px have no dots of their own
