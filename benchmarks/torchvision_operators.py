"""Lets torchvision 0.28 be imported where its operators do not load, as with a CUDA build beside a CPU torch.

torchvision registers shape functions for two detection operators when it is imported, whether or not the
library that defines them was loaded, and stops there if it was not. Declaring the two signatures is enough;
nothing in adahlib calls them.
"""

import importlib.machinery
import importlib.util
from pathlib import Path

import torch

SIGNATURE = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"
_declared: list[torch.library.Library] = []  # a declaration lasts as long as its Library object


def declare_missing_operators() -> bool:
    """Declare ``torchvision::nms`` and ``torchvision::qnms`` where torchvision's own operators do not load.

    To be called before ``import torchvision``; it may be called again at no cost. Where torchvision is
    absent, or where its own operators load, nothing is declared.

    Returns:
        Whether the two operators are ones that this function declared.
    """
    if not _declared and not _operator_exists("nms") and not _own_operators_load():
        library = torch.library.Library("torchvision", "FRAGMENT")
        for name in ("nms", "qnms"):
            library.define(name + SIGNATURE)
        _declared.append(library)
    return bool(_declared)


def _operator_exists(name: str) -> bool:
    return hasattr(torch.ops.torchvision, name)


def _own_operators_load() -> bool:
    """Load torchvision's compiled operators as torchvision itself would; True too if it is not installed."""
    spec = importlib.util.find_spec("torchvision")
    if spec is None or spec.origin is None:
        return True
    loader = (importlib.machinery.ExtensionFileLoader, importlib.machinery.EXTENSION_SUFFIXES)
    compiled = importlib.machinery.FileFinder(str(Path(spec.origin).parent), loader).find_spec("_C")
    if compiled is None:
        return False
    try:
        torch.ops.load_library(compiled.origin)
    except (ImportError, OSError):
        return False
    return True
