"""A trained model in a file: weights, options, vocabulary and backbone; what encoding pictures and words needs."""

import dataclasses
import pickle
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import torch

from adahlib.datasets.texts import words
from adahlib.errors import AdahError
from adahlib.experiments import RunSpec, Trained
from adahlib.experiments.frames import hashing_backbone
from adahlib.features import maps_of_batch, resized_batch
from adahlib.files import whole_file
from adahlib.methods import make_method
from adahlib.models.adah import build_network
from adahlib.models.backbones import make_backbone
from adahlib.progress import progress
from adahlib.retrieval import BinaryCodes
from adahlib.thread_limits import limited_threads

FORMAT = "adahlib-model-1"
BATCH = 64


class EncodingModel:
    """A trained method that encodes pictures of any size and plain text.

    Attributes:
        spec: the run that trained it.
        vocabulary: the words that it knows, in the order of its input.
    """

    def __init__(self, spec: RunSpec, method, vocabulary: Sequence[str]):
        self.spec, self.method, self.vocabulary = spec, method, tuple(vocabulary)
        self.columns = {word: column for column, word in enumerate(self.vocabulary)}
        self.backbone = make_backbone(spec.backbone).to(method.device).eval()
        self.side = spec.image_size or self.backbone.image_size

    def encode_images(self, pictures: Sequence[np.ndarray]) -> BinaryCodes:
        """Return codes of RGB pictures, uint8 (height, width, 3) each, decoded on access."""
        codes = []
        for start in progress(range(0, len(pictures), BATCH), desc="encoding images", unit="batch"):
            block = (pictures[i] for i in range(start, min(start + BATCH, len(pictures))))
            codes.append(self.method.encode_images(self.maps(block)).packed)
        return BinaryCodes(np.concatenate(codes), self.method.bits)

    @limited_threads(1)
    def maps(self, pictures: Iterable[np.ndarray]) -> np.ndarray:
        """Return the maps of some pictures, float16 (b, C, H, W), equal to those that ``feature_maps`` keeps."""
        return maps_of_batch(resized_batch(pictures, self.side), self.backbone)

    def encode_texts(self, texts: Sequence[str]) -> BinaryCodes:
        """Return codes of texts; words that the model does not know are left out."""
        bags = np.zeros((len(texts), len(self.vocabulary)), np.uint8)
        for row, text in enumerate(texts):
            bags[row, [self.columns[word] for word in self.known_words(text)]] = 1
        return self.method.encode_texts(bags)

    def known_words(self, text: str) -> list[str]:
        """Return the words of a text, in lower case, that the model knows."""
        return [word for word in words(text) if word in self.columns]

    def unknown_words(self, text: str) -> list[str]:
        """Return the words of a text, in lower case, that the model does not know, each once."""
        return [word for word in dict.fromkeys(words(text)) if word not in self.columns]


def save_model(spec: RunSpec, trained: Trained, path: Path | str) -> None:
    """Write a trained model to a file, whole or not at all."""
    if trained.method.options.fine_tune:
        raise AdahError("a model with a fine-tuned backbone cannot be kept in a file yet; train it on frozen maps.")
    state = {
        "format": FORMAT,
        "spec": dataclasses.asdict(spec),
        "options": dataclasses.asdict(trained.method.options),
        "vocabulary": list(trained.pairs.vocabulary),
        "map_shape": list(trained.inputs.shape[1:]),
        "network": {name: value.cpu() for name, value in trained.method.network.state_dict().items()},
    }
    with whole_file(path) as temporary:
        torch.save(state, temporary)


def load_model(path: Path | str) -> EncodingModel:
    """Read a model back.

    Raises:
        AdahError: the file is missing, truncated or no model of adahlib, or its backbone's weights are missing.
    """
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
        if state["format"] != FORMAT:
            raise ValueError(f"format {state['format']!r}")
        spec = RunSpec(**state["spec"])
        options = {name: tuple(v) if isinstance(v, list) else v for name, v in state["options"].items()}
        method = make_method(spec.method, spec.bits, spec.seed, **options)
        shape, vocabulary = tuple(state["map_shape"]), state["vocabulary"]
        method.network = build_network(method.options, shape, len(vocabulary), spec.bits, **hashing_backbone(spec))
        method.network.load_state_dict(state["network"])
    except (OSError, ValueError, TypeError, LookupError, EOFError, RuntimeError, pickle.UnpicklingError) as error:
        raise AdahError(f"{path} is not a whole model of adahlib ({first_line(error)}); train it again.") from error
    method.network.to(method.device).eval()
    return EncodingModel(spec, method, vocabulary)


def first_line(error: Exception) -> str:
    """Return the first line of an error's text, cut short: torch's advice goes on for a page."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:120]
