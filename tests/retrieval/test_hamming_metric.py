"""HammingMetric against the plain functions, torchmetrics, and itself in two processes."""

import copy
import os
import pickle
import subprocess
import sys

import numpy as np
import pytest
import torch

from adahlib.errors import AdahError
from adahlib.paths import PROJECT
from adahlib.retrieval import BinaryCodes, HammingMetric, HammingRanking, mean_average_precision
from benchmarks.torchvision_operators import declare_missing_operators
from tests.toys import SMALL_RANKINGS, levels_of, one_query, random_sides


def fed(sides, metric, size=7, give=lambda codes: codes):
    """Update a metric with batches of both sides; ``give`` makes what is given of a batch's codes."""
    for side, codes, labels in (("database", sides[1], sides[3]), ("query", sides[0], sides[2])):
        for start in range(0, len(codes), size):
            rows = slice(start, start + size)
            metric.update(give(codes[rows]), torch.as_tensor(np.asarray(labels)[rows]), side)
    return metric


def as_outputs(codes):
    """Return outputs of a network whose signs are the codes."""
    return torch.from_numpy(codes.signs() * 0.3).requires_grad_()


@pytest.mark.parametrize(("bits", "labels"), [(12, 6), (48, 65), (64, 24), (100, 130)])
@pytest.mark.parametrize("give", [lambda codes: codes, as_outputs, lambda codes: codes.signs() / 3])
def test_batches_give_what_the_whole_gives(bits, labels, give):
    sides = random_sides(bits, n_labels=labels)
    for ties in ("expected", "optimistic", "pessimistic", "stable"):
        for convention, top in (("all", None), ("top-R-retrieved", 20), ("top-R-min", 20), ("first-k-relevant", 3)):
            found = fed(sides, HammingMetric(top, convention, ties), give=give).compute()
            assert found == mean_average_precision(*sides, k=top, convention=convention, ties=ties)
    ranking = fed(sides, HammingMetric()).ranking()
    np.testing.assert_array_equal(ranking.ndcg_at(9), HammingRanking(*sides).ndcg_at(9))


def torchmetrics_map(sides, ties_by_place):
    """Return torchmetrics' MAP, from scores whose order is that of the distances, and then of the places or chance."""
    declare_missing_operators()
    from torchmetrics.retrieval import RetrievalMAP

    metric = RetrievalMAP()
    for number, (distances, hits) in enumerate(levels_of(*sides)):
        place = np.arange(len(distances)) / len(distances) if ties_by_place else 0
        scores = torch.from_numpy(1 - (distances + place) / (sides[0].bits + 1)).double()
        metric.update(scores, torch.from_numpy(hits), torch.full((len(scores),), number))
    return float(metric.compute())


@pytest.mark.slow  # importing it takes seconds
def test_torchmetrics_agrees_where_nothing_ties_and_on_stable_ties():
    distinct = one_query(*SMALL_RANKINGS["no ties"], bits=3)
    distinct = (*distinct[:2], *map(np.array, distinct[2:]))
    for ties in ("expected", "stable"):
        assert fed(distinct, HammingMetric(ties=ties)).compute() == pytest.approx(torchmetrics_map(distinct, False))
    sides = random_sides()
    assert fed(sides, HammingMetric(ties="stable")).compute() == pytest.approx(torchmetrics_map(sides, True), abs=1e-6)


def test_parts_are_merged_as_objects_or_as_their_states():
    query, database, query_labels, labels = random_sides()
    first, second, empty = HammingMetric(), HammingMetric(ties="stable"), HammingMetric()
    first.update(database[:40], labels[:40], "database")
    second.update(database[40:], labels[40:], "database")
    second.update(query, query_labels, "query")
    sent = pickle.loads(pickle.dumps(second.metric_state))
    expected = mean_average_precision(*random_sides(), ties="stable")
    for incoming in (second, sent):
        merged = HammingMetric(ties="stable")
        for each in (empty, first, incoming):
            merged.merge_state(each)
        assert merged.compute() == expected
    assert copy.deepcopy(merged).compute() == pickle.loads(pickle.dumps(merged)).compute() == expected


