"""Page ``image_hashing``: the table of SSGAH's slides on CIFAR-10, as printed and as measured here."""

import dataclasses
from collections.abc import Sequence

import pandas as pd
from IPython.display import Markdown

from adahlib.experiments import RunSpec
from adahlib.experiments.grids.images import FEATURES
from adahlib.experiments.grids.lists import grid, select
from adahlib.experiments.image_draws import IMAGE_SPACE
from adahlib.methods import IMAGE_METHODS
from adahlib.report.captions import device_part, each, seeds, stale_part, unlearned_part
from adahlib.report.display import missing_note
from adahlib.report.pages.method import in_code, summary_line
from adahlib.report.setting_box import Box
from adahlib.report.slides import SLIDE_BITS, slide_results
from adahlib.report.summary import lookup, summary
from adahlib.report.text import EMPTY, mean_and_std, seeds_of, three_decimals
from adahlib.report.titles import IMAGE_METHOD_TITLES

DATASET = "cifar10"
MAPS = {"map": "whole database", "map_unlabelled": "without the labelled images"}
NAMES = {inputs: name for name, inputs in FEATURES.items()}
PRINTED_FEATURES = {"GIST": "GIST", "CNN 64": "CNN", "CNN 128": "CNN"}  # ours → those of the printed row


def printed_table() -> pd.DataFrame:
    """Return the slides' table on CIFAR-10 as printed: a row a method, a column a code length."""
    cells = slide_results().query("dataset == @DATASET")
    rows = []
    for method, features in dict.fromkeys(cells[["method", "features"]].itertuples(index=False, name=None)):
        found = {q: lookup(cells, "map", method=method, features=features, bits=q) for q in SLIDE_BITS}
        row = {"Method": IMAGE_METHOD_TITLES[method], "Features": features or "its own network"}
        rows.append(row | {f"{q} bits": three_decimals(value) for q, value in found.items()})
    return pd.DataFrame(rows)


def features_of(row: pd.Series) -> str:
    """Return the name of a record's features in ``FEATURES``, or "" for others."""
    spec = row["record"]["spec"]
    return NAMES.get((spec["backbone"], spec["image_size"]), "")


def with_features(records: pd.DataFrame) -> pd.DataFrame:
    """Return the records with column ``features``: the name of what they learn from."""
    return records.assign(features=[features_of(row) for _, row in records.iterrows()])


def shallow_table(records: pd.DataFrame, bits=SLIDE_BITS) -> pd.DataFrame:
    """Return the shallow rows by features and method: the printed numbers, and ours below them.

    Args:
        records: of the grid ``image-shallow``.
        bits: code lengths.
    """
    records, paper = with_features(records), slide_results().query("dataset == @DATASET")
    ours = summary(records, ["features", "method", "bits"], {"map": "map"})
    rows = []
    for features in (name for name in FEATURES if name in set(records["features"])):
        for method in (name for name in IMAGE_METHOD_TITLES if name in set(records["method"])):
            about = {"Features": features, "Method": IMAGE_METHOD_TITLES[method]}
            printed = {"features": PRINTED_FEATURES[features], "method": method}
            theirs = {f"{q} bits": three_decimals(lookup(paper, "map", bits=q, **printed)) for q in bits}
            found = {q: lookup(ours, features=features, method=method, bits=q) for q in bits}
            measured = {f"{q} bits": mean_and_std(own) for q, own in found.items()}
            rows.append(about | {"Whose": "printed"} | theirs | {"n": EMPTY})
            rows.append(about | {"Whose": "ours"} | measured | {"n": seeds_of(*found.values())})
    return pd.DataFrame(rows)


