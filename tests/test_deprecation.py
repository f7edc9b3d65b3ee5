"""Old names work for a release, say so, and are never taken beside the new one."""

import numpy as np
import pytest

from adahlib import deprecation, losses, retrieval
from adahlib.errors import AdahError
from adahlib.retrieval import BinaryCodes, HammingRanking, mean_average_precision

CODES = BinaryCodes.from_signs(np.where(np.random.default_rng(0).random((20, 12)) > 0.5, 1, -1))
LABELS = np.eye(4, dtype=int)[np.arange(20) % 4]
SIDES = CODES[:5], CODES, LABELS[:5], LABELS


def test_the_number_of_ranks_may_still_be_called_top():
    settings = {"convention": "top-R-min"}
    with pytest.warns(FutureWarning, match="top= is now k=, and goes in adahlib 1.0"):
        old = mean_average_precision(*SIDES, top=7, **settings)
    assert old == mean_average_precision(*SIDES, k=7, **settings)


@pytest.mark.parametrize("name", ["precision_at", "recall_at", "ndcg_at"])
def test_a_rank_may_still_be_called_rank(name):
    measure = getattr(HammingRanking(*SIDES), name)
    with pytest.warns(FutureWarning, match="rank= is now k="):
        old = measure(rank=3)
    assert (old == measure(3)).all() and (old == measure(k=3)).all()


def test_both_names_at_once_are_refused():
    with pytest.raises(AdahError, match=r"got k= and top=, its old name; leave out top=\."):
        mean_average_precision(*SIDES, k=7, top=7, convention="top-R-min")


def test_queries_and_candidates_of_losses_are_called_as_in_retrieval():
    import torch

    codes = torch.from_numpy(CODES.signs()).float()
    with pytest.warns(FutureWarning, match="candidates= is now database="):
        old = losses.pairwise_distance(codes[:5], candidates=codes)
    assert torch.equal(old, losses.pairwise_distance(query=codes[:5], database=codes))


def test_a_decorated_function_keeps_its_name_and_documentation():
    assert retrieval.mean_average_precision.__name__ == "mean_average_precision"
    assert "convention" in retrieval.mean_average_precision.__doc__


def test_the_warning_points_at_the_caller():
    @deprecation.renamed_arguments("9.9", old="new")
    def function(new):
        return new

    with pytest.warns(FutureWarning) as found:
        assert function(old=3) == 3
    assert found[0].filename == __file__
