"""The average precision of every test query of a run, kept so that comparisons query by query need no training.

Training the runs of an analysis takes hours, while the average precisions of one run are some thousand numbers.
``results/precisions`` keeps them beside the hash of the codes that they belong to.
"""

from pathlib import Path

import numpy as np

from adahlib.experiments.analyses.kept import Inputs, codes_of_record
from adahlib.experiments.records.fingerprint import scored_sources
from adahlib.experiments.records.machine import device_name
from adahlib.experiments.records.proofs import advanced, read_proofs
from adahlib.experiments.spec import RunSpec
from adahlib.files import read_sealed, write_sealed
from adahlib.paths import results_root
from adahlib.retrieval import average_precision, distance_histograms

FOLDER = "precisions"


def query_precisions(spec: RunSpec, inputs: Inputs) -> np.ndarray:
    """Return the average precision of each test query of a run over the whole database, in the order of the split.

    They come from their file while the run's record has the codes that they belong to, and the evaluation is the same;
    else from the codes, and the file is written.

    Args:
        spec: the run, of a method for images alone.
        inputs: which is told the codes that were read.

    Returns:
        float64 (queries,).
    """
    codes = codes_of_record(results_root() / spec.record_path())
    found = kept_precisions(spec, codes) if codes else None
    if found is None:
        return measured_precisions(spec, inputs)
    inputs.used[str(spec.record_path())] = str(codes)
    return found


def kept_precisions(spec: RunSpec, codes: str) -> np.ndarray | None:
    """Return the precisions of a run's file; None where there is none, or where it is of other codes or evaluation."""
    try:
        kept = read_sealed(precisions_path(spec))
    except (OSError, ValueError):
        return None
    now = scored_sources(spec)
    same = advanced(kept["evaluation"], now, read_proofs(), "evaluation", kept["device"]) is not None
    return np.array(kept["average_precision"]) if same and kept["codes_hash"] == codes else None


def measured_precisions(spec: RunSpec, inputs: Inputs) -> np.ndarray:
    """Return the precisions of a run from its codes, trained unless the cache has them, and write the file."""
    prepared, encoded = inputs.encoded(spec)
    split, labels = prepared.data.split, prepared.data.pairs.labels
    codes = encoded.images[split.query], encoded.images[split.database]
    found = average_precision(*distance_histograms(*codes, labels[split.query], labels[split.database]))
    about = {"codes_hash": encoded.codes_hash(), "device": device_name(), "evaluation": scored_sources(spec)}
    write_sealed(about | {"average_precision": found.tolist()}, precisions_path(spec))
    return found


def precisions_path(spec: RunSpec) -> Path:
    """Return the file of a run's precisions, called as its record is."""
    return results_root() / FOLDER / spec.record_path().relative_to("runs")
