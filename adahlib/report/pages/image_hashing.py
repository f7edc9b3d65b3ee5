"""Page ``image_hashing``: the table of SSGAH's slides on CIFAR-10, as printed and as measured here."""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence

import pandas as pd
from IPython.display import Markdown

from adahlib.experiments import RunSpec
from adahlib.experiments.grids.images import FEATURES, unchosen_arms
from adahlib.experiments.grids.lists import grid, matching, missing
from adahlib.experiments.image_draws import IMAGE_ARMS, IMAGE_SPACE
from adahlib.methods import IMAGE_METHODS
from adahlib.report.captions import each
from adahlib.report.captions import seeds as seeds_in_words
from adahlib.report.display import missing_note
from adahlib.report.pages.method import in_code, summary_line
from adahlib.report.results_table import result_cells
from adahlib.report.setting_box import Box, facts_of_runs
from adahlib.report.slides import SLIDE_BITS, slide_results
from adahlib.report.summary import summary
from adahlib.report.text import EMPTY, counts_in_words, mean_and_std, signed
from adahlib.report.titles import IMAGE_METHOD_TITLES
from adahlib.report.wide import wide_table

DATASET = "cifar10"
TITLES = {"GIST": "GIST", "CNN 64": "CNN (64 px)", "CNN 128": "CNN (128 px)"}  # of features, in figures and tables
MAPS = {"map": "with", "map_unlabelled": "without"}  # the labelled images in the database
NAMES = {inputs: name for name, inputs in FEATURES.items()}
PRINTED_FEATURES = {"GIST": "GIST", "CNN 64": "CNN", "CNN 128": "CNN"}  # ours → those of the printed row
FALLEN = 0.95  # of its first value: a loss that has not fallen below it has hardly been learned from
SMALL = 0.001  # a difference of MAP that is not worth a number
NO_SEARCH = "first `adah grid image-search` searches the options"
DEEP_METHODS = tuple(dict.fromkeys(method for method, _ in IMAGE_ARMS))
OURS = {"GIST": "ours", "CNN 64": "ours, 64 px", "CNN 128": "ours, 128 px"}  # in a table with the printed row


def printed_rows(features: str) -> pd.DataFrame:
    """Return the slides' cells of CIFAR-10 on these features: GIST, CNN, or "" for networks of their own."""
    cells = slide_results()
    return cells[(cells["dataset"] == DATASET) & (cells["features"] == features)]


def features_of(row: pd.Series) -> str:
    """Return the name of a record's features in ``FEATURES``, or "" for others."""
    spec = row["record"]["spec"]
    return NAMES.get((spec["backbone"], spec["image_size"]), "")


def with_features(records: pd.DataFrame) -> pd.DataFrame:
    """Return the records with column ``features``: the name of what they learn from."""
    return records.assign(features=[features_of(row) for _, row in records.iterrows()])


def image_cells(
    ours: pd.DataFrame, paper: pd.DataFrame, column: str, titles: Mapping[str, str], bits: Iterable[int]
) -> pd.DataFrame:
    """Return MAP of image hashing beside the printed numbers, as ``result_cells`` has it, in one direction.

    Args:
        ours: as ``summary`` returns it, by ``column`` and bits, of the task ``map``.
        paper: cells of the slides, with the same column.
        column: that tells the rows apart.
        titles: its values → what the rows are called.
        bits: code lengths.
    """
    rows = {name: name for name in titles}
    cells = result_cells(ours, paper.assign(task="map"), column, rows, bits, ("map",))
    return cells.assign(row=cells["row"].map(titles))


def shallow_cells(records: pd.DataFrame, bits: Iterable[int] = SLIDE_BITS) -> dict[str, pd.DataFrame]:
    """Return MAP of the shallow methods by the name of their features, each beside the printed row of its kind.

    Args:
        records: of the grids ``image-shallow`` and ``image-itq-labelled``.
        bits: code lengths.
    """
    records, found = with_features(records), {}
    for name in (name for name in FEATURES if name in set(records["features"])):
        own = records[records["features"] == name]
        ours = summary(own, ["method", "bits"], {"map": "map"})
        paper = printed_rows(PRINTED_FEATURES[name])
        titles = {method: title for method, title in IMAGE_METHOD_TITLES.items() if method in set(own["method"])}
        found[name] = image_cells(ours, paper, "method", titles, bits)
    return found


