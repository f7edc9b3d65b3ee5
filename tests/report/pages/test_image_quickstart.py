"""The live page of image hashing: its table, what the generator makes, and an image that asks for images."""

import numpy as np
import pandas as pd
import pytest

from adahlib.experiments import RunSpec
from adahlib.experiments.images.frames import encode, fit, pictures_of
from adahlib.experiments.running import PreparedRun, make_record, with_provenance
from adahlib.report.pages.image_quickstart import live_image_table, synthetic_figure, synthetic_pictures
from adahlib.report.pages.live import RIGHT, WRONG, answer_figure, answers
from tests.methods.images.stripes import striped_run
from tests.toys import TINY_GAN as TINY

OPTIONS = TINY | {"gan_epochs": 1, "condition": 8, "epochs": 2, "batch_size": 10, "hidden": 8, "pool": 20}
SPEC = RunSpec("cifar10", "ssgah", 8, image_size=32, options=OPTIONS)


@pytest.fixture
def data(tmp_path, monkeypatch):
    """Striped pictures with their split, and a cache for their features."""
    monkeypatch.setenv("ADAH_CACHE", str(tmp_path / "cache"))
    return striped_run()


@pytest.fixture
def trained(data):
    return fit(SPEC, data)


def test_what_is_made_has_the_size_of_the_pictures_and_repeats_itself(trained):
    positions = trained.split.query[:3]
    one, other = (synthetic_pictures(trained, positions) for _ in range(2))
    assert set(one) == {"positive", "negative"}
    assert all(one[kind].shape == (3, 32, 32, 3) and one[kind].dtype == np.uint8 for kind in one)
    assert all((one[kind] == other[kind]).all() for kind in one)
    assert (one["positive"] != synthetic_pictures(trained, positions, seed=1)["positive"]).any()
    figure = synthetic_figure(trained, positions)
    drawn = figure.axes[0].images[0].get_array()
    assert len(figure.axes) == 9 and (drawn == pictures_of(trained.pairs)[positions[0]].transpose(1, 2, 0)).all()


def test_a_run_is_a_row_and_an_image_asks_for_images(trained, data):
    prepared = PreparedRun(SPEC, data, {})
    record = make_record(prepared, with_provenance(prepared, trained))
    assert [set(step) > {"judge", "spread_positive"} for step in record["gan_history"]] == [True]
    row = {name: record["metrics"][name] for name in ("map", "chance", "map_unlabelled")} | {"record": record}
    (shown,) = live_image_table(pd.DataFrame([row])).to_dict("records")
    assert shown["Variant"] == "with L_ssr and L_ar" and shown["MAP"] == f"{record['metrics']['map']:.3f}"
    codes = encode(trained).images
    query = int(trained.split.query[0])
    found = answers(codes, codes, query, trained.split.database)
    figure = answer_figure(trained.pairs, query, found, "i2i")
    shares = (trained.pairs.labels[query] @ trained.pairs.labels[found].T) > 0
    assert [axis.title.get_color() == RIGHT for axis in figure.axes[1:]] == list(shares) and RIGHT != WRONG
    assert all(axis.images for axis in figure.axes)
