"""train and encode for methods that read words in their order: captions where the data set has them, else its tags."""

import time
import warnings

import numpy as np

from adahlib.datasets import dataset_split, load_dataset
from adahlib.datasets.pairs import TAGS_IN_ORDER
from adahlib.datasets.texts import words
from adahlib.experiments.evaluate import validation_score
from adahlib.experiments.fingerprint import chooses_epoch
from adahlib.experiments.spec import RunSpec
from adahlib.experiments.train import Trained, checkpoint_path, encode, hashing_backbone
from adahlib.features import feature_maps
from adahlib.methods import make_method

__all__ = ["encode", "sentences", "train"]


class Reader:
    """A method that reads the data set's sentences where an evaluation hands it all pairs' tags."""

    def __init__(self, method, sequences: np.ndarray | None):
        self.method, self.sequences = method, sequences

    def __getattr__(self, name: str):
        return getattr(self.method, name)

    def encode_texts(self, tags):
        """Return the codes of all n pairs' texts."""
        return self.method.encode_texts(tags, self.sequences)


def train(spec: RunSpec) -> Trained:
    """Return the fitted method with its data; an interrupted training resumes from its checkpoint."""
    started = time.perf_counter()
    pairs = load_dataset(spec.dataset)
    split = dataset_split(pairs, seed=spec.split_seed)
    maps = feature_maps(pairs, spec.backbone, spec.image_size or None)
    sequences = sentences(pairs)
    loaded = time.perf_counter()
    method = make_method(spec.method, spec.bits, spec.seed, **spec.hyperparameters(), **hashing_backbone(spec))
    reader = Reader(method, sequences)
    method.fit(
        *(part[split.train] for part in (maps, pairs.tags, pairs.labels)),
        sequences=None if sequences is None else sequences[split.train],
        score=(lambda _: validation_score(reader, maps, pairs, split)) if chooses_epoch(spec) else None,
        checkpoint=checkpoint_path(spec),
        description=f"{spec.label()} {spec.bits} bits, seed {spec.seed}",
    )
    return Trained(reader, pairs, split, maps, {"load": loaded - started, "fit": time.perf_counter() - loaded})


def sentences(pairs) -> np.ndarray | None:
    """Return the captions of a data set as numbers (n, longest) of its vocabulary's words, in their order.

    Words have the numbers 1 to v, in column order, and 0 fills the shorter rows; words outside the vocabulary are left
    out. Tags whose order is known are read as a sentence, and a RuntimeWarning says so. None where no order is known.
    """
    if pairs.captions is None:
        return None
    only_tags = pairs.provenance.get("captions") == TAGS_IN_ORDER
    if only_tags:
        message = f"{pairs.name} has tags and no sentences: they are read in the order of the release"
        warnings.warn(message, RuntimeWarning, stacklevel=2)
    split = str.splitlines if only_tags else words
    numbers = {word: column + 1 for column, word in enumerate(pairs.vocabulary)}
    rows = [[numbers[word] for word in split(caption) if word in numbers] for caption in pairs.captions]
    result = np.zeros((len(rows), max(1, *map(len, rows))), dtype=np.int64)
    for row, found in zip(result, rows, strict=True):
        row[: len(found)] = found
    return result