def shallow_in_words(cells: dict[str, pd.DataFrame]) -> str:
    """Return in two sentences what larger images change, and what ITQ loses with the labelled images alone.

    Args:
        cells: as ``shallow_cells`` returns them.
    """
    ours = {name: own.set_index(["row", "bits"])["ours"] for name, own in cells.items()}
    said: list[str] = []
    if not ours:
        return ""
    if {"CNN 64", "CNN 128"} <= set(ours):
        grown = (ours["CNN 128"] - ours["CNN 64"]).reindex(ours["CNN 128"].index).dropna()
        said.append(f"From images of 64 px to images of 128 px the MAP changes by {ranges_in_words(grown)}.")
    found = pd.concat(ours).unstack("row")
    titles = [IMAGE_METHOD_TITLES[name] for name in ("itq", "itq-labelled")]
    every, few = (found.reindex(columns=titles)[title] for title in titles)
    lost = (few - every).dropna()
    if len(lost):
        said.append(
            f"ITQ fitted on the labelled images alone differs from ITQ fitted on the whole database by "
            f"{range_in_words(lost)}."
        )
    return " ".join(said)


def database_in_words(cells: pd.DataFrame) -> str:
    """Return by how much MAP changes without the labelled images in the database, for each method.

    Args:
        cells: as ``database_cells`` returns them.
    """
    wide = cells.pivot_table("mean", ["method", "features", "bits"], "task", sort=False)
    changed = wide["without"] - wide["with"]
    large = changed.abs().groupby(level=0).transform("max") >= SMALL
    said = [ranges_in_words(changed[large])] if large.any() else []
    said += [f"less than {SMALL} for {'the other methods' if large.any() else 'every method'}"] * (not large.all())
    return f"Without the labelled images in the database the MAP changes by {', and by '.join(said)}."


def ranges_in_words(values: pd.Series) -> str:
    """Return the range of each method's values: ``+0.090 to +0.110 (ITQ), …``; methods are the index's first level."""
    groups = values.groupby(level=0, sort=False)
    return ", ".join(f"{range_in_words(own)} ({name})" for name, own in groups)


def range_in_words(values: pd.Series) -> str:
    """Return the range of differences, ``+0.090 to +0.110``, or one number where both ends read alike."""
    return " to ".join(dict.fromkeys((signed(values.min()), signed(values.max()))))


def by_printed_features(cells: dict[str, pd.DataFrame]) -> dict[str, dict[str, pd.DataFrame]]:
    """Return the cells of ``shallow_cells`` by the features of the printed rows, then by what ours are called there."""
    found: dict[str, dict[str, pd.DataFrame]] = {}
    for name, own in cells.items():
        found.setdefault(PRINTED_FEATURES[name], {})[OURS[name]] = own
    return found


def whole_methods(records: pd.DataFrame) -> pd.DataFrame:
    """Return the records of the grid ``image-deep`` without those of SSGAH's lesser variants."""
    if not len(records):
        return records
    return records[[record["options"].get("variant", "full") == "full" for record in records["record"]]]


def deep_cells(records: pd.DataFrame, bits: Iterable[int] = SLIDE_BITS) -> pd.DataFrame:
    """Return MAP of the deep methods beside the printed rows; SSGAH as its variant ``full``.

    Args:
        records: of the grid ``image-deep``.
        bits: code lengths.
    """
    ours = summary(whole_methods(records), ["method", "bits"], {"map": "map"})
    paper = printed_rows("")
    titles = {name: title for name, title in IMAGE_METHOD_TITLES.items() if name in set(paper["method"])}
    return image_cells(ours, paper, "method", titles, bits)


def deep_in_words(cells: pd.DataFrame, shallow: dict[str, pd.DataFrame]) -> str:
    """Return where SSGAH stands among the measured deep rows, and beside SDH on the features that they begin with.

    Args:
        cells: as ``deep_cells`` returns them.
        shallow: as ``shallow_cells`` returns them.
    """
    ours = cells.pivot(index="bits", columns="row", values="ours").dropna(axis="columns")
    ssgah, sdh = IMAGE_METHOD_TITLES["ssgah"], IMAGE_METHOD_TITLES["sdh"]
    if ssgah not in ours or len(ours.columns) < 2:
        return ""
    last, first = ((ours.rank(axis="columns", ascending=up)[ssgah] == 1).sum() for up in (True, False))
    said = (
        f"Among the {len(ours.columns)} deep rows that are measured here at every code length, SSGAH has the lowest "
        f"MAP at {last} of {len(ours)} code lengths and the highest at {first}."
    )
    own = shallow.get("CNN 64", pd.DataFrame(columns=["row", "bits", "ours"]))
    apart = (ours[ssgah] - own[own["row"] == sdh].set_index("bits")["ours"]).dropna()
    if apart.empty:
        return said
    return f"{said} Its MAP minus that of SDH on the same features (CNN, 64 px) is {range_in_words(apart)}."


def losses_in_words(records: pd.DataFrame) -> str:
    """Return from where to where the loss of each run of the papers' own networks goes, and whether it falls at all.

    Args:
        records: of the grid ``image-own``.
    """
    said = [loss_in_words(record) for record in records.get("record", ())]
    return f"With the networks of their papers {'; '.join(said)}." if said else ""


