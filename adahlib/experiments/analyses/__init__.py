"""Analyses: results that are made of several runs, beyond what one record holds.

``adah analyse NAME`` makes one, and ``results/analyses/NAME.json`` keeps it together with the codes that it was made
from and the source that made it, so that it becomes stale when one of them changes.
"""

import importlib
from types import ModuleType

from adahlib.errors import unknown_name

ANALYSES = ("intervals", "unseen", "true_masks", "shares", "masks", "components", "ssgah_gan", "dsh_gans_gan")


def analysis_module(name: str) -> ModuleType:
    """Return the module of an analysis; raise AdahError for an unknown name."""
    if name not in ANALYSES:
        raise unknown_name("analysis", name, ANALYSES)
    return importlib.import_module(f"adahlib.experiments.analyses.{name}")
