"""What a run's numbers depend on: the spec with all its options, the data, and the source of the modules it uses.

The modules are those that a run reaches by imports, from the training of its kind of method, its method, its backbone
and the evaluation. Of a module counts what can change a number (``records.source``). Left out are messages, paths,
lists of names and the like, which change no number, and the readers of data sets, since what they read is hashed
itself. Evaluation counts as training only where it chooses the epoch.
"""

import dataclasses
import functools
import hashlib
import json

from adahlib.datasets import dataset_split, load_dataset
from adahlib.experiments.records.source import closure, short_hash
from adahlib.experiments.sentences import sentences
from adahlib.experiments.spec import PROTOCOLS, RunSpec
from adahlib.methods import METHODS
from adahlib.models.backbones import BACKBONES

SCHEME = 2  # of the hashes; a record with others cannot be compared
WITHOUT_NUMBERS = (
    *("errors", "files", "paths", "progress", "torchvision_operators", "methods", "models.backbones"),
    *("experiments.spec", "experiments.fingerprint", "experiments.evaluate"),
)
EPOCH_CHOICE = ("adahlib.experiments.evaluate",)  # scores the validation pairs after each epoch


def fingerprint(spec: RunSpec, data: str | None = None) -> dict:
    """Return the run's fingerprint: hashes of spec and data, and of each module, by training and evaluation.

    Args:
        spec: the run.
        data: ``data_hash`` of its data set and split; None where the data is not at hand.
    """
    training = sources(spec)
    scored = hashes((PROTOCOLS[spec.protocol],))
    evaluation = {name: digest for name, digest in scored.items() if name not in training}
    parts = {"spec": spec_hash(spec), "data": data, "training": training, "evaluation": evaluation}
    return {"scheme": SCHEME} | parts


def sources(spec: RunSpec) -> dict[str, str]:
    """Return the hash of every module that the training of a run depends on, by name."""
    roots = (spec.training(), METHODS[spec.method].__module__, BACKBONES[spec.backbone].__module__)
    return dict(hashes((*roots, *EPOCH_CHOICE) if chooses_epoch(spec) else roots))


def chooses_epoch(spec: RunSpec) -> bool:
    """Return whether a run's training depends on how it is evaluated: where it keeps its best epoch."""
    return spec.resolved_options().get("epoch_choice") == "best"


def spec_hash(spec: RunSpec) -> str:
    """Return a hash of what is trained on what, with every hyperparameter.

    A profile counts by its options alone, and a protocol by the module that scores.
    """
    resolved = dataclasses.asdict(spec) | {"options": spec.resolved_options()}
    del resolved["profile"], resolved["protocol"]
    return short_hash(json.dumps(resolved, sort_keys=True))


def training_hash(spec: RunSpec) -> str:
    """Return a hash of all that the training of a run depends on: where its checkpoint and its codes are kept."""
    current = fingerprint(spec, data_hash(spec))
    return short_hash(json.dumps([current[part] for part in ("spec", "data", "training")], sort_keys=True))


def data_hash(spec: RunSpec) -> str:
    """Return a hash of a run's data set and split as they are read here and now; also of words' order, if it counts."""
    return hash_of_data(spec.dataset, spec.split_seed, spec.reads_sentences())


@functools.cache
def hash_of_data(dataset: str, split_seed: int, in_order: bool) -> str:
    pairs, split = pairs_and_split(dataset, split_seed)
    order = sentences(pairs) if in_order else None
    words = "" if order is None else hashlib.sha256(order.tobytes()).hexdigest()
    return short_hash(pairs.content_hash() + split.content_hash() + words)


@functools.lru_cache(maxsize=2)
def pairs_and_split(dataset: str, split_seed: int) -> tuple:
    """Return a data set and its split; read once a process, since hashing and evaluating both need them."""
    pairs = load_dataset(dataset)
    return pairs, dataset_split(pairs, seed=split_seed)


def changes(recorded: dict | None, current: dict) -> list[str]:
    """Return what differs between a record's fingerprint and the present one, in words; empty if nothing does.

    A module that the run no longer depends on does not matter: all that it depends on now is as it was.
    """
    if not recorded or recorded.get("scheme") != SCHEME:
        return ["the record is older than fingerprints"]
    found = ["the spec's options changed"] if recorded["spec"] != current["spec"] else []
    if current["data"] and recorded["data"] != current["data"]:
        found.append("the data changed")
    before, now = ({**each["training"], **each["evaluation"]} for each in (recorded, current))
    names = sorted(name for name in now if before.get(name) != now[name])
    return found + [f"{name} changed" for name in shortened([name.removeprefix("adahlib.") for name in names])]


def shortened(names: list[str]) -> list[str]:
    """Return modules' names, more than three of one package as ``package (5 modules)``."""
    packages = {name.split(".")[0]: [] for name in names}
    for name in names:
        packages[name.split(".")[0]].append(name)
    groups = ([f"{package} ({len(own)} modules)"] if len(own) > 3 else own for package, own in packages.items())
    return [name for group in groups for name in group]


@functools.cache
def hashes(roots: tuple[str, ...]) -> dict[str, str]:
    """Return the hash of each module that the roots reach by imports and that numbers depend on."""
    return closure(roots, counts)


def counts(name: str) -> bool:
    """Return whether numbers depend on a module of adahlib; the lists of methods and backbones are only lists."""
    own = name.removeprefix("adahlib.")
    return own not in WITHOUT_NUMBERS and own.split(".")[0] != "datasets"
