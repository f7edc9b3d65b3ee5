"""The README's Python snippet runs as it is printed there, but for the length of its training; so do its commands."""

import os
import re
import subprocess
import sys

import numpy as np
import pytest

from adahlib.cli import parser
from adahlib.cli.runs import spec_of
from adahlib.errors import AdahError
from adahlib.experiments import RunSpec
from adahlib.paths import PROJECT
from adahlib.report.claims import CLAIMS, Evidence
from adahlib.report.claims.claim import positive
from adahlib.report.claims.options_matter import BOTH_OVER_NONE, PROFILES, differences
from adahlib.report.claims.verdict import CONTRADICTED, NOT_SUPPORTED, SUPPORTED
from adahlib.report.pages.image_deep_rows import deep_cells, image_runs
from adahlib.report.readme import END, with_numbers
from adahlib.report.records import find_records

README = (PROJECT / "README.md").read_text(encoding="utf-8")
LONG, SHORT = 'profile_options("cpu", pairs.name)', 'profile_options("quick", pairs.name) | {"epochs": 2}'

WHAT_CAME_OUT = {
    "masks-find-the-foreground": SUPPORTED,
    "visual-over-none-scenes": NOT_SUPPORTED,
    "both-over-none-scenes": NOT_SUPPORTED,
    "both-over-none-photos": CONTRADICTED,
    "order-of-kinds-photos": CONTRADICTED,
    "adah-best-photos": CONTRADICTED,
    "adah-best-scenes": CONTRADICTED,
    "by-hand-over-chosen-both-photos": SUPPORTED,
    "by-hand-over-chosen-both-scenes": SUPPORTED,
    "why-fresh-both-1": SUPPORTED,
    "why-fresh-both-2": SUPPORTED,
    "dcmh-over-adah-photos": NOT_SUPPORTED,
    "dcmh-over-adah-scenes": SUPPORTED,
    "image-ssgah-best": CONTRADICTED,
    "image-unlabelled-help": CONTRADICTED,
    "image-ssr-over-baseline": CONTRADICTED,
    "image-full-over-baseline": CONTRADICTED,
    "image-full-over-ar": CONTRADICTED,
    "image-ar-over-baseline": NOT_SUPPORTED,
    "image-full-over-ssr": NOT_SUPPORTED,
}


@pytest.mark.slow
def test_the_snippet_runs_and_prints_a_map():
    snippet = python_snippet()
    assert snippet.count(LONG) == 1
    command = [sys.executable, "-c", snippet.replace(LONG, SHORT)]  # 60 epochs take minutes
    environment = os.environ | {"PYTHONPATH": str(PROJECT)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    label, value = done.stdout.rsplit(": ", 1)
    assert label == "MAP of texts that query images, 16 bits" and 0.33 < float(value) < 1  # chance is 0.305


def test_the_command_is_the_snippets_run():
    (line,) = re.findall(r"^adah (run .*)$", README, re.MULTILINE)
    run = spec_of(parser().parse_args(line.split()))
    assert run == RunSpec("emoji-scenes", "adah", bits=16, seed=0)
    snippet = python_snippet()
    assert 'load_dataset("emoji-scenes")' in snippet and 'make_method("adah", bits=16, seed=0' in snippet
    assert (PROJECT / "results" / run.record_path()).is_file()  # as the README says


def test_it_says_how_to_reach_the_command():
    assert "source .venv/bin/activate" in README and README.index("make book") < README.index(".venv/bin/activate")


def test_what_came_out_is_what_the_claims_say():
    assert "What came out" in README
    evidence = Evidence(PROJECT / "results")
    judged = {claim.name: claim.verdict(evidence).state for claim in CLAIMS if claim.name in WHAT_CAME_OUT}
    assert judged == WHAT_CAME_OUT  # where one is another, the README's paragraph is to be mended


def test_what_it_says_of_intervals_is_so():
    """On the scenes the interval of both − none contains zero; on the photos none is above it with either options."""
    assert "interval over seeds contains zero" in README and "on the photos no gain is shown with either" in README
    evidence = Evidence(PROJECT / "results")
    (claim,) = (claim for claim in CLAIMS if claim.name == "both-over-none-scenes")
    low, high = claim.verdict(evidence).interval
    assert low < 0 < high
    for profile in PROFILES:
        assert positive(differences(profile, "mirflickr25k")[BOTH_OVER_NONE])(evidence).interval[0] < 0


def test_ssgah_has_the_lowest_map_of_the_deep_methods_where_the_readme_says_so():
    found = find_records(image_runs("image-deep", bits=[48]), root=PROJECT / "results")
    cells = deep_cells(found, [48]).dropna(subset="ours").set_index("row")["ours"]
    assert ("SSGAH has the lowest MAP" in README) == (cells.idxmin() == "SSGAH") and len(cells) == 6


def test_the_snippet_of_metrics_runs(capsys):
    rng = np.random.default_rng(0)
    labels = np.eye(5, dtype=int)[rng.integers(0, 5, 400)]
    outputs = rng.standard_normal((400, 16)) + labels @ rng.standard_normal((5, 16))
    exec(python_snippets()[0], {"outputs": outputs, "labels": labels})
    printed = [float(value) for value in capsys.readouterr().out.split()]
    assert len(printed) == 3 and all(0 < value <= 1 for value in printed)


def test_the_table_of_numbers_is_that_of_the_records():
    assert with_numbers(README) == README, "make it again: python -m adahlib.report.readme"


def test_a_readme_without_the_marks_is_refused():
    with pytest.raises(AdahError, match="put both where the table belongs"):
        with_numbers(README.replace(END, ""))


def python_snippet():
    """Return the README's piece of Python that trains a method."""
    return python_snippets()[1]


def python_snippets():
    """Return the README's pieces of Python: metrics, and a method."""
    first, second = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    return first, second
