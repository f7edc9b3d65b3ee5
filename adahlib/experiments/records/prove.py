"""prove(base, why): show that the code of the working tree gives the same numbers as that of a commit, bit for bit.

Both versions do the canonical runs whose modules differ, the base twice, in folders and caches of their own; all but
the base's second time are killed once while they compute maps, and started again. All parameters and buffers, codes,
masks, unrounded losses and metrics have to be equal, and every statement that differs has to have run. The proof goes
to ``results/equivalences`` and is committed with the refactoring.

What it cannot show: branches that depend on the size of the data, beyond what the statements that ran say; and the
branches that only a GPU takes, unless it is made on one. Where no such branch changed, a proof on a CPU counts for the
records of GPUs as well.
"""

import datetime
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from adahlib.errors import AdahError
from adahlib.experiments.grids.estimate import duration
from adahlib.experiments.records.canonical import CanonicalRun, canonical_runs, write_data
from adahlib.experiments.records.changed import Side, Statement, changed_statements
from adahlib.experiments.records.fingerprint import SCHEME
from adahlib.experiments.records.proofs import FOLDER, PARTS, SCHEMA, advanced, read_proofs
from adahlib.experiments.records.seen import places_of, runs_on_gpu
from adahlib.experiments.records.sides import Checkout, Job, answers
from adahlib.experiments.records.store import read_record, record_files
from adahlib.files import write_json
from adahlib.paths import PROJECT, results_root

SECONDS = 2.0  # a canonical run, three times, two at a time, with the start of the processes
SHOWN = 20  # differing runs or unseen statements that a refusal names
NOT_NUMBERS = ("options", "digest")  # the digest is over all parts, options too
SAME_MACHINE = ("device", "processor", "python", "threads", "versions")


def prove(
    why: str,
    base: str = "HEAD",
    project: Path = PROJECT,
    results: Path | None = None,
    runs: Iterable[CanonicalRun] | None = None,
    every: bool = False,
) -> Path:
    """Prove that the working tree's code gives the same numbers as a commit's; return the proof's file.

    Args:
        why: one line on what the refactoring is; it names the proof.
        base: the commit to compare with; it has to hold ``records.probe``.
        project: the checkout.
        results: results folder with the records that the proof is for (default: ``results_root()``).
        runs: the canonical runs (default: all); fewer of them see less of what changed.
        every: whether the proof is also for kinds of runs that no record is of here: records that are being made with
            the base's code meanwhile, as on another machine.

    Raises:
        AdahError: the day's proof of that name is there already, nothing that counts changed, no record would gain by
            the proof, a run came out differently or cannot be repeated, options changed, or a changed statement did not
            run.
    """
    if not slug(why):
        raise AdahError(f"--why {why!r}: say in a few words what the refactoring is.")
    date = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    path = project / "results" / FOLDER / f"{date[:10]}-{slug(why)}.json"
    if path.exists():
        raise AdahError(f"{path.name} is today's proof of another change; say in other words what this one is.")
    with tempfile.TemporaryDirectory(prefix="adah-prove-") as name:
        folder = Path(name)
        old, new = Checkout.of_commit(project, base, folder / "base"), Checkout.of_tree(project, folder / "new")
        proof = compared(old, new, {run.name(): run for run in runs or canonical_runs()}, results, folder, every)
        if Checkout.of_tree(project, folder / "again").sources != new.sources:
            raise AdahError("the source changed while the proof was made; give the same command again.")
    proof |= {"schema": SCHEMA, "why": why, "base": old.commit, "date": date}
    write_json(proof, path)
    return path


