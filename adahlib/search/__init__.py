"""Search with a trained model: encode a folder of images and texts, ask with words or with a picture."""

from adahlib.datasets.own.folder import Item, read_folder
from adahlib.search.model import EncodingModel, load_model, save_model
from adahlib.search.search_index import Hit, SearchIndex

__all__ = ["EncodingModel", "Hit", "Item", "SearchIndex", "load_model", "read_folder", "save_model"]
