"""run(spec) → record: resolve, data, train, encode, evaluate, write; each once, and handed on."""

import dataclasses
import functools
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from filelock import Timeout

from adahlib.deprecation import renamed_arguments
from adahlib.distributed import agree, rank
from adahlib.errors import AdahError, BusyError
from adahlib.experiments.encoded import Encoded
from adahlib.experiments.frame import frame_of
from adahlib.experiments.frames import Trained
from adahlib.experiments.images.checks import check_labels
from adahlib.experiments.images.encoded import EncodedImages
from adahlib.experiments.images.frames import TrainedImages
from adahlib.experiments.records.fingerprint import fingerprint, training_key
from adahlib.experiments.records.machine import provenance, weights_of
from adahlib.experiments.records.source import short_hash
from adahlib.experiments.records.state import current_record, failure_path, kept_training_key
from adahlib.experiments.records.store import SCHEMA, read_record, write_record
from adahlib.experiments.rundata import RunData, load_data
from adahlib.experiments.spec import RunSpec
from adahlib.files import read_kept, waiting_lock
from adahlib.methods import IMAGE_METHODS
from adahlib.models.backbones import BACKBONES
from adahlib.paths import cache_root, results_root

Keep = Callable[[Trained], None]
AnyTrained: TypeAlias = Trained | TrainedImages
AnyEncoded: TypeAlias = Encoded | EncodedImages
FACTS = ("options", "database_codes", "validated", "history", "maps", "seconds", "provenance", "resumed")  # of codes


@dataclass(frozen=True)
class PreparedRun:
    """A run with its data and its fingerprint: all that training, evaluation and the record need.

    Attributes:
        spec: what is trained on what.
        data: pairs, split and their hash.
        fingerprint: of spec, data and source, as the record keeps it.
    """

    spec: RunSpec
    data: RunData
    fingerprint: dict

    @property
    def checkpoint(self) -> Path:
        """Path of the checkpoint; its name contains the training's key, so that other code never resumes it."""
        return cache_root() / "checkpoints" / f"{training_key(self.fingerprint)}.pt"

    @property
    def kept_codes(self) -> Path:
        """Path of the codes that a training with this fingerprint made."""
        return kept_codes_path(training_key(self.fingerprint))


def prepare(spec: RunSpec) -> PreparedRun:
    """Return a run with its data; a data set that was just read is not read again unless its files changed.

    Raises:
        AdahError: the data is missing, has images alone where the method needs texts, fewer pairs than ``train_size``,
            or not the labelled images that a method for images learns from.
    """
    data = load_data(spec.dataset, spec.split_seed, spec.reads_sentences(), spec.train_size)
    if not data.pairs.vocabulary and not spec.hashes_images():
        raise AdahError(
            f"{spec.dataset} has images without texts; {spec.method} needs a data set with both, and --method one of "
            f"{', '.join(IMAGE_METHODS)} hashes images alone."
        )
    if spec.hashes_images():
        check_labels(spec, data.pairs, data.split)
    return PreparedRun(spec, data, fingerprint(spec, data.hash))


def kept_codes_path(key: str) -> Path:
    """Return the file with the codes of a training."""
    return cache_root() / "encoded" / f"{key}.npz"


