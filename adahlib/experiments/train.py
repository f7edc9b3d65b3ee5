"""train(RunSpec) → Trained → Encoded: load, fit, encode; the codes are kept, so that evaluating again needs no GPU."""

import dataclasses
import hashlib
import json
import time
from pathlib import Path

import numpy as np

from adahlib.datasets import dataset_split, load_dataset
from adahlib.experiments.evaluate import validation_score
from adahlib.experiments.fingerprint import chooses_epoch, training_hash
from adahlib.experiments.spec import RunSpec
from adahlib.features import feature_maps
from adahlib.files import whole_file
from adahlib.methods import make_method
from adahlib.models.backbones import BACKBONES, make_backbone
from adahlib.paths import cache_root
from adahlib.retrieval import BinaryCodes


@dataclasses.dataclass
class Trained:
    """What training leaves in memory: the fitted method, the data it saw and how long it took."""

    method: object
    pairs: object
    split: object
    maps: object
    seconds: dict[str, float]


@dataclasses.dataclass
class Encoded:
    """What a fitted method made of a data set: all that an evaluation needs.

    Attributes:
        images, texts: codes of all pairs.
        image_masks: Z^I of the queries, bool (n, H, W), and text_shares: the attended share of each query's text
            features; None for methods without masks.
        facts: the training's history, options and seconds, and what the maps were.
    """

    images: BinaryCodes
    texts: BinaryCodes
    image_masks: np.ndarray | None
    text_shares: np.ndarray | None
    facts: dict

    def codes_hash(self) -> str:
        """Return a sha256 over all codes."""
        return hashlib.sha256((self.images.content_hash() + self.texts.content_hash()).encode()).hexdigest()


def train(spec: RunSpec) -> Trained:
    """Return the fitted method with its data; an interrupted training resumes from its checkpoint."""
    started = time.perf_counter()
    pairs = load_dataset(spec.dataset)
    split = dataset_split(pairs, seed=spec.split_seed)
    maps = feature_maps(pairs, spec.backbone, spec.image_size or None)
    loaded = time.perf_counter()
    method = make_method(spec.method, spec.bits, spec.seed, **spec.hyperparameters(), **hashing_backbone(spec))
    parts = (maps, pairs.tags, pairs.labels)
    method.fit(
        *(part[split.train] for part in parts),
        **({"score": lambda fitted: validation_score(fitted, maps, pairs, split)} if chooses_epoch(spec) else {}),
        checkpoint=checkpoint_path(spec),
        description=f"{spec.label()} {spec.bits} bits, seed {spec.seed}",
    )
    seconds = {"load": loaded - started, "fit": time.perf_counter() - loaded}
    return Trained(method, pairs, split, maps, seconds)


def checkpoint_path(spec: RunSpec) -> Path:
    """Return where the training's state lies while it runs; other code does not resume from it."""
    return cache_root() / "checkpoints" / f"{training_hash(spec)}.pt"


def hashing_backbone(spec: RunSpec) -> dict:
    """Return the backbone that a flattened D^I starts from, as an option, where it has fc6 and fc7 (section 3.2)."""
    flatten = spec.resolved_options().get("head") == "flatten"
    return {"backbone": make_backbone(spec.backbone)} if flatten and BACKBONES[spec.backbone].hash_shapes else {}


def encode(trained: Trained) -> Encoded:
    """Return the codes of all pairs and the masks of the queries."""
    method, maps, tags, query = trained.method, trained.maps, trained.pairs.tags, trained.split.query
    started = time.perf_counter()
    images, texts = method.encode_images(maps), method.encode_texts(tags)
    attends = hasattr(method, "image_masks")
    masks = method.image_masks(maps[query]) if attends else None
    shares = method.text_masks(tags[query]).mean(1).astype(np.float32) if attends else None
    facts = {
        "options": dataclasses.asdict(method.options),
        "database_codes": method.database_codes,
        "history": [{name: round(value, 5) for name, value in epoch.items()} for epoch in method.history_],
        "maps": list(maps.shape[1:]),
        "seconds": trained.seconds | {"encode": time.perf_counter() - started},
    }
    return Encoded(images, texts, masks, shares, facts)


def save_encoded(encoded: Encoded, path: Path) -> None:
    """Write what was encoded as .npz, whole or not at all."""
    arrays = {"images": encoded.images.packed, "texts": encoded.texts.packed, "bits": encoded.images.bits}
    if encoded.image_masks is not None:
        arrays |= {"image_masks": encoded.image_masks, "text_shares": encoded.text_shares}
    with whole_file(path) as temporary:
        np.savez_compressed(temporary, facts=json.dumps(encoded.facts), **arrays)


def load_encoded(path: Path) -> Encoded:
    """Read what ``save_encoded`` wrote."""
    with np.load(path) as stored:
        codes = [BinaryCodes(stored[name], int(stored["bits"])) for name in ("images", "texts")]
        masks = [stored.get(name) for name in ("image_masks", "text_shares")]
        return Encoded(*codes, *masks, json.loads(str(stored["facts"])))
