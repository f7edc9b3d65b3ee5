"""The README's table of numbers, from records and benchmarks; ``python -m adahlib.report.readme`` puts it there."""

import pandas as pd

from adahlib.errors import AdahError
from adahlib.experiments.grids.images import CURVE_BITS
from adahlib.experiments.grids.lists import select
from adahlib.experiments.grids.usual import PHOTOS, SCENES
from adahlib.files import whole_file
from adahlib.paths import PROJECT
from adahlib.report.captions import data_titles
from adahlib.report.measured import benchmark, measured_on
from adahlib.report.records import find_records
from adahlib.report.summary import lookup, summary
from adahlib.report.text import mean_and_std

README = PROJECT / "README.md"
BEGIN, END = "<!-- numbers: python -m adahlib.report.readme -->", "<!-- end of numbers -->"
LARGE = {"bits": 64, "database": 193_734}  # of the benchmark: as many as NUS-WIDE has
BITS = 16
TITLES = {PHOTOS: "photos of MIRFlickr-25K", SCENES: "emoji scenes"}
OPTIONS = {"table4": "of the random search", "by-hand": "set by hand, tuned for this row"}  # by grid


def numbers_table() -> str:
    """Return the table as Markdown: what was measured, the number, what it is beside, and where it stands."""
    rows = [*map_rows(), image_row(), *speed_rows()]
    lines = ["| measured | number | beside it | on |", "|---|---|---|---|"]
    return "\n".join(lines + [f"| {' | '.join(row)} |" for row in rows])


def map_rows() -> list[tuple[str, str, str, str]]:
    """Return MAP of ADAH with both attentions beside none, for texts that query images, by who set the options."""
    rows = []
    for dataset, title in TITLES.items():
        for grid, whose in OPTIONS.items():
            specs = select(grid, [dataset], methods=["adah"], bits=[BITS])
            means = summary(find_records(specs, "error"), ["attention"])
            found = {kind: lookup(means, attention=kind, task="t2i") for kind in ("both", "none")}
            both, none = (mean_and_std(found[kind]) for kind in ("both", "none"))
            what = f"ADAH, MAP of texts that query {title}, {BITS} bits, both attentions, options {whose}"
            rows.append((what, both, f"{none} without attention", f"{int(found['both']['n'])} seeds"))
    return rows


def image_row() -> tuple[str, str, str, str]:
    """Return MAP of SSGAH beside its baseline, which has no synthetic images."""
    specs = select("image-deep", methods=["ssgah"], bits=[CURVE_BITS])
    found = {
        name: find_records([spec for spec in specs if spec.options["variant"] == name], "error")
        for name in ("full", "baseline")
    }
    whole, baseline = (mean_and_std(summary(own, ["bits"], {"map": "map"}).iloc[0]) for own in found.values())
    counts = found["full"]["record"].iloc[0]["data"]["counts"]
    labelled = f"{counts['train']:,} of {counts['database']:,} with a label"
    return (
        f"SSGAH, MAP of images, {CURVE_BITS} bits, {labelled}, options of its own random search",
        whole,
        f"{baseline}, its baseline without synthetic images",
        f"{data_titles(found['full'])}, {len(found['full'])} seeds",
    )


def speed_rows() -> list[tuple[str, str, str, str]]:
    """Return the speed of the metrics, of counts from the disk and of training, beside what is commonly used."""
    retrieval, network, shards = map(benchmark, ("retrieval", "end_to_end", "shards"))
    ways = pd.DataFrame(retrieval["measured"]["side_by_side"]).query("bits == @LARGE['bits']")
    ways = ways[ways["database"] == LARGE["database"]].set_index("way")
    seconds = ways.loc["adahlib", "queries"] / ways["queries_a_second"]
    others = ("(a) loop with argsort", "(d) torchmetrics")
    loop, library = (f"{seconds[name]:.1f} s" for name in others)
    few = " and ".join(str(ways.loc[name, "queries"]) for name in others)
    counted = {row["way"]: row for row in shards["measured"]["rows"]}
    disk, workers = counted["shards, from the disk"], counted["2 Dask workers"]
    trained = network["measured"]["images_a_second"]
    return [
        (
            f"exact MAP with ties, {ways.loc['adahlib', 'queries']:,} × {LARGE['database']:,} codes of 64 bits",
            f"{seconds['adahlib']:.2f} s",
            f"{loop}, the loop of public repositories; {library}, torchmetrics; from {few} of the queries",
            measured_on(retrieval),
        ),
        (
            f"the same metrics from the disk, {shards['measured']['queries']} × {disk['items']:,} codes of 64 bits",
            f"{disk['seconds']:.1f} s, {disk['peak_mb']} MB",
            f"{workers['seconds']:.1f} s, 2 Dask workers",
            measured_on(shards),
        ),
        (
            "training EfficientNet-Lite0 at 128 px, end to end",
            f"{trained['adahlib']:.0f} images a second",
            f"{trained['plain PyTorch']:.0f}, the same network of its package",
            measured_on(network),
        ),
    ]


def with_numbers(text: str) -> str:
    """Return the README's text with the table between its two marks.

    Raises:
        AdahError: the marks are not there.
    """
    if BEGIN not in text or END not in text:
        raise AdahError(f"README.md has no {BEGIN} … {END}; put both where the table belongs.")
    before, rest = text.split(BEGIN, 1)
    return f"{before}{BEGIN}\n{numbers_table()}\n{END}{rest.split(END, 1)[1]}"


if __name__ == "__main__":
    changed = with_numbers(README.read_text(encoding="utf-8"))
    with whole_file(README) as path:
        path.write_text(changed, encoding="utf-8")
