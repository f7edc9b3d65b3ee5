"""What each part of SSGAH adds, with intervals: its variants compared seed by seed and query by query, at 48 bits.

The three intervals of a row are those of the analysis ``intervals``: of the queries alone, of seeds and queries, and of
all rows together.
"""

import functools
from pathlib import Path

import numpy as np

from adahlib.experiments.analyses.kept import Inputs, write_analysis
from adahlib.experiments.analyses.precisions import query_precisions
from adahlib.experiments.grids.images import CURVE_BITS, SEEDS, chosen_run
from adahlib.experiments.image_chosen import chosen_image_draws
from adahlib.experiments.spec import RunSpec
from adahlib.retrieval import hierarchical_bootstrap, paired_bootstrap

SAMPLES, LEVEL = 10_000, 0.95
COMPARED = (("ssr", "baseline"), ("ar", "baseline"), ("full", "ssr"), ("full", "ar"), ("full", "baseline"))


def variant_run(variant: str, seed: int) -> RunSpec:
    """Return the run of a variant of SSGAH, with the options that were chosen for it.

    Raises:
        AdahError: nothing was chosen yet.
    """
    return chosen_run(("ssgah", variant), CURVE_BITS, seed, chosen_image_draws())


def rows(differences: dict[tuple[str, str], np.ndarray]) -> list[dict]:
    """Return a row for each comparison, with its intervals.

    Args:
        differences: first less second average precision, (seeds, queries), by the two variants.
    """
    found = hierarchical_bootstrap(list(differences.values()), SAMPLES, LEVEL)
    result = []
    for ((variant, against), values), interval in zip(differences.items(), found, strict=True):
        means = values.mean(axis=0)
        _, low, high = paired_bootstrap(means, np.zeros(len(means)), SAMPLES, LEVEL)
        row = {"bits": CURVE_BITS, "variant": variant, "against": against, "difference": interval.value}
        row |= {"n": len(values), "queries": len(means), "queries_low": low, "queries_high": high}
        row |= {"seeds_low": interval.alone[0], "seeds_high": interval.alone[1]}
        result.append(row | {"family_low": interval.family[0], "family_high": interval.family[1]})
    return result


def main() -> Path:
    """Print and keep the intervals; return their file."""
    inputs = Inputs()
    precisions = functools.cache(functools.partial(query_precisions, inputs=inputs))

    def of_variant(variant: str) -> np.ndarray:
        return np.array([precisions(variant_run(variant, seed)) for seed in SEEDS])

    found = rows({pair: of_variant(pair[0]) - of_variant(pair[1]) for pair in COMPARED})
    for row in found:
        print(row)
    measured = {"samples": SAMPLES, "level": LEVEL, "rows": found}
    return write_analysis("components", measured, variant_run("full", SEEDS[0]), inputs)
