"""Pages run by papermill as a user runs them: on records of the test's own, with right and wrong parameters."""

import os
import subprocess
import sys

import nbformat
import pytest

from adahlib.experiments import RunSpec
from adahlib.paths import PROJECT

pytestmark = pytest.mark.slow


def papermill(page, output, *parameters):
    command = [
        sys.executable,
        "-m",
        "papermill",
        str(PROJECT / "book" / page),
        str(output),
        "--cwd",
        str(output.parent),
    ]
    environment = os.environ | {"PYTHONPATH": str(PROJECT), "OMP_NUM_THREADS": "1"}
    return subprocess.run([*command, *parameters], capture_output=True, text=True, env=environment)


def markdown(path):
    cells = nbformat.read(path, as_version=4).cells
    outputs = [output for cell in cells if cell.cell_type == "code" for output in cell.outputs]
    return "\n".join(output.data.get("text/markdown", "") for output in outputs if "data" in output)


def test_a_page_on_the_records_asked_for_in_any_folder(results, tmp_path):
    for attention, t2i in (("none", 0.5), ("both", 0.6125)):
        results(RunSpec("emoji-scenes", "adah", 8, 7, attention=attention, profile="chosen"), t2i)
    output = tmp_path / "page.ipynb"
    done = papermill(
        "table4_attention.ipynb", output, "-p", "dataset", "emoji-scenes", "-p", "bits", "8", "-p", "seeds", "7"
    )
    assert done.returncode == 0, done.stderr
    assert "0.613" in markdown(output) or "0.612" in markdown(output)
    assert "2 of 4 records are missing" in markdown(output)


def test_a_mistyped_parameter_fails_under_plain_papermill(tmp_path):
    done = papermill("table4_attention.ipynb", tmp_path / "page.ipynb", "-p", "datset", "emoji-scenes")
    assert done.returncode != 0
    assert "unknown parameter of this page 'datset'; did you mean 'dataset'?" in done.stderr


def test_records_that_do_not_exist_are_one_sentence(results, tmp_path):
    done = papermill("table1_map.ipynb", tmp_path / "page.ipynb", "-p", "dataset", "emoji-scenes", "-p", "bits", "8")
    assert done.returncode != 0
    assert "make it with `adah run --dataset emoji-scenes --method cca --bits 8 --seed 0`" in done.stderr
