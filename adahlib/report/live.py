"""What the live page shows: MAPs of this machine's runs beside the committed ones, and answers to queries."""

import numpy as np
import pandas as pd

from adahlib.experiments import RunSpec, Trained
from adahlib.experiments.results import record_row
from adahlib.experiments.running import make_record, prepare, with_provenance
from adahlib.report.numbers import EMPTY, signed, stale_mark
from adahlib.report.paper import TASKS
from adahlib.retrieval import BinaryCodes
from adahlib.retrieval.ranking import nearest


def live_records(runs: list[tuple[RunSpec, Trained]]) -> pd.DataFrame:
    """Return the records of trained runs, in memory only, with the whole record in column ``record``.

    Their checkpoints are removed, so that the page trains again when it is run again.
    """
    records = []
    for spec, trained in runs:
        prepared = prepare(spec)
        records.append((make_record(prepared, with_provenance(trained)), spec.record_path()))
        prepared.checkpoint.unlink(missing_ok=True)
    return pd.DataFrame([record_row(record, path) | {"record": record} for record, path in records])


def live_table(live: pd.DataFrame, committed: pd.DataFrame) -> pd.DataFrame:
    """Return each run's MAPs beside those of the committed record of the same run."""
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
                "Here": f"{here:.3f}",
            }
            row |= {"Committed": EMPTY if there is None else f"{there:.3f}{stale_mark(same)}"}
            row |= {"Difference": signed(None if there is None else here - there)}
            rows.append(row | {"Seconds": f"{run.seconds:.0f}"})
    return pd.DataFrame(rows)


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
