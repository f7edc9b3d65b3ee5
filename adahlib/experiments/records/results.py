"""Records as a table: one row a record, with a column for everything that tells two runs apart."""

import dataclasses
from collections.abc import Iterable
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from adahlib.deprecation import renamed_arguments
from adahlib.errors import AdahError
from adahlib.experiments.records.fingerprint import Comparison
from adahlib.experiments.records.state import comparison
from adahlib.experiments.records.store import read_record, record_files
from adahlib.experiments.spec import RunSpec
from adahlib.paths import results_root

if TYPE_CHECKING:
    import pandas as pd

# The columns that say which run a record is of: no two rows agree in all of them.
IDENTITY = tuple(field.name for field in dataclasses.fields(RunSpec))
# The columns of a table without rows; more follow where a record has more metrics.
COLUMNS = (*IDENTITY, "label", "variation", "map_i2t", "map_t2i", "chance", "seconds", "commit", "path", "stale")


@renamed_arguments("1.0", root="results_folder")
def load_results(
    results_folder: Path | str | None = None,
    variations: bool = False,
    stale: bool = True,
    specs: Iterable[RunSpec] | None = None,
) -> "pd.DataFrame":
    """Return records as a table, one row a record; without ``variations`` its rows may be grouped and averaged.

    The tables of the book are grids of runs. ``specs`` names the runs whose records are returned::

        from adahlib.experiments.grids.lists import grid
        records = load_results(specs=grid("table1"))
        records.groupby(["dataset", "method", "attention", "bits"]).map_t2i.mean()

    Without it the table has the records that differ from the default run only in data set, method, bits, seed and
    attention, so that the mean over seeds is the mean of one setting. The default run is not that of the book's tables:
    it has the profile ``cpu``, whose options were set by hand, where they have ``chosen``, and SePH's database has
    ``unified`` codes, which are learned from labels, where they have those of Table 4 of DCMH's paper
    (``per-modality``).

    With ``variations=True`` it has every record: those of other profiles, backbones, image sizes, splits and protocols
    and those with options of their own. Select one setting before averaging::

        records = load_results(variations=True)
        records.query("variation == 'quick' and dataset == 'emoji-scenes'")
        records.query("protocol == 'top-500' and profile == 'cpu'")

    Records of images alone have ``map`` and ``map_unlabelled`` in the place of ``map_i2t`` and ``map_t2i``, which are
    empty there: ``dropna(subset="map_t2i")`` leaves them out.

    ``map_i2t``, ``map_t2i`` and ``chance`` are those of the row's protocol. Under ``top-500`` they are MAP inside the
    first 500 ranks and the value that random codes reach there, which is another number than the ``chance`` of the
    whole database: compare them within one protocol only.

    Args:
        results_folder: with the records (default: ``results_root()``).
        variations: whether to return the records that differ from the defaults in other fields too.
        stale: whether to find out which records are stale; it takes about 5 ms a record. The data is not compared, so
            that the table is the same on machines without it.
        specs: the runs whose records are returned, in this order and whatever they vary; those without a record are
            left out.

    Returns:
        Columns: every field of ``RunSpec`` (``image_size`` in pixels, ``options`` as a sorted tuple of names and
        values); ``label`` (the record's folder), ``variation`` (what differs from the defaults, "" for nothing);
        ``map_i2t`` and ``map_t2i`` with their bounds over ties, ``chance``, ``validation_map_i2t`` and
        ``validation_map_t2i``, the mask scores where they were measured; ``seconds``, ``commit``, ``path`` (relative to
        ``results_folder``), and ``stale`` (why the record is not current any more, "" if it is).

    Raises:
        AdahError: a file is not a whole record.

    Example:
        >>> import tempfile
        >>> from adahlib.datasets import miniature_pairs, write_pairs
        >>> from adahlib.experiments import RunSpec, load_results, run
        >>> folder = tempfile.mkdtemp()
        >>> write_pairs(miniature_pairs(), f"{folder}/walls.h5")
        >>> record = run(RunSpec(f"{folder}/walls.h5", "cca", 4, backbone="gist"), f"{folder}/results")
        >>> table = load_results(f"{folder}/results", variations=True)
        >>> table[["method", "bits", "variation"]].values.tolist()
        [['cca', 4, 'backbone=gist']]
    """
    import pandas as pd  # here, since it takes a seventh of the time in which a command starts

    root, rows = Path(results_folder or results_root()), []
    for path in record_files(root, specs):
        record = read_record(path)
        row = record_row(record, path.relative_to(root))
        if variations or specs is not None or not row["variation"]:
            rows.append(row | ({"stale": stale_reason(record)} if stale else {}))
    return pd.DataFrame(rows, columns=None if rows else [name for name in COLUMNS if stale or name != "stale"])


def record_row(record: dict, path: PurePath) -> dict:
    """Return one record as a flat row.

    Args:
        record: as ``read_record`` returns it.
        path: where it lies, relative to the results folder.
    """
    metrics, provenance = record["metrics"], record["provenance"]
    row = {field.name: record["spec"].get(field.name, field.default) for field in dataclasses.fields(RunSpec)}
    row["image_size"] = record["data"]["image_size"]
    row["options"] = tuple((name, hashable(value)) for name, value in sorted(record["spec"]["options"].items()))
    row |= {"label": path.parent.name, "variation": ", ".join(variations_of(record, path.parent.name))}
    row |= {name: value for name, value in metrics.items() if isinstance(value, int | float)}
    row |= {f"validation_{name}": value for name, value in metrics.get("validation", {}).items()}
    row |= metrics.get("attention", {})
    return row | {"seconds": provenance["seconds"]["total"], "commit": provenance["commit"], "path": str(path)}


def variations_of(record: dict, label: str) -> list[str]:
    """Return what a record's run differs in from today's defaults; from those of its label if it is no run any more."""
    try:
        return RunSpec(**record["spec"]).variations()
    except (AdahError, TypeError):
        return label.split("~")[1:]


def hashable(value: object) -> object:
    """Return an option's value as it was before it was written as JSON, which knows no tuples."""
    return tuple(value) if isinstance(value, list) else value


def stale_reason(record: dict, spec: RunSpec | None = None) -> str:
    """Return why a record is not current, or "": its code or its profile has changed since. See ``standing``."""
    return "; ".join(standing(record, spec).changes)


def standing(record: dict, spec: RunSpec | None = None) -> Comparison:
    """Return what makes a record stale, and the proofs without which it would be.

    The data is left out, so that the answer is the same on machines with and without it; ``adah status`` compares it.

    Args:
        record: as ``read_record`` returns it.
        spec: the run that is wanted; default: the one that the record says it is of.
    """
    try:
        return comparison(spec or RunSpec(**record["spec"]), record, with_data=False)
    except (AdahError, TypeError) as error:
        return Comparison((str(error),))
