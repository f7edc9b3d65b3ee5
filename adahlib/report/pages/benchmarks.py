"""Page ``benchmarks``: tables of what ``make bench`` measured."""

from operator import itemgetter

import pandas as pd

from adahlib.report.cost_curves import WAY_TITLES
from adahlib.report.titles import IMAGE_METHOD_TITLES, METHOD_TITLES

OURS, LOOP = "adahlib", "(a) loop with argsort"


def ranking_table(measured: dict) -> pd.DataFrame:
    """Return queries a second of each way, a row per database and code length, and our multiple of the usual loop."""
    rows = pd.DataFrame(measured["side_by_side"])
    cells = []
    for (database, bits), group in rows.groupby(["database", "bits"], sort=False):
        speed = group.set_index("way")["queries_a_second"]
        row = {"Items": f"{database:,}", "Bits": bits}
        row |= {WAY_TITLES.get(way, way): f"{speed[way]:,.0f}" for way in speed.index}
        extra = group.set_index("way")["extra_mb"][OURS]
        row |= {"Speed-up over (a)": f"{speed[OURS] / speed[LOOP]:.0f}×", "Extra MB, adahlib": f"{extra:.0f}"}
        cells.append(row)
    return pd.DataFrame(cells)


def growth_table(measured: dict) -> pd.DataFrame:
    """Return how our ranking grows with the database."""
    return pd.DataFrame(
        {
            "Items": f"{row['database']:,}",
            "Queries a second": f"{row['queries_a_second']:,.0f}",
            "Million pairs a second": f"{row['pairs_a_second'] / 1e6:,.0f}",
            "GB read a second": f"{row['gb_read_a_second']:.2f}",
            "Extra MB": f"{row['extra_mb']:.0f}",
            "Peak of the process, MB": f"{row['peak_mb']:,}",
        }
        for row in measured["growth"]
    )


def shard_table(measured: dict) -> pd.DataFrame:
    """Return how fast pairs are counted in memory, from shards on the disk, and by Dask workers."""
    memory = measured["rows"][0]["pairs_a_second"]
    return pd.DataFrame(
        {
            "Method": row["way"],
            "Items": f"{row['items']:,}",
            "Seconds": f"{row['seconds']:.1f}",
            "Million pairs a second": f"{row['pairs_a_second'] / 1e6:,.0f}",
            "Relative to in memory": f"{row['pairs_a_second'] / memory:.0%}",
            "Peak of this process, MB": f"{row['peak_mb']:,}",
        }
        for row in measured["rows"]
    )


def shard_cost_table(measured: dict) -> pd.DataFrame:
    """Return what larger databases cost, computed from the measured rates and not measured."""
    return pd.DataFrame(
        {
            "Items": f"{row['items']:,}",
            "GB read": f"{row['gb_read']:,.1f}",
            "GB with ids": f"{row['gb_with_ids']:,.1f}",
            "Counting, s": f"{row['counting_seconds']:,.0f}",
            "Reading, s": f"{row['reading_seconds']:,.0f}",
            "Bound by": row["bound"],
        }
        for row in measured["on_paper"]
    )


def shards_in_words(measured: dict) -> str:
    """Return what bounds a count from the disk, below how many queries the disk does, and what memory would give."""
    paper, disk, memory = measured["on_paper"][0], measured["disk_gb_a_second"], measured["memory_gb_a_second"]
    crossing, read = paper["queries_where_both_take_as_long"], paper["gb_read"] / paper["counting_seconds"]
    return (
        f"With {measured['queries']} queries {paper['bound']} is the bound; below {crossing:.0f} it would be the disk, "
        f"which gives {disk:.1f} GB a second here. Memory gives {memory:.0f} GB a second and does not bound a count, "
        f"which takes {read:.2f} GB a second from the cache."
    )


def index_table(measured: dict) -> pd.DataFrame:
    """Return recall and speed of the kinds of index."""
    return pd.DataFrame(
        {
            "Kind": row["kind"],
            "Recall@10": f"{row['recall_at_10']:.3f}",
            "Queries a second": f"{row['queries_a_second']:,}",
            "Seconds to build": f"{row['build_seconds']:.2f}",
        }
        for row in measured["indexes"]
    )


