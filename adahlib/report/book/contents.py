"""The pages of the book, in one table: what they are made of, and what all lists of pages are derived from.

``python -m adahlib.report.book.contents --ignore`` prints the options by which pytest leaves out the live pages. This
module imports nothing of the library, so that the command answers at once.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Page:
    """A page of the book, ``book/<stem>.ipynb``, or ``.md`` for a page of text.

    Attributes:
        stem: its file's name.
        kind: "records", executed for committing; "live", which trains when the book is built; "text".
        grids: names of the grids whose records it shows.
        analyses: names of the analyses that it shows.
        benchmarks: names of the benchmarks whose measurements it shows.
    """

    stem: str
    kind: str = "records"
    grids: tuple[str, ...] = ()
    analyses: tuple[str, ...] = ()
    benchmarks: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """Return the page's file, relative to the project."""
        return f"book/{self.stem}{'.md' if self.kind == 'text' else '.ipynb'}"


RESULTS = "Tables and figures of the paper"  # each of these pages can be made on one data set, as a task of a grid
ROOT = Page("intro", grids=("table1", "table4", "image-shallow"))
IMAGE_TABLE = ("image-shallow", "image-itq-labelled", "image-search", "image-deep", "image-own")
WHY = ("why-share", "why-mask", "why-frozen", "why-cells", "why-length", "why-fresh")  # by hypothesis
PACKAGES = ("retrieval", "losses", "methods", "models", "datasets", "search", "experiments")  # of the API reference
BENCHMARKS = ("retrieval", "shards", "grid", "shallow", "threads", "end_to_end", "images", "gpu")
PARTS = {
    "Start here": (
        Page("quickstart", "live"),
        Page("search", "live"),
        Page("your_data", "live"),
        Page("method"),
        Page("baselines", grids=("table1",)),
        Page("data", grids=("table4",), analyses=("unseen",)),
    ),
    RESULTS: (
        Page("table1_map", grids=("table1", "database"), analyses=("intervals",)),
        Page("table2_top500", grids=("table2",)),
        Page("table3_networks", grids=("table3",)),
        Page("table4_attention", grids=("table4",)),
        Page("fig5_precision_recall", grids=("fig5",)),
        Page("fig6_masks", grids=("fig6",)),
    ),
    "The second paper": (
        Page("image_quickstart", "live"),
        Page("image_hashing", grids=IMAGE_TABLE),
        Page("image_components", grids=("image-deep",), analyses=("components",)),
        Page("image_supervision", grids=("image-supervision", "image-deep")),
        Page("image_synthetic", analyses=("ssgah_gan", "dsh_gans_gan")),
    ),
    "Behind them": (
        Page("why_attention", grids=WHY, analyses=("shares", "masks")),
        Page("decisions", grids=("decisions", "length", "random-search", "by-hand"), analyses=("unseen", "true_masks")),
        Page("reproduce", grids=("all",)),
        Page("grids", "text"),
        Page("status", grids=("all",)),
        Page("benchmarks", benchmarks=BENCHMARKS),
        Page("limits", "text"),
        Page("checklist", "text"),
        Page("glossary", "text"),
        Page("bibliography", "text"),
    ),
    "API reference": tuple(Page(f"api_{package}", "text") for package in PACKAGES),
}
BOOK = (ROOT, *(page for pages in PARTS.values() for page in pages))


def pages(kind: str) -> list[Page]:
    """Return the pages of a kind, in the order of the book."""
    return [page for page in BOOK if page.kind == kind]


def notebooks(project: Path) -> list[Path]:
    """Return the notebooks that read committed records, in order of their names."""
    return sorted(project / page.path for page in pages("records"))


def ignored_by_tests() -> list[str]:
    """Return the options by which pytest leaves out the live pages."""
    return [f"--ignore={page.path}" for page in pages("live")]


def main(arguments: list[str] | None = None) -> None:
    """Print the pages, or the options for pytest."""
    parser = argparse.ArgumentParser(prog="python -m adahlib.report.book.contents", description=__doc__.splitlines()[0])
    parser.add_argument("--ignore", action="store_true", help="print --ignore=… for each live page, for pytest")
    ignore = parser.parse_args(arguments).ignore
    print(" ".join(ignored_by_tests()) if ignore else "\n".join(f"{page.kind:8}{page.path}" for page in BOOK))


if __name__ == "__main__":
    main()
