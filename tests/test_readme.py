"""The README's Python snippet runs as it is printed there, but for the length of its training."""

import os
import re
import subprocess
import sys

import pytest

from adahlib.paths import PROJECT

LONG, SHORT = 'profile_options("cpu", pairs.name)', 'profile_options("quick", pairs.name) | {"epochs": 2}'


@pytest.mark.slow
def test_the_snippet_runs_and_prints_a_map():
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    (snippet,) = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)
    assert snippet.count(LONG) == 1
    command = [sys.executable, "-c", snippet.replace(LONG, SHORT)]  # 60 epochs take minutes
    environment = os.environ | {"PYTHONPATH": str(PROJECT)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    assert 0.33 < float(done.stdout) < 1  # chance is 0.305
