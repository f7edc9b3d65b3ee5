"""python -m adahlib.experiments.records.migrate: from the hashes of whole syntax trees to those of what counts.

A record is given the new hashes only if its old ones are equal to what the old rule gives for today's source, spec
and data: options, every module, by training and evaluation. Any other record stays as it is. The script is removed
after its use; history keeps it.
"""

import ast
import copy
import functools
import json
import sys

from adahlib.experiments.fingerprint import (
    BACKBONES,
    EPOCH_CHOICE,
    METHODS,
    PROTOCOLS,
    SCHEME,
    chooses_epoch,
    counts,
    data_hash,
    fingerprint,
    spec_hash,
)
from adahlib.experiments.records.source import module_tree, origin, short_hash
from adahlib.experiments.spec import RunSpec
from adahlib.experiments.store import read_record, record_files, write_record
from adahlib.paths import results_root


@functools.cache
def old_hash(name: str) -> str:
    """Return the hash of a module's syntax tree without docstrings, as it was until now."""
    tree = module_tree(name)
    bare = copy.deepcopy(tree)
    for node in ast.walk(bare):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None:
            node.body = node.body[1:]
    return short_hash(ast.dump(bare))


@functools.cache
def old_closure(roots: tuple[str, ...]) -> dict[str, str]:
    """Return the modules that the roots reached by the old rule, with their old hashes."""
    reached, waiting = {}, list(roots)
    while waiting:
        name = waiting.pop()
        if name in reached or not (name in roots or counts(name)):
            continue
        reached[name] = old_hash(name)
        for node in ast.walk(module_tree(name)):
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "adahlib":
                waiting += [origin(node.module, alias.name) for alias in node.names]
    return dict(sorted(reached.items()))


def old_fingerprint(spec: RunSpec) -> dict:
    """Return a run's fingerprint by the old rule, for today's source and data."""
    roots = (spec.training(), METHODS[spec.method].__module__, BACKBONES[spec.backbone].__module__)
    training = old_closure((*roots, *EPOCH_CHOICE) if chooses_epoch(spec) else roots)
    scored = old_closure((PROTOCOLS[spec.protocol],))
    evaluation = {name: digest for name, digest in scored.items() if name not in training}
    return {"spec": spec_hash(spec), "data": data_hash(spec), "training": training, "evaluation": evaluation}


def is_current(recorded: dict | None, today: dict) -> bool:
    """Return whether a record is current by the old rule: each module that the run depends on now is as it was."""
    if not recorded or any(recorded[part] != today[part] for part in ("spec", "data")):
        return False
    before, now = ({**each["training"], **each["evaluation"]} for each in (recorded, today))
    return all(before.get(name) == digest for name, digest in now.items())


def main() -> int:
    """Migrate every record that is current, and say which are not."""
    migrated = 0
    for path in record_files(results_root()):
        record = read_record(path)
        if (record.get("fingerprint") or {}).get("scheme") == SCHEME:
            continue
        spec = RunSpec(**record["spec"])
        if not is_current(record.get("fingerprint"), old_fingerprint(spec)):
            print(f"left as it is, since it is not current: {path.relative_to(results_root())}")
            continue
        record["fingerprint"] = fingerprint(spec, data_hash(spec))
        write_record(record, path)
        migrated += 1
    print(json.dumps({"migrated": migrated}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
