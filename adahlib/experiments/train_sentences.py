"""train and encode for methods that read words in their order: captions where the data set has them, else its tags."""

import time
import warnings

import numpy as np

from adahlib.datasets import dataset_split, load_dataset
from adahlib.experiments.evaluate import validation_score
from adahlib.experiments.fingerprint import chooses_epoch
from adahlib.experiments.sentences import only_tags, sentences
from adahlib.experiments.spec import RunSpec
from adahlib.experiments.train import Trained, checkpoint_path, encode, hashing_backbone
from adahlib.features import feature_maps
from adahlib.methods import make_method

__all__ = ["encode", "train"]


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
    if only_tags(pairs):
        message = f"{pairs.name} has tags and no sentences: they are read in the order of the release"
        warnings.warn(message, RuntimeWarning, stacklevel=2)
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