@renamed_arguments("1.0", root="results_folder")
def run(
    spec: RunSpec,
    results_folder: Path | str | None = None,
    force: bool = False,
    wait: bool = True,
    keep: Keep | None = None,
) -> dict:
    """Return the record of a run: the one that is there if it is current, else one that is made by training.

    Several processes may request the same record: one makes it, the others wait for it.

    Args:
        spec: the run.
        results_folder: where records lie (default: ``results_root()``).
        force: train also if the record is there.
        wait: for another process that is making the record.
        keep: called with the trained method and its data, to keep more of it than a record; it is then trained anew.

    Returns:
        The record, plain JSON values: ``spec``, ``options``, ``metrics`` (``map_t2i`` and ``map_i2t`` in 0..1, of
        images alone ``map``), ``history``, ``data``, ``provenance`` and more. Of several processes under torchrun all
        but the first return ``{}``.

    Raises:
        BusyError: another process is making it, and ``wait`` is False.
        AdahError: the data is missing, has images alone where the method needs texts, fewer pairs than ``train_size``,
            or not the labelled images that a method for images learns from; the training fails as the method's ``fit``
            does.

    Example:
        >>> import tempfile
        >>> from adahlib.datasets import miniature_pairs, write_pairs
        >>> from adahlib.experiments import RunSpec, run
        >>> folder = tempfile.mkdtemp()
        >>> write_pairs(miniature_pairs(), f"{folder}/walls.h5")
        >>> record = run(RunSpec(f"{folder}/walls.h5", "cca", 4, backbone="gist"), f"{folder}/results")
        >>> record["spec"]["method"], record["data"]["counts"]["query"], 0 <= record["metrics"]["map_i2t"] <= 1
        ('cca', 6, True)
    """
    path = Path(results_folder or results_root()) / spec.record_path()
    force = force or keep is not None
    if rank() > 0:  # of several processes the first one reads, locks and writes; the others only train along
        return agree(None) or follow(prepare(spec))
    try:
        with waiting_lock(lock_path(path), f"the record {spec.record_path()}", wait):
            record = agree(None if force else current_record(spec, path))
            return record or make(prepare(spec), path, force, keep)
    except Timeout as error:
        raise BusyError(f"another process is making {spec.record_path()}.") from error


def follow(prepared: PreparedRun) -> dict:
    """Train along with the first process, unless it found the codes; return nothing."""
    if not agree(None):
        frame_of(prepared.spec).fit(prepared.spec, prepared.data, prepared.checkpoint)
    return {}


def train(spec: RunSpec) -> AnyTrained:
    """Return the trained method of a run with its data, in memory.

    No record is written; an interrupted training resumes from its checkpoint.

    Args:
        spec: the run.

    Returns:
        A ``Trained``; of a method for images alone an object with ``method``, the fitted one, ``pairs``, ``split``,
        ``inputs``, what it takes of each image, and ``seconds``.

    Raises:
        AdahError: the data is missing, or does not fit the method.

    Example:
        >>> import tempfile
        >>> from adahlib.datasets import miniature_pairs, write_pairs
        >>> from adahlib.experiments import RunSpec, train
        >>> file = tempfile.mkdtemp() + "/walls.h5"
        >>> write_pairs(miniature_pairs(), file)
        >>> train(RunSpec(file, "itq", 8, backbone="gist")).method
        ITQ(bits=8, seed=0)
    """
    prepared = prepare(spec)
    return frame_of(spec).fit(spec, prepared.data, prepared.checkpoint)


def make(prepared: PreparedRun, path: Path, force: bool, keep: Keep | None) -> dict:
    """Train or find the codes, evaluate and write the record, then return it."""
    encoded = encoded_pairs(prepared, path, force, keep)
    write_record(make_record(prepared, encoded), path)
    failure_path(path).unlink(missing_ok=True)
    prepared.checkpoint.unlink(missing_ok=True)
    return read_record(path)


def encoded_pairs(
    prepared: PreparedRun, path: Path | None = None, force: bool = False, keep: Keep | None = None
) -> AnyEncoded:
    """Return what the run encoded: from the cache if its training is current, else by training.

    Runs that differ in their protocol alone share a training: one process trains, the others wait for it.

    Args:
        prepared: the run.
        path: its record (default: that of the results folder). Codes of older code are found by it, where it was
            proved that the newer code gives the same.
        force: train also if the codes are there.
        keep: called with what was trained.
    """
    path = path or results_root() / prepared.spec.record_path()
    with waiting_lock(lock_path(prepared.kept_codes), f"the codes of {prepared.spec.title()}"):
        found = None if force else find_codes(prepared, path)
        if agree(found is not None):
            return found  # type: ignore[return-value]
        return trained_and_encoded(prepared, keep)