def grid_table(measured: dict) -> pd.DataFrame:
    """Return what a grid takes beyond its trainings."""
    rows = [
        {
            "Jobs": str(row["jobs"]),
            "Runs": str(row["runs"]),
            "Runs a minute": f"{row['runs_a_minute']:.1f}",
            "Training, s a run": f"{row['training_seconds_a_run']:.2f}",
            "Beyond training, s a run": f"{row['seconds_a_run_beyond_training']:.2f}",
            "Of which the scheduler, s": f"{row['seconds_a_run_of_the_engine']:.2f}",
            "Second call, nothing to do, s": f"{row['asked_again_seconds']:.1f}",
        }
        for row in measured["throughput"]
    ]
    return pd.DataFrame(rows)


def finished_in_words(measured: dict) -> str:
    """Return how long it takes to see that a finished grid has nothing to do."""
    finished = measured["finished"]
    return f"The states of a finished grid of {finished['runs']} runs are found in {finished['seconds']:.1f} s."


def shallow_cost_table(measured: dict) -> pd.DataFrame:
    """Return what a fit of each shallow method costs."""
    return pd.DataFrame(
        {
            "Method": METHOD_TITLES[row["method"]],
            "Bits": row["bits"],
            "Seconds": f"{row['seconds']:.1f}",
            "Peak of the process, MB": f"{row['peak_mb']:,}",
            "Of which before the fit, MB": f"{row['before_mb']:,}",
        }
        for row in measured["rows"]
    )


def thread_table(measured: dict) -> pd.DataFrame:
    """Return what one training took as a script, in a notebook and by the command, and whether its codes are equal."""
    first = measured["rows"][0]["codes"]
    return pd.DataFrame(
        {
            "Method": row["way"],
            "Other processes": row["busy"],
            "Seconds": f"{row['seconds']:.0f}",
            "Codes": "the same" if row["codes"] == first else "others",
        }
        for row in measured["rows"]
    )


def training_table(measured: dict) -> pd.DataFrame:
    """Return how many images a second are trained on, ours beside plain PyTorch."""
    speed = measured["images_a_second"]
    return pd.DataFrame({"Method": way, "Images a second": f"{value:.1f}"} for way, value in speed.items())


def image_features_in_words(measured: dict) -> str:
    """Return what the features of an image take, of each kind."""
    each = sorted(measured["seconds_an_image"].items(), key=itemgetter(1))
    said = [f"{1000 * seconds:.1f} ms for {name}" for name, seconds in each]
    return f"The features of an image take {', '.join(said)} of one core."


def image_cost_table(measured: dict) -> pd.DataFrame:
    """Return what methods with a GAN take: a step of each kind, by them a run of the table, and memory."""
    return pd.DataFrame(
        {
            "Method": IMAGE_METHOD_TITLES[row["method"]],
            "Step of the GAN, s": f"{row['gan_step']:.2f}",
            "Step of the codes, s": f"{row['game_step']:.2f}",
            "GAN of a seed, min": f"{row['gan_minutes']:.0f}",
            "Codes of a run, min": f"{row['run_minutes']:.0f}",
            "Peak, MB": f"{row['peak_mb']:,}",
        }
        for row in measured["methods"]
    )


def gpu_training_table(measured: dict) -> pd.DataFrame:
    """Return images a second on a GPU of the method and of the bare loop, and what 100 epochs take."""
    trained = measured["training"]
    speed = trained["images_a_second"]
    rows = [{"What": f"{way}, images a second", "Measured": f"{value:,.0f}"} for way, value in speed.items()]
    rows.append({"What": "adahlib, relative to the bare loop", "Measured": f"{trained['times']:.1%}"})
    minutes = f"{trained['minutes_of_100_epochs']:.1f}"
    rows.append({"What": f"100 epochs of {trained['pairs']:,} pairs, minutes", "Measured": minutes})
    return pd.DataFrame([*rows, {"What": "peak of the GPU's memory, GB", "Measured": f"{trained['memory_gb']:.1f}"}])


def gpu_evaluation_table(measured: dict) -> pd.DataFrame:
    """Return queries a second of MAP over a whole database on the GPU and on its machine's CPU."""
    return pd.DataFrame(
        {
            "Items": f"{row['database']:,}",
            "Bits": row["bits"],
            "GPU": f"{row['queries_a_second']['cuda']:,.0f}",
            "CPU": f"{row['queries_a_second']['cpu']:,.0f}",
        }
        for row in measured["evaluation"]
    )
