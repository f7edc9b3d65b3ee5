"""python -m adahlib.experiments.records.probe JOB: what this version of the library makes of canonical runs.

``adah prove`` runs it twice on the base and once on the new code, each in its own checkout, so its input and output
stay readable for versions to come. The job is a JSON file: ``runs`` (fields of ``RunSpec`` by name), ``interrupted``
(names of runs to stop once and resume), ``direct`` (name → more options, for methods that are fitted without a run),
``watch`` (places in the source, see ``seen``), ``out`` (where the answer goes), and ``only`` (``closures`` for a look
at the source alone).
"""

import hashlib
import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch

from adahlib.datasets import load_dataset
from adahlib.errors import AdahError
from adahlib.experiments.records.fingerprint import scored_sources, sources
from adahlib.experiments.records.machine import provenance
from adahlib.experiments.records.seen import Seen
from adahlib.experiments.running import run
from adahlib.experiments.spec import RunSpec
from adahlib.features import resized_batch
from adahlib.files import whole_file
from adahlib.methods import HashingMethod, make_method
from adahlib.models.backbones import make_backbone
from adahlib.models.backbones.parts import frozen_part
from adahlib.thread_limits import state_threads
from adahlib.training import Training

PHOTOS, SIDE = 64, 64  # what a method is fitted to without a run: photos, and their side in px
COMPARED = ("metrics", "convention", "examples", "database_codes", "codes_hash", "history", "data", "options")


def closures(fields: dict) -> dict:
    """Return the modules and options that a run depends on; or why this version cannot describe the run."""
    try:
        spec = RunSpec(**fields)
    except (AdahError, TypeError) as error:
        return {"refused": str(error)}
    options = json.loads(json.dumps(spec.resolved_options()))
    return {"training": sources(spec), "evaluation": scored_sources(spec), "options": options}


def measured(fields: dict, interrupted: bool) -> dict:
    """Run, and return the hashes of the trained state, and the record that was made, without where and when."""
    kept: dict[str, HashingMethod]
    spec, kept = RunSpec(**fields), {}
    with tempfile.TemporaryDirectory() as folder:
        if interrupted:
            interrupt_once(spec, Path(folder))
        record = run(spec, folder, keep=lambda trained: kept.update(method=trained.method))
        (Path(folder) / spec.record_path()).unlink()
        again = run(spec, folder)  # evaluated from the kept codes
    numbers, repeated = ({name: made.get(name) for name in COMPARED} for made in (record, again))
    if numbers != repeated:
        raise AssertionError("evaluating the kept codes gave another record")
    if interrupted and not record["provenance"]["resumed"]:
        raise AssertionError("the run was not interrupted")
    return hashed(kept["method"], numbers)


def fitted(fields: dict, options: dict) -> dict:
    """Fit a method with an untrained backbone of its own to dense texts, and return hashes as ``measured`` does.

    Where the backbone is trained, its images are photos; else they are its maps.
    """
    spec = RunSpec(**fields)
    torch.manual_seed(spec.seed)
    backbone = make_backbone(spec.backbone, pretrained=False)
    given = spec.hyperparameters() | {"standardise": False} | options
    trains = given.get("fine_tune", False)
    pairs, part = load_dataset(spec.dataset), slice(PHOTOS)
    images = resized_batch([pairs.images[i] for i in range(PHOTOS)], SIDE if trains else backbone.image_size)
    frozen = frozen_part(backbone, given.get("fine_tune_from", 0)) if trains else backbone
    with torch.inference_mode():
        images = frozen(images).to(frozen.kept)
    texts, labels = pairs.tags[part].toarray(), pairs.labels[part]
    method: HashingMethod = make_method(spec.method, spec.bits, spec.seed, backbone=backbone, **given)  # type: ignore[assignment]
    method.fit(images.numpy(), texts, labels)
    codes = [method.encode_images(images.numpy()), method.encode_texts(texts)]
    if not all(np.array_equal(np.asarray(part), part.signs()) for part in codes):
        raise AssertionError("codes are other numbers as an array")
    return hashed(method, {"codes_hash": [part.content_hash() for part in codes]})


def hashed(method: HashingMethod, numbers: dict) -> dict:
    """Return hashes of a fitted method and of what came out, by name, and one over all of them."""
    history = [{name: float(value).hex() for name, value in epoch.items()} for epoch in method.history_]
    parts = {"state": state_hash(method), "unrounded losses": text_hash(history)}
    parts |= {name: text_hash(value) for name, value in numbers.items()}
    return parts | {"digest": text_hash(parts)}


def text_hash(value: object) -> str:
    """Return a sha256 over a value as JSON; floats keep every bit."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def interrupt_once(spec: RunSpec, folder: Path) -> None:
    """Train until the first checkpoint is written, and stop there as Ctrl-C does."""
    save = Training.save

    def save_and_stop(training: Training) -> None:
        save(training)
        raise KeyboardInterrupt

    Training.save = save_and_stop  # type: ignore[assignment, method-assign]
    try:
        run(spec, folder, keep=lambda trained: None)
    except KeyboardInterrupt:
        pass
    finally:
        Training.save = save  # type: ignore[method-assign]


def state_hash(method: object) -> str:
    """Return a sha256 over all that a method has learned: parameters and buffers, or the arrays of a shallow one.

    Names do not count, so that a refactoring may rename them; every value does.
    """
    network = getattr(method, "network", None)
    arrays = network.state_dict().values() if network is not None else arrays_of(vars(method))
    digests = sorted(hashlib.sha256(described(array)).hexdigest() for array in map(np.asarray, arrays))
    return hashlib.sha256("".join(digests).encode()).hexdigest()


def described(array: np.ndarray) -> bytes:
    return f"{array.dtype} {array.shape} ".encode() + np.ascontiguousarray(array).tobytes()


def arrays_of(value: object) -> Iterator[np.ndarray]:
    """Yield the arrays in a value, in its items or in what it is made of."""
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from arrays_of(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from arrays_of(part)
    elif type(value).__module__.startswith("adahlib.") and hasattr(value, "__dict__"):
        yield from arrays_of(vars(value))


def main(path: str) -> int:
    """Do the job that a file describes; an answer is written whole or not at all."""
    job = json.loads(Path(path).read_text(encoding="utf-8"))
    answer: dict[str, Any] = {"closures": {name: closures(fields) for name, fields in job["runs"].items()}}
    if job.get("only") != "closures":
        seen = Seen(job.get("watch", []))
        with seen:
            state_threads(1)
            answer["runs"] = {}
            for number, (name, fields) in enumerate(job["runs"].items()):
                print(f"{number + 1}/{len(job['runs'])} {name}", file=sys.stderr, flush=True)
                if name in job["direct"]:
                    answer["runs"][name] = fitted(fields, job["direct"][name])
                else:
                    answer["runs"][name] = measured(fields, name in job["interrupted"])
        answer["seen"] = sorted(seen.found(), key=str)
        answer["machine"] = provenance({})
    with whole_file(job["out"]) as out:
        out.write_text(json.dumps(answer), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