def find_codes(prepared: PreparedRun, path: Path) -> AnyEncoded | None:
    """Return the run's codes as they were kept: of its own training, or of its record's where that is as good."""
    read = functools.partial(whole_codes, load=frame_of(prepared.spec).load)
    found = read_kept(prepared.kept_codes, read)
    if found is None and (key := kept_training_key(prepared.spec, prepared.data.hash, path)):
        found = read_kept(kept_codes_path(key), read)
    return found


def whole_codes(path: Path, load: Callable[[Path], AnyEncoded] = Encoded.load) -> AnyEncoded:
    """Return the codes in a file; raise what reading a torn file raises, and KeyError where a fact is missing."""
    encoded = load(path)
    for fact in FACTS:
        encoded.facts[fact]
    return encoded


def trained_and_encoded(prepared: PreparedRun, keep: Keep | None) -> AnyEncoded:
    """Train, and return what was encoded, which is kept."""
    resumed = prepared.checkpoint.exists()
    trained = frame_of(prepared.spec).fit(prepared.spec, prepared.data, prepared.checkpoint)
    if keep:
        keep(trained)
    encoded = with_provenance(prepared, trained, resumed)
    encoded.save(prepared.kept_codes)
    return encoded


def with_provenance(prepared: PreparedRun, trained: AnyTrained, resumed: bool = False) -> AnyEncoded:
    """Return what a trained method encodes, with where, when, and with which code and weights it was trained."""
    encoded = frame_of(prepared.spec).encode(trained)
    made = provenance({}) | {"weights": weights_of(prepared.spec.backbone)}
    encoded.facts |= {"resumed": resumed, "provenance": made}
    return encoded


def lock_path(path: Path) -> Path:
    """Return the lock that the process holds that makes the file at ``path``."""
    locks = cache_root() / "locks"
    locks.mkdir(parents=True, exist_ok=True)
    return locks / f"{short_hash(str(path.resolve()))}.lock"


def make_record(prepared: PreparedRun, encoded: AnyEncoded) -> dict:
    """Evaluate and return the record."""
    started, spec, frame = time.perf_counter(), prepared.spec, frame_of(prepared.spec)
    metrics, examples = frame.evaluate(encoded, prepared.data, spec.protocol)
    if not encoded.facts["validated"]:
        metrics.pop("validation", None)
    seconds = encoded.facts["seconds"] | {"evaluate": time.perf_counter() - started}
    gan = encoded.facts.get("gan_history")  # of methods that make pictures
    return {
        "schema": SCHEMA,
        "spec": dataclasses.asdict(spec),
        "options": encoded.facts["options"],
        "metrics": metrics,
        "convention": frame.protocols[spec.protocol].convention(),
        "database_codes": encoded.facts["database_codes"],
        "codes_hash": encoded.codes_hash(),
        "history": encoded.facts["history"],
        "data": describe_data(prepared, encoded),
        "fingerprint": prepared.fingerprint,
        "provenance": training_provenance(encoded, seconds | {"total": sum(seconds.values())}),
    } | ({"examples": examples} if examples else {}) | ({"gan_history": gan} if gan else {})


def training_provenance(encoded: AnyEncoded, seconds: dict[str, float]) -> dict:
    """Return where, when and with which code a run was trained, and the same of its evaluation."""
    now = provenance(seconds)
    trained = encoded.facts["provenance"]
    later = {"evaluated": {name: now[name] for name in ("commit", "dirty", "date")}}
    return trained | {"seconds": now["seconds"], "resumed": encoded.facts["resumed"]} | later


def describe_data(prepared: PreparedRun, encoded: AnyEncoded) -> dict:
    """Return counts and hashes of what was loaded."""
    pairs, split, spec = prepared.data.pairs, prepared.data.split, prepared.spec
    return {
        "title": pairs.provenance.get("title", pairs.name),
        "counts": pairs.counts() | split.counts(),
        "left_out": pairs.provenance.get("left_out", 0),
        "hash": pairs.content_hash(),
        "split_hash": split.content_hash(),
        "image_size": spec.image_size or BACKBONES[spec.backbone].image_size,
        "maps": encoded.facts["maps"],
    }
