"""What pages ``quickstart`` and ``your_data`` show of runs that they train themselves: MAP, losses and answers."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from adahlib.datasets.pairs import ImageTextPairs
from adahlib.errors import AdahError
from adahlib.experiments import RunSpec, Trained
from adahlib.experiments.records.results import record_row
from adahlib.experiments.running import make_record, prepare, with_provenance
from adahlib.report.drawing import PALETTE, new_figure, show, write
from adahlib.report.pages.data import tag_words
from adahlib.report.text import EMPTY, signed, stale_mark
from adahlib.report.titles import TASKS
from adahlib.retrieval import BinaryCodes
from adahlib.retrieval.ranking import nearest

RIGHT, WRONG = PALETTE[2], PALETTE[3]


def live_records(runs: list[tuple[RunSpec, Trained]]) -> pd.DataFrame:
    """Return the records of trained runs, in memory only, with the whole record in column ``record``.

    Their checkpoints are removed, so that the page trains again when it is run again.
    """
    records = []
    for spec, trained in runs:
        prepared = prepare(spec)
        records.append((make_record(prepared, with_provenance(prepared, trained)), spec.record_path()))
        prepared.checkpoint.unlink(missing_ok=True)
    return pd.DataFrame([record_row(record, path) | {"record": record} for record, path in records])


def live_table(live: pd.DataFrame, committed: pd.DataFrame) -> pd.DataFrame:
    """Return each run's MAPs beside those of the stored record of the same run, and how long its training took."""
    rows = []
    for run in live.itertuples():
        same = committed[committed["path"] == run.path] if "path" in committed else committed
        for task, arrow in TASKS.items():
            here = getattr(run, f"map_{task}")
            there = same[f"map_{task}"].iloc[0] if len(same) else None
            row = {
                "Attention": run.attention,
                "Task": arrow,
                "Chance": f"{run.chance:.3f}",
                "This machine": f"{here:.3f}",
            }
            row |= {"Stored run": EMPTY if there is None else f"{there:.3f}{stale_mark(same)}"}
            row |= {"Difference": signed(None if there is None else here - there)}
            rows.append(row | {"Training, s": f"{run.record['provenance']['seconds']['fit']:.0f}"})
    return pd.DataFrame(rows)


def training_figure(histories: dict[str, list[dict[str, float]]]) -> Figure:
    """Return the training losses by epoch, a panel per run: name → history."""
    figure, axes = new_figure(4.2 * len(histories), 3.4, 1, len(histories), sharey=True)
    for axis, (name, history) in zip(axes[0], histories.items(), strict=True):
        for term, colour in zip(history[-1], PALETTE, strict=False):
            values = [epoch.get(term, np.nan) for epoch in history]
            axis.plot(range(1, len(history) + 1), values, color=colour, label=term)
        axis.set(title=name, xlabel="epoch")
        axis.legend(frameon=True, fontsize=7, ncols=2)
    axes[0, 0].set_ylabel("loss, mean over the epoch's batches")
    return figure


def answers(queries: BinaryCodes, database: BinaryCodes, query: int, stored: np.ndarray, count: int = 5) -> np.ndarray:
    """Return the positions of the nearest stored items; ties in the order of the data set.

    Args:
        queries: codes of all n pairs in the modality that asks.
        database: codes of all n pairs in the modality that answers.
        query: position of the query.
        stored: positions of the database.
        count: number of answers.
    """
    return stored[nearest(queries[[query]], database[stored], count)]


def answer_figure(pairs: ImageTextPairs, query: int, answers: Sequence[int], task: str) -> Figure:
    """Return a query and its first answers; a frame tells whether an answer shares a label with the query.

    Args:
        pairs: the data set.
        query: position of the query.
        answers: positions of the answers, nearest first.
        task: ``"t2i"``, a text queries images; ``"i2t"``, an image queries texts; ``"i2i"``, an image queries images.
    """
    if task not in ("t2i", "i2t", "i2i"):
        raise AdahError(f"task {task!r} is none of 't2i', 'i2t' and 'i2i'.")
    figure, axes = new_figure(1.55 * (len(answers) + 1), 2.0, 1, len(answers) + 1)
    draw(axes[0, 0], pairs, query, as_text=task == "t2i")
    axes[0, 0].set_title("query", fontsize=9)
    for rank, (axis, answer) in enumerate(zip(axes[0, 1:], answers, strict=True), start=1):
        draw(axis, pairs, answer, as_text=task == "i2t")
        right = bool((pairs.labels[query] & pairs.labels[answer]).any())
        axis.set_title(f"{rank}: {'right' if right else 'wrong'}", fontsize=9, color=RIGHT if right else WRONG)
        for side in axis.spines.values():
            side.set(edgecolor=RIGHT if right else WRONG, linewidth=2.5, visible=True)
    return figure


def draw(axis: Axes, pairs: ImageTextPairs, position: int, as_text: bool) -> None:
    """Draw one side of a pair into a panel: its tags, or its image."""
    if as_text:
        write(axis, " ".join(tag_words(pairs, position)), 18, fontsize=7)
    else:
        show(axis, pairs.images[position])
