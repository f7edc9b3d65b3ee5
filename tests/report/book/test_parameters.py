"""A page's parameters: read as papermill writes them, checked, and never silently mistyped."""

import pytest

from adahlib.errors import AdahError
from adahlib.report.book.parameters import check_injected, page_parameters


@pytest.mark.parametrize("given", [[16, 32], (16, 32), "16, 32", "[16, 32]", "16,32"])
def test_lists_as_papermill_can_write_them(given):
    assert page_parameters(bits=given).bits == (16, 32)


def test_one_value_is_a_list_of_one():
    page = page_parameters(dataset="emoji-scenes", bits=16, seeds=0, attentions="both")
    assert (page.dataset, page.bits, page.seeds, page.attentions) == (("emoji-scenes",), (16,), (0,), ("both",))


def test_the_runs_of_a_page():
    page = page_parameters(bits=[16, 32], seeds=[0, 1], attentions=["none", "both"], profile="quick")
    specs = page.specs("emoji-scenes")
    assert len(specs) == len({spec.record_path() for spec in specs}) == 8
    assert {spec.profile for spec in specs} == {"quick"} and {spec.bits for spec in specs} == {16, 32}


def test_without_seeds_each_row_has_those_of_the_tables():
    page = page_parameters(dataset="emoji-scenes", methods="dcmh,adah", attentions="none,visual", seeds=[])
    seeds = {}
    for spec in page.specs("emoji-scenes"):
        seeds.setdefault((spec.method, spec.attention), []).append(spec.seed)
    assert seeds == {("dcmh", ""): [0, 1, 2], ("adah", "none"): [0, 1, 2, 3, 4], ("adah", "visual"): [0, 1, 2]}


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"dataset": "emoji-scene"}, "did you mean 'emoji-scenes'"),
        ({"attentions": ["both", "visuel"]}, "did you mean 'visual'"),
        ({"methods": "adha"}, "did you mean 'adah'"),
        ({"profile": "cpus"}, "did you mean 'cpu'"),
        ({"profile": ""}, "parameter profile: '' is not one name"),
        ({"profile": "cpu,quick"}, "parameter profile: 'cpu,quick' is not one name"),
        ({"bits": "many"}, "'many' is not a whole number"),
        ({"seeds": -1}, "-1 is not a whole number"),
        ({"compute_missing": "yes"}, "must be True or False"),
    ],
)
def test_a_wrong_value_is_one_sentence(given, sentence):
    with pytest.raises(AdahError, match=sentence):
        page_parameters(**given)


def test_an_injected_name_that_the_page_does_not_have():
    check_injected(["bits"], {"bits": 16})
    with pytest.raises(AdahError, match=r"unknown parameter of this page 'bitz'; did you mean 'bits'\?"):
        check_injected(["bits", "bitz"], {"bits": 16})


def test_a_pages_own_parameters_are_left_to_the_page():
    assert page_parameters(photos=True, bits=32) == page_parameters(bits=32)
