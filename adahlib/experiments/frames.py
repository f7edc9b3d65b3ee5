"""How a run's method is trained and what it encodes: one frame for deep and shallow methods, with captions or without.

What differs between methods stands in their class attributes (``HashingMethod``): whether they take maps or vectors,
read sentences, train in epochs, have masks, or make one code of a pair.
"""

import dataclasses
import time
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from adahlib.datasets.pairs import ImageTextPairs
from adahlib.datasets.splits import Split
from adahlib.experiments.encoded import Encoded
from adahlib.experiments.evaluation import validation_score
from adahlib.experiments.rundata import RunData
from adahlib.experiments.sentences import only_tags, sentences
from adahlib.experiments.spec import RunSpec
from adahlib.features import feature_maps
from adahlib.methods import HashingMethod, make_method
from adahlib.models.backbones import BACKBONES, make_backbone
from adahlib.retrieval import BinaryCodes


@dataclass
class Trained:
    """A trained method for pairs with its data, as ``train`` returns it.

    Attributes:
        method: the fitted method.
        pairs, split: the data.
        inputs: the images as the method takes them: maps (n, C, H, W) or vectors (n, d) of all pairs, memory-mapped.
        sequences: numbers of words in their order, (n, longest), for a method that reads sentences; else None.
        seconds: what loading the inputs and fitting took.

    Example:
        >>> import tempfile
        >>> from adahlib.datasets import miniature_pairs, write_pairs
        >>> from adahlib.experiments import RunSpec, Trained, train
        >>> file = tempfile.mkdtemp() + "/walls.h5"
        >>> write_pairs(miniature_pairs(), file)
        >>> trained = train(RunSpec(file, "cca", 4, backbone="gist"))
        >>> isinstance(trained, Trained), trained.inputs.shape
        (True, (60, 512))
        >>> trained.codes()
        (BinaryCodes(60 codes of 4 bits), BinaryCodes(60 codes of 4 bits))
    """

    method: HashingMethod
    pairs: ImageTextPairs
    split: Split
    inputs: np.ndarray
    sequences: np.ndarray | None
    seconds: dict[str, float]

    def codes(self) -> tuple[BinaryCodes, BinaryCodes]:
        """Return the codes of all images and of all texts, each encoded like a query."""
        reading = {"sequences": self.sequences} if self.method.reads_sentences else {}
        return self.method.encode_images(self.inputs), self.method.encode_texts(self.pairs.tags, **reading)

    def score(self, method: HashingMethod) -> float:
        """Return the validation score of the method as far as it is trained, which may choose the epoch."""
        return validation_score(*self.codes(), self.pairs.labels, self.split)


def fit(spec: RunSpec, data: RunData, checkpoint: Path | None = None) -> Trained:
    """Return the fitted method with its data.

    Args:
        spec: the run.
        data: its data.
        checkpoint: file that keeps the state after each epoch, and from which an interrupted training resumes.
    """
    started = time.perf_counter()
    pairs, part = data.pairs, data.split.train
    method: HashingMethod = make_method(  # type: ignore[assignment]  # of pairs
        spec.method, spec.bits, spec.seed, **spec.hyperparameters(), **hashing_backbone(spec)
    )
    trained = Trained(method, pairs, data.split, image_inputs(spec, pairs), text_sequences(method, pairs), {})
    loaded = time.perf_counter()
    reading: dict[str, Any] = {}
    if method.reads_sentences:
        reading = {"sequences": None if trained.sequences is None else trained.sequences[part]}
    method.fit(
        *(each[part] for each in (trained.inputs, pairs.tags, pairs.labels)),
        score=trained.score if spec.chooses_epoch() else None,
        checkpoint=checkpoint,
        description=spec.title(),
        **reading,
    )
    trained.seconds |= {"load": loaded - started, "fit": time.perf_counter() - loaded}
    return trained


