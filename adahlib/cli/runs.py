"""The commands ``adah run``, ``adah grid`` and ``adah status``: one record, all records of a table, what is there.

PyTorch is imported when a command is carried out or shows its own help, and not before: see ``CommandParser``.
"""

import ast
import functools
import os
from collections import Counter
from collections.abc import Collection
from pathlib import Path

from adahlib.cli.places import (
    check_results,
    imported_page_tasks,
    print_place,
    print_uncompared,
    print_what_is_not_here,
    shown_path,
    written_at,
)
from adahlib.errors import AdahError, check_whole
from adahlib.paths import results_root

THREADS_HELP = "threads that train and encode; last digits depend on it (default: ADAH_THREADS, or 1)"
MODEL_HELP = "file to write the trained model to, for adah encode; trains anew, and replaces the run's record"
SHOWN = 12  # lines of each state that ``adah status`` prints without --all


def add_run_parsers(commands) -> None:
    """Add ``adah run``, ``adah grid`` and ``adah status``."""
    run = commands.add_parser("run", help="train, evaluate and write one record under results/")
    run.add_later = add_run_arguments
    run.set_defaults(command=run_command)
    grid = commands.add_parser("grid", help="make the records of a table that are missing, stale or asked for again")
    grid.add_later = add_grid_name
    add_selection(grid)
    grid.add_argument("--dry-run", action="store_true", help="print the runs and an estimate, and make nothing")
    grid.add_argument("--jobs", type=int, help="runs at a time (default: GPUs × ADAH_RUNS_PER_GPU, else 1)")
    grid.add_argument("--threads", type=int, help=THREADS_HELP)
    grid.add_argument("--scheduler", metavar="ADDRESS", help="of a running Dask scheduler: tcp://host:8786")
    grid.add_argument("--slurm", action="store_true", help="start the jobs under SLURM, as dask-jobqueue is configured")
    grid.add_argument("--retry-failed", action="store_true", help="do failed runs again too")
    grid.add_argument("--force", action="store_true", help="do everything again")
    grid.set_defaults(command=grid_command)
    status = commands.add_parser("status", help="what is done, failed, missing and stale, and why")
    status.add_later = functools.partial(add_grid_name, default="all")
    add_selection(status)
    status.add_argument("--all", action="store_true", help=f"list every run (default: {SHOWN} of each state)")
    status.set_defaults(command=status_command)


def add_run_arguments(parser) -> None:
    """Add the arguments of ``adah run``: a flag for every field of ``RunSpec``, then those of the command itself."""
    from dataclasses import MISSING, fields

    from adahlib.experiments.spec import RunSpec, flag

    for field in fields(RunSpec):
        about = field.metadata["help"]
        if field.name == "options":
            keywords = {"dest": "options", "action": "append", "default": [], "metavar": "OPTION=VALUE"}
        elif field.default is MISSING:
            keywords = {"type": field.type, "required": True}
        else:
            keywords = {"type": field.type, "default": field.default}
            about += "" if field.default == "" else f" (default: {field.default})"
        parser.add_argument(flag(field.name), help=about, **keywords)
    parser.add_argument("--results", help="results folder (default: ADAH_RESULTS, see adah --help)")
    parser.add_argument("--threads", type=int, help=THREADS_HELP)
    parser.add_argument("--model", help=MODEL_HELP)
    parser.add_argument("--force", action="store_true", help="train also if the record is there")


def spec_of(parsed):
    """Return the run that the flags of ``adah run`` describe."""
    from dataclasses import fields

    from adahlib.experiments import RunSpec

    values = {field.name: getattr(parsed, field.name) for field in fields(RunSpec)}
    return RunSpec(**values | {"options": parse_options(parsed.options)})


def add_grid_name(parser, default: str | None = None) -> None:
    """Add the name of the grid, which must be given unless there is a default."""
    from adahlib.experiments.grids.lists import GRIDS

    optional = {"nargs": "?", "default": default} if default else {}
    parser.add_argument("name", help=f"{', '.join(GRIDS)}, pages or all", **optional)


def add_selection(parser) -> None:
    """Add the arguments that choose some of a grid's runs."""
    parser.add_argument("--dataset", action="append", help="only this data set; may be repeated")
    parser.add_argument("--method", action="append", help="only this method; may be repeated")
    parser.add_argument("--bits", type=int, nargs="+", help="only these code lengths")
    parser.add_argument("--seeds", type=int, nargs="+", help="only these seeds")
    parser.add_argument("--shard", metavar="i/n", help="only every n-th run, from the i-th: 1/4, 2/4, …")
    parser.add_argument("--results", type=Path, help="results folder (default: ADAH_RESULTS, see adah --help)")


