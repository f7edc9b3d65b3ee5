"""How the random search chooses: by the MAP of validation pairs, mean of both directions and of the seeds of a draw.

``python -m adahlib.experiments.grids.choice`` writes what it chose into the package, for the profile ``chosen``.
"""

import sys
from pathlib import Path

import numpy as np

from adahlib.errors import AdahError
from adahlib.experiments.chosen import FILE, arm_name
from adahlib.experiments.draws import ARMS, DRAWS
from adahlib.experiments.grids.random_search import draw_runs
from adahlib.experiments.grids.usual import DATASETS
from adahlib.experiments.records.state import run_state
from adahlib.experiments.records.store import read_record
from adahlib.experiments.spec import RunSpec
from adahlib.files import write_json
from adahlib.paths import results_root


def validation(record: dict) -> float:
    """Return the mean of both directions' MAP of validation queries."""
    return float(np.mean(list(record["metrics"]["validation"].values())))


def draw_scores(dataset: str, method: str, attention: str, root: Path | str | None = None) -> list[float]:
    """Return the score of each draw of an arm.

    Raises:
        AdahError: a record is missing or stale.
    """
    runs = [draw_runs(dataset, method, attention, draw) for draw in range(DRAWS)]
    return [float(np.mean([validation(needed_record(spec, root)) for spec in specs])) for specs in runs]


def needed_record(spec: RunSpec, root: Path | str | None, grid: str = "random-search") -> dict:
    """Return a run's record; raise AdahError where it is missing or stale. The data need not be here."""
    if run_state(spec, root, with_data=False).name != "done":
        raise AdahError(f"{spec.record_path()} is missing or stale; `adah grid {grid}` makes what is missing.")
    return read_record(Path(root or results_root()) / spec.record_path())


def choose(root: Path | str | None = None) -> dict[str, dict[str, int]]:
    """Return the number of the best draw by data set and arm; of equal ones the first."""
    return {
        dataset: {arm_name(*arm): int(np.argmax(draw_scores(dataset, *arm, root))) for arm in ARMS}
        for dataset in DATASETS
    }


def write_choice(root: Path | str | None = None) -> Path:
    """Write what was chosen into the package and return the file."""
    write_json(choose(root), FILE)
    return FILE


def main() -> int:
    """Write the choice and print its file; return the exit code."""
    try:
        print(write_choice())
    except AdahError as error:
        print(f"choice: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