def compared(
    old: Checkout, new: Checkout, runs: dict[str, CanonicalRun], results: Path | None, folder: Path, every: bool
) -> dict[str, object]:
    """Return what a proof says of two versions, after all that it has to refuse."""
    write_data(folder)
    closures = look(old, new, runs, folder)
    kinds = changed_kinds(closures, results or results_root(), every)
    chosen = {name: run for name, run in runs.items() if name in changed_runs(closures)}
    only_new = {name: run for name, run in runs.items() if "refused" in closures.get(name, ({},))[0]}
    before, after = Side(old.sources), Side(new.sources)
    modules = [{name for kind in kinds for name in kind[side]} for side in ("old", "new")]
    statements = {
        "old": changed_statements(before, after, modules[0]),
        "new": changed_statements(after, before, modules[1]),
    }
    made = compared_runs(old, new, chosen, statements, folder)
    extra = only_new_runs(new, only_new, statements["new"], folder)
    unseen = not_seen(statements["old"], old, made["old"]["seen"], [])
    refuse_unseen([*unseen, *not_seen(statements["new"], new, made["new"]["seen"], extra)])
    on_gpu = any(
        runs_on_gpu(statement, side.sources[statement.module])
        for name, side in (("old", old), ("new", new))
        for statement in statements[name]
    )
    return {name: made["new"]["machine"][name] for name in SAME_MACHINE} | {
        "kinds": kinds,
        "runs": {name: made["new"]["runs"][name]["digest"] for name in chosen},
        "statements": {side: len(found) for side, found in statements.items()},
        "base_repeated": True,
        "all_devices": made["new"]["machine"]["device"] == "cpu" and not on_gpu,
    }


def slug(why: str) -> str:
    """Return a text as part of a file's name."""
    return "-".join(re.findall(r"[a-z0-9]+", why.lower()))[:60].strip("-")


def look(old: Checkout, new: Checkout, runs: dict[str, CanonicalRun], folder: Path) -> dict[str, tuple[dict, dict]]:
    """Return what both versions say of each canonical run: its modules and its options."""
    jobs = [Job(side, runs, folder, only="closures") for side in (old, new)]
    before, after = (answer["closures"] for answer in answers(jobs, folder))
    check_same_runs(before, after)
    return {name: (before[name], after[name]) for name in runs if "refused" not in after[name]}


def check_same_runs(before: dict[str, dict], after: dict[str, dict]) -> None:
    """Raise AdahError where the new version refuses a run that the base does, or gives it other options."""
    done = [name for name in before if "refused" not in before[name]]
    if not done:
        raise AdahError(f"the base does none of the canonical runs: {next(iter(before.values()))['refused']}")
    for name in done:
        if "refused" in after[name]:
            raise AdahError(f"the new code refuses the run {name}: {after[name]['refused']}")
        options = after[name]["options"]
        others = [key for key, value in before[name]["options"].items() if key not in options or options[key] != value]
        if others:
            raise AdahError(f"the run {name} has other options now ({listed(others)}); a proof is for code alone.")


def changed_runs(closures: dict[str, tuple[dict, dict]]) -> list[str]:
    """Return the names of the runs that both versions can do and that depend on other code now."""
    both = {name: pair for name, pair in closures.items() if "refused" not in pair[0]}
    return [name for name, (before, after) in both.items() if any(before[part] != after[part] for part in PARTS)]


def changed_kinds(closures: dict[str, tuple[dict, dict]], results: Path, every: bool = False) -> list[dict]:
    """Return the closures that differ and that some record was made with, or ``every`` one, each with its runs.

    Raises:
        AdahError: there are none.
    """
    kinds: dict[tuple, dict] = {}
    for name, (before, after) in closures.items():
        for part in PARTS:
            if "refused" not in before and before[part] != after[part]:
                key = (part, *sorted(before[part].items()), *sorted(after[part].items()))
                kinds.setdefault(key, {"part": part, "old": before[part], "new": after[part], "runs": []})
                kinds[key]["runs"].append(name)
    if not kinds:
        raise AdahError("nothing that a number depends on differs from the base; there is nothing to prove.")
    records = [read_record(path) for path in record_files(results)]
    useful = [kind for kind in kinds.values() if any(gains(record, kind) for record in records)]
    if not useful:
        raise AdahError("no record was made with the base's code; a proof would be of no use to any.")
    return list(kinds.values()) if every else useful


