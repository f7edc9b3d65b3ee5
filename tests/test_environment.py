"""The environment variables: every one that the code names is in the table that help and book show."""

import re

from adahlib.environment import VARIABLES, help_lines
from adahlib.paths import PROJECT


def test_every_variable_of_the_code_is_in_the_table():
    named = {
        (path.name, name)
        for path in (PROJECT / "adahlib").rglob("*.py")
        for name in re.findall(r"\bADAH_[A-Z]+\b", path.read_text(encoding="utf-8"))
    }
    assert {name for _, name in named} <= set(VARIABLES)
    assert {"ADAH_DATA", "ADAH_CACHE", "ADAH_RESULTS", "ADAH_PROGRESS"} <= {
        name for path, name in named if path != "environment.py"
    }


def test_help_has_a_line_for_each():
    assert re.findall(r"^  (ADAH_\w+)  ", help_lines(), re.MULTILINE) == list(VARIABLES)
