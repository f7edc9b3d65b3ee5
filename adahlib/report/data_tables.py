"""Tables about data rather than results: counts, labels, and the masks of single examples."""

import pandas as pd

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
