"""What the options change: differences with the options of the search, and with those set by hand."""

import numpy as np

from adahlib.experiments import RunSpec
from adahlib.experiments.grids.alternatives import decisions
from adahlib.experiments.grids.usual import BITS, SCENES, SEEDS
from adahlib.experiments.profiles import CHOSEN
from adahlib.report.claims import CLAIMS, Evidence
from adahlib.report.claims.options_matter import options_table
from adahlib.report.claims.verdict import student

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


def test_where_every_alternative_learned_the_sentence_names_none(results):
    for spec in decisions():
        if (spec.dataset, spec.method, spec.attention) == (SCENES, "adah", "both"):
            root = results(spec)
    (claim,) = (claim for claim in CLAIMS if claim.name == "alternatives-learned")
    verdict = claim.verdict(Evidence(root))
    assert verdict.state == "supported" and claim.filled(verdict).endswith("the option that they set: none.)")
