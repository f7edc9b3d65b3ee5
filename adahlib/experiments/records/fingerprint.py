"""What a run's numbers depend on: the spec with all its options, the data, and the source of the modules it uses.

The modules are those that a run reaches by imports, from the training of its kind of method, its method, its backbone
and the evaluation. Of a module counts what can change a number (``records.source``). Left out are messages, paths,
lists of names and the like, which change no number, and the readers of data sets, since what they read is hashed
itself. Evaluation counts as training only where it chooses the epoch.
"""

import dataclasses
import functools
import json

from adahlib.experiments.records.proofs import Proof, advanced
from adahlib.experiments.records.source import closure, short_hash
from adahlib.experiments.spec import RunSpec
from adahlib.methods import ALL_METHODS
from adahlib.models.backbones import BACKBONES

SCHEME = 2  # of the hashes; a record with others cannot be compared
NEWER_FIELDS = ("train_size",)  # of ``RunSpec``, that the scheme's first records do not have
# packages and modules that change no number, or whose content is hashed itself
WITHOUT_NUMBERS = (
    *("datasets", "deprecation", "errors", "files", "lazy", "map_files", "paths", "progress"),
    *("experiments.records", "experiments.spec", "methods.parameters"),
)
ONLY_LISTS = ("methods", "methods.images", "models.backbones")  # packages' own modules; those inside them count
# where training and evaluation begin: of pairs, and of images alone
TRAINING, EVALUATION = "adahlib.experiments.frames", "adahlib.experiments.evaluation"
IMAGE_TRAINING, IMAGE_EVALUATION = "adahlib.experiments.images.frames", "adahlib.experiments.images.evaluation"


def fingerprint(spec: RunSpec, data: str | None = None) -> dict:
    """Return the run's fingerprint: hashes of spec and data, and of each module, by training and evaluation.

    Args:
        spec: the run.
        data: hash of its data set and split (``RunData.hash``); None where the data is not here.
    """
    training = sources(spec)
    evaluation = {name: digest for name, digest in scored_sources(spec).items() if name not in training}
    parts = {"spec": spec_hash(spec), "data": data, "training": training, "evaluation": evaluation}
    return {"scheme": SCHEME} | parts


def sources(spec: RunSpec) -> dict[str, str]:
    """Return the hash of every module that the training of a run depends on, by name."""
    root = IMAGE_TRAINING if spec.hashes_images() else TRAINING
    roots = (root, ALL_METHODS[spec.method].__module__, BACKBONES.module(spec.backbone))
    return dict(hashes((*roots, EVALUATION) if spec.chooses_epoch() else roots))


def scored_sources(spec: RunSpec) -> dict[str, str]:
    """Return the hash of every module that the evaluation of a run depends on, by name."""
    return dict(hashes((IMAGE_EVALUATION if spec.hashes_images() else EVALUATION,)))


def spec_hash(spec: RunSpec) -> str:
    """Return a hash of what is trained on what, with every hyperparameter."""
    return hash_of_spec(dataclasses.asdict(spec), spec.resolved_options())


def hash_of_spec(fields: dict, options: dict) -> str:
    """Return a hash of a run's fields and of all its options.

    A profile counts by its options alone, a protocol by the module that scores, and a field that is newer than the
    scheme by a value that is not its default: earlier runs were what it stands for.
    """
    newer = {each.name: each.default for each in dataclasses.fields(RunSpec) if each.name in NEWER_FIELDS}
    counting = {name: value for name, value in fields.items() if name not in ("profile", "protocol")}
    counting = {name: value for name, value in counting.items() if name not in newer or value != newer[name]}
    return short_hash(json.dumps(counting | {"options": options}, sort_keys=True))


def training_key(prints: dict) -> str:
    """Return the key of a training from a fingerprint: of spec, data and source. It names checkpoints and codes."""
    return short_hash(json.dumps([prints[part] for part in ("spec", "data", "training")], sort_keys=True))


@dataclasses.dataclass(frozen=True)
class Comparison:
    """How a record's fingerprint compares with what its run depends on now.

    Attributes:
        changes: what makes the record stale, in words; empty where nothing does.
        training: whether nothing that its training depends on changed, so that its codes still stand.
        proofs: names of the proofs without which it would be stale.
    """

    changes: tuple[str, ...] = ()
    training: bool = False
    proofs: tuple[str, ...] = ()


def compare(spec: RunSpec, record: dict, data: str | None, proofs: tuple[Proof, ...] = ()) -> Comparison:
    """Return how a record compares with what its run depends on now.

    Args:
        spec: the run.
        record: its record.
        data: hash of the data as it is here; None where it is not here, and then not compared.
        proofs: what was proved to change no number.
    """
    recorded = record.get("fingerprint")
    if not recorded or recorded.get("scheme") != SCHEME:
        return Comparison(("the record is older than fingerprints",))
    current, device = fingerprint(spec), record["provenance"]["device"]
    same_options = recorded["spec"] == current["spec"] or same_known_options(spec, record)
    found = [] if same_options else ["the spec's options changed"]
    found += ["the data changed"] if data and recorded["data"] != data else []
    before = {"training": recorded["training"], "evaluation": {**recorded["training"], **recorded["evaluation"]}}
    ways = {part: advanced(before[part], current[part], proofs, part, device) for part in before}
    lost = [current[part] for part, way in ways.items() if way is None]
    names = sorted({name for goal in lost for name in differing(before["evaluation"], goal)})
    shown = shortened([name.removeprefix("adahlib.") for name in names])
    used = dict.fromkeys(proof for way in ways.values() for proof in way or ())
    changes = (*found, *(f"{name} changed" for name in shown))
    return Comparison(changes, not found and ways["training"] is not None, tuple(used))


def differing(before: dict[str, str], now: dict[str, str]) -> set[str]:
    """Return the modules that are not as they were; those that the run no longer depends on do not matter."""
    return {name for name, digest in now.items() if before.get(name) != digest}


def same_known_options(spec: RunSpec, record: dict) -> bool:
    """Return whether the run is described as when the record was made, in all fields and options that it knows.

    Fields and options that the record does not know came later. They change the source of the modules that read them,
    and so they count there.
    """
    fields, options = dataclasses.asdict(spec), json.loads(json.dumps(spec.resolved_options()))
    known = {name: value for name, value in fields.items() if name in record["spec"] or name in NEWER_FIELDS}
    if set(record["options"]) - set(options):
        return False
    had = {name: value for name, value in options.items() if name in record["options"]}
    return hash_of_spec(known, had) == record["fingerprint"]["spec"]


def shortened(names: list[str]) -> list[str]:
    """Return modules' names, more than three of one package as ``package (5 modules)``."""
    packages: dict[str, list[str]] = {name.split(".")[0]: [] for name in names}
    for name in names:
        packages[name.split(".")[0]].append(name)
    groups = ([f"{package} ({len(own)} modules)"] if len(own) > 3 else own for package, own in packages.items())
    return [name for group in groups for name in group]


@functools.cache
def hashes(roots: tuple[str, ...]) -> dict[str, str]:
    """Return the hash of each module that the roots reach by imports and that numbers depend on."""
    return closure(roots, counts)


def counts(name: str) -> bool:
    """Return whether numbers depend on a module of adahlib that is reached by imports.

    The evaluation counts only as a root: of itself, and of trainings that it chooses an epoch for.
    """
    own = name.removeprefix("adahlib.")
    left_out = any(own == part or own.startswith(f"{part}.") for part in WITHOUT_NUMBERS)
    return not left_out and own not in ONLY_LISTS and name != EVALUATION
