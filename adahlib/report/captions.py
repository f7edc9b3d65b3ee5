"""What numbers hang on, in words from the records: data set, backbone, image size, convention, ties, seeds, epochs."""

from collections.abc import Iterable

import pandas as pd

from adahlib.experiments.grids.conventions import CONVENTIONS
from adahlib.report.summary import is_stale, is_unlearned
from adahlib.report.titles import BACKBONE_TITLES, METHOD_TITLES, PROTOCOL_TITLES


def data_set(records: pd.DataFrame) -> str:
    """Return the data set's title with the numbers of pairs, queries, database and training pairs."""
    form = "{title} ({pairs:,} pairs: {query:,} queries; database of {database:,}, of which {train:,} train)"
    return each(form.format(title=r["data"]["title"], **r["data"]["counts"]) for r in records["record"])


def data_titles(records: pd.DataFrame) -> str:
    """Return the titles of the records' data, with what distinguishes a copy from the release."""
    return " and ".join(dict.fromkeys(record["data"]["title"] for record in records["record"]))


def backbone(records: pd.DataFrame) -> str:
    """Return whose frozen maps, or vectors for shallow methods, are used, their size and the images' side."""
    texts = []
    for record in records["record"]:
        name, data = record["spec"]["backbone"], record["data"]
        state = "fine-tuned" if record["options"].get("fine_tune") else "frozen"
        images = f"of {data['image_size']}-px images, {state}"
        texts.append(f"{BACKBONE_TITLES.get(name, name)} {size_in_words(data['maps'])} {images}")
    return each(texts)


def size_in_words(size: list[int]) -> str:
    """Return ``maps 112×8×8`` or ``vectors of 1,280``."""
    return f"maps {'×'.join(map(str, size))}" if len(size) > 1 else f"vectors of {size[0]:,}"


def training(records: pd.DataFrame) -> str:
    """Return profile and epochs of the methods that have epochs; the others run as published."""
    deep = [record for record in records["record"] if "epochs" in record["options"]]
    texts = [
        f"profile {record['spec']['profile']}, {record['options']['epochs']} epochs, "
        f"{record['options'].get('epoch_choice', 'last')} epoch"
        for record in deep
    ]
    return each([*texts, *(["shallow methods with their default options"] if len(deep) < len(records) else [])])


def convention(records: pd.DataFrame) -> str:
    """Return how MAP is computed: over what, what is relevant, how ties and empty queries count."""
    return each(
        f"{PROTOCOL_TITLES[record['spec'].get('protocol', 'all')]}, "
        f"an item is relevant if it {record['convention']['relevant']}, ties: "
        f"{record['convention']['ties'].split(';')[0]}, {record['convention']['no_relevant']}"
        for record in records["record"]
    )


def seeds(records: pd.DataFrame) -> str:
    """Return what the numbers are means of."""
    numbers = sorted(set(records["seed"]))
    listed = ", ".join(map(str, numbers))
    return f"mean ± standard deviation over seeds {listed}" if len(numbers) > 1 else f"one seed ({listed})"


def each(texts: Iterable[str]) -> str:
    """Return the different texts, joined by "or"."""
    return " or ".join(dict.fromkeys(texts))


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
    kinds = each(f"{record['provenance']['device']} in {gpu_precision(record)}" for record in on_gpu)
    others = ", the others on a CPU in float32" if len(on_gpu) < len(records) else ""
    return [f"{len(on_gpu)} of {len(records)} runs on {kinds}{others}"] if on_gpu else []


def gpu_precision(record: dict) -> str:
    """Return the precision of a run's steps on a GPU that has bfloat16, which ``auto`` takes there."""
    precision = record["options"].get("precision", "float32")
    return {"auto": "bfloat16"}.get(precision, precision)


def unlearned_part(records: pd.DataFrame) -> list[str]:
    """Return how many records are of runs that did not learn, as a list of one text, else of none."""
    count = is_unlearned(records).sum()
    return [f"{count} of {len(records)} runs did not learn: a direction stayed at chance"] if count else []


def stale_part(records: pd.DataFrame) -> list[str]:
    """Return what a reader must know where some records are not current, as a list of one text, else of none."""
    stale = is_stale(records).sum()
    text = f"STALE: {stale} of {len(records)} records (†) were made by code or options that have changed since"
    return [text] if stale else []


def chance(records: pd.DataFrame) -> str:
    """Return the MAP of a random ranking."""
    return each(f"{value:.3f}" for value in records["chance"])


def data_facts(pairs, split) -> str:
    """Return title, counts and split of a loaded data set: of ``ImageTextPairs`` and its ``Split``."""
    counts = pairs.counts() | split.counts()
    form = "{title}, {pairs:,} pairs, {tags:,} tags, {labels} labels, {query:,} queries, {train:,} training pairs"
    return form.format(title=pairs.provenance.get("title", pairs.name), **counts)
