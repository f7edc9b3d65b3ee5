"""How the scenes and their profile came to be, as ``python -m benchmarks.history`` read it from git."""

from pathlib import Path

import pandas as pd

from adahlib.errors import AdahError
from adahlib.files import read_sealed
from adahlib.paths import results_root
from adahlib.report.text import signed
from adahlib.report.titles import TASKS


def scene_history(root: Path | str | None = None) -> dict:
    """Return the summary: ``states`` with their gains, ``events``, ``quotes``, and what was ``dropped``.

    Raises:
        AdahError: it is missing, torn or changed; the sentence names the command that makes it.
    """
    path = Path(root or results_root()) / "history" / "scenes.json"
    try:
        return read_sealed(path)
    except (OSError, ValueError) as error:
        command = "`python -m benchmarks.history`"
        raise AdahError(f"results/history/scenes.json is missing, torn or changed; make it with {command}.") from error


def state_table(history: dict) -> pd.DataFrame:
    """Return a row a commit that made the scenes' records anew: the set, the attentions' gain, and what was set."""
    rows = []
    for state in history["states"]:
        counts, gains = state["counts"], pd.DataFrame(state["rows"])
        row = {"Commit": f"{state['commit']}, {state['date']}"}
        row |= {"Scenes": f"{counts['pairs']:,}", "Train": f"{counts['train']:,}"}
        for bits, group in gains.groupby("bits"):
            each = group.set_index("task")
            found = [signed(each.loc[task, "both"] - each.loc[task, "none"]) for task in TASKS]
            row[f"{bits} bits"] = " / ".join(found)
        shown = (f"{name.replace('_', ' ')} {value}" for name, value in state["options"].items())
        rows.append(row | {"What was set": "; ".join(shown)})
    return pd.DataFrame(rows)


def event_table(history: dict) -> pd.DataFrame:
    """Return what commits and pages said at the time, in their own words, in the order of time."""
    found = [(event, "log", event["subject"]) for event in history["events"]]
    found += [(quote, f"page {quote['page']}", quote["quote"]) for quote in history["quotes"]]
    found.sort(key=lambda each: each[0]["date"])
    rows = [(f"{each['commit']}, {each['date']}", where, said) for each, where, said in found]
    return pd.DataFrame(rows, columns=["Commit", "Where", "What"])


def setting_in_words(name: str) -> str:
    """Return what the folder of a run's records says that it sets: ``margin 0.5, distance squared``."""
    sets = (part.split("=") for part in name.split("~") if "=" in part)
    return ", ".join(f"{option.replace('_', ' ')} {value}" for option, value in sets)


def dropped_table(history: dict, root: Path | str | None = None) -> pd.DataFrame:
    """Return the alternatives whose records were deleted and that have none today, by the commit that deleted them."""
    folder = Path(root or results_root()) / "runs" / "emoji-scenes"
    rows = []
    for each in history["dropped"]:
        gone = [name for name in each["records"] if not (folder / name).exists()]
        settings = "; ".join(setting_in_words(name) for name in gone)
        if gone:
            rows.append({"Commit": f"{each['commit']}, {each['date']}", "Alternatives without a record": settings})
    return pd.DataFrame(rows)