def run_command(parsed) -> None:
    """Make one record and print its place, its MAP, and whether it was there already."""
    from adahlib import distributed
    from adahlib.experiments import run
    from adahlib.experiments.grids.tasks import described
    from adahlib.thread_limits import state_threads

    spec = spec_of(parsed)
    state_threads(parsed.threads)
    distributed.start()
    if distributed.rank() > 0:
        os.environ["ADAH_PROGRESS"] = "0"  # the first process shows what all do
    root = Path(parsed.results or results_root())
    path = root / spec.record_path()
    before = written_at(path)
    if before is None or parsed.force or parsed.model:
        check_results(root)
    record = run(spec, parsed.results, force=parsed.force, keep=model_keeper(spec, parsed.model))
    if distributed.rank() == 0:
        already = "; it was there already, --force trains again" if written_at(path) == before else ""
        print(f"{shown_path(path)}: {described(record)[0]}{already}", flush=True)


def model_keeper(spec, path: str | None):
    """Return what writes the trained model to a file, or None where none is asked for."""
    if path is None:
        return None
    from adahlib.files import check_target
    from adahlib.search import save_model
    from adahlib.search.model import KEPT

    if spec.method not in KEPT and not spec.hashes_images():
        raise AdahError(
            f"--model keeps models of adah and of methods for images alone; leave it out with --method {spec.method}."
        )
    check_target(path)
    return lambda trained: save_model(spec, trained, path)


def parse_options(settings: list[str]) -> dict:
    """Return the hyperparameters of ``--set option=value``; values are Python literals or plain words."""
    options = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals:
            raise AdahError(f"--set {setting}: give OPTION=VALUE, for example --set margin=1.0.")
        try:
            options[name] = ast.literal_eval(value)
        except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):  # all that it raises for a text
            options[name] = value
    return options


def grid_command(parsed) -> int:
    """Make what is not done; several commands at once share the work. Returns 1 if a run failed, else 0."""
    from adahlib.experiments.grids.estimate import in_words

    jobs = number_of_jobs(parsed)
    root, states = looked_up(parsed)
    todo = [task for task, state in states if wanted(state, parsed)]
    seconds = estimates(todo, root)
    print(f"{parsed.name}: {counted(states)}; {len(todo)} to do" + (f", {in_words(seconds, jobs)}" if todo else ""))
    print_place(root)
    print_unchosen(parsed.name, parsed.method)
    print_uncompared(states)
    if parsed.dry_run:
        print_plan(todo, seconds)
        print_what_is_not_here(todo)
        return 0
    outcomes = carry_out(todo, root, jobs, parsed) if todo else []
    skipped = sum(state.name == "failed" and not wanted(state, parsed) for _, state in states)
    if skipped:
        print(f"{skipped} failed before; adah status says why, --retry-failed does them again")
    return int(any(outcome.state == "failed" for outcome in outcomes) or skipped > 0)


def status_command(parsed) -> int:
    """Print how many runs are done, failed, missing and stale, and list those that are not done with the reason.

    Records that are current because a proof says so are counted apart; ``--all`` names the proofs.
    """
    from adahlib.experiments.records.state import STATES

    root, states = looked_up(parsed)
    print(f"{parsed.name}: {counted(states)}")
    print_place(root)
    print_unchosen(parsed.name, parsed.method)
    print_uncompared(states)
    for name in STATES:
        found = [(task, state) for task, state in states if state.name == name]
        if name == "done" and not parsed.all:
            continue
        for task, state in found if parsed.all else found[:SHOWN]:
            print(f"{name:8}{task.output_path()}" + (f": {state.reason}" if state.reason else ""))
        if not parsed.all and len(found) > SHOWN:
            print(f"{name:8}… and {len(found) - SHOWN} more (--all)")
    for text, count in other_versions_counted(states, root).items():
        print(f"{count} records {text}; they stay current")
    return 0


def print_unchosen(name: str, methods: Collection[str] | None) -> None:
    """Print for which arms of a grid of image hashing nothing was chosen yet, so that runs are left out."""
    from adahlib.experiments.grids.images import unchosen_arms

    if arms := unchosen_arms(name, methods or ()):
        print(
            f"runs are left out: no options were chosen yet for {', '.join(arms)}; `adah grid image-search` and then "
            "`python -m adahlib.experiments.grids.image_choice` choose them"
        )


def other_versions_counted(states: list[tuple], root: Path) -> Counter:
    """Return how many of the records that are done were made with other versions, by the sentence that says which."""
    from adahlib.experiments import read_record
    from adahlib.experiments.grids.tasks import RunTask
    from adahlib.experiments.records.machine import other_versions

    done = [task for task, state in states if state.name == "done" and isinstance(task, RunTask)]
    return Counter(text for task in done for text in other_versions(read_record(root / task.output_path())))