def test_reset_forgets_everything_and_the_widths_too():
    metric = fed(random_sides(bits=12), HammingMetric())
    metric.reset()
    assert metric.metric_state == HammingMetric().metric_state
    sides = random_sides(bits=16, n_labels=9)
    assert fed(sides, metric).compute() == mean_average_precision(*sides)


CODES = BinaryCodes.from_signs([[1, -1, 1]])
WRONG = {
    "an unknown side": ((CODES, [[1]], "querys"), "unknown side 'querys'; did you mean 'query'"),
    "no signs": ((torch.tensor([[True]]), [[1]], "query"), r"codes of type torch\.bool have no signs"),
    "too few labels": ((CODES, [[1], [0]], "query"), r"labels are \(2, 1\) for 1 codes; give a row a code"),
    "labels that are none": ((CODES, [[3]], "query"), "labels holds values other than 0 and 1"),
    "other codes": ((BinaryCodes.from_signs([[1, -1]]), [[1, 0]], "query"), "items have 2 bits and 2 labels, and"),
    "other labels": ((CODES, [[1]], "query"), "items have 3 bits and 1 labels, and those before 3 bits and 2 labels"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_batch_is_refused_and_nothing_of_it_is_kept(case):
    arguments, sentence = WRONG[case]
    metric = HammingMetric()
    metric.update(CODES, [[1, 0]], "database")
    with pytest.raises(AdahError, match=sentence):
        metric.update(*arguments)
    metric.update(CODES, [[1, 0]], "query")
    assert metric.compute() == 1.0


def test_what_is_missing_is_named():
    metric = HammingMetric()
    with pytest.raises(AdahError, match=r"the query holds no item yet; call update\(outputs, labels, 'query'\) first"):
        metric.compute()
    metric.update(CODES, [[1, 0]], "query")
    with pytest.raises(AdahError, match="the database holds no item yet"):
        metric.compute()
    for other in (3, {"query": None}):
        with pytest.raises(AdahError, match="cannot be merged; give a HammingMetric or its metric_state"):
            metric.merge_state(other)
    with pytest.raises(AdahError, match="unknown convention 'al'"):
        HammingMetric(convention="al")


SCRIPT = """
import sys
import numpy as np
import torch.distributed as dist
from adahlib.errors import AdahError
from adahlib.retrieval import HammingMetric, mean_average_precision
from tests.toys import random_sides

dist.init_process_group("gloo")
rank, sides = dist.get_rank(), random_sides(bits=12)
query, database, query_labels, labels = sides
for ties in ("expected", "optimistic", "stable"):
    for rows in (slice(50 * rank, 50 + 70 * rank), slice(0, 120 * rank)):  # shares of 50 and 70, and of none and all
        metric = HammingMetric(ties=ties)
        metric.update(database[rows], labels[rows], "database")
        asked = slice(4 * rank, 4 + 5 * rank)
        metric.update(query[asked], query_labels[asked], "query")
        assert metric.compute() == metric.compute() == mean_average_precision(*sides, ties=ties)
alone = HammingMetric(sync_on_compute=False)
alone.merge_state(metric)
if rank:  # it holds the whole database and five queries
    assert len(alone.ranking().items) == 5
empty = HammingMetric()
try:
    empty.compute()
except AdahError as error:
    print("refused", rank, error)
dist.destroy_process_group()
"""


@pytest.mark.slow
def test_two_processes_add_up_what_each_holds(tmp_path):
    (tmp_path / "script.py").write_text(SCRIPT)
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    done = subprocess.run(
        [*command, str(tmp_path / "script.py")], capture_output=True, text=True, timeout=300, cwd=PROJECT,
        env=os.environ | {"PYTHONPATH": str(PROJECT)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("the query holds no item yet") == 2
