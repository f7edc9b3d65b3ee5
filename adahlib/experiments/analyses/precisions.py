"""The average precision of every test query of a run, kept so that comparisons query by query need no training.

Training the runs of an analysis takes hours, while the average precisions of one run are some thousand numbers.
``results/precisions`` keeps them beside the hashes of the codes, of the data and of the evaluation that they are of.
"""

from pathlib import Path

import numpy as np

from adahlib.errors import AdahError
from adahlib.experiments.analyses.kept import Inputs
from adahlib.experiments.records.fingerprint import scored_sources
from adahlib.experiments.records.machine import device_name
from adahlib.experiments.records.proofs import advanced, read_proofs
from adahlib.experiments.records.state import current_record
from adahlib.experiments.spec import RunSpec
from adahlib.files import read_sealed, write_sealed
from adahlib.paths import results_root
from adahlib.retrieval import average_precision, distance_histograms

FOLDER = "precisions"


def query_precisions(spec: RunSpec, inputs: Inputs) -> np.ndarray:
    """Return the average precision of each test query of a run over the whole database, in the order of the split.

    They come from their file while the run's record is current and of the same codes and data, and the evaluation is
    the same; else from the codes, and the file is written.

    Args:
        spec: the run, of a method for images alone.
        inputs: which is told the codes that were read.

    Returns:
        float64 (queries,).
    """
    record = current_record(spec, results_root() / spec.record_path())
    found = kept_precisions(spec, record) if record else None
    if record is None or found is None:
        return measured_precisions(spec, inputs)
    inputs.used[str(spec.record_path())] = record["codes_hash"]
    return found


def kept_precisions(spec: RunSpec, record: dict) -> np.ndarray | None:
    """Return the precisions of a run's file; None where they are not of the record, or of another evaluation."""
    try:
        kept = read_sealed(precisions_path(spec))
        same = (kept["codes_hash"], kept["data"]) == (record["codes_hash"], record["fingerprint"]["data"])
        evaluation, device = kept["evaluation"], kept["device"]
        values = np.array(kept["average_precision"], dtype=float)
    except (OSError, ValueError, LookupError, TypeError, AdahError):
        return None
    if not same or advanced(evaluation, scored_sources(spec), read_proofs(), "evaluation", device) is None:
        return None
    return values


def measured_precisions(spec: RunSpec, inputs: Inputs) -> np.ndarray:
    """Return the precisions of a run from its codes, trained unless the cache has them, and write the file."""
    prepared, encoded = inputs.encoded(spec)
    split, labels = prepared.data.split, prepared.data.pairs.labels
    codes = encoded.images[split.query], encoded.images[split.database]
    found = average_precision(*distance_histograms(*codes, labels[split.query], labels[split.database]))
    about: dict[str, object] = {"codes_hash": encoded.codes_hash(), "data": prepared.data.hash, "device": device_name()}
    about |= {"evaluation": scored_sources(spec), "average_precision": found.tolist()}
    write_sealed(about, precisions_path(spec))
    return found


def precisions_path(spec: RunSpec) -> Path:
    """Return the file of a run's precisions, called as its record is."""
    return results_root() / FOLDER / spec.record_path().relative_to("runs")
