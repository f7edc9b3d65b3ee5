"""The engine of grids: Dask distributed, on this machine, on a cluster that is there, or under SLURM.

Nothing is kept in the engine: a result is a whole file or absent, and a worker, a scheduler or a command that dies
leaves at most a checkpoint, from which the next attempt goes on.

Whoever can speak to a scheduler can run code as its user. Those that are started here speak by TLS, with a certificate
that nobody else has; a scheduler that is there already is as safe as whoever started it made it.
"""

import contextlib
import logging
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from adahlib.errors import AdahError, UnavailableError
from adahlib.experiments.grids.tasks import Outcome, Task, attempt, keep_reason, one_line
from adahlib.extras import extra, missing
from adahlib.paths import cache_root
from adahlib.progress import reporting

with extra("grid"):
    import dask
    from distributed import Client, Future, LocalCluster, as_completed, get_worker
    from distributed.client import FutureCancelledError
    from distributed.comm import CommClosedError
    from distributed.scheduler import KilledWorker
    from distributed.security import Security

BUSY_SECONDS = 2.0  # before asking again for a task that another command is at
NO_PAGES = {"dashboard": False, "dashboard_address": "127.0.0.1:0"}  # of a scheduler, for other users to look at
# a SLURM job is one worker, and a worker does one task at a time
SLURM_WORKER: dict[str, Any] = {"processes": 1, "cores": 1, "scheduler_options": NO_PAGES}
QUIET = {  # of Dask's configuration: workers end with the command, and nothing answers but what has the certificate
    "distributed.worker.daemon": True,
    "distributed.admin.system-monitor.disk": False,
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
}
TOPIC = "adahlib-progress"
JOBQUEUE = Path(dask.config.PATH, "jobqueue.yaml")  # dask-jobqueue's configuration
JOBQUEUE_EXAMPLE = "jobqueue: {slurm: {memory: 8GB, queue: NAME, walltime: '12:00:00'}}"
LOST = "the connection to the Dask scheduler was lost; what is done is kept: give the same command again."


@contextlib.contextmanager
def client(jobs: int = 1, scheduler: str | None = None, slurm: bool = False) -> Iterator[Client]:
    """Yield a Dask client.

    Args:
        jobs: worker processes to start, each with one thread: on this machine, or as SLURM jobs.
        scheduler: address of a running scheduler, ``tcp://host:8786``, whose workers are used instead.
        slurm: start the workers as SLURM jobs, as configured for dask-jobqueue.

    Raises:
        UnavailableError: the scheduler does not answer, or dask-jobqueue is not installed.
        AdahError: dask-jobqueue is not configured.
    """
    # the workers say what went wrong by their outcomes; Dask's own account of lost connections only hides it
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    with contextlib.ExitStack() as stack:
        if scheduler is None:
            scheduler = stack.enter_context(slurm_cluster(jobs) if slurm else local_cluster(jobs))
        try:
            connected = stack.enter_context(Client(scheduler, timeout="10s", set_as_default=False))
        except (OSError, ValueError) as error:
            sentence = f"no Dask scheduler answers at {scheduler}; start one with `dask scheduler`."
            raise UnavailableError(sentence) from error
        if not connected.scheduler_info()["workers"]:
            print(f"no worker has joined {connected.scheduler.address} yet; waiting for one", file=sys.stderr)
        yield connected


def local_cluster(jobs: int) -> LocalCluster:
    """Return a cluster of ``jobs`` processes on this machine; it ends with this process, however that ends.

    Raises:
        UnavailableError: the package that makes its certificate is not installed.
    """
    dask.config.set(QUIET)
    return LocalCluster(
        n_workers=jobs, threads_per_worker=1, processes=True, memory_limit=0, silence_logs=logging.CRITICAL,
        host="127.0.0.1", dashboard_address=None, scheduler_kwargs=NO_PAGES, security=certificate(),
    )  # fmt: skip


def certificate() -> Security:
    """Return a new certificate, which is in the memory of this process and its workers alone."""
    try:
        return Security.temporary()
    except ImportError as error:
        raise missing("grid", "cryptography") from error  # it makes the certificate that keeps other users out


