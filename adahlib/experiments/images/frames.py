"""How a method for images is trained in a run, and what it encodes: labels of the labelled training images alone."""

import dataclasses
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from adahlib.datasets.pairs import ImageTextPairs
from adahlib.datasets.splits import Split
from adahlib.experiments.images.encoded import EncodedImages
from adahlib.experiments.records.fingerprint import sources
from adahlib.experiments.records.source import short_hash
from adahlib.experiments.rundata import RunData
from adahlib.experiments.spec import RunSpec
from adahlib.features import feature_maps
from adahlib.methods import IMAGE_METHODS, ImageHashingMethod, make_method
from adahlib.methods.images.base import SIDE
from adahlib.methods.images.deep import DeepImageHashing
from adahlib.models.backbones import make_backbone
from adahlib.paths import cache_root
from adahlib.training import default_device

DIGITS = 6  # significant, of objectives in records


@dataclass
class TrainedImages:
    """What training leaves in memory.

    Attributes:
        method: the fitted method.
        pairs, split: the data.
        inputs: the images as the method takes them, of all of the data set: vectors (n, d), pictures, or maps before
            its first trained block; memory-mapped.
        seconds: how long loading and fitting took.
    """

    method: ImageHashingMethod
    pairs: ImageTextPairs
    split: Split
    inputs: np.ndarray
    seconds: dict[str, float]


def fit(spec: RunSpec, data: RunData, checkpoint: Path | None = None) -> TrainedImages:
    """Return the fitted method with its data.

    It learns from the whole database, and sees the labels of the training part alone; queries train nothing.

    Args:
        spec: the run.
        data: its data.
        checkpoint: file that keeps the state after each epoch, and from which an interrupted training resumes.
    """
    started = time.perf_counter()
    method, also = made_method(spec, data)
    inputs = inputs_of(spec, method, data.pairs)
    loaded = time.perf_counter()
    part, labels = data.split.database, known_labels(data.pairs.labels, data.split)
    method.fit(inputs[part], labels[part], checkpoint=checkpoint, description=spec.title(), **also)
    seconds = {"load": loaded - started, "fit": time.perf_counter() - loaded}
    return TrainedImages(method, data.pairs, data.split, inputs, seconds)


def made_method(spec: RunSpec, data: RunData) -> tuple[ImageHashingMethod, dict]:
    """Return the untrained method, and what else its ``fit`` is given: of the database's images alone."""
    kind, options = IMAGE_METHODS[spec.method], spec.hyperparameters()
    part, also = data.split.database, {}
    method: Any = make_method(spec.method, spec.bits, spec.seed, **options)
    block = first_trained_block(method)
    if kind.mirrors and not method.sees_pictures() and block != 0:  # photos are turned over by the method
        also["mirrored"] = inputs_of(spec, method, mirrored(data.pairs))[part]
    if block is not None:
        also |= features_before_training(spec, method, data)
    makes_pictures = kind.makes_pictures and method.options.generates()
    if makes_pictures or block is not None:
        method.backbone, method.side = make_backbone(spec.backbone), spec.image_size or None
    if makes_pictures:
        also |= {"pictures": pictures_of(data.pairs)[part], "gan": gan_file(spec, data)}
    return method, also


def first_trained_block(method: ImageHashingMethod) -> int | None:
    """Return the number of the backbone's first block that the method trains, or None where it trains none."""
    return method.options.fine_tune_from if getattr(method.options, "fine_tune", False) else None


def features_before_training(spec: RunSpec, method: DeepImageHashing, data: RunData) -> dict[str, list]:
    """Return the features of the database's images and of their mirror images, for a method that asks for them."""
    if not method.reads_features():
        return {}
    part = data.split.database
    return {"features": [vectors_of(spec, each)[part] for each in (data.pairs, mirrored(data.pairs))]}


def inputs_of(spec: RunSpec, method: ImageHashingMethod, pairs: ImageTextPairs) -> np.ndarray:
    """Return the images of a data set as the method takes them: pictures of 32 px, vectors, or maps of early blocks."""
    if method.sees_pictures():
        return pictures_of(pairs)
    block = first_trained_block(method)
    if block is None:
        return vectors_of(spec, pairs)
    return feature_maps(pairs, spec.backbone, spec.image_size or None, before=block)


def gan_file(spec: RunSpec, data: RunData) -> Path:
    """Return where the trained generator of a run is kept: named by all that it depends on, bits and variant not."""
    options = spec.resolved_options()
    about = {name: options[name] for name in IMAGE_METHODS[spec.method].generator_options}
    about |= {"data": data.hash, "backbone": spec.backbone, "side": spec.image_size, "seed": spec.seed}
    about |= {"sources": sources(spec), "device": default_device().type}
    return cache_root() / "gans" / f"{short_hash(json.dumps(about, sort_keys=True))}.pt"


def vectors_of(spec: RunSpec, pairs: ImageTextPairs) -> np.ndarray:
    """Return the features of all images, (n, d)."""
    return feature_maps(pairs, spec.backbone, spec.image_size or None).reshape(len(pairs), -1)


def pictures_of(pairs: ImageTextPairs) -> np.ndarray:
    """Return the images themselves, uint8 (n, 3, 32, 32); GIST, which has no weights, stands for any network."""
    return feature_maps(pairs, "gist", SIDE, before=0)


class MirrorImages(Sequence):
    """Images turned left to right, as they are asked for."""

    def __init__(self, images: Sequence[np.ndarray] | np.ndarray):
        self.images = images

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, place: int) -> np.ndarray:  # type: ignore[override]  # no slices
        return np.ascontiguousarray(self.images[place][:, ::-1])


def mirrored(pairs: ImageTextPairs) -> ImageTextPairs:
    """Return the data set with its images turned left to right."""
    return dataclasses.replace(
        pairs, images=MirrorImages(pairs.images), image_hash=f"{pairs.image_hash} mirrored", masks=None
    )


def known_labels(labels: np.ndarray, split: Split) -> np.ndarray:
    """Return the labels (n, c) with zeros for every image that is not in the training part."""
    known = np.zeros_like(labels)
    known[split.train] = labels[split.train]
    return known


def encode(trained: TrainedImages) -> EncodedImages:
    """Return the codes of all images: those of the database are encoded as queries are."""
    started, method = time.perf_counter(), trained.method
    codes = method.encode(trained.inputs)
    facts = {
        "options": dataclasses.asdict(method.options),
        "database_codes": "encoded as queries",
        "validated": True,
        "history": rounded(method.history_),
        "gan_history": rounded(getattr(method, "gan_history_", ())),
        "maps": list(trained.inputs.shape[1:]),
        "seconds": trained.seconds | {"encode": time.perf_counter() - started},
    }
    return EncodedImages(codes, facts)


def rounded(history: Sequence[dict[str, float]]) -> list[dict[str, float]]:
    """Return a history of objectives with so many significant digits as a record keeps."""
    return [{name: float(f"{value:.{DIGITS}g}") for name, value in step.items()} for step in history]
