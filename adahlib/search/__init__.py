"""Search with a trained model: encode a folder of images and texts, ask with words or with a picture."""

from typing import TYPE_CHECKING

from adahlib.datasets.own.folder import Item, read_folder
from adahlib.extras import installed
from adahlib.lazy import names_on_use
from adahlib.search.model import EncodingModel, load_model, save_model

if TYPE_CHECKING:  # type checkers do not call __getattr__
    from adahlib.search.code_folder import write_codes
    from adahlib.search.search_index import Hit, SearchIndex

# name → module, imported when the name is used, since indexes need FAISS and models do not
ON_USE = {"Hit": "search_index", "SearchIndex": "search_index", "write_codes": "code_folder"}
__all__ = ["EncodingModel", "Item", "load_model", "read_folder", "save_model"]
UNLISTED = () if installed("index") else tuple(ON_USE)
if not UNLISTED:
    __all__ += ["Hit", "SearchIndex", "write_codes"]

__getattr__, __dir__ = names_on_use(__name__, ON_USE, UNLISTED)
