"""Which statements a proof has to see running: those that differ, and those whose names mean something else."""

import pytest

from adahlib.experiments.records.changed import Side, changed_statements
from adahlib.experiments.records.seen import Seen, places_of, runs_on_gpu

LOSS = '''
import numpy as np

from adahlib.tools import total

MARGIN = 1.0


def triplet(near, far, kind="mean"):
    """Return the loss."""
    gap = np.maximum(0, MARGIN + near - far)
    if kind == "mean":
        return gap.mean()
    for row in gap:
        print(row)
    return total(gap)
'''
TOOLS = """
def total(values):
    return values.sum()


def unused(values):
    return values.max()
"""
SOURCES = {"adahlib.loss": LOSS, "adahlib.tools": TOOLS}


def changed(**new):
    """Return (text of the statement's first line, guarded) of what the new side has otherwise."""
    after = SOURCES | {f"adahlib.{name}": text for name, text in new.items()}
    after = {name: text for name, text in after.items() if text}
    found = changed_statements(Side(after), Side(SOURCES), set(after))
    return [(after[s.module].splitlines()[s.first - 1].strip(), s.guarded) for s in found]


def replaced(old, new, text=LOSS):
    assert text.count(old) == 1
    return text.replace(old, new)


def test_nothing_and_words_and_layout():
    assert changed() == []
    assert changed(loss=replaced("Return the loss.", "Return it.")) == []
    assert changed(loss=replaced("near, far,", "near: float, far,")) == []
    assert changed(loss=replaced("    if kind", "\n    # which kind\n    if kind")) == []


def test_a_changed_statement_and_no_other():
    assert changed(loss=replaced("gap.mean()", "gap.mean() + 0")) == [("return gap.mean() + 0", False)]
    assert changed(loss=replaced('kind == "mean"', 'kind != "sum"')) == [('if kind != "sum":', False)]


def test_swapped_statements_and_moved_levels():
    swapped = replaced(
        "    for row in gap:\n        print(row)\n    return total(gap)", "    print(row)\n    return total(gap)"
    )
    assert changed(loss=swapped) == [("print(row)", False)]


def test_a_new_block_may_be_seen_in_new_kinds_of_runs_but_its_condition_may_not():
    text = replaced("    if kind ==", "    if kind == 'new':\n        gap = gap ** 2\n    if kind ==")
    assert changed(loss=text) == [("if kind == 'new':", False), ("gap = gap ** 2", True)]
    inside = replaced("        print(row)", "        row = row * 2\n        print(row)")
    assert changed(loss=inside) == [("row = row * 2", False)]


def test_a_constant_counts_where_it_is_read():
    assert changed(loss=replaced("MARGIN = 1.0", "MARGIN = 1.5")) == [
        ("gap = np.maximum(0, MARGIN + near - far)", False)
    ]


def test_a_helper_that_moved_is_the_same_and_one_that_is_another_is_not():
    here = replaced("from adahlib.tools import total", "from adahlib.sums import total")
    assert changed(loss=here, sums=TOOLS, tools="") == []
    assert changed(loss=here, sums=TOOLS.replace("values.sum()", "values.sum() + 1"), tools="") == [
        ("return total(gap)", False),
        ("return values.sum() + 1", False),
    ]


def test_a_module_that_moved_as_it_is():
    assert changed(loss="", losses=LOSS) == []


def test_a_renamed_function_has_to_be_called_and_an_unused_one_not():
    text = TOOLS.replace("def unused(values):\n    return values.max()", "def other(values):\n    return values.min()")
    assert changed(tools=text) == []
    called = LOSS.replace("import total", "import summed").replace("total(gap)", "summed(gap)")
    heads = [("return summed(gap)", False), ("def summed(values):", True), ("return values.sum()", True)]
    assert changed(loss=called, tools=TOOLS.replace("total", "summed")) == heads


def test_errors_and_warnings_need_not_run():
    text = replaced("    gap = ", "    if near is far:\n        raise ValueError('the same')\n    gap = ")
    assert changed(loss=text) == [("if near is far:", False)]


@pytest.mark.parametrize(("arguments", "unseen"), [((1, 2, True), {"b"}), ((1, 2, False), {"a"})])
def test_of_a_choice_in_one_line_only_what_ran_is_seen(tmp_path, arguments, unseen):
    text = "def choose(a, b, first):\n    return a if first else b\n"
    path = tmp_path / "chooser.py"
    path.write_text(text)
    (statement, *_) = [
        s for s in changed_statements(Side({"adahlib.c": text + "choose"}), Side({}), {"adahlib.c"}) if not s.head
    ]
    places = places_of(statement, str(path), text)
    space = {}
    exec(compile(text, str(path), "exec"), space)
    with Seen(places) as seen:
        space["choose"](*arguments)
    assert {text.splitlines()[1][start:stop] for _, _, _, start, stop in places - seen.found()} == unseen


