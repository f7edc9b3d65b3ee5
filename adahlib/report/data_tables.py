"""Tables about data rather than results: counts, labels, and the masks of single examples."""

import pandas as pd

from adahlib.datasets.catalogue import RELEASE_OF, RELEASES
from adahlib.report.numbers import EMPTY
from adahlib.report.tables import DATASET_TITLES, MASK_TITLES
from adahlib.retrieval import mask_scores

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
        columns[DATASET_TITLES.get(dataset, dataset)] = row
    return pd.DataFrame(columns).rename_axis("").reset_index()


def sources_table() -> pd.DataFrame:
    """Return every release: what it is, under which licence, and how to get it."""
    rows = []
    for name, release in RELEASES.items():
        get = f"`adah data get {name}`" if release.files else "nothing to fetch"
        get += ", the photos by a form" if any(file.form for file in release.files) else ""
        row = {"Release": f"[{release.title}]({release.page})", "What it is": release.about}
        rows.append(row | {"Licence": release.licence, "How to get it": get})
    return pd.DataFrame(rows)


def counts_table(records: pd.DataFrame) -> pd.DataFrame:
    """Return the counts and the chance MAP of every data set: the records' where there are some, else the published.

    The chance MAP of a set without a record is not known here.
    """
    rows = []
    for name, release in RELEASE_OF.items():
        own = records[records["dataset"] == name]
        counts = own["record"].iloc[0]["data"]["counts"] if len(own) else release.published[name]
        row = {"Data set": f"`{name}`"} | {COUNTS[what]: f"{counts[what]:,}" for what in ("pairs", "tags", "labels")}
        row["Chance MAP"] = f"{own['chance'].mean():.3f}" if len(own) else EMPTY
        rows.append(row | {"Counts from": "the runs of this book" if len(own) else "papers; no run here"})
    return pd.DataFrame(rows)


def facts_table(facts: dict[str, object]) -> pd.DataFrame:
    """Return facts, name → value, as a table."""
    cells = [(COUNTS.get(name, name.replace("_", " ").capitalize()), str(value)) for name, value in facts.items()]
    return pd.DataFrame(cells, columns=["Fact", "Value"])


def label_table(pairs, split) -> pd.DataFrame:
    """Return how many pairs, queries and training pairs carry each label."""
    parts = {"Pairs": slice(None), "Queries": split.query, "Training": split.train}
    counts = {name: pairs.labels[rows].sum(axis=0) for name, rows in parts.items()}
    return pd.DataFrame({"Label": pairs.label_names} | {name: map("{:,}".format, c) for name, c in counts.items()})


def example_table(examples, true_masks) -> pd.DataFrame:
    """Return the mask scores of single examples; the attended share only, where no true mask is known."""
    rows = []
    for place, (name, mask) in enumerate(zip(examples.ids, examples.masks, strict=True)):
        scores = {"attended_fraction": mask.mean()}
        if true_masks is not None:
            scores = mask_scores(mask[None], true_masks[place][None])
        row = {title: f"{scores[score]:.3f}" for score, title in MASK_TITLES.items() if score in scores}
        rows.append({"Pair": name} | row)
    return pd.DataFrame(rows)
