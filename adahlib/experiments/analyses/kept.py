"""Analyses as files: what was measured, from which runs' codes and with which source; and whether that still holds."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from adahlib.errors import AdahError
from adahlib.experiments.records.fingerprint import (
    SCHEME,
    differing,
    same_known_options,
    scored_sources,
    shortened,
    sources,
    spec_hash,
)
from adahlib.experiments.records.machine import provenance
from adahlib.experiments.records.proofs import advanced, read_proofs
from adahlib.experiments.records.source import closure
from adahlib.experiments.records.state import known_data
from adahlib.experiments.records.store import read_record
from adahlib.experiments.running import AnyEncoded, PreparedRun, encoded_pairs, prepare
from adahlib.experiments.spec import RunSpec
from adahlib.files import read_sealed, write_sealed
from adahlib.paths import results_root

FOLDER, SCHEMA = "analyses", 1
OWN = ("adahlib.experiments.analyses.", "adahlib.retrieval.bootstrap")


@dataclass
class Inputs:
    """The codes that an analysis reads, each with its hash.

    Attributes:
        used: record's path → hash of the codes that were read.
    """

    used: dict[str, str] = field(default_factory=dict)

    def encoded(self, spec: RunSpec) -> tuple[PreparedRun, AnyEncoded]:
        """Return a run with what it encoded: from the cache, else by training; no record is written."""
        prepared = prepare(spec)
        encoded = encoded_pairs(prepared)
        self.used[str(spec.record_path())] = encoded.codes_hash()
        return prepared, encoded


def analysis_sources(name: str, spec: RunSpec, trains: bool) -> dict[str, dict[str, str]]:
    """Return the hashes of the modules that an analysis depends on.

    Args:
        name: of the analysis.
        spec: one of its runs, by whose protocol it is evaluated.
        trains: whether it trains such runs by itself. Codes of records need no closure, since they are hashed.
    """
    own = closure((f"adahlib.experiments.analyses.{name}",), counts_as_own)
    return {"own": own, "evaluation": scored_sources(spec), "training": sources(spec) if trains else {}}


def counts_as_own(module: str) -> bool:
    """Return whether an analysis' numbers depend on a module that is reached from its own; this one only keeps them."""
    return module.startswith(OWN) and module != __name__


def write_analysis(name: str, measured: dict, spec: RunSpec, inputs: Inputs | None = None) -> Path:
    """Write an analysis with all that it was made from, whole or not at all; return its file.

    Args:
        name: of the analysis.
        measured: its numbers, plain JSON values.
        spec: one of its runs.
        inputs: the codes that it read; None where it trains by itself.
    """
    record = {
        "schema": SCHEMA,
        "scheme": SCHEME,
        "measured": measured,
        "spec": dataclasses.asdict(spec),
        "inputs": inputs.used if inputs else {},
        "sources": analysis_sources(name, spec, trains=inputs is None),
        "provenance": provenance({}),
    }
    path = analysis_path(name)
    write_sealed(record | (trained_with(spec) if inputs is None else {}), path)
    return path


def trained_with(spec: RunSpec) -> dict:
    """Return what an analysis that trains by itself keeps of its run, as a record has it: all options, and hashes.

    One that reads records' codes has the hashes of these instead.
    """
    return {
        "options": spec.resolved_options(),
        "fingerprint": {"spec": spec_hash(spec), "data": known_data(spec)},  # data: None where it is not here
    }


def analysis_path(name: str, root: Path | str | None = None) -> Path:
    """Return the file of an analysis."""
    return Path(root or results_root()) / FOLDER / f"{name}.json"


def read_analysis(name: str, root: Path | str | None = None) -> dict:
    """Return an analysis, and in ``stale`` why it is not current any more: a sentence, or "".

    Raises:
        AdahError: it is missing, torn or changed; the sentence names the command that makes it.
    """
    path = analysis_path(name, root)
    try:
        record = read_sealed(path)
        if record["schema"] != SCHEMA:
            raise ValueError(f"schema {record['schema']}")
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise AdahError(f"{path} is missing, torn or changed; make it with `adah analyse {name}`.") from error
    return record | {"stale": "; ".join(analysis_changes(name, record, Path(root or results_root())))}


def analysis_changes(name: str, record: Mapping, root: Path) -> list[str]:
    """Return what makes an analysis stale, in words: its source, that of its runs, or what it was made from."""
    if record["scheme"] != SCHEME:
        return ["the analysis is older than fingerprints"]
    then, device = record["sources"], record["provenance"]["device"]
    now = analysis_sources(name, RunSpec(**record["spec"]), trains=bool(then["training"]))
    names = differing(then["own"], now["own"])
    for part in ("evaluation", "training"):
        if advanced(then[part], now[part], read_proofs(), part, device) is None:
            names |= differing(then[part], now[part])
    found = [f"{module} changed" for module in shortened(sorted(n.removeprefix("adahlib.") for n in names))]
    found += changes_of_training(record)
    others = [path for path, codes in record["inputs"].items() if codes != codes_of_record(root / path)]
    return found + [f"{path} has other codes now" for path in others]


def changes_of_training(record: Mapping) -> list[str]:
    """Return whether the run's options changed; nothing for an analysis that kept none.

    Its data is not compared: pages read analyses, and they read no data.
    """
    same = "fingerprint" not in record or same_known_options(RunSpec(**record["spec"]), dict(record))
    return [] if same else ["the spec's options changed"]


def codes_of_record(path: Path) -> str | None:
    """Return the hash of a record's codes; None where there is no whole record."""
    try:
        return read_record(path).get("codes_hash")
    except AdahError:
        return None