LAYER = """
class Layer:
    def forward(self, rows):
        return self.dense(rows) if rows.is_cuda else self.sparse(rows)

    def dense(self, rows):
        return rows @ self.weight

    def sparse(self, rows):
        if rows.is_cuda:
            rows = rows.cpu()
        return rows
"""


def test_what_only_a_gpu_runs_need_not_be_seen_and_is_told(tmp_path):
    path = tmp_path / "layer.py"
    found = [s for s in changed_statements(Side({"adahlib.l": LAYER + "Layer"}), Side({}), {"adahlib.l"}) if not s.head]
    unseen = {s.first for s in found if not places_of(s, str(path), LAYER)}
    lines = {number: line.strip() for number, line in enumerate(LAYER.splitlines(), 1)}
    assert [lines[number] for number in sorted(unseen)] == ["return rows @ self.weight", "rows = rows.cpu()"]
    places = {place for s in found for place in places_of(s, str(path), LAYER)}
    needed = {LAYER.splitlines()[line - 1][start:stop] for _, line, _, start, stop in places}
    assert "self.sparse" in needed and "self.dense" not in needed
    assert {lines[s.first] for s in found if not runs_on_gpu(s, LAYER)} == {"if rows.is_cuda:", "return rows"}
    other = LAYER.replace("return rows\n", "return self.dense(rows)\n")  # called on a CPU too
    (line,) = [s for s in found if lines[s.first] == "return rows @ self.weight"]
    assert places_of(line, str(path), other) and not runs_on_gpu(line, other)


def test_threads_and_comprehensions_are_seen(tmp_path):
    text = "def double(values):\n    return [2 * value for value in values if value > 1]\n\n\nprint(double)"
    path = tmp_path / "doubler.py"
    found = [s for s in changed_statements(Side({"adahlib.d": text}), Side({}), {"adahlib.d"})]
    places = {place for statement in found for place in places_of(statement, str(path), text)}
    space = {}
    exec(compile(text.rsplit("\n", 1)[0], str(path), "exec"), space)
    from concurrent.futures import ThreadPoolExecutor

    for values, whole in (([0, 1], False), ([1, 2], True)):
        with Seen(places) as seen, ThreadPoolExecutor(1) as pool:
            list(pool.map(space["double"], [values]))
        assert (seen.found() == places) == whole


def test_what_an_object_shows_moves_no_number():
    text = "class Codes:\n    def __repr__(self):\n        return 'codes'\n\n    def signs(self):\n        return 1\n"
    other = text.replace("'codes'", "'these codes'").replace("return 1", "return 2")
    found = changed_statements(Side({"adahlib.c": text}), Side({"adahlib.c": other}), {"adahlib.c"})
    assert {statement.function for statement in found} == {"Codes.signs"}


def test_the_constructor_of_a_new_class_was_made_of_no_other():
    old = "class Old:\n    def __init__(self, a):\n        self.a = a\n"
    new = "class New:\n    def __init__(self, a, b):\n        self.a = a\n        self.b = b\n"
    found = changed_statements(Side({"adahlib.c": new}), Side({"adahlib.c": old}), {"adahlib.c"})
    assert [statement.guarded for statement in found] == [True] * 3
    renamed = changed_statements(Side({"adahlib.d": old}), Side({"adahlib.c": old}), {"adahlib.d"})
    assert renamed == []


def test_an_argument_of_another_name_changes_nothing_but_its_callers():
    renamed = LOSS.replace("near", "first").replace("gap", "difference")
    assert changed(loss=renamed) == []
    calls = LOSS + '\n\ndef loss():\n    return triplet(1, 2, kind="sum")\n'
    before = SOURCES | {"adahlib.loss": calls}
    after = before | {"adahlib.loss": calls.replace("kind", "way")}
    found = changed_statements(Side(after), Side(before), set(after))
    lines = after["adahlib.loss"].splitlines()
    assert [lines[s.first - 1].strip() for s in found] == ['return triplet(1, 2, way="sum")']


def test_a_function_that_takes_old_names_too_is_the_same():
    decorated = replaced("def triplet", '@renamed_arguments("1.0", close="near")\ndef triplet')
    assert changed(loss=decorated) == []


def test_a_list_of_names_means_its_place_and_not_what_it_holds():
    lists = "from adahlib.tools import total, unused\n\nMETHODS = {'total': total}\n"
    reader = "from adahlib.methods import METHODS\n\n\ndef made(name):\n    return METHODS[name]\n"
    before = SOURCES | {"adahlib.methods": lists, "adahlib.reader": reader}
    after = before | {"adahlib.methods": lists.replace("{'total': total}", "{'total': total, 'unused': unused}")}
    assert changed_statements(Side(after), Side(before), {"adahlib.reader"}) == []
    other = {name.replace("methods", "numbers"): text.replace("methods", "numbers") for name, text in before.items()}
    later = {name.replace("methods", "numbers"): text.replace("methods", "numbers") for name, text in after.items()}
    assert len(changed_statements(Side(later), Side(other), {"adahlib.reader"})) == 1
