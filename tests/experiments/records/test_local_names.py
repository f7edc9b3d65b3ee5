"""Functions up to the names of their own variables: what is the same, and what is not."""

import ast

import pytest

from adahlib.experiments.records.local_names import with_plain_names

FUNCTION = "def f(a, top=None):\n    b = a[:top]\n    return [c + b for c in a if c < LIMIT]"


def dumped(text):
    return ast.dump(with_plain_names(ast.parse(text).body[0]))


@pytest.mark.parametrize(
    "other",
    [
        FUNCTION.replace("top", "k"),
        FUNCTION.replace("a", "x").replace("def f(x", "def f(x"),
        FUNCTION.replace("c +", "d +").replace("for c", "for d").replace("if c", "if d"),
    ],
)
def test_other_names_of_arguments_and_variables_are_the_same(other):
    assert dumped(other) == dumped(FUNCTION)


@pytest.mark.parametrize(
    "other",
    [
        FUNCTION.replace("LIMIT", "OTHER"),  # a global name
        FUNCTION.replace("c + b", "c + a"),  # another variable
        FUNCTION.replace("top=None", "top=3"),
        FUNCTION.replace("a[:top]", "a[top:]"),
        FUNCTION.replace("c < LIMIT", "c < top"),  # a variable in the place of a global name
        FUNCTION.replace("b = a", "LIMIT = a").replace("c + b", "c + LIMIT"),  # hides the global name
        "def f(a, b):\n    return g(top=b)",
    ],
)
def test_anything_else_is_not(other):
    assert dumped(other) != dumped(FUNCTION)


def test_the_name_of_an_argument_in_a_call_counts():
    assert dumped("def f(a):\n    return g(top=a)") != dumped("def f(a):\n    return g(k=a)")


def test_global_names_leave_a_function_as_it_is():
    text = "def f(a):\n    global N\n    N = a"
    assert dumped(text) == ast.dump(ast.parse(text).body[0])


def test_lines_stay():
    tree = with_plain_names(ast.parse(FUNCTION).body[0])
    assert [line.lineno for line in tree.body] == [2, 3]
