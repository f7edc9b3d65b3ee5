"""The random search on its page: scores from validation pairs alone, and the best draw of a whole arm chosen."""

import pytest

from adahlib.experiments import RunSpec
from adahlib.experiments.draws import ARMS, DRAWS, SPACE, drawn_options
from adahlib.experiments.grids.random_search import draw_runs
from adahlib.report.pages.random_search import (
    arm_title,
    chosen_table,
    draws_figure,
    outcome_table,
    scores_by_draw,
    search_in_words,
    space_table,
)
from adahlib.report.records import find_records

SCENES = "emoji-scenes"


@pytest.fixture
def scores(results):
    """All draws of ADAH without attention, and all but one run of DCMH; draw 4 is best on validation pairs."""
    arms = ("adah", "none"), ("dcmh", "")
    specs = [spec for arm in arms for draw in range(DRAWS) for spec in draw_runs(SCENES, *arm, draw)]
    for number, spec in enumerate(specs[:-1]):
        draw = number // 2 % DRAWS
        results(spec, 0.7 if draw == 4 else 0.5 - 0.01 * draw, 0.6)
    return scores_by_draw(find_records(specs[:-1]), [SCENES])


def test_the_best_draw_of_a_whole_arm_is_chosen(scores):
    chosen = scores[scores["chosen"]]
    assert chosen["arm"].tolist() == ["ADAH, none"] and chosen["draw"].tolist() == [4]
    assert chosen["score"].item() == pytest.approx((0.69 + 0.59) / 2)  # a hundredth below the test queries' MAP
    assert len(scores) == len(ARMS) * DRAWS


def test_tables(scores):
    options = chosen_table(scores).set_index("Option")["ADAH, none"]
    assert options["margin"] == str(drawn_options("adah", "none", 4)["margin"]) and options["gamma"] == "–"
    assert options["draws that learned"] == f"{DRAWS} of {DRAWS}" and options["decorrelation scale"] == "–"
    learned = chosen_table(scores).iloc[0]
    assert scores["learned"].sum() == 2 * DRAWS - 1  # the last draw has one run of two
    assert learned["DCMH-I"] == f"{DRAWS - 1} of {DRAWS - 1}" and learned["PRDH"] == "–"
    assert chosen_table(scores.assign(learned=False))["ADAH, none"].iloc[0] == f"0 of {DRAWS}"
    fixed = space_table().set_index("Option").loc["decorrelation scale"]
    assert (fixed["Values"], fixed["Drawn for"]) == ("batch, not drawn", "PRDH")
    assert space_table()["Option"].nunique() == len({name for space in SPACE.values() for name in space}) + 1
    assert space_table().set_index("Option")["Drawn for"]["learning rate"] == "all"


def test_by_hand_and_as_chosen_are_compared_over_common_seeds(results):
    by_profile = {"cpu": ((0, 0.5), (1, 0.6)), "chosen": ((0, 0.7), (1, 0.8), (2, 0.1))}
    specs = []
    for profile, values in by_profile.items():
        for seed, value in values:
            specs.append(RunSpec(SCENES, "dcmh", 16, seed, profile=profile))
            results(specs[-1], value, value)
    specs.append(RunSpec(SCENES, "dcmh", 32, profile="cpu"))
    results(specs[-1], 0.5, 0.5)
    (row,) = outcome_table(find_records(specs)).to_dict("records")
    assert row == {"Data set": SCENES, "Method": "DCMH-I", "16 bits": "0.550 / 0.750", "32 bits": "–"}
    said = search_in_words(find_records(specs[:1]), find_records(specs))
    assert said.startswith("0 of the 1 runs of the search did not learn.") and " 0 of 1 cells " in said
    assert said.endswith("the lowest difference, +0.200, is that of DCMH-I on emoji-scenes at 16 bits.")
    alone = said.split(" With")[0]
    assert search_in_words(find_records(specs[:1]), find_records(specs[-1:])) == alone
    no_common_seed = [specs[0], specs[3]]
    assert search_in_words(find_records(specs[:1]), find_records(no_common_seed)) == alone


def test_the_figure_rings_what_was_chosen(scores):
    (axis,) = draws_figure(scores).axes
    dots, ring = axis.collections
    assert len(dots.get_offsets()) == 2 * DRAWS - 1 and len(ring.get_offsets()) == 1
    assert arm_title("adah", "both") in [label.get_text() for label in axis.get_yticklabels()]


def test_the_alt_text_has_the_chosen_draws_and_the_widest_arm(scores):
    assert draws_figure(scores).alt == (
        "emoji-scenes: the chosen draws have ADAH, none 0.640; those of ADAH, none lie furthest apart."
    )
    assert draws_figure(scores.assign(chosen=False)).alt == "emoji-scenes: nothing is chosen."
