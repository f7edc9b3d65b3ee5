"""Which commit changed which number: ``python -m benchmarks.changes [from]`` reads it from git.

For each commit that touched records it prints how many were added, deleted and made again, and by how much the MAP of
those made again moved, by data set and setting. The section on results of ``CHANGELOG.md`` adds why.
"""

import json
import sys
from collections import defaultdict
from statistics import mean

from benchmarks.history import SHORT, git

RECORDS = "results/runs"
TASKS = {"map_t2i": "T→I", "map_i2t": "I→T", "map": "image by image"}  # a record has the first two, or the third


def commits(since: str = "") -> list[str]:
    """Return the commits that touched records, the oldest first; of those after ``since`` where it is given."""
    ends = [f"{since}..HEAD"] if since else []
    return git("log", "--reverse", "--no-merges", "--format=%H", *ends, "--", RECORDS).split()


def touched(commit: str) -> dict[str, list[str]]:
    """Return the records that a commit added (A), deleted (D) and made again (M)."""
    lines = git("show", "--format=", "--name-status", "--no-renames", commit, "--", RECORDS).splitlines()
    found = defaultdict(list)
    for state, path in (line.split("\t") for line in lines):
        found[state].append(path)
    return found


def maps(commit: str, path: str) -> dict[str, float]:
    """Return the MAP of each task in a record as it was at a commit."""
    metrics = json.loads(git("show", f"{commit}:{path}"))["metrics"]
    return {task: metrics[name] for name, task in TASKS.items() if name in metrics}


def moved(commit: str, paths: list[str]) -> dict[tuple[str, str], list[dict[str, float]]]:
    """Return the changes of MAP of the records that changed, by data set and setting."""
    found = defaultdict(list)
    for path in paths:
        before = maps(f"{commit}^", path)
        change = {task: now - before[task] for task, now in maps(commit, path).items()}
        if any(change.values()):
            found[tuple(path.split("/")[2:4])].append(change)
    return found


def lines_of(commit: str) -> list[str]:
    """Return what a commit did to the records, as lines of Markdown."""
    subject = git("log", "-1", "--date=format:%Y-%m-%d", "--format=(%ad) %s", commit).strip()
    records = touched(commit)
    changes = moved(commit, records["M"])
    same = len(records["M"]) - sum(map(len, changes.values()))
    counts = f"{len(records['A'])} added, {len(records['D'])} deleted, {len(records['M'])} made again"
    lines = [f"- `{commit[:SHORT]}` {subject}: {counts}, of which {same} with the same MAP."]
    for (dataset, label), each in sorted(changes.items()):
        means = ", ".join(f"{task} {mean(change[task] for change in each):+.4f}" for task in each[0])
        lines.append(f"  - {dataset}, `{label}` ({len(each)}): {means}")
    return lines


def main(arguments: list[str]) -> None:
    """Print the lines of all commits, or of those after the one that is named."""
    for commit in commits(*arguments):
        print("\n".join(lines_of(commit)))


if __name__ == "__main__":
    main(sys.argv[1:])
