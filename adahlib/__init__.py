"""Cross-modal and image hashing: codes, metrics, losses, methods, data sets and records of two papers of ECCV 2018.

What everyone uses can be imported from here; each name is loaded when it is first used, so that ``import adahlib``
takes no time and needs no optional package::

    import adahlib

    pairs = adahlib.load_dataset("emoji-scenes")
    codes = adahlib.BinaryCodes.from_signs(outputs)
"""

from typing import TYPE_CHECKING

from adahlib.extras import installed
from adahlib.lazy import names_on_use
from adahlib.paths import give_numba_a_folder

if TYPE_CHECKING:  # type checkers do not call __getattr__
    from adahlib.datasets import (
        DATASETS as DATASETS,
    )
    from adahlib.datasets import (
        dataset_split as dataset_split,
    )
    from adahlib.datasets import (
        load_dataset as load_dataset,
    )
    from adahlib.datasets import (
        read_own as read_own,
    )
    from adahlib.errors import AdahError as AdahError
    from adahlib.errors import BusyError as BusyError
    from adahlib.errors import UnavailableError as UnavailableError
    from adahlib.experiments import RunSpec as RunSpec
    from adahlib.experiments import load_results as load_results
    from adahlib.experiments import run as run
    from adahlib.experiments import train as train
    from adahlib.experiments.profiles import profile_options as profile_options
    from adahlib.features import feature_maps as feature_maps
    from adahlib.methods import IMAGE_METHODS as IMAGE_METHODS
    from adahlib.methods import METHODS as METHODS
    from adahlib.methods import make_method as make_method
    from adahlib.models.backbones import BACKBONES as BACKBONES
    from adahlib.models.backbones import make_backbone as make_backbone
    from adahlib.retrieval import (
        BinaryCodes as BinaryCodes,
    )
    from adahlib.retrieval import (
        HammingIndex as HammingIndex,
    )
    from adahlib.retrieval import (
        HammingRanking as HammingRanking,
    )
    from adahlib.retrieval import (
        mean_average_precision as mean_average_precision,
    )
    from adahlib.retrieval import (
        paired_bootstrap as paired_bootstrap,
    )
    from adahlib.search import load_model as load_model
    from adahlib.search import save_model as save_model

__version__ = "0.3.0.dev0"

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
UNLISTED = () if installed("index") else ("HammingIndex",)
__all__ = ["__version__", *sorted(set(ON_USE) - set(UNLISTED))]

give_numba_a_folder()

__getattr__, __dir__ = names_on_use(__name__, ON_USE, UNLISTED)
