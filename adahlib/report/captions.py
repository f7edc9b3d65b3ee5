"""What numbers hang on, in words from the records: data set, backbone, image size, convention, ties, seeds, epochs."""

from collections.abc import Iterable

import pandas as pd

from adahlib.experiments.grids.conventions import CONVENTIONS
from adahlib.report.summary import is_stale, is_unlearned
from adahlib.report.titles import BACKBONE_TITLES, METHOD_TITLES, PROTOCOL_TITLES, method_name

NAMED = 4  # runs that did not learn, up to which they are named


def data_set(records: pd.DataFrame) -> str:
    """Return the data set's title with the numbers of pairs, queries, database and training pairs."""
    form = "{title} ({pairs:,} pairs: {query:,} queries; database of {database:,}, of which {train:,} train)"
    return each(form.format(title=r["data"]["title"], **r["data"]["counts"]) for r in records["record"])


def data_titles(records: pd.DataFrame) -> str:
    """Return the titles of the records' data, with what distinguishes a copy from the release."""
    return " and ".join(dict.fromkeys(record["data"]["title"] for record in records["record"]))


def backbone(records: pd.DataFrame) -> str:
    """Return whose frozen maps or vectors are used, or which network is fine-tuned, and the size of the images."""
    texts = []
    for record in records["record"]:
        name, data = record["spec"]["backbone"], record["data"]
        sees = f"{size_in_words(data['maps'])} of {data['image_size']}-px images, frozen"
        if record["options"].get("fine_tune"):  # maps are then the images themselves
            sees = f"on {data['image_size']}-px images, fine-tuned"
        texts.append(f"{BACKBONE_TITLES.get(name, name)} {sees}")
    return each(texts, ", and")


def size_in_words(size: list[int]) -> str:
    """Return ``maps 112×8×8`` or ``vectors of 1,280``."""
    return f"maps {'×'.join(map(str, size))}" if len(size) > 1 else f"vectors of {size[0]:,}"


def training(records: pd.DataFrame) -> str:
    """Return profile and epochs of the methods that have epochs; the others run as published."""
    settings: dict[tuple[str, str], dict[str, list[int]]] = {}
    deep = [row for _, row in records.iterrows() if "epochs" in row["record"]["options"]]
    for row in deep:
        options = row["record"]["options"]
        setting = row["record"]["spec"]["profile"], options.get("epoch_choice", "last")
        name = method_name({**row, "attention": ""})
        settings.setdefault(setting, {}).setdefault(name, []).append(options["epochs"])
    texts = [
        f"profile {profile}, {epochs_in_words(epochs)}, codes of the {choice} epoch"
        for (profile, choice), epochs in settings.items()
    ]
    texts += [shallow_options(records)] if len(deep) < len(records) else []
    return each(texts, ", and")


def shallow_options(records: pd.DataFrame) -> str:
    """Return that the shallow methods have their default options, and which of them has another one."""
    others = {
        f"`{name}` of {method_name(row)}"
        for _, row in records.iterrows()
        if "epochs" not in row["record"]["options"]
        for name in row["record"]["spec"]["options"]
    }
    return "shallow methods with their default options" + f", but for {', '.join(sorted(others))}" * bool(others)


def epochs_in_words(epochs: dict[str, list[int]]) -> str:
    """Return ``20 epochs (ADAH), 15 epochs (DCMH-I, PRDH)``; without the names where all methods have the same.

    Args:
        epochs: name of a method → the epochs of its runs.
    """
    names: dict[str, list[str]] = {}
    for name, counts in epochs.items():
        names.setdefault(" or ".join(map(str, sorted(set(counts)))), []).append(name)
    if len(names) == 1:
        return f"{next(iter(names))} epochs"
    return ", ".join(f"{count} epochs ({', '.join(those)})" for count, those in names.items())


def convention(records: pd.DataFrame) -> str:
    """Return how MAP is computed: over what, what is relevant, how ties and empty queries count."""
    return each(
        f"{PROTOCOL_TITLES[record['spec'].get('protocol', 'all')]}, "
        f"an item is relevant if it {record['convention']['relevant']}, ties: "
        f"{record['convention']['ties'].split(';')[0]}, {record['convention']['no_relevant']}"
        for record in records["record"]
    )


