"""What live pages show: a run made on this machine, beside the committed one, its losses, and answers to queries."""

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix

from adahlib.datasets import write_pairs
from adahlib.datasets.pairs import ImageTextPairs
from adahlib.errors import AdahError
from adahlib.experiments import RunSpec, train
from adahlib.experiments.running import prepare
from adahlib.report.pages.live import RIGHT, WRONG, answer_figure, answers, live_records, live_table, training_figure
from adahlib.report.records import find_records
from adahlib.retrieval import BinaryCodes, mean_average_precision
from tests.toys import TINY_RUN

TINY = TINY_RUN | {"epochs": 2}
SECONDS = {"record": {"provenance": {"seconds": {"fit": 12.3}}}}
RUN = SECONDS | {"path": "runs/here", "attention": "both", "chance": 0.3, "map_t2i": 0.75, "map_i2t": 0.5}


@pytest.fixture
def spec(tmp_path, monkeypatch):
    """A tiny run on forty pairs of a file, in a cache of its own."""
    monkeypatch.setenv("ADAH_CACHE", str(tmp_path / "cache"))
    rng = np.random.default_rng(0)
    labels = np.eye(2, dtype=np.uint8)[np.arange(40) % 2]
    words = csr_matrix(np.hstack([labels, rng.integers(0, 2, (40, 3))]).astype(np.uint8))
    images = rng.integers(0, 255, (40, 32, 32, 3), np.uint8)
    names = tuple(f"pair{number}" for number in range(40))
    pairs = ImageTextPairs("forty", names, images, words, labels, tuple("abcde"), ("x", "y"), image_hash="forty")
    write_pairs(pairs, tmp_path / "forty.h5")
    return RunSpec(str(tmp_path / "forty.h5"), "adah", 8, image_size=32, options=TINY)


def test_a_live_run_is_evaluated_and_its_checkpoint_is_gone(spec):
    trained = train(spec)
    assert prepare(spec).checkpoint.is_file()
    (row,) = live_records([(spec, trained)]).to_dict("records")
    assert not prepare(spec).checkpoint.exists(), "the page would resume the training when it is run again"
    images, texts = trained.method.encode_images(trained.inputs), trained.method.encode_texts(trained.pairs.tags)
    query, database, labels = trained.split.query, trained.split.database, trained.pairs.labels
    by_hand = mean_average_precision(texts[query], images[database], labels[query], labels[database])
    assert row["map_t2i"] == pytest.approx(float(by_hand), abs=1e-4)
    assert row["path"] == str(spec.record_path()) and row["record"]["options"]["epochs"] == 2


def test_the_difference_is_what_is_here_less_what_was_committed():
    live = pd.DataFrame([RUN])
    committed = pd.DataFrame([RUN | {"map_t2i": 0.7, "map_i2t": 0.52, "stale": ""}])
    first, second = live_table(live, committed).to_dict("records")
    assert first == {
        "Attention": "both", "Task": "T→I", "Chance": "0.300", "This machine": "0.750", "Stored run": "0.700",
        "Difference": "+0.050", "Training, s": "12",
    }  # fmt: skip
    assert (second["This machine"], second["Stored run"], second["Difference"]) == ("0.500", "0.520", "−0.020")


def test_a_committed_run_that_is_stale_or_missing_is_seen(results):
    live = pd.DataFrame([RUN])
    stale = live_table(live, pd.DataFrame([RUN | {"stale": "training changed"}]))
    assert list(stale["Stored run"]) == ["0.750†", "0.500†"]
    for none in (find_records([RunSpec("emoji-scenes", "adah", 16)]), pd.DataFrame([RUN | {"path": "runs/other"}])):
        missing = live_table(live, none)
        assert list(missing["Stored run"]) == list(missing["Difference"]) == ["–", "–"]


def test_losses_by_epoch_with_a_gap_where_a_term_is_off():
    histories = {"none": [{"T→I": 1.0}, {"T→I": 0.5}], "both": [{"T→I": 1.0}, {"T→I": 0.6, "max T→Î": 0.7}]}
    none, both = training_figure(histories).axes
    assert (none.get_title(), both.get_title()) == ("none", "both") and none.get_xlabel() == "epoch"
    (line,) = none.lines
    assert list(line.get_xdata()) == [1, 2] and list(line.get_ydata()) == [1.0, 0.5]
    first, second = (line.get_ydata() for line in both.lines)
    assert list(first) == [1.0, 0.6] and np.isnan(second[0]) and second[1] == 0.7


def test_answers_against_a_loop():
    rng = np.random.default_rng(1)
    queries, database = (BinaryCodes.from_signs(rng.standard_normal((40, 12))) for _ in range(2))
    stored = np.arange(5, 40)
    found = answers(queries, database, 3, stored, count=6)
    distance = {int(i): int((queries.signs()[3] != database.signs()[i]).sum()) for i in stored}
    assert list(found) == sorted(distance, key=lambda i: (distance[i], i))[:6]


def test_answers_are_marked_right_or_wrong(pairs):
    query, *shown = answer_figure(pairs, 0, [1, 2], "t2i").axes
    assert [axis.get_title() for axis in (query, *shown)] == ["query", "1: wrong", "2: right"]
    assert [axis.title.get_color() for axis in shown] == [WRONG, RIGHT]
    assert query.texts[0].get_text() == "w0" and (shown[0].images[0].get_array() == pairs.images[1]).all()
    picture, text = answer_figure(pairs, 0, [2], "i2t").axes
    assert (picture.images[0].get_array() == pairs.images[0]).all() and text.texts[0].get_text() == "w2"
    with pytest.raises(AdahError, match="none of 't2i', 'i2t' and 'i2i'"):
        answer_figure(pairs, 0, [1], "x2y")
