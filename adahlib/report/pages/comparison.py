"""What pages ``table2_top500`` and ``table3_networks`` share: the paper's numbers, ours, and differences of rows."""

import pandas as pd

from adahlib.report.paper import BITS, paper_results
from adahlib.report.summary import is_stale, lookup, summary
from adahlib.report.text import EMPTY, STALE, mean_and_std, printed, seeds_of, signed
from adahlib.report.titles import TASKS

HEADINGS = {"method": "Method", "backbone": "Network"}


def printed_table(number: int, kind: str, names: dict[str, str]) -> pd.DataFrame:
    """Return the paper's Table 2 or 3 as printed: a row per task and method or network, a column per code length.

    Args:
        number: of the table.
        kind: what its rows name: method or backbone.
        names: how they are called here.
    """
    cells = paper_results().query("table == @number")
    rows = []
    for task, arrow in TASKS.items():
        for name in dict.fromkeys(cells[kind]):
            found = {q: lookup(cells, "map", task=task, bits=q, **{kind: name}) for q in BITS}
            row = {"Task": arrow, HEADINGS[kind]: names[name]}
            rows.append(row | {f"{q} bits": printed(value) for q, value in found.items()})
    return pd.DataFrame(rows)


def ours_table(records: pd.DataFrame, kind: str, names: dict[str, str], bits) -> pd.DataFrame:
    """Return our numbers on one data set: a row per task and method or network, a column per code length.

    Args:
        records: of one data set.
        kind: column of the records that tells the rows apart.
        names: how its values are called, in the order of the rows.
        bits: code lengths.
    """
    ours = summary(records, ["bits", kind])
    there = [name for name in names if name in set(records[kind])]
    rows = []
    for task, arrow in TASKS.items():
        for name in there:
            found = {q: lookup(ours, bits=q, task=task, **{kind: name}) for q in bits}
            row = {"Task": arrow, HEADINGS[kind]: names[name]}
            row |= {f"{q} bits": mean_and_std(value) for q, value in found.items()}
            rows.append(row | {"n": seeds_of(*found.values())})
    return pd.DataFrame(rows)


def gain_table(records: pd.DataFrame, table: int, kind: str, pairs: dict[str, tuple], bits) -> pd.DataFrame:
    """Return how much one row lies above another, in the paper and here, a column per code length.

    Ours are means over the seeds that both rows have; n is their number.

    Args:
        records: of one data set.
        table: number of the paper's table.
        kind: what its rows name.
        pairs: title → whose numbers (``paper`` or ``ours``), and which row less which other:
            ``{"VGG-19 less CNN-F": ("paper", "vgg19", "cnn_f")}``.
        bits: code lengths.
    """
    paper = paper_results().query("table == @table").rename(columns={"map": "mean"}).assign(seed=0)
    ours = [records.assign(task=task, mean=records.get(f"map_{task}"), stale=is_stale(records)) for task in TASKS]
    numbers = {"paper": paper.assign(stale=False), "ours": pd.concat(ours)}
    rows = []
    for task, arrow in TASKS.items():
        for title, (whose, better, worse) in pairs.items():
            found = numbers[whose][numbers[whose]["task"] == task]
            gains = {q: paired(found[found["bits"] == q], kind, better, worse) for q in bits}
            row = {"Task": arrow, "Difference": title} | {f"{q} bits": gained(gain) for q, gain in gains.items()}
            counts = {str(len(gain)) for gain in gains.values() if len(gain)}
            rows.append(row | {"n": EMPTY if whose == "paper" else "/".join(sorted(counts)) or EMPTY})
    return pd.DataFrame(rows)


def paired(found: pd.DataFrame, kind: str, better: str, worse: str) -> pd.DataFrame:
    """Return the difference of two rows seed by seed, where both have one, and whether either is stale."""
    one, other = (found[found[kind] == name].set_index("seed")[["mean", "stale"]] for name in (better, worse))
    both = one.merge(other, left_index=True, right_index=True, suffixes=("_one", "_other"))
    stale = both["stale_one"].astype(bool) | both["stale_other"].astype(bool)
    return pd.DataFrame({"gain": both["mean_one"] - both["mean_other"], "stale": stale})


def gained(gain: pd.DataFrame) -> str:
    """Return the mean of differences with its sign, with † where a record is stale; a dash for none."""
    return signed(gain["gain"].mean()) + STALE * bool(gain["stale"].any())
