"""A trained model in a file: weights, options, vocabulary and backbone; what encoding pictures and words needs."""

import dataclasses
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from adahlib.datasets.texts import words
from adahlib.errors import AdahError, reason
from adahlib.experiments import RunSpec, Trained
from adahlib.experiments.images.frames import TrainedImages
from adahlib.features import maps_of_batch, resized_batch
from adahlib.files import file_digest, whole_file
from adahlib.methods import IMAGE_METHODS, make_method
from adahlib.models.adah import NetworkOptions, build_network
from adahlib.models.backbones import BACKBONES, Backbone, make_backbone
from adahlib.models.backbones.parts import frozen_part
from adahlib.retrieval import BinaryCodes
from adahlib.search.encoding import SIDE_LIMIT, encode_pictures
from adahlib.search.image_model import ImageModel, image_model, image_state
from adahlib.search.model_file import read_model_file
from adahlib.thread_limits import limited_threads

FORMAT = "adahlib-model-1"
KEPT = ("adah",)  # methods for pairs whose models are kept in files


class EncodingModel:
    """A trained method for pairs, with its backbone and vocabulary: it encodes pictures of any size and plain text.

    ``load_model`` makes it of a file.

    Args:
        spec: the run that trained it.
        method: the fitted method.
        vocabulary: the words, in the order of the method's input.

    Attributes:
        spec: the run that trained it.
        vocabulary: the words that it knows, in the order of its input.
        digest: sha256 of the file that it was read from; empty for none.

    Raises:
        AdahError: the weights of its backbone are missing.

    Example:
        >>> import tempfile
        >>> from adahlib.datasets import miniature_pairs, write_pairs
        >>> from adahlib.experiments import RunSpec, train
        >>> from adahlib.search import EncodingModel, load_model, save_model
        >>> folder = tempfile.mkdtemp()
        >>> write_pairs(miniature_pairs(), f"{folder}/walls.h5")
        >>> spec = RunSpec(f"{folder}/walls.h5", "adah", 8, profile="quick", image_size=32, options={"epochs": 1})
        >>> save_model(spec, train(spec), f"{folder}/model.pt")
        >>> model = load_model(f"{folder}/model.pt")
        >>> isinstance(model, EncodingModel), model.encode_texts(["a red wall", "a street"])
        (True, BinaryCodes(2 codes of 8 bits))
        >>> model.known_words("A pink wall"), model.unknown_words("A pink wall")
        (['a', 'wall'], ['pink'])
    """

    def __init__(self, spec: RunSpec, method: Any, vocabulary: Sequence[str]):
        self.spec, self.method, self.vocabulary, self.digest = spec, method, tuple(vocabulary), ""
        self.columns = {word: column for column, word in enumerate(self.vocabulary)}
        self.backbone = make_backbone(spec.backbone)
        self.frozen: nn.Module = self.backbone
        if method.options.fine_tune:
            self.frozen = frozen_part(self.backbone, method.options.fine_tune_from)
        self.frozen.to(method.device).eval()
        self.side = spec.image_size or self.backbone.image_size

    def encode_images(self, pictures: Sequence[np.ndarray]) -> BinaryCodes:
        """Return codes of RGB pictures, uint8 (height, width, 3) each, decoded on access."""
        return encode_pictures(pictures, lambda batch: self.method.encode_images(self.maps(batch)), self.method.bits)

    @limited_threads(1)
    def maps(self, pictures: Iterable[np.ndarray]) -> np.ndarray:
        """Return what the method takes of some pictures, equal to what ``feature_maps`` keeps of them."""
        return maps_of_batch(resized_batch(pictures, self.side), self.frozen, self.method.device)

    def encode_texts(self, texts: Sequence[str]) -> BinaryCodes:
        """Return codes of texts; words that the model does not know are left out."""
        bags = np.zeros((len(texts), len(self.vocabulary)), np.uint8)
        for row, text in enumerate(texts):
            bags[row, [self.columns[word] for word in self.known_words(text)]] = 1
        return self.method.encode_texts(bags)

    def check_maps(self, shape: tuple[int, ...]) -> None:
        """Raise ValueError unless the frozen blocks' maps have the shape (C, H, W) on which the model was trained."""
        found = self.maps([np.zeros((self.side, self.side, 3), np.uint8)]).shape[1:]
        if found != shape:
            raise ValueError(f"it takes maps of shape {shape}, and those of its backbone are {found}")

    def head_backbone(self) -> Backbone | None:
        """Return the backbone where its blocks are trained, or a flattened D^I begins with its pooling; else None."""
        if self.method.options.fine_tune:
            return self.backbone
        flatten = self.method.options.head == "flatten"
        return self.backbone if flatten and BACKBONES[self.spec.backbone].hash_shapes else None

    def known_words(self, text: str) -> list[str]:
        """Return the words of a text, in lower case, that the model knows."""
        return [word for word in words(text) if word in self.columns]

    def unknown_words(self, text: str) -> list[str]:
        """Return the words of a text, in lower case, that the model does not know, each once."""
        return [word for word in dict.fromkeys(words(text)) if word not in self.columns]


