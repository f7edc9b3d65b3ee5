"""The grids of image hashing: every row of the table, and a search with as many draws for every arm."""

import pytest

from adahlib.cli import main
from adahlib.errors import AdahError
from adahlib.experiments.grids.image_choice import choose_images, lacking_draws
from adahlib.experiments.grids.images import (
    CIFAR,
    IMAGE_BITS,
    VALIDATION,
    image_deep,
    image_draw,
    image_itq_labelled,
    image_nuswide,
    image_own,
    image_search,
    image_shallow,
    image_supervision,
)
from adahlib.experiments.image_chosen import chosen_image_draws, chosen_image_options, image_arm_name
from adahlib.experiments.image_draws import IMAGE_ARMS, IMAGE_DRAWS, IMAGE_SPACE, drawn_image_options
from adahlib.experiments.records.store import write_record
from adahlib.files import write_json
from adahlib.methods import IMAGE_METHODS, make_method
from adahlib.paths import PROJECT
from tests.made_up import made_up_record


def test_shallow_rows_have_every_feature_length_and_seed():
    runs = image_shallow()
    assert {spec.dataset for spec in runs} == {CIFAR} and len({spec.record_path() for spec in runs}) == len(runs)
    counts = {}
    for spec in runs:
        counts.setdefault((spec.method, spec.backbone, spec.image_size, spec.bits), set()).add(spec.seed)
    assert len(counts) == 4 * 3 * len(IMAGE_BITS)
    assert {key[0]: len(seeds) for key, seeds in counts.items()} == {"lsh": 10, "sh": 1, "itq": 3, "sdh": 3}
    labelled = {(spec.backbone, spec.image_size, spec.bits) for spec in image_itq_labelled()}
    assert len(labelled) == 2 * len(IMAGE_BITS) and {("itq", *row) for row in labelled} < set(counts)


def test_the_networks_of_the_papers_are_trained_from_random_weights_on_images_as_they_are():
    runs = {spec.method: spec for spec in image_own()}
    assert set(runs) == {"cnnh", "ninh"} and {spec.dataset for spec in runs.values()} == {CIFAR}
    for method, spec in runs.items():
        options = spec.resolved_options()
        assert (options["network"], options["epochs"], spec.image_size, spec.bits) == ("own", 60, 32, 48)
        assert options == vars(make_method(method, 48).options) | {"network": "own", "epochs": 60}


def test_every_arm_has_as_many_draws_and_sees_no_query_of_the_tables():
    runs = image_search()
    assert {spec.dataset for spec in runs} == {VALIDATION} and len(set(runs)) == len(IMAGE_ARMS) * IMAGE_DRAWS
    deep = {name for name, method in IMAGE_METHODS.items() if method.has_epochs}
    assert {method for method, _ in IMAGE_ARMS} == deep
    assert len({spec.resolved_options()["epochs"] for spec in runs}) == 1


def test_the_choice_is_the_best_draw_on_validation_queries(tmp_path):
    for arm in IMAGE_ARMS:
        for draw in range(IMAGE_DRAWS):
            spec = image_draw(*arm, draw)
            record = made_up_record(spec, 0.5, 0.5)
            best = len(arm[1]) % IMAGE_DRAWS
            record["metrics"] = {"map": 0.5 - 0.01 * abs(draw - best), "map_unlabelled": 0.9, "chance": 0.1}
            write_record(record, tmp_path / spec.record_path())
    choice = choose_images(tmp_path)
    assert not lacking_draws(tmp_path)
    assert choice["cnnh"] == 0 and choice["ssgah-ssr"] == 3 and len(choice) == len(IMAGE_ARMS)
    (tmp_path / image_draw("ssgah", "full", 2).record_path()).unlink()
    assert lacking_draws(tmp_path) == {"ssgah-full": 1}
    assert choose_images(tmp_path) == {name: draw for name, draw in choice.items() if name != "ssgah-full"}
    with pytest.raises(AdahError, match="`adah grid image-search` makes what is missing"):
        choose_images(tmp_path / "nowhere")


