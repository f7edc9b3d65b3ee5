"""Cross-modal and image hashing: codes, metrics, losses, methods, data sets and records of two papers of ECCV 2018.

What everyone uses can be imported from here; each name is loaded when it is first used, so that ``import adahlib``
takes no time and needs no optional package::

    import adahlib

    pairs = adahlib.load_dataset("emoji-scenes")
    codes = adahlib.BinaryCodes.from_signs(outputs)
"""

import importlib

from adahlib.paths import give_numba_a_folder

__version__ = "0.2.0"

# name → package that it is from
ON_USE = {
    "AdahError": "errors",
    "BACKBONES": "models.backbones",
    "BinaryCodes": "retrieval",
    "BusyError": "errors",
    "DATASETS": "datasets",
    "HammingIndex": "retrieval",
    "HammingRanking": "retrieval",
    "METHODS": "methods",
    "IMAGE_METHODS": "methods",
    "RunSpec": "experiments",
    "UnavailableError": "errors",
    "dataset_split": "datasets",
    "feature_maps": "features",
    "load_dataset": "datasets",
    "load_model": "search",
    "load_results": "experiments",
    "make_backbone": "models.backbones",
    "make_method": "methods",
    "mean_average_precision": "retrieval",
    "paired_bootstrap": "retrieval",
    "profile_options": "experiments.profiles",
    "read_own": "datasets",
    "run": "experiments",
    "save_model": "search",
    "train": "experiments",
}
__all__ = ["__version__", *sorted(ON_USE)]

give_numba_a_folder()


def __getattr__(name: str) -> object:
    """Return one of the names that are imported on use (PEP 562)."""
    if name not in ON_USE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{ON_USE[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *ON_USE})
