"""run(RunSpec) → RunRecord: load, train, encode, evaluate, write one record."""

import dataclasses
import hashlib
import time
from pathlib import Path

from adahlib.datasets import dataset_split, load_dataset
from adahlib.experiments.evaluate import CONVENTION, attention_examples, attention_metrics, evaluate
from adahlib.experiments.provenance import provenance, source_hash
from adahlib.experiments.spec import RunSpec
from adahlib.experiments.store import SCHEMA, read_record, write_record
from adahlib.features import feature_maps
from adahlib.methods import make_method
from adahlib.methods.adah_options import AdahOptions
from adahlib.models.backbones import BACKBONES, make_backbone
from adahlib.paths import cache_root, results_root


@dataclasses.dataclass
class Trained:
    """What a run leaves in memory: the fitted method, the data it saw and how long it took."""

    method: object
    pairs: object
    split: object
    maps: object
    seconds: dict[str, float]


def run(spec: RunSpec, root: Path | str | None = None, force: bool = False) -> dict:
    """Return the record of a run, from ``root`` (default: the results folder) if it is there, else by training.

    Args:
        spec: the run.
        root: the results folder.
        force: train also if the record is there.
    """
    path = Path(root or results_root()) / spec.record_path()
    if path.exists() and not force:
        return read_record(path)
    trained = train(spec)
    record = make_record(spec, trained)
    write_record(record, root, spec.record_path())
    checkpoint_path(spec).unlink(missing_ok=True)
    return record


def train(spec: RunSpec) -> Trained:
    """Return the fitted method with its data; an interrupted training resumes from its checkpoint."""
    started = time.perf_counter()
    pairs = load_dataset(spec.dataset)
    split = dataset_split(pairs, seed=spec.split_seed)
    maps = feature_maps(pairs, spec.backbone, spec.image_size or None)
    loaded = time.perf_counter()
    method = make_method(spec.method, spec.bits, spec.seed, **spec.hyperparameters(), **hashing_backbone(spec))
    parts = (maps, pairs.tags, pairs.labels)
    choose = spec.hyperparameters().get("epoch_choice") == "best" and len(split.validation) > 0
    method.fit(
        *(part[split.train] for part in parts),
        validation=[part[split.validation] for part in parts] if choose else None,
        checkpoint=checkpoint_path(spec),
        description=f"{spec.label()} {spec.bits} bits, seed {spec.seed}",
    )
    seconds = {"load": loaded - started, "fit": time.perf_counter() - loaded}
    return Trained(method, pairs, split, maps, seconds)


def hashing_backbone(spec: RunSpec) -> dict:
    """Return the backbone that a flattened D^I starts from, as an option, where it has fc6 and fc7 (section 3.2)."""
    flatten = spec.hyperparameters().get("head", AdahOptions.head) == "flatten"
    starts = spec.method == "adah" and flatten and BACKBONES[spec.backbone].hash_shapes
    return {"backbone": make_backbone(spec.backbone)} if starts else {}


def checkpoint_path(spec: RunSpec) -> Path:
    """Return where the training's state lies while it runs; other code does not resume from it."""
    return cache_root() / "checkpoints" / f"{spec.content_hash()[:16]}-{source_hash()[:16]}.pt"


def make_record(spec: RunSpec, trained: Trained) -> dict:
    """Encode and evaluate; return the record."""
    method, pairs, split, maps = trained.method, trained.pairs, trained.split, trained.maps
    started = time.perf_counter()
    images, texts = method.encode_images(maps), method.encode_texts(pairs.tags)
    metrics = evaluate(images, texts, pairs.labels, split)
    if attention := attention_metrics(method, maps, pairs, split.query):
        metrics["attention"] = attention
    examples = attention_examples(method, maps, pairs, split.query)
    seconds = trained.seconds | {"evaluate": time.perf_counter() - started}
    return {
        "schema": SCHEMA,
        "spec": dataclasses.asdict(spec),
        "options": dataclasses.asdict(method.options),
        "metrics": metrics,
        "convention": CONVENTION,
        "database_codes": method.database_codes,
        "codes_hash": hashlib.sha256((images.content_hash() + texts.content_hash()).encode()).hexdigest(),
        "history": [{name: round(value, 5) for name, value in epoch.items()} for epoch in method.history_],
        "data": describe_data(pairs, split, maps, spec),
        "provenance": provenance(seconds | {"total": sum(seconds.values())}),
    } | ({"examples": examples} if examples else {})


def describe_data(pairs, split, maps, spec: RunSpec) -> dict:
    """Return counts and hashes of what was loaded."""
    return {
        "title": pairs.provenance.get("title", pairs.name),
        "counts": pairs.counts() | split.counts(),
        "left_out": pairs.provenance.get("left_out", 0),
        "hash": pairs.content_hash(),
        "split_hash": split.content_hash(),
        "image_size": spec.image_size or BACKBONES[spec.backbone].image_size,
        "maps": list(maps.shape[1:]),
    }
