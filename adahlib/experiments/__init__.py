"""A run is a plain description; running it writes one record; all tables are functions of records."""

from adahlib.experiments.frames import Trained
from adahlib.experiments.records.results import load_results
from adahlib.experiments.records.store import read_record
from adahlib.experiments.running import run, train
from adahlib.experiments.spec import RunSpec

__all__ = ["RunSpec", "Trained", "load_results", "read_record", "run", "train"]
