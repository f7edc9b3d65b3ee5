"""A run is a plain description; running it writes one record; all tables are functions of records."""

from adahlib.experiments.frames import Trained
from adahlib.experiments.results import load_results
from adahlib.experiments.running import run, train
from adahlib.experiments.spec import RunSpec
from adahlib.experiments.store import read_record

__all__ = ["RunSpec", "Trained", "load_results", "read_record", "run", "train"]
