"""What the options change: differences with the options of the search, and with those set by hand."""

import itertools

import numpy as np

from adahlib.experiments import RunSpec
from adahlib.experiments.grids.alternatives import decisions
from adahlib.experiments.grids.usual import BITS, SCENES, SEEDS
from adahlib.experiments.profiles import CHOSEN
from adahlib.experiments.records.store import write_record
from adahlib.paths import results_root
from adahlib.report.claims import CLAIMS, Evidence
from adahlib.report.claims.options_matter import PROFILES, options_table
from adahlib.report.claims.verdict import student
from tests.made_up import made_up_record

MAPS = {("adah", "both"): 0.70, ("adah", "none"): 0.66, ("dcmh", ""): 0.72}


def test_the_table_shows_means_and_intervals_and_a_dash_where_records_are_missing(results):
    for (method, attention), value in MAPS.items():
        for bits in BITS:
            for seed in SEEDS:
                shift = 0.01 * seed * (attention == "both")
                spec = RunSpec("mirflickr25k", method, bits, seed, profile=CHOSEN, attention=attention)
                results(spec, value + shift, value + shift)
    frame = options_table("label", Evidence()).frame
    assert len(frame) == 4 and set(frame["options set by hand"]) == {"–"}
    gains = np.array([0.01 * seed for seed in SEEDS])
    half = student(len(gains)) * gains.std(ddof=1) / np.sqrt(len(gains))
    middle = -0.02 + gains.mean()
    text = f"{middle:+.3f} ({middle - half:+.3f} to {middle + half:+.3f})".replace("-", "−")
    assert frame["options of the search"].iloc[0] == text
    assert frame["options of the search"].iloc[1].startswith("+0.050 (")
    assert frame["options of the search"].iloc[2] == "–"


def test_the_caption_says_where_the_two_sets_of_runs_were_made_on_different_machines(results):
    for (method, attention), profile in itertools.product(MAPS, PROFILES):
        for bits, seed in itertools.product(BITS, SEEDS):
            spec = RunSpec("mirflickr25k", method, bits, seed, profile=profile, attention=attention)
            record = made_up_record(spec, 0.7, 0.7, None)
            record["provenance"]["device"] = "NVIDIA H200" if profile == CHOSEN else "cpu"
            write_record(record, results_root() / spec.record_path())
    assert options_table("label", Evidence()).caption.endswith(
        " On the photos: options of the search on NVIDIA H200 in float32; options set by hand on a CPU in float32."
    )


def test_where_every_alternative_learned_the_sentence_names_none(results):
    for spec in decisions():
        if (spec.dataset, spec.method, spec.attention) == (SCENES, "adah", "both"):
            root = results(spec)
    (claim,) = (claim for claim in CLAIMS if claim.name == "alternatives-learned")
    verdict = claim.verdict(Evidence(root))
    assert verdict.state == "supported" and claim.filled(verdict).endswith("the option that they set: none.)")
