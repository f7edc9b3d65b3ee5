"""Page ``decisions``, the random search: its space, all of its draws, and what was chosen."""

from collections.abc import Collection

import numpy as np
import pandas as pd

from adahlib.experiments.draws import ARMS, DRAWS, FIXED, SPACE, drawn_options
from adahlib.experiments.grids.choice import validation
from adahlib.experiments.grids.random_search import SEARCH_SEEDS, draw_runs
from adahlib.report.drawing import COLUMN, INK, PALETTE, Chart, new_figure
from adahlib.report.summary import is_stale, is_unlearned
from adahlib.report.text import EMPTY, STALE, signed, three_decimals
from adahlib.report.titles import OWN_TITLES, TASKS, dataset_title


def arm_title(method: str, attention: str) -> str:
    """Return an arm's name: ``ADAH, both``, ``DVSH``."""
    return f"{OWN_TITLES[method]}, {attention}" if attention else OWN_TITLES[method]


def scores_by_draw(records: pd.DataFrame, datasets: Collection[str]) -> pd.DataFrame:
    """Return what validation pairs say of every draw.

    Args:
        records: of the grid ``random-search``, as ``find_records`` gives them.
        datasets: those that are shown.

    Returns:
        One row a data set, arm and draw: columns dataset, arm (its title), draw, score (mean of both directions and of
        the seeds; nan where a record is missing), stale (whether one is), learned (whether both runs did), and chosen
        (whether it is the arm's best, if all of the arm's are there).
    """
    by_path = records.assign(stale=is_stale(records)).set_index("path")
    rows = []
    for dataset in datasets:
        for arm in ARMS:
            found = [draw_row(by_path, dataset, arm, draw) for draw in range(DRAWS)]
            scores = [row["score"] for row in found]
            best = None if np.isnan(scores).any() else int(np.argmax(scores))
            rows += [row | {"chosen": row["draw"] == best} for row in found]
    return pd.DataFrame(rows)


def draw_row(by_path: pd.DataFrame, dataset: str, arm: tuple[str, str], draw: int) -> dict:
    """Return one draw's row of ``scores_by_draw``."""
    paths = [str(spec.record_path()) for spec in draw_runs(dataset, *arm, draw)]
    there = by_path.loc[[path for path in paths if path in by_path.index]]
    whole = len(there) == len(SEARCH_SEEDS)
    score = float(np.mean([validation(record) for record in there["record"]])) if whole else float("nan")
    stale = bool(there["stale"].any())
    learned = whole and not is_unlearned(there).any()
    row = {"dataset": dataset, "arm": arm_title(*arm), "draw": draw, "score": score}
    return row | {"stale": stale, "learned": bool(learned)}


def outcome_table(records: pd.DataFrame) -> pd.DataFrame:
    """Return the MAP of test queries with options set by hand and with the chosen ones, of the seeds that both have.

    Args:
        records: of the deep rows of Tables 1 and 4 with the profiles ``cpu`` and ``chosen``.
    """
    mean = records[[f"map_{task}" for task in TASKS]].mean(axis=1)
    records = records.assign(map=mean, stale=is_stale(records))
    rows = []
    for (dataset, method, attention), group in records.groupby(["dataset", "method", "attention"], sort=False):
        row = {"Data set": dataset_title(dataset), "Method": arm_title(method, attention)}
        for bits, own in group.groupby("bits"):
            found = own.pivot(index="seed", columns="profile", values="map").reindex(columns=["cpu", "chosen"]).dropna()
            means = " / ".join(map(three_decimals, found.mean())) if len(found) else EMPTY
            row[f"{bits} bits"] = means + STALE * bool(own["stale"].any())
        rows.append(row)
    frame = pd.DataFrame(rows).fillna(EMPTY)
    return frame.sort_values("Data set", kind="stable", ignore_index=True) if len(frame) else frame


