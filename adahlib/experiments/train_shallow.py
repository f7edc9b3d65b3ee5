"""train and encode for the shallow methods: feature vectors in place of maps, and unified codes where they exist."""

import dataclasses
import time

import numpy as np

from adahlib.datasets import dataset_split, load_dataset
from adahlib.experiments.spec import RunSpec
from adahlib.experiments.train import Encoded, Trained
from adahlib.features import feature_maps
from adahlib.methods import make_method
from adahlib.retrieval import BinaryCodes


def train(spec: RunSpec) -> Trained:
    """Return the fitted method with its data; ``maps`` are the backbone's vectors, (n, d)."""
    started = time.perf_counter()
    pairs = load_dataset(spec.dataset)
    split = dataset_split(pairs, seed=spec.split_seed)
    vectors = feature_maps(pairs, spec.backbone, spec.image_size or None).reshape(len(pairs), -1)
    loaded = time.perf_counter()
    method = make_method(spec.method, spec.bits, spec.seed, **spec.hyperparameters())
    parts = (part[split.train] for part in (vectors, pairs.tags, pairs.labels))
    method.fit(*parts, description=f"{spec.label()} {spec.bits} bits, seed {spec.seed}")
    seconds = {"load": loaded - started, "fit": time.perf_counter() - loaded}
    return Trained(method, pairs, split, vectors, seconds)


def encode(trained: Trained) -> Encoded:
    """Return the codes of all pairs; where the method unifies them, database pairs have one code for both sides."""
    method, vectors, tags = trained.method, trained.maps, trained.pairs.tags
    started = time.perf_counter()
    images, texts = method.encode_images(vectors), method.encode_texts(tags)
    if method.database_codes == "unified":
        images, texts = with_unified(trained, images, texts)
    facts = {
        "options": dataclasses.asdict(method.options),
        "database_codes": method.database_codes,
        "validated": not encodes_pairs(method),
        "history": [{name: float(f"{value:.6g}") for name, value in step.items()} for step in method.history_],
        "maps": list(vectors.shape[1:]),
        "seconds": trained.seconds | {"encode": time.perf_counter() - started},
    }
    return Encoded(images, texts, None, None, facts)


def with_unified(trained: Trained, images: BinaryCodes, texts: BinaryCodes) -> tuple[BinaryCodes, BinaryCodes]:
    """Return the codes of all pairs after the training pairs, which only the database holds, took their unified ones.

    Where the method has codes of a pair's both sides (``encode_pairs``), the other database pairs take theirs.
    """
    method, split = trained.method, trained.split
    unified = {"train": (split.train, method.training_codes_)}
    if encodes_pairs(method):
        rest = np.setdiff1d(split.database, split.train)
        unified["rest"] = (rest, method.encode_pairs(trained.maps[rest], trained.pairs.tags[rest]))
    packed = [codes.packed.copy() for codes in (images, texts)]
    for positions, codes in unified.values():
        for part in packed:
            part[positions] = codes.packed
    return tuple(BinaryCodes(part, images.bits) for part in packed)


def encodes_pairs(method) -> bool:
    """Return whether database pairs have one code from both of their sides; validation pairs are then no queries."""
    return method.database_codes == "unified" and hasattr(method, "encode_pairs")
