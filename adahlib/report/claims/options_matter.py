"""What the choice of options changes: differences with the options of the search, and with those set by hand."""

from collections.abc import Mapping
from types import MappingProxyType

import pandas as pd
from IPython.display import Markdown

from adahlib.experiments.grids.usual import BITS, DATASETS, SEEDS
from adahlib.experiments.profiles import CHOSEN
from adahlib.report.captions import machines_of
from adahlib.report.claims import Evidence
from adahlib.report.claims.claim import positive
from adahlib.report.claims.evidence import Arm, Quantity, arm, less, measured
from adahlib.report.claims.shown import effect_in_words
from adahlib.report.claims.verdict import NotMeasuredError
from adahlib.report.display import Table, table
from adahlib.report.text import EMPTY
from adahlib.report.titles import FROZEN_TITLES, NOUNS

BOTH_OVER_NONE = "ADAH, both attentions − none"
PROFILES = MappingProxyType({CHOSEN: "options of the search", "cpu": "options set by hand"})


def arms(profile: str, dataset: str) -> list[Arm]:
    """Return the arms of the differences: ADAH with both attentions and without, and DCMH-I."""
    adah = [arm(dataset, profile=profile, attention=kind) for kind in ("both", "none")]
    return [*adah, arm(dataset, "dcmh", profile=profile, attention="")]


def differences(profile: str, dataset: str) -> Mapping[str, Quantity]:
    """Return the differences in MAP that the tables are about, by what they are called."""
    both, none, dcmh = map(measured, arms(profile, dataset))
    return {
        f"ADAH − {FROZEN_TITLES['dcmh']}": less(both, dcmh),
        BOTH_OVER_NONE: less(both, none),
    }


def options_table(label: str, evidence: Evidence | None = None) -> Table | Markdown:
    """Return the table: a row per data set and difference, a column per origin of the options.

    Args:
        label: the table's name in the book.
        evidence: the records (default: the project's).
    """
    evidence = evidence or Evidence()
    rows = []
    for dataset in DATASETS:
        by_profile = {title: differences(profile, dataset) for profile, title in PROFILES.items()}
        for name in by_profile[PROFILES[CHOSEN]]:
            cells = {title: in_words(found[name], evidence) for title, found in by_profile.items()}
            rows.append({"Data set": NOUNS[dataset], "Difference in MAP": name} | cells)
    caption = "What the options change: mean difference over code lengths and directions, seeds 0 to 2 (other tables"
    caption += " have five of ADAH), with its 95 % interval."
    return table(pd.DataFrame(rows), caption + machines_in_words(evidence), label)


def machines_in_words(evidence: Evidence) -> str:
    """Return a sentence for each data set whose two sets of runs were made on different machines."""
    told = ""
    for dataset in DATASETS:
        found = {title: machines(profile, dataset, evidence) for profile, title in PROFILES.items()}
        if len(set(found.values())) > 1 and all(found.values()):
            told += f" On the {NOUNS[dataset]}: {'; '.join(f'{title} on {where}' for title, where in found.items())}."
    return told


def machines(profile: str, dataset: str, evidence: Evidence) -> str:
    """Return on what the runs of a profile were made, and in which precision; nothing where a record is missing."""
    try:
        rows = evidence.rows([runs(q, seed) for runs in arms(profile, dataset) for q in BITS for seed in SEEDS])
    except NotMeasuredError:
        return ""
    return machines_of(row["record"] for row in rows)


def in_words(quantity: Quantity, evidence: Evidence) -> str:
    """Return a quantity's mean with its interval; a dash where a record is missing or stale."""
    try:
        return effect_in_words(positive(quantity)(evidence))
    except NotMeasuredError:
        return EMPTY
