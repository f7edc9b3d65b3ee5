"""The page of data: counts, releases, labels and sample pairs."""

import numpy as np
import pytest

from adahlib.datasets.catalogue import RELEASE_OF
from adahlib.datasets.splits import Split
from adahlib.environment import VARIABLES
from adahlib.errors import AdahError
from adahlib.experiments import RunSpec
from adahlib.experiments.grids.lists import grid
from adahlib.models.backbones import BACKBONES
from adahlib.report.pages.data import (
    counts_table,
    data_table,
    facts_table,
    label_figure,
    label_table,
    pair_figure,
    records_of_sets,
    sources_table,
    variables_table,
    weights_table,
)
from adahlib.report.records import find_records


def test_the_environment_variables_are_those_of_the_help():
    table = variables_table()
    assert list(table["Variable"]) == [f"`{name}`" for name in VARIABLES]
    assert list(table["What it is"]) == list(VARIABLES.values())


def test_every_file_of_weights_is_listed_with_its_backbones():
    table = weights_table().set_index("File or package")
    assert table.loc["vgg19-dcbb9e9d.pth", "Backbone"] == "`vgg19`, `vgg19_fc7`"
    assert table.loc["imagenet-vgg-f.mat", "Where it comes from"].endswith("/models/imagenet-vgg-f.mat>")
    named = ", ".join(table["Backbone"])
    assert [name for name in BACKBONES if f"`{name}`" not in named] == ["gist"]
    for file, backbone in (("vgg19-dcbb9e9d.pth", "vgg19"), ("imagenet-vgg-f.mat", "cnn_f")):
        with pytest.raises(AdahError) as missing:
            BACKBONES[backbone]()
        assert table.loc[file, "Where it comes from"].strip("<>") in str(missing.value)


def test_counts_are_the_records_where_there_are_some_and_else_the_published(ablation):
    table = counts_table(find_records()).set_index("Data set")
    assert list(table.index) == [f"`{name}`" for name in RELEASE_OF]
    assert list(table.loc["`mirflickr25k`"]) == ["60", "7", "3", "0.250", "runs of this book"]
    assert list(table.loc["`iapr-tc12`"]) == ["20,000", "2,912", "255", "–", "published; no run in this book"]
    assert list(table.loc["`emoji-scenes-seed1`"])[-1] == "how the set is generated; no run in this book"
    assert table.loc["`cifar10`", "Tags in the vocabulary"] == "–"


def test_a_data_set_counts_as_run_whatever_page_shows_its_runs(results):
    results(grid("why-fresh")[0])
    table = counts_table(records_of_sets()).set_index("Data set")
    assert table.loc["`emoji-scenes-seed1`", "Source of the counts"] == "runs of this book"
    assert (table["Source of the counts"] == "runs of this book").sum() == 1


def test_sources_say_how_to_get_each_release():
    table = sources_table().set_index("Release")
    how = {name.split("]")[0][1:]: text for name, text in table["How to get it"].items()}
    assert how["MIRFlickr-25K"] == "`adah data get mirflickr25k`"
    assert how["NUS-WIDE"] == "`adah data get nus-wide`; the photos on request, by a form"
    assert how["emoji-scenes"] == "nothing to fetch" and table["Licence"].all()


def test_facts_as_a_table():
    assert facts_table({"pairs": 3, "left_out": 1}).to_numpy().tolist() == [["Pairs", "3"], ["Left out", "1"]]
    assert facts_table({"some texts": ["a", "b"]}).to_numpy().tolist() == [["Some texts", "a; b"]]


def test_a_column_a_data_set_with_its_split_and_chance(results):
    results(RunSpec("emoji-scenes", "adah", 16))
    table = data_table(find_records()).set_index("")
    assert list(table) == ["emoji-scenes"] and table.loc["Queries", "emoji-scenes"] == "10"
    assert table.loc["Chance MAP", "emoji-scenes"] == "0.250" and table.loc["Hash", "emoji-scenes"] == "01234567"


def test_labels_of_pairs_queries_and_training_pairs(pairs):
    split = Split(*(np.array(part) for part in ([0, 1], [2, 3], [2], [3])))
    assert label_table(pairs, split).to_numpy().tolist() == [["x", "3", "1", "1"], ["y", "2", "1", "1"]]


def test_bars_are_as_long_as_the_counts_and_say_the_share_of_the_pairs():
    axis = label_figure({"x": 3, "y": 1}, 4).axes[0]
    assert [tick.get_text() for tick in axis.get_yticklabels()] == ["y", "x"]
    assert [bar.get_width() for bar in axis.patches] == [1, 3]
    assert [text.get_text() for text in axis.texts] == ["25%", "75%"]
    assert axis.get_xlabel() == "pairs with the label (of 4)" and axis.get_ylabel() == "label"


def test_sample_pairs_have_their_labels_above_and_their_tags_below(pairs):
    figure = pair_figure(pairs, [0, 2], columns=2)
    assert [axis.get_title() for axis in figure.axes] == ["x", "x, y"]
    assert [axis.get_xlabel() for axis in figure.axes] == ["w0", "w2"]
    assert (figure.axes[1].images[0].get_array() == pairs.images[2]).all()
