"""Pages ``method`` and ``baselines``: the paper's symbols beside the code, and every option.

The code itself is handed in, so that a page fails when a function is renamed.
"""

import dataclasses
import inspect

import pandas as pd

from adahlib.datasets import MEASURED
from adahlib.experiments.draws import SPACE
from adahlib.experiments.profiles import CHOSEN, profile_options
from adahlib.methods import METHODS
from adahlib.report.titles import METHOD_TITLES, NOUNS


def code_table(rows: dict[str, object]) -> pd.DataFrame:
    """Return where each symbol stands in the code and what its docstring says first.

    Args:
        rows: symbol, as Markdown → the class or function that is it.
    """
    cells = [(symbol, in_code(thing), summary_line(thing)) for symbol, thing in rows.items()]
    return pd.DataFrame(cells, columns=["Paper", "Code", "What it says"])


def in_code(thing: object) -> str:
    """Return a class's or function's name and the module that defines it."""
    return f"`{thing.__qualname__}` in `{thing.__module__.removeprefix('adahlib.')}`"


def summary_line(thing: object) -> str:
    """Return the first paragraph of a docstring as one line."""
    return " ".join(inspect.getdoc(thing).split("\n\n")[0].split())


def options_table(method: str = "adah") -> pd.DataFrame:
    """Return a deep method's hyperparameters, a row an option.

    Returns:
        The paper's value; that of the profiles ``cpu`` and ``chosen`` per data set; where the value of ``cpu`` is from:
        the paper, or this book, also where the paper leaves the option open; ✓ where the random search draws the
        option; and a line of help.
    """
    options = METHODS[method].Options
    drawn = {name for (arm, _), space in SPACE.items() if arm == method for name in space}
    rows = []
    for field in dataclasses.fields(options):
        printed = profile_options("paper", "", method).get(field.name, field.default)
        row, changed = {"Option": f"`{field.name}`", "paper": shortened(printed)}, False
        for dataset in MEASURED:
            values = {p: profile_options(p, dataset, method).get(field.name, field.default) for p in ("cpu", CHOSEN)}
            changed |= values["cpu"] != printed
            row[f"cpu, {NOUNS[dataset]}"] = "as paper" if values["cpu"] == printed else shortened(values["cpu"])
            row[f"chosen, {NOUNS[dataset]}"] = (
                "as cpu" if values[CHOSEN] == values["cpu"] else shortened(values[CHOSEN])
            )
        row |= {"Value from": "this book" if changed or is_open(field) else "paper"}
        row |= {"In the search": "✓" * (field.name in drawn)}
        rows.append(row | {"Meaning": field.metadata["help"]})
    return pd.DataFrame(rows)


def shortened(value: object) -> object:
    """Return a number with at most three significant digits, anything else as it is."""
    return float(f"{value:.3g}") if isinstance(value, float) else value


def is_open(field: dataclasses.Field) -> bool:
    """Return whether the paper does not say an option's value, as its line of help tells."""
    return "(open" in field.metadata["help"] or "from memory" in field.metadata["help"]


def shallow_methods_table(methods: list[str]) -> pd.DataFrame:
    """Return where each shallow method stands in the code, what its docstring says first, and its database codes."""
    rows = []
    for name in methods:
        kind = METHODS[name]
        row = {"Method": METHOD_TITLES.get(name, name), "Code": in_code(kind), "What it says": summary_line(kind)}
        rows.append(row | {"Database codes": getattr(kind.Options, "database_codes", "per-modality")})
    return pd.DataFrame(rows)


def shallow_options_table(methods: list[str]) -> pd.DataFrame:
    """Return every option of the shallow methods, its default and its line of help."""
    rows = []
    for name in methods:
        for field in dataclasses.fields(METHODS[name].Options):
            row = {
                "Method": METHOD_TITLES.get(name, name),
                "Option": f"`{field.name}`",
                "Default": shortened(field.default),
            }
            rows.append(row | {"Meaning": field.metadata["help"]})
    return pd.DataFrame(rows)