def save_model(spec: RunSpec, trained: Trained | TrainedImages, path: Path | str) -> None:
    """Write a trained model to a file, which is then whole or not there.

    Args:
        spec: the run that was trained.
        trained: what ``train(spec)`` returned.
        path: the file.

    Raises:
        AdahError: a method for pairs other than ADAH, whose models are not kept in files.

    Example:
        >>> import tempfile
        >>> from adahlib.datasets import miniature_pairs, write_pairs
        >>> from adahlib.experiments import RunSpec, train
        >>> from adahlib.search import load_model, save_model
        >>> folder = tempfile.mkdtemp()
        >>> write_pairs(miniature_pairs(), f"{folder}/walls.h5")
        >>> spec = RunSpec(f"{folder}/walls.h5", "itq", 8, backbone="gist")
        >>> save_model(spec, train(spec), f"{folder}/model.pt")
        >>> load_model(f"{folder}/model.pt").method
        ITQ(bits=8, seed=0)
    """
    state = image_state(spec, trained) if isinstance(trained, TrainedImages) else pair_state(spec, trained)
    with whole_file(path) as temporary:
        torch.save({"format": FORMAT} | state, temporary)


def pair_state(spec: RunSpec, trained: Trained) -> dict[str, object]:
    """Return what a file keeps of a trained method for pairs.

    Raises:
        AdahError: it is another method than ADAH, whose network alone can be built again from a file.
    """
    if spec.method not in KEPT:
        raise AdahError(f"models of {spec.method} are not kept in files, but those of adah and for images alone are.")
    network: nn.Module = trained.method.network  # type: ignore[attr-defined]  # ADAH's
    return {
        "spec": dataclasses.asdict(spec),
        "options": dataclasses.asdict(trained.method.options),
        "vocabulary": list(trained.pairs.vocabulary),
        "map_shape": list(trained.inputs.shape[1:]),
        "network": {name: value.cpu() for name, value in network.state_dict().items()},
    }


def load_model(path: Path | str) -> EncodingModel | ImageModel:
    """Read a trained model back from the file that ``save_model`` or ``adah run --model`` wrote.

    Args:
        path: the file.

    Returns:
        A model with ``encode_images`` and, of a method for pairs, ``encode_texts``.

    Raises:
        AdahError: the file is missing, damaged or no model of adahlib; its sizes are not those of its numbers, or its
            maps not those of its backbone; or the weights of its backbone are missing.

    Example:
        >>> import tempfile
        >>> from adahlib.datasets import miniature_pairs, write_pairs
        >>> from adahlib.experiments import RunSpec, train
        >>> from adahlib.search import load_model, save_model
        >>> folder, pairs = tempfile.mkdtemp(), miniature_pairs()
        >>> write_pairs(pairs, f"{folder}/walls.h5")
        >>> spec = RunSpec(f"{folder}/walls.h5", "itq", 8, backbone="gist")
        >>> save_model(spec, train(spec), f"{folder}/model.pt")
        >>> load_model(f"{folder}/model.pt").encode_images(pairs.images[:3])
        BinaryCodes(3 codes of 8 bits)
    """
    digest = file_digest(path) if Path(path).is_file() else ""  # before the file is read: it may be replaced
    state = read_model_file(path)
    if state.get("format") != FORMAT:
        raise AdahError(f"{path} is no model of adahlib; `adah run --model FILE` writes one.")
    try:
        model = image_model(state) if state["spec"]["method"] in IMAGE_METHODS else _model(state)
        model.digest = digest
        return model
    except AdahError as error:
        raise AdahError(f"{path}: {str(error)[:400]}") from error  # a value of the file may be of any length
    except Exception as error:  # options, shapes and numbers of another type may raise anything
        raise AdahError(f"{path} is not a whole model of adahlib ({reason(error)}); train it again.") from error


def _model(state: dict) -> EncodingModel:
    """Return the model that a file describes, built only when its sizes are known to be those of its numbers."""
    spec = RunSpec(**state["spec"])
    options = {name: tuple(v) if isinstance(v, list) else v for name, v in state["options"].items()}
    method: Any = make_method(spec.method, spec.bits, spec.seed, **options)
    vocabulary, network = state["vocabulary"], state["network"]
    check_parts(spec, method.options, vocabulary, network)
    model = EncodingModel(spec, method, vocabulary)
    model.check_maps(tuple(state["map_shape"]))
    method.backbone = model.backbone
    shape = method.map_shape(torch.zeros(1, *state["map_shape"]))
    # whatever the network begins with is replaced by the numbers of the file
    options = dataclasses.replace(method.options, hash_init="random", text_init="default")
    sizes = (shape, len(vocabulary), spec.bits)
    build = partial(build_network, options, *sizes, model.head_backbone())
    with torch.device("meta"):  # shapes without numbers
        shapes = {name: part.shape for name, part in build().state_dict().items()}
    if shapes != {name: part.shape for name, part in network.items()}:
        raise ValueError("its options ask for a network of other sizes than its numbers have")
    method.network = build()
    method.network.load_state_dict(network)
    method.network.to(method.device).eval()
    return model


def check_parts(spec: RunSpec, options: NetworkOptions, vocabulary: object, network: object) -> None:
    """Raise ValueError where something of a model is of another type or size than in any model."""
    if spec.image_size > SIDE_LIMIT:
        raise ValueError(f"image_size={spec.image_size}")
    if type(vocabulary) is not list or not all(type(word) is str for word in vocabulary):
        raise ValueError("its vocabulary is no list of words")
    if type(network) is not dict or not all(isinstance(part, torch.Tensor) for part in network.values()):
        raise ValueError("its network is no dictionary of tensors")
    if len(options.image_hidden) > len(network):
        raise ValueError("its options ask for more layers than it has")
