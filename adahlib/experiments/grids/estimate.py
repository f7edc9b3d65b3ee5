"""How long runs will take: from the records of runs like them."""

import statistics
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from adahlib.datasets import protocol_sizes
from adahlib.errors import AdahError
from adahlib.experiments.profiles import SAME_AS
from adahlib.experiments.records.machine import device_name
from adahlib.experiments.records.store import read_record, record_files
from adahlib.experiments.spec import RunSpec
from adahlib.models.backbones import BACKBONES


def typical_seconds(root: Path) -> dict[tuple, float]:
    """Return the median seconds of recorded runs, by data set, method, attention, image size, backbone and epochs.

    Left out are runs on another kind of device than this machine's, runs that were resumed, whose seconds are those
    since the resumption, and those that are not like others of as many epochs: with another number of training pairs,
    or a backbone that learns.
    """
    found, here = defaultdict(list), device_name()
    for path in record_files(root):
        try:
            record = read_record(path)
        except AdahError:
            continue
        spec, options = record["spec"], record["options"]
        unlike = spec.get("train_size") or options.get("fine_tune")
        source = record["provenance"]
        if source["device"] != here or source.get("resumed") or unlike:
            continue
        kind = kind_of(spec["dataset"], spec["method"], spec["attention"], spec.get("image_size"), spec["backbone"])
        found[*kind, options.get("epochs")].append(source["seconds"]["total"])
    return {key: statistics.median(seconds) for key, seconds in found.items()}


def expected_seconds(spec: RunSpec, typical: dict[tuple, float]) -> float | None:
    """Return about how many seconds a run will take; None if there is no record of one like it.

    Runs like it have the same backbone and image size. Where there are none of that size, time is taken to grow with
    the pixels from the backbone's own size, as it does with the epochs and the training pairs. A run that trains its
    backbone is like none that does not.
    """
    options = spec.resolved_options()
    if options.get("fine_tune"):
        return None
    scale = share_of_pairs(spec)
    if not (known := seconds_by_epochs(spec, spec.image_size, typical)):
        known, scale = seconds_by_epochs(spec, 0, typical), scale * pixels(spec)
    if (epochs := options.get("epochs")) is None:
        return known[None] * scale if None in known else None
    known.pop(None, None)
    if not known:
        return None
    nearest = min(known, key=lambda recorded: abs(recorded - epochs * share_of_pairs(spec)))
    return known[nearest] * epochs / nearest * scale


def seconds_by_epochs(spec: RunSpec, image_size: int, typical: dict[tuple, float]) -> dict[int | None, float]:
    """Return what is typical of runs like one, with an image size, by their epochs (None: a method without)."""
    dataset = SAME_AS.get(spec.dataset, spec.dataset)
    alike = kind_of(dataset, spec.method, spec.attention, image_size, spec.backbone)
    return {epochs: seconds for (*kind, epochs), seconds in typical.items() if tuple(kind) == alike}


def kind_of(dataset: str, method: str, attention: str, image_size: int | None, backbone: str) -> tuple:
    """Return what runs share that take as long; the backbone's own image size is 0, which None stands for too."""
    return dataset, method, attention, image_size or 0, backbone


def pixels(spec: RunSpec) -> float:
    """Return how many times the pixels of the backbone's own image size the run's images have."""
    return (spec.image_size / BACKBONES[spec.backbone].image_size) ** 2 if spec.image_size else 1.0


def share_of_pairs(spec: RunSpec) -> float:
    """Return how many times the protocol's training pairs the run has; 1 where no protocol is known."""
    usual = protocol_sizes(spec.dataset).get("train")
    return spec.train_size / usual if spec.train_size and usual else 1.0


def in_words(seconds: Iterable[float | None], jobs: int = 1) -> str:
    """Return the sum of estimates, shared by ``jobs``: ``about 12 min``, and how many runs it leaves out."""
    seconds = list(seconds)
    known = [value for value in seconds if value is not None]
    if not known:
        return "time unknown: no record of such a run yet"
    unknown = f" without {len(seconds) - len(known)} whose time is unknown" if len(known) < len(seconds) else ""
    return f"about {duration(sum(known) / min(jobs, len(known)))}{unknown}"


def duration(seconds: float) -> str:
    """Return ``45 s``, ``12 min`` or ``3.4 h``."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
