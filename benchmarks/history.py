"""How the scenes and their profile came to be: ``python -m benchmarks.history`` reads it from git and keeps a summary.

The records of earlier commits are read with ``git show``; nothing is typed but which commits are looked at. The page
``decisions`` shows what ``results/history/scenes.json`` keeps, so that it needs no git.
"""

import json
import re
import subprocess
from collections import defaultdict
from pathlib import Path
from statistics import mean

from adahlib.files import write_sealed
from adahlib.paths import PROJECT, results_root

FOLDER, BITS, SEEDS = "results/runs/emoji-scenes", (16, 32, 64), (0, 1, 2)
SHORT = 7  # characters of a commit's name; git's own short names grow with the repository
STATES = ("64b32a2", "6ab043e", "ff97d16", "7f547ee")  # commits that made the records of Table 4 on the scenes anew
EVENTS = ("e689b6d", "de62105", "5bdf064")  # commits that changed the set or its split
QUOTES = {  # commit → page and a few words of the sentence on it that is kept
    "f6406f7": ("intro", "costs MAP"),
    "de62105": ("decisions", "decides how many scenes there are"),
}
DROPPED = ("6ab043e", "301ae0c", "28184df")  # commits that deleted records of alternatives


def git(*command: str) -> str:
    """Return what git prints of the project."""
    return subprocess.run(["git", *command], capture_output=True, text=True, check=True, cwd=PROJECT).stdout


def about(commit: str) -> dict[str, str]:
    """Return a commit's short name, its minute and its first line."""
    name, date, subject = git("log", "-1", "--date=format:%Y-%m-%d %H:%M", "--format=%H%n%ad%n%s", commit).splitlines()
    return {"commit": name[:SHORT], "date": date, "subject": subject}


def record(commit: str, attention: str, bits: int, seed: int) -> dict:
    """Return a record of ADAH on the scenes as it was at a commit."""
    return json.loads(git("show", f"{commit}:{FOLDER}/adah-{attention}/{bits}-{seed}.json"))


def state(commit: str) -> dict:
    """Return what the records of a commit say: sizes, options, and MAP of none and both, means over seeds."""
    first, rows = record(commit, "both", BITS[0], SEEDS[0]), []
    for bits in BITS:
        found = {kind: [record(commit, kind, bits, seed)["metrics"] for seed in SEEDS] for kind in ("none", "both")}
        for task in ("t2i", "i2t"):
            values = {kind: mean(metrics[f"map_{task}"] for metrics in each) for kind, each in found.items()}
            rows.append({"bits": bits, "task": task, "seeds": len(SEEDS)} | values)
    return about(commit) | {"counts": first["data"]["counts"], "options": first["options"], "rows": rows}


def differing_options(states: list[dict]) -> list[dict]:
    """Return the states with those of their options that are not the same in all of them."""
    values = defaultdict(set)
    for each in states:
        for name in {name for other in states for name in other["options"]}:
            values[name].add(json.dumps(each["options"].get(name)))
    changed = sorted(name for name, found in values.items() if len(found) > 1)
    return [
        each | {"options": {name: each["options"][name] for name in changed if name in each["options"]}}
        for each in states
    ]


def quote(commit: str, page: str, words: str) -> dict[str, str]:
    """Return the sentence with these words as it stood on a page at a commit."""
    cells = json.loads(git("show", f"{commit}:book/{page}.ipynb"))["cells"]
    text = next(text for text in ("".join(cell["source"]) for cell in cells) if words in text)
    sentence = next(part for part in re.split(r"\.\s", text) if words in part)
    return about(commit) | {"page": page, "quote": " ".join(sentence.split())}


def dropped(commit: str) -> dict:
    """Return the records of alternatives that a commit deleted."""
    names = git("show", "--diff-filter=D", "--name-only", "--format=", commit, "--", f"{FOLDER}/adah-both~quick~*")
    return about(commit) | {"records": [Path(name).parent.name for name in names.splitlines()]}


def summary() -> dict:
    """Return the history of the scenes as git has it."""
    return {
        "states": differing_options([state(commit) for commit in STATES]),
        "events": [about(commit) for commit in EVENTS],
        "quotes": [quote(commit, *where) for commit, where in QUOTES.items()],
        "dropped": [dropped(commit) for commit in DROPPED],
    }


def main() -> Path:
    """Write the summary; return its file."""
    path = results_root() / "history" / "scenes.json"
    path.parent.mkdir(exist_ok=True)
    write_sealed(summary(), path)
    return path


if __name__ == "__main__":
    print(main())