def image_inputs(spec: RunSpec, pairs: ImageTextPairs) -> np.ndarray:
    """Return the images of all pairs as the method takes them: maps (n, C, H, W), photos, or vectors (n, d)."""
    maps = feature_maps(pairs, spec.backbone, spec.image_size or None, before=first_trained_block(spec))
    return maps.reshape(len(pairs), -1) if spec.shallow() else maps


def first_trained_block(spec: RunSpec) -> int | None:
    """Return the number of the backbone's first trained block, or None where its maps are frozen."""
    options = spec.resolved_options()
    return options["fine_tune_from"] if options.get("fine_tune") else None


def text_sequences(method: HashingMethod, pairs: ImageTextPairs) -> np.ndarray | None:
    """Return the words in their order for a method that reads sentences, where an order is known; else None."""
    if not method.reads_sentences:
        return None
    if only_tags(pairs):
        message = f"{pairs.name} has tags and no sentences: they are read in the order of the release"
        warnings.warn(message, RuntimeWarning, stacklevel=3)
    return sentences(pairs)


def hashing_backbone(spec: RunSpec) -> dict:
    """Return the backbone, as an option, that is trained, or whose fc6 and fc7 a flattened D^I starts from (3.2)."""
    if first_trained_block(spec) is not None:
        return {"backbone": make_backbone(spec.backbone)}
    flatten = spec.resolved_options().get("head") == "flatten"
    return {"backbone": make_backbone(spec.backbone)} if flatten and BACKBONES[spec.backbone].hash_shapes else {}


def encode(trained: Trained) -> Encoded:
    """Return the codes of all pairs and the masks of the queries.

    Unless the method encodes the database per modality, a database pair has one code for both of its sides.
    """
    method, query = trained.method, trained.split.query
    started = time.perf_counter()
    images, texts = trained.codes()
    if method.database_codes != "per-modality":
        images, texts = with_unified(trained, images, texts)
    masks = method.image_masks(trained.inputs[query]) if method.attends else None  # type: ignore[attr-defined]
    shares = method.text_masks(trained.pairs.tags[query]).mean(1).astype(np.float32) if method.attends else None  # type: ignore[attr-defined]
    facts = {
        "options": dataclasses.asdict(method.options),
        "database_codes": method.database_codes,
        "validated": not has_pair_codes(method),
        "history": [{name: rounded(value, method) for name, value in step.items()} for step in method.history_],
        "maps": list(trained.inputs.shape[1:]),
        "seconds": trained.seconds | {"encode": time.perf_counter() - started},
    }
    return Encoded(images, texts, masks, shares, facts)


def rounded(value: float, method: HashingMethod) -> float:
    """Return a loss as records keep it: losses of epochs are of one size, objectives of shallow methods of any."""
    return round(value, 5) if method.has_epochs else float(f"{value:.6g}")


def has_pair_codes(method: HashingMethod) -> bool:
    """Return whether database pairs have one code from both of their sides; validation pairs are then no queries."""
    return method.database_codes != "per-modality" and method.encodes_pairs


def with_unified(trained: Trained, images: BinaryCodes, texts: BinaryCodes) -> tuple[BinaryCodes, BinaryCodes]:
    """Return the codes of all pairs after the training pairs, which only the database holds, took their unified ones.

    Where the method has codes of a pair's both sides (``encode_pairs``), the other database pairs take theirs.
    """
    method, split = trained.method, trained.split
    unified = [(split.train, method.training_codes_)]
    if has_pair_codes(method):
        rest = np.setdiff1d(split.database, split.train)
        unified.append((rest, method.encode_pairs(trained.inputs[rest], trained.pairs.tags[rest])))  # type: ignore[attr-defined]
    packed = [codes.packed.copy() for codes in (images, texts)]
    for positions, codes in unified:
        for part in packed:
            part[positions] = codes.packed
    return tuple(BinaryCodes(part, images.bits) for part in packed)  # type: ignore[return-value]