def test_what_the_package_keeps_is_what_the_committed_records_choose():
    assert chosen_image_draws() == choose_images(PROJECT / "results")


def test_an_arm_without_a_choice_has_no_runs():
    choice = {image_arm_name(*arm): 0 for arm in IMAGE_ARMS if arm != ("ssgah", "full")}
    assert {(spec.method, spec.options.get("variant", "")) for spec in image_deep(choice)} == {
        arm for arm in IMAGE_ARMS if arm != ("ssgah", "full")
    }
    assert image_supervision(choice) == []  # both of its lines or none
    assert not any(spec.options.get("variant") == "full" for spec in image_nuswide(choice))
    with pytest.raises(AdahError, match="no options of ssgah-full were chosen yet: run `adah grid image-search`"):
        chosen_image_options("ssgah", "full", choice)


def test_a_grid_says_which_arms_wait_for_a_choice(monkeypatch, tmp_path, results, capsys):
    monkeypatch.setattr("adahlib.experiments.image_chosen.FILE", tmp_path / "chosen.json")
    write_json({image_arm_name(*arm): 0 for arm in IMAGE_ARMS if arm != ("ssgah", "full")}, tmp_path / "chosen.json")
    assert main(["grid", "image-supervision", "--dry-run"]) == 0
    said = "runs are left out: no options were chosen yet for ssgah-full; `adah grid image-search` and then"
    assert said in capsys.readouterr().out
    assert main(["status", "image-deep", "--method", "ssgah"]) == 0 and said in capsys.readouterr().out
    assert main(["status", "image-deep", "--method", "bgdh"]) == 0
    assert "left out" not in capsys.readouterr().out


def test_the_deep_rows_have_what_was_chosen_and_the_curve_both_ends_of_the_analysis():
    assert image_deep({}) == image_supervision({}) == []
    choice = {image_arm_name(*arm): 3 for arm in IMAGE_ARMS}
    runs, curve = image_deep(choice), image_supervision(choice)
    assert len(runs) == len(IMAGE_ARMS) * (3 + 3) and {spec.dataset for spec in runs + curve} == {CIFAR}
    for spec in runs:
        arm = spec.method, spec.options.get("variant", "")
        assert drawn_image_options(*arm, 3).items() <= spec.resolved_options().items()
    assert {(spec.train_size, spec.options["variant"]) for spec in curve} == {
        (size, variant) for size in (500, 1000, 2000, 10_000) for variant in ("baseline", "full")
    }


def test_nus_wide_has_the_rows_of_the_table_and_the_first_5000_ranks():
    shallow = image_nuswide({})
    runs = image_nuswide({image_arm_name(*arm): 3 for arm in IMAGE_ARMS})
    assert {(spec.dataset, spec.protocol, spec.seed) for spec in runs} == {("nus-wide-images", "top-5000", 0)}
    assert {spec.backbone for spec in shallow} == {"gist", "efficientnet_lite0_pooled"}
    assert len(shallow) == 2 * 4 * len(IMAGE_BITS) and runs[: len(shallow)] == shallow
    assert {spec.method for spec in runs} == set(IMAGE_METHODS) - {"itq-labelled"}
    assert len({spec.record_path() for spec in runs}) == len(runs)


@pytest.mark.parametrize("arm", IMAGE_ARMS)
def test_an_option_has_the_same_value_in_every_arm_and_is_one_of_the_method(arm):
    method, variant = arm
    for draw in range(IMAGE_DRAWS):
        own = drawn_image_options(method, variant, draw)
        make_method(method, 48, **own)
        shared = {name: own[name] for name in IMAGE_SPACE["ssgah", "full"] if name in IMAGE_SPACE[arm]}
        full = drawn_image_options("ssgah", "full", draw)
        assert shared == {name: full[name] for name in shared}
