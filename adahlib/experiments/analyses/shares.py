"""MAP on database items that trained and on those that did not, by number of training pairs, on both data sets.

The runs are those of the grid ``why-share`` and, for the protocol's own number, those of the grid ``by-hand``.
"""

from pathlib import Path

from adahlib.experiments.analyses.kept import Inputs, write_analysis
from adahlib.experiments.analyses.unseen import map_by_part
from adahlib.experiments.grids.why import PROTOCOL, SHARE_BITS, pairs_of_runs, share
from adahlib.experiments.spec import RunSpec


def runs() -> list[RunSpec]:
    """Return the runs whose codes are read, without attention and with both."""
    return [spec for dataset in PROTOCOL for spec in pairs_of_runs(dataset, SHARE_BITS)] + share()


def main() -> Path:
    """Print and keep MAP by run, task and part of the database; return the file."""
    inputs, rows = Inputs(), []
    for spec in runs():
        about = {"dataset": spec.dataset, "bits": spec.bits, "seed": spec.seed, "attention": spec.attention}
        about |= {"train_size": spec.train_size or PROTOCOL[spec.dataset]}
        found = map_by_part(spec, inputs)
        rows += [about | {"task": task, "part": part, "map": value} for (task, part), value in found.items()]
        print(rows[-1], flush=True)
    return write_analysis("shares", {"rows": rows}, runs()[0], inputs)
