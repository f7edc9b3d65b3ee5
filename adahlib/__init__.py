"""ADAH (ECCV 2018) for cross-modal retrieval: models, losses, training, metrics and records."""

from adahlib.paths import give_numba_a_folder

__version__ = "0.1.0"

give_numba_a_folder()
