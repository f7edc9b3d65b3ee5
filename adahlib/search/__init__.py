"""Search with a trained model: encode a folder of images and texts, ask with words or with a picture."""

import importlib
from typing import TYPE_CHECKING

from adahlib.datasets.own.folder import Item, read_folder
from adahlib.search.model import EncodingModel, load_model, save_model

if TYPE_CHECKING:  # type checkers do not call __getattr__
    from adahlib.search.search_index import Hit, SearchIndex

# name → module, imported when the name is used, since indexes need FAISS and models do not
ON_USE = {"Hit": "search_index", "SearchIndex": "search_index"}
__all__ = ["EncodingModel", "Hit", "Item", "SearchIndex", "load_model", "read_folder", "save_model"]


def __getattr__(name: str) -> object:
    """Return one of the names that are imported on use (PEP 562)."""
    if name not in ON_USE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{ON_USE[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *ON_USE})