def beside_printed(
    titles: dict[str, str], printed: dict[str, pd.DataFrame], ours: dict[str, pd.DataFrame], bits=SLIDE_BITS
) -> pd.DataFrame:
    """Return two lines a row: the printed numbers and ours.

    Args:
        titles: the rows, by name.
        printed: cells of the slides by name, with columns ``bits`` and ``map``.
        ours: rows of ``summary`` by name, with a column ``bits``.
        bits: code lengths.
    """
    rows = []
    for name, title in titles.items():
        theirs = {f"{q} bits": three_decimals(lookup(printed[name], "map", bits=q)) for q in bits}
        found = {q: lookup(ours[name], bits=q) for q in bits}
        measured = {f"{q} bits": mean_and_std(own) for q, own in found.items()}
        rows.append({"Method": title, "Whose": "printed"} | theirs | {"n": EMPTY})
        rows.append({"Method": title, "Whose": "ours"} | measured | {"n": seeds_of(*found.values())})
    return pd.DataFrame(rows)


def deep_table(records: pd.DataFrame, bits=SLIDE_BITS) -> pd.DataFrame:
    """Return the deep rows: the printed numbers, and ours below them; SSGAH as its variant ``full``.

    Args:
        records: of the grid ``image-deep``.
        bits: code lengths.
    """
    full = [r["options"].get("variant", "full") == "full" for r in records["record"]] if len(records) else []
    ours = summary(records[full] if len(records) else records, ["method", "bits"], {"map": "map"})
    paper = slide_results().query("dataset == @DATASET and features == ''")
    titles = {name: title for name, title in IMAGE_METHOD_TITLES.items() if name in set(paper["method"])}
    printed, measured = ({name: table[table["method"] == name] for name in titles} for table in (paper, ours))
    return beside_printed(titles, printed, measured, bits)


def deep_runs(name: str, **asked: Sequence) -> list[RunSpec]:
    """Return the runs of a grid of deep methods, as ``select`` does; none as long as no options were chosen."""
    return select(name, **asked) if grid(name) else []


def deep_note(specs: list[RunSpec]) -> Markdown | None:
    """Return a sentence on the runs of deep methods that have no record; None if all are there."""
    if specs:
        return missing_note(specs)
    return Markdown("**Not measured yet**: the search for the options of the deep methods, `adah grid image-search`.")


def database_table(records: pd.DataFrame, bits=SLIDE_BITS) -> pd.DataFrame:
    """Return MAP in both databases, the labelled images among them or not, by features and method."""
    records = with_features(records)
    ours = summary(records, ["features", "method", "bits"], {name: name for name in MAPS})
    rows = []
    for features, method in dict.fromkeys(records[["features", "method"]].itertuples(index=False, name=None)):
        for name, title in MAPS.items():
            found = {q: lookup(ours, features=features, method=method, bits=q, task=name) for q in bits}
            row = {"Features": features, "Method": IMAGE_METHOD_TITLES[method], "Database": title}
            rows.append(row | {f"{q} bits": mean_and_std(own) for q, own in found.items()})
    return pd.DataFrame(rows)


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
            rows.append(row | {"Drawn": "✓" * (field.name in drawn), "Meaning": field.metadata["help"]})
    return pd.DataFrame(rows)


def image_setting_box(records: pd.DataFrame) -> Box:
    """Return the box "Setting" of records of image hashing."""
    if records.empty:
        return Box("Setting", {"Records": "none yet"})
    form = "{title}: {query:,} queries, {database:,} in the database, of which {train:,} have a label that trains"
    data = each(form.format(title=r["data"]["title"], **r["data"]["counts"]) for r in records["record"])
    rule = each(f"MAP {r['convention']['map']}, ties by expectation" for r in records["record"])
    chance = each(f"{value:.3f}" for value in records["chance"]) or EMPTY
    facts = {"Data": f"{data}; chance {chance}", "MAP": rule, "Seeds": seeds(records)}
    facts |= {"Machine": "; ".join(device_part(records)) or "a CPU in float32"}
    facts |= {"Did not learn": "; ".join(unlearned_part(records))}
    facts |= {"Stale": "; ".join(stale_part(records)) or "no record"}
    return Box("Setting", facts)