def loss_in_words(record: dict) -> str:
    """Return the loss of a run in its first and last epoch; where it hardly falls, in how many steps that is."""
    (name,) = record["history"][0]
    first, last = (record["history"][epoch][name] for epoch in (0, -1))
    told = f"the loss of {IMAGE_METHOD_TITLES[record['spec']['method']]} goes from {first:.2f} to {last:.2f}"
    if last < FALLEN * first:
        return told
    options = record["options"]
    steps = options["epochs"] * -(-record["data"]["counts"]["train"] // options["batch_size"])
    return f"{told}, so that it has hardly learned in these {steps:,} steps"


def deep_runs(
    name: str, methods: Sequence[str] = (), bits: Sequence[int] = (), seeds: Sequence[int] = ()
) -> list[RunSpec]:
    """Return the runs of a grid of deep methods as ``select`` does; none of what no options were chosen for yet."""
    return matching(grid(name), {"method": methods, "bits": bits, "seed": seeds})


def deep_note(
    specs: list[RunSpec], shown: str, methods: Sequence[str] = DEEP_METHODS, name: str = "image-deep"
) -> Markdown | None:
    """Return what lacks of the runs of deep methods, to stand before what is shown of them; None if nothing does.

    Args:
        specs: as ``deep_runs`` gives them.
        shown: what there is without them, as the sentence goes on: ``this page shows the plan``.
        methods: that the page shows.
        name: of the grid whose arms it shows.
    """
    lacking = missing(specs)
    if not specs or len(lacking) == len(specs):
        why = f"`{lacking[0].command()}` makes the first" if specs else NO_SEARCH
        return Markdown(f"**No results yet**: {shown}; the runs have not been made ({why}).")
    notes = [missing_note(specs).data] if lacking else []
    if waiting := unchosen_arms(name, methods):
        notes.append(f"{', '.join(waiting)}: no row yet, since the draws of the search are not all made.")
    return Markdown("\n\n".join(notes)) if notes else None


def database_cells(records: pd.DataFrame) -> pd.DataFrame:
    """Return MAP in both databases, the labelled images among them or not, in the order of features and methods.

    Columns are those of ``summary`` by features, method and bits; task names the database.
    """
    found = summary(with_features(records), ["features", "method", "bits"], {name: name for name in MAPS})
    ranks = {name: rank for rank, name in enumerate((*FEATURES, *IMAGE_METHOD_TITLES, *MAPS))}
    found = found.sort_values(["features", "method", "task"], key=lambda names: names.map(ranks), kind="stable")
    return found.assign(method=found["method"].map(IMAGE_METHOD_TITLES), task=found["task"].map(MAPS))


def database_table(cells: pd.DataFrame, bits: int) -> pd.DataFrame:
    """Return MAP in both databases at one code length: methods down, features and databases across.

    Args:
        cells: as ``database_cells`` returns them.
        bits: code length.
    """
    cells = cells[cells["bits"] == bits]
    if cells.empty:
        return pd.DataFrame()
    wide = pd.DataFrame({"Method": cells["method"], "column": cells["features"].map(TITLES) + ", " + cells["task"]})
    texts = [mean_and_std(row) for _, row in cells.iterrows()]
    shown = wide_table(wide.assign(value=cells["mean"], text=texts))
    return shown.assign(n=[counts_in_words(cells.loc[cells["method"] == name, "n"]) for name in shown["Method"]])


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


def labelled_data(records: pd.DataFrame) -> str:
    """Return the data sets of records, with the numbers of queries, database and images whose label trains."""
    form, sizes = "{title}: {query:,} queries, {database:,} in the database", {}
    for data in (record["data"] for record in records["record"]):
        about = form.format(title=data["title"], **data["counts"])
        sizes.setdefault(about, set()).add(data["counts"]["train"])
    numbers = {about: each(f"{size:,}" for size in sorted(found)) for about, found in sizes.items()}
    return each(f"{about}, of which {number} have a label that trains" for about, number in numbers.items())


def image_setting_box(*tables: pd.DataFrame) -> Box:
    """Return the box "Setting" of tables of records of image hashing."""
    there = [table for table in tables if len(table)]
    records = pd.concat(there) if there else pd.DataFrame()
    if records.empty:
        return Box("Setting", {"Records": "none yet"})
    rule = each(f"{r['convention']['map'].removeprefix('all: ')}, ties by expectation" for r in records["record"])
    chance = each(f"{value:.3f}" for value in records["chance"]) or EMPTY
    facts = {"Data": f"{labelled_data(records)}; chance {chance}", "MAP": rule, "Seeds": seeds_of_rows(records)}
    return Box("Setting", facts | facts_of_runs(records))


def seeds_of_rows(records: pd.DataFrame) -> str:
    """Return what the numbers are means of; where rows have different numbers of seeds, that the tables have them."""
    counts = records.groupby(["label", "bits"])["seed"].nunique()
    if counts.nunique() == 1:
        return seeds_in_words(records)
    return f"mean ± standard deviation over n seeds from 0 on, n = {counts.min()} to {counts.max()} as the tables say"
