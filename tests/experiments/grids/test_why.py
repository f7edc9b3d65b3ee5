"""The runs of the hypotheses: what each grid varies, and that nothing else differs between its arms."""

import dataclasses

import pytest

from adahlib.errors import AdahError
from adahlib.experiments.grids.lists import BOOK, grid, select
from adahlib.experiments.grids.why import PROTOCOL, WHY, pairs_of_runs, share_options
from adahlib.experiments.profiles import profile_options


def arms(specs):
    """Return the attentions of the runs that differ in nothing else, by these runs."""
    found = {}
    for spec in specs:
        found.setdefault(dataclasses.replace(spec, attention="none").record_path(), set()).add(spec.attention)
    return found


@pytest.mark.parametrize("name", WHY)
def test_a_grid_has_each_run_once_and_stands_in_the_book(name):
    specs = WHY[name]()
    assert len({spec.record_path() for spec in specs}) == len(specs) == len(grid(name)) and name in BOOK


@pytest.mark.parametrize(
    ("name", "attentions"),
    [
        ("why-share", {"none", "both"}),
        ("why-frozen", {"none", "both"}),
        ("why-cells", {"none", "both"}),
        ("why-length", {"none", "both"}),
        ("why-fresh", {"none", "visual", "both"}),
        ("why-mask", {"both"}),  # none is that of Table 4
    ],
)
def test_arms_differ_in_attention_alone(name, attentions):
    assert all(found == attentions for found in arms(WHY[name]()).values())


@pytest.mark.parametrize("dataset", PROTOCOL)
def test_fewer_pairs_have_as_many_steps(dataset):
    usual = profile_options("cpu", dataset)
    for spec in grid("why-share"):
        if spec.dataset == dataset:
            steps = spec.options["epochs"] * spec.train_size
            assert steps == usual["epochs"] * PROTOCOL[dataset]
            assert spec.options.get("attention_warmup", 0) * spec.train_size == pytest.approx(
                usual.get("attention_warmup", 0) * PROTOCOL[dataset], rel=0.3
            )
    assert share_options(dataset, PROTOCOL[dataset]).items() <= usual.items()


def test_fresh_scenes_have_a_split_of_their_own_and_no_option():
    specs = grid("why-fresh")
    assert {(spec.dataset, spec.split_seed) for spec in specs} == {("emoji-scenes-seed1", 1), ("emoji-scenes-seed2", 2)}
    assert {spec.profile for spec in specs} == {"cpu"} and not any(spec.options for spec in specs)
    assert len(select("why-fresh", ["emoji-scenes-seed1"], bits=[16])) == 9
    with pytest.raises(AdahError, match="did you mean 'emoji-scenes-seed2'"):
        select("why-fresh", ["emoji-scenes-seed3"])


def test_runs_are_in_pairs_of_none_and_both():
    specs = pairs_of_runs("emoji-scenes", 16, seeds=(0, 1))
    assert [(spec.seed, spec.attention) for spec in specs] == [(0, "none"), (0, "both"), (1, "none"), (1, "both")]
