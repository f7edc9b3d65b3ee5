"""What claims are judged by: records and analyses, and quantities that are measured once a seed and cell."""

import functools
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from adahlib.errors import AdahError
from adahlib.experiments import RunSpec
from adahlib.experiments.analyses.kept import read_analysis
from adahlib.experiments.grids.lists import table1
from adahlib.experiments.grids.usual import BITS, SEEDS
from adahlib.report.captions import each
from adahlib.report.claims.verdict import NotMeasuredError
from adahlib.report.paper import paper_results
from adahlib.report.records import find_records
from adahlib.report.titles import TASKS, method_name

Arm = Callable[[int, int], RunSpec]  # code length, seed → run
Measure = Callable[[pd.Series], float]  # of one record's row
Quantity = Callable[["Evidence"], np.ndarray]  # (seeds, cells)


class Evidence:
    """The records and analyses of a results folder (default: the project's), each read once."""

    def __init__(self, root: Path | str | None = None):
        self.root = root

    @functools.cached_property
    def records(self) -> pd.DataFrame:
        """Every record that there is, as ``find_records`` gives them, by its path."""
        return find_records(root=self.root).set_index("path", drop=False)

    def rows(self, specs: Iterable[RunSpec]) -> list[pd.Series]:
        """Return the rows of runs, in their order.

        Raises:
            NotMeasuredError: a record is missing or stale.
        """
        runs = [(str(spec.record_path()), spec) for spec in specs]
        lacking = [spec for path, spec in runs if path not in self.records.index]
        stale = [spec for path, spec in runs if spec not in lacking and self.records.loc[path, "stale"]]
        for state, found in (("missing", lacking), ("stale", stale)):
            if found:
                methods = each((method_name({"method": spec.method, "attention": ""}) for spec in found), "and")
                raise NotMeasuredError(f"{len(found)} of {len(runs)} records {state}, of {methods}")
        return [self.records.loc[path] for path, _ in runs]

    def analysis(self, name: str) -> dict:
        """Return what an analysis measured.

        Raises:
            NotMeasuredError: it is missing or stale.
        """
        try:
            found = read_analysis(name, self.root)
        except AdahError as error:
            raise NotMeasuredError(f"the analysis {name} is missing") from error
        if found["stale"]:
            raise NotMeasuredError(f"the analysis {name} is stale")
        return found["measured"]


def arm(dataset: str, method: str = "adah", **fields: object) -> Arm:
    """Return the runs that share these fields of ``RunSpec``, as a function of code length and seed."""
    return lambda bits, seed: RunSpec(dataset, method, bits, seed, **fields)


def table1_arm(dataset: str, method: str) -> Arm:
    """Return the runs of a method's row of Table 1, with the options that its grid gives them."""
    row = next(spec for spec in table1() if spec.method == method)
    return arm(dataset, method, profile=row.profile, options=row.options)


def column(name: str) -> Measure:
    """Return a column of a record's row."""
    return lambda row: float(row[name])


def mask_gap(row: pd.Series) -> float:
    """Return P(attended | foreground) − P(attended | background) of a record."""
    return row["attended_given_foreground"] - row["attended_given_background"]


def area(task: str) -> Measure:
    """Return the area under a record's precision–recall curve, radii that retrieve nothing left out.

    It begins at recall 0: below the recall of the smallest radius, precision is that of this radius. Otherwise a method
    that finds more at radius 0 would lose that part of its area.
    """

    def measure(row: pd.Series) -> float:
        curve = row["record"]["metrics"]["precision_recall"][task]
        precision, recall = (np.array(curve[name], dtype=float) for name in ("precision", "recall"))
        kept = ~np.isnan(precision)
        precision, recall = precision[kept], recall[kept]
        return float(np.trapezoid(np.append(precision[:1], precision), np.append(0.0, recall)))

    return measure


MAP = tuple(column(f"map_{task}") for task in TASKS)
T2I, I2T = ((measure,) for measure in MAP)
VALIDATION = tuple(column(f"validation_map_{task}") for task in TASKS)
AREAS = tuple(area(task) for task in TASKS)


def measured(
    runs: Arm, bits: Sequence[int] = BITS, measures: Sequence[Measure] = MAP, seeds: Sequence[int] = SEEDS
) -> Quantity:
    """Return what runs measured: a row a seed, a column a code length and measure."""

    def quantity(evidence: Evidence) -> np.ndarray:
        rows = iter(evidence.rows([runs(q, seed) for seed in seeds for q in bits]))
        return np.array([[measure(row) for row in (next(rows) for _ in bits) for measure in measures] for _ in seeds])

    return quantity


def analysed(name: str, *values: str, **where: object) -> Quantity:
    """Return values of an analysis with a row a seed, (seeds, values): those of its rows that ``where`` describes."""

    def quantity(evidence: Evidence) -> np.ndarray:
        rows = pd.DataFrame(evidence.analysis(name)["rows"])
        for column_name, value in where.items():
            rows = rows[rows[column_name] == value]
        return rows.sort_values("seed")[list(values)].to_numpy(dtype=float)

    return quantity


def less(one: Quantity, other: Quantity) -> Quantity:
    """Return one quantity less another, seed by seed and cell by cell."""
    return lambda evidence: one(evidence) - other(evidence)


def printed(
    table: int, dataset: str, bits: Sequence[int] = BITS, tasks: Sequence[str] = tuple(TASKS), **row
) -> Quantity:
    """Return a row of the paper's table, as one seed: ``printed(1, "mirflickr25k", method="cca")``."""
    found = paper_results().query("table == @table and dataset == @dataset")
    for name, value in row.items():
        found = found[found[name] == value]
    cells = found.set_index(["bits", "task"])["map"]
    values = np.array([[cells[q, task] for q in bits for task in tasks]])
    return lambda evidence: values
