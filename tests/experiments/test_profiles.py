"""Profiles of the methods: what they share, what their lengths change, and that every method takes its options."""

import dataclasses

import pytest

from adahlib.datasets import DATASETS
from adahlib.errors import AdahError
from adahlib.experiments.grids.images import image_deep, image_nuswide
from adahlib.experiments.profiles import CPU, CPU_PROFILES, LENGTHS, PROFILES, profile_options
from adahlib.experiments.records.fingerprint import sources
from adahlib.experiments.spec import RunSpec
from adahlib.methods import IMAGE_METHODS, METHODS

IMAGE_BRANCH = ("image_adapter", "image_hidden", "head", "image_dropout", "standardise")


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("dataset", DATASETS)
def test_every_method_takes_its_options(method, dataset):
    for profile in PROFILES:
        resolved = RunSpec(dataset, method, 16, profile=profile).resolved_options()
        assert profile_options(profile, dataset, method).items() <= resolved.items()


@pytest.mark.parametrize("method", CPU_PROFILES)
@pytest.mark.parametrize("dataset", DATASETS)
def test_lengths_differ_in_epochs_alone(method, dataset):
    options = [profile_options(profile, dataset, method) for profile in LENGTHS]
    epochs = [each.pop("epochs") for each in options]
    assert options[0] == options[1] == options[2] and epochs == sorted(set(epochs))
    assert profile_options("paper", dataset, method)["fine_tune"] is True


def test_adah_is_trained_as_its_equations_stand():
    assert profile_options("paper", "mirflickr25k") == {
        "fine_tune": True, "reduction": "sum", "adversary_queries": "free",
    }  # fmt: skip
    assert RunSpec("mirflickr25k", "adah", 16, profile="paper").backbone == "vgg19"
    assert [RunSpec("mirflickr25k", name, 16, profile="paper").backbone for name in ("dcmh", "prdh")] == ["cnn_f"] * 2


def test_images_alone_have_the_networks_of_their_papers():
    """AlexNet stands in the slides of SSGAH, CNN-F in the papers of SSDH and BGDH; all of it is trained."""
    runs = {name: RunSpec("cifar10", name, 48, profile="paper") for name in IMAGE_METHODS}
    trained = {"ssgah": "alexnet_fc7", "dsh-gans": "alexnet_fc7", "ssdh": "cnn_f_fc7", "bgdh": "cnn_f_fc7"}
    for name, spec in runs.items():
        options = spec.resolved_options()
        assert options.get("fine_tune", False) == (name in trained)
        if name in trained:
            assert (spec.backbone, options["fine_tune_from"], options["hidden"]) == (trained[name], 0, 0)
        elif name in ("cnnh", "ninh"):
            assert options["network"] == "own"
        else:
            assert spec.backbone == "alexnet_fc7"
    assert RunSpec("mirflickr25k", "cca", 16, profile="paper").backbone == "vgg19_fc7"


@pytest.mark.parametrize("method", ["dcmh", "prdh", "dvsh"])
def test_the_deep_baselines_have_adahs_image_branch(method):
    options = profile_options("cpu", "mirflickr25k", method)
    assert {name: options[name] for name in IMAGE_BRANCH} == {name: CPU[name] for name in IMAGE_BRANCH}
    spec = RunSpec("mirflickr25k", method, 16)
    assert spec.backbone == RunSpec("mirflickr25k", "adah", 16).backbone and spec.label() == method


def test_an_unknown_data_set_has_the_photos_epochs():
    epochs = [profile_options("cpu", dataset, "dcmh")["epochs"] for dataset in ("others", "mirflickr25k")]
    assert epochs[0] == epochs[1]
    with pytest.raises(AdahError, match="did you mean 'quick'"):
        profile_options("quik", "mirflickr25k")


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("profile", PROFILES)
def test_fresh_scenes_are_trained_as_the_scenes_are(method, profile):
    options = [profile_options(profile, f"emoji-scenes{seed}", method) for seed in ("", "-seed1", "-seed2")]
    assert options[0] == options[1] == options[2]
    backbones = {RunSpec(f"emoji-scenes{seed}", method, profile=profile).backbone for seed in ("", "-seed1")}
    assert len(backbones) == 1


def test_a_baselines_numbers_do_not_depend_on_adahs_modules():
    names = set(sources(RunSpec("mirflickr25k", "prdh", 16)))
    assert {"adahlib.methods.deep.dcmh", "adahlib.losses.likelihood", "adahlib.methods.deep.alternating"} <= names
    assert not {"adahlib.methods.deep.adah", "adahlib.models.adah", "adahlib.losses.triplet"} & names


def test_methods_for_images_have_a_quick_and_a_long_profile():
    plain = RunSpec("cifar10", "ssgah").resolved_options()
    for profile, epochs in (("quick", 10), ("cpu", 20), ("long", 60)):
        options = RunSpec("cifar10", "ssgah", profile=profile).resolved_options()
        assert options["epochs"] == epochs and options["epochs"] < 61
        smaller = {name for name, value in options.items() if name != "epochs" and value != plain[name]}
        assert smaller == ({"gan_epochs", "generator_width", "judge_width", "pool"} if profile == "quick" else set())


def test_the_chosen_profile_of_images_is_the_tables_run():
    found = RunSpec("cifar10", "ssgah", 48, profile="chosen")
    assert found in image_deep() and found.options["variant"] == "full"
    baseline = RunSpec("cifar10", "ssgah", 48, profile="chosen", options={"variant": "baseline", "epochs": 1})
    assert baseline.image_size == 64 and baseline.resolved_options()["epochs"] == 1
    assert "ssr_weight" not in baseline.options
    assert RunSpec("cifar10", "bgdh", profile="chosen", image_size=128).image_size == 0
    assert RunSpec("cifar10", "bgdh", profile="chosen", backbone="gist").image_size == 0
    assert RunSpec("cifar10", "ninh", profile="chosen", options={"network": "own"}).image_size == 0
    assert RunSpec("nus-wide-images", "bgdh", 48, profile="chosen", protocol="top-5000") in image_nuswide()
    assert RunSpec(**dataclasses.asdict(found)) == found
    assert profile_options("chosen", "cifar10", "ssdh") == RunSpec("cifar10", "ssdh", profile="chosen").options
    assert RunSpec("cifar10", "itq", profile="chosen") == RunSpec("cifar10", "itq")


def test_a_variant_that_was_not_searched_is_one_sentence():
    with pytest.raises(AdahError, match="unknown arm of the search 'ssgah-foo'; did you mean 'ssgah-full'?"):
        RunSpec("cifar10", "ssgah", profile="chosen", options={"variant": "foo"})
    with pytest.raises(AdahError, match="unknown option 'variant'"):
        RunSpec("cifar10", "bgdh", profile="chosen", options={"variant": "foo"})
