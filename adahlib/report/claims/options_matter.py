"""What the choice of options changes: differences with the options of the search, and with those set by hand."""

from collections.abc import Mapping
from types import MappingProxyType

import pandas as pd
from IPython.display import Markdown

from adahlib.experiments.grids.usual import DATASETS
from adahlib.experiments.profiles import CHOSEN
from adahlib.report.claims import Evidence
from adahlib.report.claims.claim import positive
from adahlib.report.claims.evidence import Quantity, arm, less, measured
from adahlib.report.claims.shown import effect_in_words
from adahlib.report.claims.verdict import NotMeasuredError
from adahlib.report.display import Table, table
from adahlib.report.text import EMPTY
from adahlib.report.titles import FROZEN_TITLES, NOUNS

PROFILES = MappingProxyType({CHOSEN: "options of the search", "cpu": "options set by hand"})


def differences(profile: str, dataset: str) -> Mapping[str, Quantity]:
    """Return the differences in MAP that the tables are about, by what they are called."""
    both, none = (measured(arm(dataset, profile=profile, attention=kind)) for kind in ("both", "none"))
    dcmh = measured(arm(dataset, "dcmh", profile=profile, attention=""))
    return {
        f"ADAH less {FROZEN_TITLES['dcmh']}": less(both, dcmh),
        "ADAH with both attentions less without": less(both, none),
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
    caption = "What the options change: mean difference over code lengths and directions, with its 95 % interval."
    caption += " Seeds 0, 1 and 2, which both have; other tables have five seeds of ADAH with the search's options."
    return table(pd.DataFrame(rows), caption, label)


def in_words(quantity: Quantity, evidence: Evidence) -> str:
    """Return a quantity's mean with its interval; a dash where a record is missing or stale."""
    try:
        return effect_in_words(positive(quantity)(evidence))
    except NotMeasuredError:
        return EMPTY