def seeds(records: pd.DataFrame) -> str:
    """Return what the numbers are means of: the seeds of most methods, then those of others by their names."""
    names: dict[tuple[int, ...], list[str]] = {}
    for name, own in records.groupby(records.apply(method_name, axis=1), sort=False):
        names.setdefault(tuple(sorted(set(own["seed"]))), []).append(str(name))
    usual, *others = sorted(names, key=lambda numbers: len(names[numbers]), reverse=True)
    listed = ", ".join(map(str, usual))
    told = f"mean ± standard deviation over seeds {listed}" if len(usual) > 1 else f"one seed ({listed})"
    return "; ".join([told, *(f"{', '.join(map(str, each))} for {' and '.join(names[each])}" for each in others)])


def each(texts: Iterable[str], word: str = "or") -> str:
    """Return the different texts, joined by a word."""
    joint = f"{word} " if word.startswith(",") else f" {word} "
    return joint.join(dict.fromkeys(texts))


def database_part(records: pd.DataFrame) -> list[str]:
    """Return the codes of the database of the methods that have a choice, as a list of one text, else of none."""
    chosen = [record for record in records["record"] if record["spec"]["method"] in CONVENTIONS]
    found = dict.fromkeys((METHOD_TITLES[record["spec"]["method"]], record["database_codes"]) for record in chosen)
    listed = ", ".join(f"{title} {codes}" for title, codes in found)
    return [f"codes of the database: {listed}"] if listed else []


def device_part(records: pd.DataFrame) -> list[str]:
    """Return how many records were made on a GPU, and in which precision, as a list of one text, else of none.

    The others were made on a CPU, in float32.
    """
    on_gpu = [record for record in records["record"] if record["provenance"]["device"] != "cpu"]
    others = ", the others on a CPU in float32" if len(on_gpu) < len(records) else ""
    return [f"{len(on_gpu)} of {len(records)} runs on {machines_of(on_gpu)}{others}"] if on_gpu else []


def machines_of(records: Iterable[dict]) -> str:
    """Return the GPUs, or a CPU, that records were made on, with the precision of their steps."""
    return each(
        "a CPU in float32"
        if record["provenance"]["device"] == "cpu"
        else f"{record['provenance']['device']} in {gpu_precision(record)}"
        for record in records
    )


def gpu_precision(record: dict) -> str:
    """Return the precision of a run's steps on a GPU that has bfloat16, which ``auto`` takes there."""
    precision = record["options"].get("precision", "float32")
    return {"auto": "bfloat16"}.get(precision, precision)


def unlearned_part(records: pd.DataFrame) -> list[str]:
    """Return how many records are of runs that did not learn, few of them by name, as a list of one text, else of none.

    Their numbers stay in the means that a page shows.
    """
    lost = records[is_unlearned(records)]
    if lost.empty:
        return []
    shared = set.intersection(*map(set, lost["options"]))  # what all of them set tells none from another
    named = [
        ", ".join([method_name(row), f"{row['bits']} bits", f"seed {row['seed']}", *set_alone(row["options"], shared)])
        for _, row in lost.iterrows()
    ]
    which = f" ({'; '.join(named)})" if len(named) <= NAMED else ""
    return [f"{len(lost)} of {len(records)} runs{which}: a direction of retrieval stayed at chance"]


def set_alone(options: tuple, shared: set) -> list[str]:
    """Return the options of a run beside those that others share, each as ``margin 2.0``; none where they are many."""
    own = [f"{name.replace('_', ' ')} {value}" for name, value in options if (name, value) not in shared]
    return own if len(own) <= NAMED else []


def stale_part(records: pd.DataFrame) -> list[str]:
    """Return what a reader must know where some records are not current, as a list of one text, else of none."""
    stale = is_stale(records).sum()
    text = f"{stale} of {len(records)} (†) were made by code or with options that have changed since"
    return [text] if stale else []


def chance(records: pd.DataFrame) -> str:
    """Return the MAP of a random ranking."""
    return each(f"{value:.3f}" for value in records["chance"])


def data_facts(pairs, split) -> str:
    """Return title, counts and split of a loaded data set: of ``ImageTextPairs`` and its ``Split``."""
    counts = pairs.counts() | split.counts()
    form = "{title}, {pairs:,} pairs, {tags:,} tags, {labels} labels, {query:,} queries, {train:,} training pairs"
    return form.format(title=pairs.provenance.get("title", pairs.name), **counts)