def looked_up(parsed) -> tuple[Path, list[tuple]]:
    """Return the results folder, and the selected tasks with the state of each."""
    from adahlib.experiments.grids.lists import default_root, select, shard
    from adahlib.experiments.grids.tasks import RunTask

    if parsed.name == "pages":
        page_tasks = imported_page_tasks()
        if parsed.method or parsed.bits or parsed.seeds:
            raise AdahError("grid pages has no --method, --bits and --seeds; a page has those of its own parameters.")
        tasks = page_tasks(parsed.dataset)
    else:
        specs = select(parsed.name, parsed.dataset, parsed.method, parsed.bits, parsed.seeds)
        tasks = [RunTask(spec) for spec in specs]
    tasks = shard(tasks, parsed.shard) if parsed.shard else tasks
    root = (parsed.results or default_root(parsed.name) or results_root()).absolute()
    return root, [(task, task.state(root)) for task in tasks]


def wanted(state, parsed) -> bool:
    """Return whether a task in this state is to be done."""
    return parsed.force or state.name in ("missing", "stale") or (state.name == "failed" and parsed.retry_failed)


def number_of_jobs(parsed) -> int:
    """Return how many runs go on at a time."""
    import torch

    from adahlib.experiments.grids.devices import runs_per_gpu
    from adahlib.thread_limits import state_threads

    state_threads(parsed.threads)
    places = runs_per_gpu() * torch.cuda.device_count()
    if parsed.jobs is not None:
        check_whole("--jobs", parsed.jobs, 1)
    if parsed.scheduler and (parsed.jobs or parsed.slurm):
        raise AdahError("--scheduler has its own workers; leave out --jobs and --slurm.")
    return parsed.jobs or places or 1


def estimates(tasks: list, root: Path) -> list[float | None]:
    """Return the expected seconds of each task."""
    from adahlib.experiments.grids.estimate import typical_seconds

    if not tasks:
        return []
    typical = typical_seconds(root) | (typical_seconds(results_root()) if root != results_root() else {})
    return [task.expected_seconds(typical) for task in tasks]


def carry_out(todo: list, root: Path, jobs: int, parsed) -> list:
    """Do the tasks on Dask, print each as it ends, and return their outcomes."""
    from adahlib.experiments.grids.engine import client, perform_all
    from adahlib.progress import progress
    from adahlib.thread_limits import run_threads

    check_results(root)
    outcomes = []
    with (
        client(min(jobs, len(todo)), parsed.scheduler, parsed.slurm) as connected,
        progress(total=len(todo), desc=parsed.name, unit="run", delay=0, miniters=0) as bar,
    ):
        shown = Running(bar)
        for task, outcome in perform_all(connected, todo, root, parsed.force, run_threads(), shown.watch):
            outcomes.append(outcome)
            shown.forget(task)
            bar.write(f"{task.output_path()}: {'' if outcome.state == 'done' else 'FAILED: '}{outcome.text}")
            bar.update()
    return outcomes


class Running:
    """What the bar of a grid says of the runs that are going on."""

    def __init__(self, bar):
        self.bar, self.shares = bar, {}

    def watch(self, description: str, done: int, total: int | None) -> None:
        """Take note of a task's progress and show that of all that are going on."""
        self.shares[description] = f"{description}: {done / total:.0%}" if total else description
        if total and done >= total:
            del self.shares[description]
        self.bar.set_postfix_str(fitting(self.shares.values()), refresh=False)
        self.bar.update(0)  # redraws where the last drawing is old enough

    def forget(self, task) -> None:
        """Drop what a task said last: one that converged early never reached its total."""
        self.shares.pop(task.description(), None)


def fitting(shares: Collection[str]) -> str:
    """Return ``adah-both 16 bits, seed 0: 45%; cca 16 bits, seed 0: 12%``, or, where that is too long, ``45%, 12%``."""
    from adahlib.progress import room_beside_a_bar

    whole = "; ".join(shares)
    return whole if len(whole) <= room_beside_a_bar() else ", ".join(share.rpartition(": ")[2] for share in shares)


def print_plan(todo: list, seconds: list[float | None]) -> None:
    """Print each task with its estimate."""
    from adahlib.experiments.grids.estimate import duration

    for task, expected in zip(todo, seconds, strict=True):
        print(f"{task.output_path()}  {'?' if expected is None else duration(expected)}")


def counted(states: list[tuple]) -> str:
    """Return ``36 runs: 30 done (by proof: 12), 4 missing, 2 failed``."""
    from adahlib.experiments.records.state import STATES

    counts = Counter(state.name for _, state in states)
    proved = sum(bool(state.proofs) for _, state in states)
    more = {"done": f" (by proof: {proved})"} if proved else {}
    parts = [f"{counts[name]} {name}{more.get(name, '')}" for name in STATES if counts[name]]
    return f"{len(states)} runs" + (f": {', '.join(parts)}" if parts else "")
