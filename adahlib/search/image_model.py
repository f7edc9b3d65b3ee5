"""A trained method for images alone in a file: what encoding pictures needs."""

import dataclasses
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

import numpy as np
import torch
from torch import nn

from adahlib.errors import AdahError
from adahlib.experiments import RunSpec
from adahlib.experiments.images.frames import TrainedImages
from adahlib.features import maps_of_batch, resized_batch
from adahlib.methods import make_method
from adahlib.methods.images.base import SIDE
from adahlib.models.backbones import make_backbone
from adahlib.models.backbones.parts import frozen_part
from adahlib.retrieval import BinaryCodes
from adahlib.search.encoding import SIDE_LIMIT, encode_pictures
from adahlib.thread_limits import limited_threads


class ImageModel:
    """A trained method that encodes pictures of any size, and no texts.

    Attributes:
        spec: the run that trained it.
        vocabulary: empty: it knows no word.
        digest: sha256 of the file that it was read from; empty for none.
    """

    vocabulary: ClassVar[tuple[str, ...]] = ()

    def __init__(self, spec: RunSpec, method: Any):
        self.spec, self.method, self.digest = spec, method, ""
        self.device = getattr(method, "device", torch.device("cpu"))
        self.backbone = make_backbone(spec.backbone)
        self.frozen: nn.Module = self.backbone
        self.side = spec.image_size or self.backbone.image_size
        self.trained = getattr(method.options, "fine_tune", False)
        if self.trained:
            method.backbone, method.side = self.backbone, self.side
            self.frozen = frozen_part(self.backbone, method.options.fine_tune_from)
        self.frozen.to(self.device).eval()

    def encode_images(self, pictures: Sequence[np.ndarray]) -> BinaryCodes:
        """Return codes of RGB pictures, uint8 (height, width, 3) each, decoded on access."""
        return encode_pictures(pictures, lambda batch: self.method.encode(self.inputs(batch)), self.method.bits)

    @limited_threads(1)
    def inputs(self, pictures: Iterable[np.ndarray]) -> np.ndarray:
        """Return what the method takes of some pictures: features (n, d), maps, or the pictures of 32 px themselves."""
        if self.method.sees_pictures():
            return resized_batch(pictures, SIDE).numpy()
        maps = maps_of_batch(resized_batch(pictures, self.side), self.frozen, self.device)
        return maps if self.trained else maps.reshape(len(maps), -1)

    def encode_texts(self, texts: Sequence[str]) -> BinaryCodes:
        """Raise AdahError: there is nothing to encode texts with."""
        raise AdahError(f"this model ({self.spec.method}) hashes images alone; ask with a picture.")

    def known_words(self, text: str) -> list[str]:
        """Return no word."""
        return []

    def unknown_words(self, text: str) -> list[str]:
        """Return no word: texts are no input of the model."""
        return []


def image_state(spec: RunSpec, trained: TrainedImages) -> dict[str, object]:
    """Return what a file keeps of a trained method for images."""
    return {
        "spec": dataclasses.asdict(spec),
        "options": dataclasses.asdict(trained.method.options),
        "learned": {name: torch.as_tensor(value).cpu() for name, value in trained.method.learned().items()},
    }


def image_model(state: dict) -> ImageModel:
    """Return the model that a file describes.

    Raises:
        ValueError: its sizes are not those of its numbers, or its features not those of its backbone.
    """
    spec = RunSpec(**state["spec"])
    learned = state["learned"]
    if type(learned) is not dict or not all(isinstance(part, torch.Tensor) for part in learned.values()):
        raise ValueError("what it learned is no dictionary of tensors")
    if spec.image_size > SIDE_LIMIT:
        raise ValueError(f"image_size={spec.image_size}")
    options = {name: tuple(v) if isinstance(v, list) else v for name, v in state["options"].items()}
    method: Any = make_method(spec.method, spec.bits, spec.seed, **options)
    model = ImageModel(spec, method)
    method.restore(learned)
    if len(model.encode_images([np.zeros((SIDE, SIDE, 3), np.uint8)])) != 1:
        raise ValueError("it encodes no picture")
    return model
