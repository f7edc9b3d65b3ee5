"""run(RunSpec) → RunRecord: train or find what was trained, evaluate, write one record."""

import dataclasses
import importlib
import time
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock, Timeout

from adahlib.distributed import agree, rank
from adahlib.errors import AdahError
from adahlib.experiments.fingerprint import data_hash, fingerprint, pairs_and_split, short_hash, training_hash
from adahlib.experiments.provenance import provenance
from adahlib.experiments.spec import PROTOCOLS, RunSpec
from adahlib.experiments.state import current_record, failure_path
from adahlib.experiments.store import SCHEMA, read_record, write_record
from adahlib.experiments.train import Encoded, Trained, checkpoint_path, load_encoded, save_encoded
from adahlib.models.backbones import BACKBONES
from adahlib.paths import cache_root, results_root

Keep = Callable[[Trained], None]


class BusyError(AdahError):
    """Another process is making the record."""


def run(
    spec: RunSpec, root: Path | str | None = None, force: bool = False, wait: bool = True, keep: Keep | None = None
) -> dict:
    """Return the record of a run, from ``root`` if it is there and current, else by training.

    Several processes may ask for the same record: one makes it, the others wait for it.

    Args:
        spec: the run.
        root: the results folder (default: the project's).
        force: train also if the record is there.
        wait: for another process that is making the record.
        keep: called with the trained method and its data, to keep more of it than a record; it is then trained anew.

    Raises:
        BusyError: another process is making it, and ``wait`` is False.
    """
    path = Path(root or results_root()) / spec.record_path()
    force = force or keep is not None
    if rank() > 0:
        return agree(None) or make(spec, path, force)
    try:
        with FileLock(lock_path(path), timeout=-1 if wait else 0):
            record = agree(None if force else current_record(spec, path))
            return record or make(spec, path, force, keep)
    except Timeout as error:
        raise BusyError(f"another process is making {spec.record_path()}.") from error


def check_texts(spec: RunSpec) -> None:
    """Raise AdahError where a set has no texts: every method here learns images and texts together."""
    pairs, _ = pairs_and_split(spec.dataset, spec.split_seed)
    if not pairs.vocabulary:
        raise AdahError(f"{spec.dataset} has images without texts; {spec.method} needs a data set with both.")


def make(spec: RunSpec, path: Path, force: bool = False, keep: Keep | None = None) -> dict:
    """Train, evaluate and write the record, then return it; of several processes the first one writes."""
    check_texts(spec)
    encoded = encoded_pairs(spec, force, keep)
    if rank() > 0:
        return {}
    remember_training(encoded, path)
    write_record(make_record(spec, encoded), path)
    failure_path(path).unlink(missing_ok=True)
    checkpoint_path(spec).unlink(missing_ok=True)
    return read_record(path)


def remember_training(encoded: Encoded, path: Path) -> None:
    """Take over the provenance of an older record of the same codes, where the codes themselves do not have it."""
    try:
        old = read_record(path) if path.exists() else {}
    except AdahError:
        return
    if "provenance" not in encoded.facts and old.get("codes_hash") == encoded.codes_hash():
        encoded.facts["provenance"] = old["provenance"]


def encoded_pairs(spec: RunSpec, force: bool = False, keep: Keep | None = None) -> Encoded | None:
    """Return what the run encoded: from the cache if its training is current, else by training.

    Runs that differ in their protocol alone share a training: one process trains, the others wait for it.
    """
    path = encoded_path(spec)
    if rank() > 0:
        return None if agree(None) else trained_and_encoded(spec, path, keep)
    with FileLock(lock_path(path)):
        if agree(path.exists() and not force):
            return load_encoded(path)
        return trained_and_encoded(spec, path, keep)


def trained_and_encoded(spec: RunSpec, path: Path, keep: Keep | None = None) -> Encoded | None:
    """Train and return what was encoded, which is kept; of several processes the first one encodes."""
    resumed = checkpoint_path(spec).exists()
    training = importlib.import_module(spec.training())
    trained = training.train(spec)
    if rank() > 0:
        return None
    if keep:
        keep(trained)
    encoded = training.encode(trained)
    encoded.facts |= {"resumed": resumed, "provenance": provenance({})}
    save_encoded(encoded, path)
    return encoded


def encoded_path(spec: RunSpec) -> Path:
    """Return where the codes lie that a training with this fingerprint made."""
    return cache_root() / "encoded" / f"{training_hash(spec)}.npz"


def lock_path(path: Path) -> Path:
    """Return the lock that the process holds that makes the record at ``path``."""
    locks = cache_root() / "locks"
    locks.mkdir(parents=True, exist_ok=True)
    return locks / f"{short_hash(str(path.resolve()))}.lock"


def make_record(spec: RunSpec, encoded: Encoded) -> dict:
    """Evaluate and return the record."""
    started = time.perf_counter()
    pairs, split = pairs_and_split(spec.dataset, spec.split_seed)
    scoring = importlib.import_module(PROTOCOLS[spec.protocol])
    metrics, examples = scoring.evaluate_encoded(encoded, pairs, split)
    if not encoded.facts.get("validated", True):
        metrics.pop("validation", None)
    seconds = encoded.facts["seconds"] | {"evaluate": time.perf_counter() - started}
    return {
        "schema": SCHEMA,
        "spec": dataclasses.asdict(spec),
        "options": encoded.facts["options"],
        "metrics": metrics,
        "convention": scoring.CONVENTION,
        "database_codes": encoded.facts["database_codes"],
        "codes_hash": encoded.codes_hash(),
        "history": encoded.facts["history"],
        "data": describe_data(pairs, split, encoded, spec),
        "fingerprint": fingerprint(spec, data_hash(spec)),
        "provenance": training_provenance(encoded, seconds | {"total": sum(seconds.values())}),
    } | ({"examples": examples} if examples else {})


def training_provenance(encoded: Encoded, seconds: dict[str, float]) -> dict:
    """Return where, when and with which code a run was trained, and the same of its evaluation where that was later."""
    now = provenance(seconds)
    trained = encoded.facts.get("provenance", now)
    later = {"evaluated": {name: now[name] for name in ("commit", "dirty", "date")}} if trained is not now else {}
    return trained | {"seconds": now["seconds"], "resumed": encoded.facts.get("resumed", False)} | later


def describe_data(pairs, split, encoded: Encoded, spec: RunSpec) -> dict:
    """Return counts and hashes of what was loaded."""
    return {
        "title": pairs.provenance.get("title", pairs.name),
        "counts": pairs.counts() | split.counts(),
        "left_out": pairs.provenance.get("left_out", 0),
        "hash": pairs.content_hash(),
        "split_hash": split.content_hash(),
        "image_size": spec.image_size or BACKBONES[spec.backbone].image_size,
        "maps": encoded.facts["maps"],
    }
