"""What of a module's source counts: everything that can change a number, and nothing that cannot."""

import ast
import sys

import pytest

from adahlib.experiments.records.source import closure, dumped, numbers_only, origin

MODULE = '''
"""A docstring."""
import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from adahlib.errors import AdahError, unknown_name
from adahlib.methods.options import option
from adahlib.progress import progress


@dataclass
class Options:
    """Options."""

    margin: float = option(1.0, "the margin")

    def __post_init__(self):
        if self.margin < 0:
            raise AdahError(f"option margin={self.margin!r} must be at least 0.")


def loss(codes: ArrayLike, options: Options) -> float:
    """Return a loss."""
    total: float = 0.0
    message = "no code is left"
    if not len(codes):
        warnings.warn(f"{message}; the loss is 0", stacklevel=2)
    for row in progress(codes, desc="losses", unit="row"):
        total += max(0.0, options.margin - row.sum())
    assert total >= 0, "negative"
    return total


def find(name):
    kind = "loss" if name else "nothing"
    if name != "triplet":
        raise unknown_name(kind, name, ["triplet"])
    return np.float64(0)
'''


def code(text):
    return ast.dump(numbers_only(ast.parse(text)))


def replaced(old, new):
    assert MODULE.count(old) >= 1
    return MODULE.replace(old, new, 1)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("A docstring.", "Another docstring."),
        ('"""Return a loss."""', '"""Return it."""'),
        ("    total += max", "    # a comment\n        total += max"),
        ("codes: ArrayLike, options: Options) -> float", "codes: np.ndarray, options) -> np.float64"),
        ("codes: ArrayLike, options: Options) -> float", "codes, options)"),
        ("from numpy.typing import ArrayLike\n", "from numpy.typing import ArrayLike, NDArray\n"),
        ("total: float = 0.0", "total = 0.0"),
        ("must be at least 0.", "has to be positive."),
        ('"no code is left"', 'f"no code of {len(codes)} is left"'),
        ("; the loss is 0", ": loss 0"),
        ('desc="losses", unit="row"', 'desc="sums"'),
        ('"the margin"', '"how far apart codes of other labels must be"'),
        ('assert total >= 0, "negative"', "assert total >= 0"),
        ('"loss" if name else "nothing"', '"a loss"'),
        ("import warnings\nfrom dataclasses import dataclass", "from dataclasses import dataclass\nimport warnings"),
    ],
)
def test_words_hints_and_layout_do_not_count(old, new):
    assert code(replaced(old, new)) == code(MODULE)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("option(1.0,", "option(1.5,"),
        ("margin: float =", "margin: int ="),  # of a field: build_options reads defaults, a dataclass its fields
        ("self.margin < 0", "self.margin <= 0"),
        ("options.margin - row.sum()", "options.margin + 1e-7 - row.sum()"),
        ("total: float = 0.0", "total: float = 0.1"),
        ("progress(codes,", "progress(codes[1:],"),
        ('name != "triplet"', 'name != "triple"'),
        ("np.float64(0)", "np.float32(0)"),
        ("@dataclass\n", ""),
        ("def loss(codes: ArrayLike, options: Options)", "def loss(options: Options, codes: ArrayLike)"),
        ("    return total\n", "    return total + len(message)\n"),
        ("from adahlib.progress import progress", "from adahlib.bars import progress"),
    ],
)
def test_whatever_can_change_a_number_counts(old, new):
    assert code(replaced(old, new)) != code(MODULE)


def test_a_text_that_is_still_read_counts():
    returned = replaced("return total\n", "return total, message\n")
    assert code(returned) != code(returned.replace("no code is left", "no code"))


def test_functions_registered_by_type_keep_their_hints():
    text = "@show.register\ndef _(value: int):\n    return value\n"
    assert code(text) != code(text.replace("int", "float"))


def test_keywords_that_only_look_like_words_count():
    assert code("norm(x, unit=True)") != code("norm(x, unit=False)")


def test_a_closure_follows_imports_and_leaves_out_those_of_hints_alone():
    reached = closure(("adahlib.losses.triplet",), lambda name: name != "adahlib.errors")
    assert "adahlib.losses.triplet" in reached and "adahlib.errors" not in reached
    assert all(len(digest) == 12 for digest in reached.values())


def test_another_python_writes_the_same_source_alike(monkeypatch):
    """3.12 gives functions and classes a field for type parameters, as it is given to them here."""
    usual = dumped(ast.parse(MODULE))
    for kind in (ast.FunctionDef, ast.ClassDef):
        if "type_params" not in kind._fields:
            monkeypatch.setattr(kind, "_fields", (*kind._fields, "type_params"))
    tree = ast.parse(MODULE)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            node.type_params = []
    assert "type_params=[]" in ast.dump(tree) or sys.version_info >= (3, 13)
    assert dumped(tree) == usual and "decorator_list=[]" in usual


def test_a_name_that_a_package_imports_on_use_counts_with_its_module():
    assert origin("adahlib.retrieval", "paired_bootstrap") == "adahlib.retrieval.bootstrap"
    assert origin("adahlib.retrieval", "average_precision") == "adahlib.retrieval.average_precision"
    assert "adahlib.retrieval.bootstrap" in closure(("adahlib.experiments.analyses.components",), lambda name: True)
