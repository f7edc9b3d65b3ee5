"""Captions: they name what the numbers hang on, as the records have it, and never what is usual."""

import dataclasses

import numpy as np

from adahlib.datasets.splits import Split
from adahlib.experiments import RunSpec
from adahlib.report.captions import backbone, data_facts, data_titles, epochs_in_words, seeds, training
from adahlib.report.records import find_records
from adahlib.report.setting_box import setting_box


def told(records):
    """Return all that the box of a page says."""
    return "; ".join(f"{name}: {text}" for name, text in setting_box(records).facts.items())


BOTH = [RunSpec(dataset, "adah", 16, seed) for dataset in ("mirflickr25k", "emoji-scenes") for seed in (0, 1)]


def test_a_caption_names_data_backbone_convention_seeds_and_chance(ablation):
    text = told(find_records([RunSpec("mirflickr25k", "adah", 16, s) for s in (0, 1)]))
    for part in ("made-up mirflickr25k", "10 queries", "EfficientNet-Lite0 (two depths) maps 8×2×2", "3 epochs"):
        assert part in text
    for part in ("shares at least one label", "expected over random orders", "counts 0", "seeds 0, 1", "chance 0.250"):
        assert part in text


def test_a_caption_says_which_networks_were_frozen_and_which_fine_tuned(results):
    specs = [RunSpec("emoji-scenes", "adah", 16, 0), RunSpec("emoji-scenes", "adah", 16, 1)]
    for spec in specs:
        results(spec)
    records = find_records(specs)
    assert backbone(records) == "EfficientNet-Lite0 maps 8×2×2 of 128-px images, frozen"
    records["record"].iloc[1]["options"]["fine_tune"] = True
    assert backbone(records[1:]) == "EfficientNet-Lite0 on 128-px images, fine-tuned"
    assert backbone(records).split(", and ")[1].endswith("fine-tuned")


def test_vectors_of_shallow_methods_are_no_maps(results):
    results(RunSpec("emoji-scenes", "cca", 16))
    assert "vectors of 8 of 128-px images" in backbone(find_records([RunSpec("emoji-scenes", "cca", 16)]))


def test_a_caption_says_how_long_was_trained_and_which_epoch_is_shown(results):
    chosen = {"last": {}, "best": {"epoch_choice": "best"}}
    specs = {name: RunSpec("emoji-scenes", "adah", 16, options=options) for name, options in chosen.items()}
    for spec in specs.values():
        results(spec)
    assert training(find_records([specs["last"]])) == "profile cpu, 3 epochs, codes of the last epoch"
    assert training(find_records([specs["best"]])) == "profile cpu, 3 epochs, codes of the best epoch"
    assert training(find_records(list(specs.values()))).count("3 epochs") == 2
    shallow = RunSpec("emoji-scenes", "cca", 16)
    results(shallow)
    assert training(find_records([shallow])) == "shallow methods with their default options"
    other = dataclasses.replace(shallow, options={"ridge": 0.1})
    results(other)
    assert training(find_records([shallow, other])) == (
        "shallow methods with their default options, but for `ridge` of CCA"
    )


def test_epochs_are_named_by_method_where_they_differ():
    assert epochs_in_words({"ADAH": [20, 20], "PRDH": [20]}) == "20 epochs"
    shown = epochs_in_words({"ADAH": [20, 10], "DCMH-I": [15], "PRDH": [15]})
    assert shown == "10 or 20 epochs (ADAH), 15 epochs (DCMH-I, PRDH)"


def test_seeds_are_named_by_method_where_they_differ(results):
    specs = [RunSpec("emoji-scenes", method, 16, seed) for method in ("dcmh", "prdh") for seed in (0, 1)]
    specs += [RunSpec("emoji-scenes", "adah", 16, seed, attention="both") for seed in (0, 1, 2)]
    for spec in specs:
        results(spec)
    assert seeds(find_records(specs[:4])) == "mean ± standard deviation over seeds 0, 1"
    assert seeds(find_records(specs)) == "mean ± standard deviation over seeds 0, 1; 0, 1, 2 for ADAH"
    assert seeds(find_records(specs[:1])) == "one seed (0)"


def test_captions_say_how_many_records_are_stale(one_stale):
    assert "Stale records: 1 of 4 (†)" in told(one_stale)
    assert "Stale records: none" in told(one_stale[one_stale["attention"] == "none"])


def test_facts_of_a_loaded_data_set(pairs):
    split = Split(*(np.array(part) for part in ([0], [1, 2, 3], [1, 2], [3])))
    assert data_facts(pairs, split) == "made-up, 4 pairs, 4 tags, 2 labels, 1 queries, 2 training pairs"


def test_captions_name_the_codes_of_the_database_where_a_method_has_a_choice(results):
    own = RunSpec("mirflickr25k", "seph", 16, options={"database_codes": "per-modality"})
    specs = [RunSpec("mirflickr25k", "cca", 16), RunSpec("mirflickr25k", "cmfh", 16), own]
    for spec in specs:
        results(spec)
    text = "Database codes: CMFH unified, SePH per-modality"
    assert text in told(find_records(specs))
    assert "Database codes: ;" in told(find_records(specs[:1]))


def test_captions_say_how_many_runs_did_not_learn(results):
    specs = [RunSpec("emoji-scenes", "adah", 16, seed) for seed in (0, 1)]
    for spec, t2i in zip(specs, (0.6, 0.25), strict=True):
        results(spec, t2i, 0.6)
    assert "Runs that did not learn: 1 of 2 runs (ADAH, 16 bits, seed 1): a direction" in told(find_records(specs))
    many = [RunSpec("emoji-scenes", "adah", 32, seed) for seed in range(5)]
    for spec in many:
        results(spec, 0.25, 0.6)
    assert "5 of 5 runs: a direction" in told(find_records(many))  # too many to name
    assert "Runs that did not learn: ;" in told(find_records(specs[:1]))
    alike = [RunSpec("emoji-scenes", "adah", 16, 1, options={"beta1": 0.5, "margin": m}) for m in (1.5, 2.0)]
    for spec in alike:
        results(spec, 0.25, 0.6)
    assert "(ADAH, 16 bits, seed 1, margin 1.5; ADAH, 16 bits, seed 1, margin 2.0)" in told(find_records(alike))


def test_captions_say_which_runs_were_made_on_a_gpu(results):
    specs = [RunSpec("emoji-scenes", method, 16) for method in ("adah", "dcmh", "prdh")]
    for spec in specs:
        results(spec)
    records = find_records(specs)
    assert "runs on" not in told(records)
    for record, precision in zip(records["record"][:2], ({"precision": "auto"}, {}), strict=True):
        record["provenance"]["device"] = "NVIDIA H200"
        record["options"] |= precision
    text = "2 of 3 runs on NVIDIA H200 in bfloat16 or NVIDIA H200 in float32, the others on a CPU in float32"
    assert text in told(records)
    assert "2 of 2 runs on NVIDIA H200" in told(records[:2]) and "the others" not in told(records[:2])


def test_titles_of_the_data_once_each(results):
    for spec in BOTH:
        results(spec)
    assert data_titles(find_records(BOTH)) == "made-up mirflickr25k and made-up emoji-scenes"
    assert data_titles(find_records(BOTH[:2])) == "made-up mirflickr25k" and data_titles(find_records([])) == ""