def gains(record: dict, kind: dict) -> bool:
    """Return whether a record was made with the old closure of a kind, or is as good as that by earlier proofs."""
    recorded = record.get("fingerprint") or {}
    if recorded.get("scheme") != SCHEME:
        return False
    modules = recorded["training"] if kind["part"] == "training" else recorded["training"] | recorded["evaluation"]
    device = record["provenance"]["device"]
    return advanced(modules, kind["old"], read_proofs(), kind["part"], device) is not None


def compared_runs(
    old: Checkout, new: Checkout, runs: dict[str, CanonicalRun], statements: dict[str, list[Statement]], folder: Path
) -> dict[str, dict]:
    """Return what the base and the new version made, after comparing them, and the base with itself.

    Raises:
        AdahError: something differs, bit for bit.
    """
    print(
        f"{len(runs)} canonical runs, three times: about {duration(len(runs) * SECONDS)}", file=sys.stderr, flush=True
    )
    jobs = [
        Job(old, runs, folder, watch=places(statements["old"], old), killed=True),
        Job(new, runs, folder, watch=places(statements["new"], new), killed=True),
        *(Job(old, half, folder) for half in halves(runs)),
    ]
    first, second, *repeats = answers(jobs, folder, say="canonical runs")
    again = {name: made for answer in repeats for name, made in answer["runs"].items()}
    if any(first["machine"][name] != second["machine"][name] for name in SAME_MACHINE):
        raise AdahError("the two versions ran on different devices, threads or library versions.")
    repeat = [name for name in runs if first["runs"][name] != again[name]]
    if repeat:
        raise AdahError(f"the base does not equal itself, so nothing can be proved here: {listed(repeat)}")
    parts = {name: differing_parts(first["runs"][name], made) for name, made in second["runs"].items()}
    differ = [f"{name} ({', '.join(found)})" for name, found in parts.items() if found]
    if differ:
        raise AdahError(f"{len(differ)} of {len(runs)} runs came out differently: {listed(differ)}")
    return {"old": first, "new": second}


def differing_parts(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """Return the parts of a run whose hashes differ.

    Options are left out: ``check_same_runs`` has compared those that the base knows, and the new code may have more.
    """
    return [part for part in before | after if part not in NOT_NUMBERS and before.get(part) != after.get(part)]


def halves(runs: dict[str, CanonicalRun]) -> list[dict[str, CanonicalRun]]:
    """Return the runs in two parts, for the two processes that repeat the base."""
    names = list(runs)
    return [part for start in (0, 1) if (part := {name: runs[name] for name in names[start::2]})]


def only_new_runs(new: Checkout, runs: dict[str, CanonicalRun], statements: list[Statement], folder: Path) -> list:
    """Return the places that ran in the runs that only the new version can do."""
    guarded = [statement for statement in statements if statement.guarded]
    if not runs or not guarded:
        return []
    job = Job(new, runs, folder, watch=places(guarded, new))
    return answers([job], folder, say="new kinds of runs")[0]["seen"]


def places(statements: Iterable[Statement], side: Checkout) -> list:
    """Return the places to watch."""
    return [place for statement in statements for place in places_in(statement, side)]


def places_in(statement: Statement, side: Checkout) -> set[tuple]:
    return places_of(statement, str(side.files[statement.module]), side.sources[statement.module])


def not_seen(statements: Iterable[Statement], side: Checkout, seen: list, extra: list) -> Iterator[Statement]:
    """Yield the statements of which something did not run; guarded ones may have run in new kinds of runs instead."""
    compared = {tuple(place) for place in seen}
    others = {tuple(place) for place in extra}
    for statement in statements:
        needed = places_in(statement, side)
        if not (needed <= compared or (statement.guarded and needed <= compared | others)):
            yield statement


def refuse_unseen(unseen: list[Statement]) -> None:
    """Raise AdahError if a changed statement did not run."""
    if unseen:
        raise AdahError(
            f"{len(unseen)} changed statements ran in no canonical run, so that nothing is known of them: "
            f"{listed(map(str, unseen))}. Add a run to records.canonical that takes them."
        )


def listed(names: Iterable[str]) -> str:
    names = list(names)
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return "; ".join(names[:SHOWN]) + more