def slurm_cluster(jobs: int) -> contextlib.AbstractContextManager:
    """Return a cluster of SLURM jobs; queue, memory and wall time come from dask-jobqueue's own configuration.

    Raises:
        AdahError: dask-jobqueue is not installed, or the package that makes the certificate; the configuration of
            dask-jobqueue is missing or wrong; or SLURM is not here.
    """
    with extra("slurm"):
        from dask_jobqueue import SLURMCluster
    check_slurm()
    dask.config.set(QUIET)
    shared = dask.config.get("jobqueue.slurm.shared-temp-directory", None)
    if shared is None:  # where the certificate's files lie, which only this user may read
        shared = cache_root() / "slurm"
        shared.mkdir(parents=True, exist_ok=True)
    own: dict[str, Any] = {"security": certificate(), "shared_temp_directory": str(shared)}
    try:
        cluster = SLURMCluster(**SLURM_WORKER, **own)
    except ValueError as error:
        raise AdahError(f"--slurm: dask-jobqueue refuses its configuration, as in {JOBQUEUE}: {error}.") from error
    cluster.adapt(minimum_jobs=jobs, maximum_jobs=jobs)  # a job that reached its wall time is replaced
    return cluster


def check_slurm() -> None:
    """Raise AdahError if dask-jobqueue is not configured, or SLURM is not on this machine."""
    if not dask.config.get("jobqueue.slurm.memory", None):
        raise AdahError(
            f"--slurm needs to know a job's memory, and queue and wall time: {JOBQUEUE_EXAMPLE} in {JOBQUEUE}."
        )
    if not shutil.which("sbatch"):
        raise AdahError("--slurm needs SLURM's command sbatch, which is not on this machine.")


def perform_all(
    client: Client, tasks: list[Task], root: Path, force: bool = False, threads: int = 1, watch: Callable | None = None
) -> Iterator[tuple[Task, Outcome]]:
    """Do the tasks on the client's workers and yield each with its outcome, in the order in which they end.

    A task that another command is at is asked for again until that command is done with it. A task whose worker died
    goes to another worker; after the fourth death it has failed.

    Args:
        client: a Dask client.
        tasks: what to do.
        root: the results folder, as the workers see it.
        force: do also what is done.
        threads: threads of PyTorch a task.
        watch: called with a description, steps done and steps in all while tasks run.

    Raises:
        UnavailableError: the scheduler is gone.
    """
    if watch:
        client.subscribe_topic(TOPIC, lambda event: watch(*event[1]))
    asked = {}

    def ask(task: Task) -> Future:
        future = client.submit(work, task, root, force, threads, task.code(), pure=False)
        asked[future.key] = task
        return future

    running = as_completed([ask(task) for task in tasks], loop=client.loop)
    for future in running:
        task = asked[future.key]
        outcome = outcome_of(future, task, root)
        del future  # a result that is held would be made again if its worker died
        if outcome.state == "busy":
            time.sleep(BUSY_SECONDS)
            running.add(ask(task))
        else:
            yield task, outcome


def work(task: Task, root: Path, force: bool, threads: int, code: str) -> Outcome:
    """Do one task on a worker, reporting its progress to whoever watches."""
    if task.code() != code:
        return Outcome("failed", "this worker runs other code than the command; restart the worker")
    worker = get_worker()
    with reporting(lambda *event: worker.log_event(TOPIC, event)):
        return attempt(task, root, force, threads)


def outcome_of(future: Future, task: Task, root: Path) -> Outcome:
    """Return a future's outcome; a task that kept killing its workers has failed, and that is kept."""
    try:
        return future.result()
    except KilledWorker as death:
        reason = f"its worker died {death.allowed_failures + 1} times (killed, or out of memory)"
        keep_reason(task, root, reason)
        return Outcome("failed", reason)
    except (FutureCancelledError, CommClosedError) as error:
        raise UnavailableError(LOST) from error
    except Exception as error:  # of the worker itself: it has no adahlib, or other packages
        return Outcome("failed", f"its worker could not begin: {one_line(error)}")