def search_in_words(searched: pd.DataFrame, records: pd.DataFrame) -> str:
    """Return how many runs of the search did not learn, and what its options do to the MAP of test queries.

    Args:
        searched: of the grid ``random-search``.
        records: as ``outcome_table`` takes them.
    """
    lost = f"{is_unlearned(searched).sum()} of the {len(searched)} runs of the search did not learn."
    keys, mean = ["dataset", "method", "attention", "bits"], records[[f"map_{task}" for task in TASKS]].mean(axis=1)
    wide = records.assign(map=mean).pivot_table("map", [*keys, "seed"], "profile").reindex(columns=["cpu", "chosen"])
    differences = (wide["chosen"] - wide["cpu"]).dropna().groupby(level=keys).mean()
    if differences.empty:
        return lost
    dataset, method, attention, bits = differences.idxmin()
    return (
        f"{lost} With the options of the search the MAP of test queries is lower than with those set by hand in "
        f"{(differences < 0).sum()} of {len(differences)} cells of {{numref}}`random-search-outcome`; the lowest "
        f"difference, {signed(differences.min())}, is that of {arm_title(method, attention)} on "
        f"{dataset_title(dataset)} at {bits} bits."
    )


def chosen_table(scores: pd.DataFrame) -> pd.DataFrame:
    """Return of how many draws both runs learned, and the options of the chosen ones: a column an arm."""
    rows = []
    names = dict.fromkeys(name for options in (*SPACE.values(), *FIXED.values()) for name in options)
    titles = {arm_title(*arm): arm for arm in ARMS}
    for dataset, group in scores[scores["chosen"]].groupby("dataset", sort=False):
        drawn = {one["arm"]: drawn_options(*titles[one["arm"]], one["draw"]) for _, one in group.iterrows()}
        whole = scores[(scores["dataset"] == dataset) & scores["score"].notna()]
        learned = whole.groupby("arm")["learned"].agg(["sum", "size"])
        counts = {arm: f"{sum} of {size}" for arm, sum, size in learned.itertuples()}
        row = {"Data set": dataset_title(dataset), "Option": "draws that learned"}
        rows.append(row | {arm: counts.get(arm, EMPTY) for arm in titles})
        for name in names:
            cells = {arm: str(drawn.get(arm, {}).get(name, EMPTY)) for arm in titles}
            rows.append({"Data set": dataset_title(dataset), "Option": name.replace("_", " ")} | cells)
    return pd.DataFrame(rows)


def space_table() -> pd.DataFrame:
    """Return what is drawn: a row an option, with its values and the arms that have it."""
    rows = {}
    for arm, space in SPACE.items():
        for name, values in space.items():
            rows.setdefault(name, (str(values), []))[1].append(arm_title(*arm))
    for arm, options in FIXED.items():
        for name, value in options.items():
            rows.setdefault(name, (f"{value}, not drawn", []))[1].append(arm_title(*arm))
    named = {name: "all" if len(arms) == len(SPACE) else "; ".join(arms) for name, (_, arms) in rows.items()}
    return pd.DataFrame(
        {"Option": name.replace("_", " "), "Values": values, "Drawn for": named[name]}
        for name, (values, _) in rows.items()
    )


def draws_figure(scores: pd.DataFrame) -> Chart:
    """Return each arm's draws as dots, a panel a data set; the chosen one is ringed."""
    datasets = list(dict.fromkeys(scores["dataset"]))
    arms = [arm_title(*arm) for arm in ARMS][::-1]
    figure, axes = new_figure(COLUMN, 3.2, 1, len(datasets), sharey=True)
    for axis, dataset in zip(axes[0], datasets, strict=True):
        own = scores[(scores["dataset"] == dataset) & scores["score"].notna()]
        places = own["arm"].map(arms.index)
        axis.scatter(own["score"], places, s=26, color=PALETTE[0], alpha=0.55, linewidths=0)
        ring = {"s": 70, "facecolors": "none", "edgecolors": INK, "linewidths": 1.4}
        axis.scatter(own["score"][own["chosen"]], places[own["chosen"]], **ring)
        axis.set(title=dataset_title(dataset), xlabel="validation MAP")
        axis.set_yticks(range(len(arms)), arms)
    figure.alt = " ".join(draws_in_words(dataset, scores) for dataset in datasets)
    return figure


def draws_in_words(dataset: str, scores: pd.DataFrame) -> str:
    """Return the chosen draw of each arm of a data set, best first, and the arm whose draws lie furthest apart."""
    own = scores[(scores["dataset"] == dataset) & scores["score"].notna()]
    best = own[own["chosen"]].sort_values("score", ascending=False)
    chosen = ", ".join(f"{row['arm']} {row['score']:.3f}" for _, row in best.iterrows())
    if not chosen:
        return f"{dataset_title(dataset)}: nothing is chosen."
    width = own.groupby("arm")["score"].agg(lambda found: found.max() - found.min())
    return f"{dataset_title(dataset)}: the chosen draws have {chosen}; those of {width.idxmax()} lie furthest apart."
