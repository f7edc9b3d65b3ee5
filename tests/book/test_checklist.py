"""The page ``checklist``: every point once, with a score and evidence that is there."""

import re

from adahlib.paths import PROJECT

ROW = re.compile(r"^\| (?:\*\*.*?\*\* )?(\d+) .*? \| (\d) \| (.*) \|$", re.M)
ROWS = ROW.findall((PROJECT / "book/checklist.md").read_text())
ROLE = re.compile(r"\{doc\}`[^`]+`")
COMMANDS = ("make ", "adah ")


def test_every_point_has_a_score():
    assert [int(number) for number, _, _ in ROWS] == list(range(1, 45))
    assert {score for _, score, _ in ROWS} <= {"0", "1", "2"}


def test_the_evidence_is_there():
    names = [name for _, _, evidence in ROWS for name in re.findall(r"`([^`]+)`", ROLE.sub("", evidence))]
    gone = [name for name in names if not name.startswith(COMMANDS) and not (PROJECT / name).exists()]
    assert len(names) > 44 and gone == []
