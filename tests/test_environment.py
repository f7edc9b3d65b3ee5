"""The environment variables: every one that the code names is in the table that help and book show."""

import re

from adahlib.environment import VARIABLES, help_lines
from adahlib.paths import PROJECT


def test_the_table_has_the_variables_of_the_code_and_no_others():
    named = {
        name
        for path in (PROJECT / "adahlib").rglob("*.py")
        if path.name != "environment.py"
        for name in re.findall(r"\bADAH_[A-Z_]+\b", path.read_text(encoding="utf-8"))
    }
    assert named == set(VARIABLES)


def test_help_has_a_line_for_each():
    assert re.findall(r"^  (ADAH_\w+)  ", help_lines(), re.MULTILINE) == list(VARIABLES)
