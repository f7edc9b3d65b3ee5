"""The environment variables that adahlib reads: the one table that ``adah --help`` and the book show."""

import textwrap

VARIABLES = {
    "ADAH_DATA": "folder with the releases of data sets (default: ~/.local/share/adahlib)",
    "ADAH_CACHE": "folder for what can be computed again: maps, codes, checkpoints (default: ~/.cache/adahlib)",
    "ADAH_RESULTS": "folder for records (default: results/ of the project's clone, else of the current folder)",
    "ADAH_PROGRESS": "0 hides progress bars; text writes them as text in notebooks too (default: where they fit)",
    "ADAH_THREADS": "number of threads of one run (default: 1)",
    "ADAH_RUNS_PER_GPU": "runs of a grid that share a GPU (default: 1)",
}


def help_lines() -> str:
    """Return the variables as the last part of a command's help, for a terminal of 80 columns."""
    width = max(map(len, VARIABLES)) + 4
    parts = [
        textwrap.fill(about, 80, initial_indent=f"  {name}".ljust(width), subsequent_indent=" " * width)
        for name, about in VARIABLES.items()
    ]
    return "\n".join(["environment variables:", *parts])
