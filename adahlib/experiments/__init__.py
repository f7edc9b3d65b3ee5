"""A run is a plain description; running it writes one record; all tables are functions of records."""

import importlib

from adahlib.experiments.results import load_results
from adahlib.experiments.run import run
from adahlib.experiments.spec import RunSpec
from adahlib.experiments.store import read_record
from adahlib.experiments.train import Trained

__all__ = ["RunSpec", "Trained", "load_results", "read_record", "run", "train_run"]


def train_run(spec: RunSpec) -> Trained:
    """Return the trained method of a run with its data, in memory: every method is trained as ``run`` trains it.

    No record is written; an interrupted training resumes from its checkpoint.
    """
    return importlib.import_module(spec.training()).train(spec)
