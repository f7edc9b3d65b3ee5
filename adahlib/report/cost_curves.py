"""Cost curves of the benchmarks: rate or time against the size of the database, over logarithmic axes with units."""

import pandas as pd
from matplotlib.axes import Axes

from adahlib.report.drawing import COLUMN, INK, PALETTE, Chart, new_figure

OURS = "adahlib"
WAY_TITLES = {"(a) stable": "(a) with stable sort"}
MARKERS = "osD^vPX*"
ITEMS, RATE = "items in the database", "queries a second"
LEGEND = {"loc": "outside lower center", "fontsize": 9}


def look(number: int) -> dict:
    """Return colour and marker of a line by its number; the first is ours, in ink and thicker than the others."""
    marked = {"marker": MARKERS[number % len(MARKERS)], "markersize": 6}
    return marked | ({"color": INK, "linewidth": 2.2} if number == 0 else {"color": PALETTE[number - 1]})


def logarithmic(axis: Axes, xlabel: str, ylabel: str, title: str = "") -> None:
    """Make both axes of a panel logarithmic and name them."""
    axis.set(xscale="log", yscale="log", xlabel=xlabel, ylabel=ylabel, title=title)


def ranking_points(measured: dict) -> pd.DataFrame:
    """Return what ranking a whole database costs in a long form: of every way, and of ours as the database grows.

    Args:
        measured: of the benchmark ``retrieval``.

    Returns:
        Columns series (side by side, or growth), way, database, bits, queries, queries_a_second and extra_mb.
    """
    parts = {"side by side": measured["side_by_side"], "growth": measured["growth"]}
    rows = [row | {"series": series} for series, found in parts.items() for row in found]
    return pd.DataFrame(rows)[["series", "way", "database", "bits", "queries", "queries_a_second", "extra_mb"]]


def ranking_figure(points: pd.DataFrame) -> Chart:
    """Return queries a second of each way against the database's size (left) and the code length (right)."""
    beside, growth = (points[points["series"] == series] for series in ("side by side", "growth"))
    bits, largest = int(beside["bits"].max()), int(beside["database"].max())
    figure, axes = new_figure(COLUMN, 4.6, 1, 2, sharey=True)
    for number, way in enumerate(dict.fromkeys(beside["way"])):
        own = beside[beside["way"] == way]
        sizes, lengths = own[own["bits"] == bits], own[own["database"] == largest]
        axes[0, 0].plot(sizes["database"], sizes["queries_a_second"], **look(number), label=WAY_TITLES.get(way, way))
        axes[0, 1].plot(lengths["bits"], lengths["queries_a_second"], **look(number))
    dashed = look(0) | {"linestyle": "--", "markerfacecolor": "white"}
    axes[0, 0].plot(growth["database"], growth["queries_a_second"], **dashed, label=f"{OURS}, larger databases")
    logarithmic(axes[0, 0], ITEMS, RATE, f"{bits} bits")
    logarithmic(axes[0, 1], "bits of a code", "", f"{largest:,} items")
    lengths = sorted(set(beside["bits"]))
    axes[0, 1].set_xticks(lengths, lengths)
    axes[0, 1].minorticks_off()
    figure.legend(**LEGEND, ncols=3)
    figure.alt = ranking_in_words(beside[beside["bits"] == bits])
    return figure


def ranking_in_words(beside: pd.DataFrame) -> str:
    """Return, for each size of the database, our rate and that of the quickest other way."""
    said = []
    for database, group in beside.groupby("database"):
        speed = group.set_index("way")["queries_a_second"]
        others = speed.drop(OURS)
        times = f"{speed[OURS] / others.max():.0f} times as many as {others.idxmax()}, the quickest other way"
        said.append(f"{speed[OURS]:,.0f} queries a second over {database:,} items, {times}")
    return f"{OURS} ranks {'; and '.join(said)}."


def counting_points(measured: dict) -> pd.DataFrame:
    """Return the seconds that counting and reading take, measured and computed from measured rates.

    Args:
        measured: of the benchmark ``shards``.

    Returns:
        Columns kind (measured or computed), way, items and seconds.
    """
    rows = [{"kind": "measured", **{key: row[key] for key in ("way", "items", "seconds")}} for row in measured["rows"]]
    for row in measured["on_paper"]:
        for way in ("counting", "reading"):
            rows.append({"kind": "computed", "way": way, "items": row["items"], "seconds": row[f"{way}_seconds"]})
    return pd.DataFrame(rows)


def counting_figure(points: pd.DataFrame, queries: int) -> Chart:
    """Return seconds against items: a marker for each way that was measured, dashed lines for larger databases.

    Args:
        points: of ``counting_points``.
        queries: how many there were.
    """
    figure, axes = new_figure(COLUMN, 4.0)
    measured, computed = (points[points["kind"] == kind] for kind in ("measured", "computed"))
    hollow = {"linestyle": "none", "markerfacecolor": "none", "markersize": 8}  # of two in one place both are seen
    for number, (way, own) in enumerate(measured.groupby("way", sort=False)):
        axes[0, 0].plot(own["items"], own["seconds"], **look(number) | hollow, label=way)
    for (way, own), style in zip(computed.groupby("way", sort=False), ("--", ":"), strict=True):
        axes[0, 0].plot(own["items"], own["seconds"], color=INK, linestyle=style, label=f"{way}, computed")
    logarithmic(axes[0, 0], ITEMS, f"seconds for {queries:,} queries")
    figure.legend(**LEGEND, ncols=3)
    largest = computed[computed["items"] == computed["items"].max()].sort_values("seconds", ascending=False)
    said = " and ".join(f"{row['way']} {row['seconds']:,.0f} s" for _, row in largest.iterrows())
    quickest = measured.loc[(measured["items"] / measured["seconds"]).idxmax()]
    figure.alt = (
        f"The most items a second that were measured: {quickest['way']}. "
        f"{largest['items'].iloc[0]:,} items would take {said}."
    )
    return figure


def index_figure(rows: list[dict]) -> Chart:
    """Return recall against queries a second, a marker a kind of index.

    Args:
        rows: with kind, recall_at_10 and queries_a_second.
    """
    figure, axes = new_figure(COLUMN, 3.2)
    for number, row in enumerate(rows):
        axes[0, 0].plot(row["queries_a_second"], row["recall_at_10"], **look(number) | {"linestyle": "none"})
        said = {"textcoords": "offset points", "fontsize": 10}
        axes[0, 0].annotate(row["kind"], (row["queries_a_second"], row["recall_at_10"]), (8, -4), **said)
    axes[0, 0].set(xscale="log", xlabel=RATE, ylabel="recall of the nearest 10")
    axes[0, 0].margins(x=0.25, y=0.2)
    said = [f"{row['kind']} {row['recall_at_10']:.3f} at {row['queries_a_second']:,} a second" for row in rows]
    figure.alt = f"Recall and queries a second: {'; '.join(said)}."
    return figure
