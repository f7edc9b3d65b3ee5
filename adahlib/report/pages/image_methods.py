"""Page ``image_hashing``: what the methods of its table are, and all of their options."""

import dataclasses

import pandas as pd

from adahlib.experiments.image_draws import IMAGE_SPACE
from adahlib.methods import IMAGE_METHODS
from adahlib.report.pages.method import in_code, summary_line
from adahlib.report.titles import IMAGE_METHOD_TITLES


def methods_table() -> pd.DataFrame:
    """Return what each method is in one sentence, whether it reads labels, and where it stands in the code."""
    rows = []
    for name, title in IMAGE_METHOD_TITLES.items():
        kind = IMAGE_METHODS[name]
        row = {"Method": title, "What it is": summary_line(kind)}
        rows.append(row | {"Reads labels": "yes" if kind.supervised else "no", "Code": in_code(kind)})
    return pd.DataFrame(rows)


def image_options_table() -> pd.DataFrame:
    """Return every option of every method: its default, whether the search draws it, and its line of help."""
    rows = []
    for name, title in IMAGE_METHOD_TITLES.items():
        drawn = {option for (method, _), space in IMAGE_SPACE.items() if method == name for option in space}
        for field in dataclasses.fields(IMAGE_METHODS[name].Options):
            row = {"Method": title, "Option": f"`{field.name}`", "Default": str(field.default)}
            rows.append(row | {"In the search": "✓" * (field.name in drawn), "Meaning": field.metadata["help"]})
    return pd.DataFrame(rows)
