"""Page ``image_components``: what programs of others reach without synthetic images, and how far they lie apart."""

import pandas as pd

from adahlib.report.reruns import rerun_results
from adahlib.report.slides import SLIDE_BITS, slide_components
from adahlib.report.text import EMPTY, three_decimals

NETWORK = "AlexNet"  # the slides' network
TWICE = "DPSH"  # on it by two programs or more at every code length


def reruns_table() -> pd.DataFrame:
    """Return the printed MAP of other programs: a row a method, network and program, a column a code length."""
    keys = ["method", "network", "database", "repository"]
    wide = rerun_results().pivot(index=keys, columns="bits", values="map")
    order = list(rerun_results()[keys].drop_duplicates().itertuples(index=False, name=None))
    rows = []
    for key in order:
        method, network, database, repository = key
        cells = {f"{q} bits": EMPTY if pd.isna(wide.loc[key, q]) else f"{wide.loc[key, q]:.3f}" for q in SLIDE_BITS}
        program = f"[{repository}](https://github.com/{repository})"
        rows.append({"Method": method, "Network": network, "Database": database} | cells | {"Program": program})
    return pd.DataFrame(rows)


def reruns_in_words() -> str:
    """Return how far programs of others lie apart, beside the differences of the slides' component analysis."""
    found = rerun_results()
    own = found[found["network"] == NETWORK]
    longest = own[own["bits"] == max(SLIDE_BITS)]["map"]
    apart = own[own["method"] == TWICE].groupby("bits")["map"].agg(lambda values: values.max() - values.min())
    printed = slide_components().query("dataset == 'cifar10'").pivot(index="bits", columns="variant", values="map")
    added = printed.drop(columns="baseline").sub(printed["baseline"], axis=0).stack()
    return (
        f"With {NETWORK} and 5,000 labels alone these programs reach MAP of {three_decimals(longest.min())} to "
        f"{three_decimals(longest.max())} at {max(SLIDE_BITS)} bits; the slides' baseline has "
        f"{three_decimals(printed.loc[max(SLIDE_BITS), 'baseline'])}. Programs of the same method, {TWICE}, with the "
        f"same network lie {three_decimals(apart.min())} to {three_decimals(apart.max())} apart, and the slides' "
        f"variants {three_decimals(added.min())} to {three_decimals(added.max())} above their baseline."
    )
