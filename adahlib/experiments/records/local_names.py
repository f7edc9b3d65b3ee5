"""Functions up to the names of their arguments and variables: two that differ in these alone compute the same.

A caller that passes an argument by its name is another statement once that name changes, and has to be seen running
itself.
"""

import ast
import copy
from collections.abc import Iterator


def with_plain_names(function: ast.FunctionDef) -> ast.FunctionDef:
    """Return a copy of a function whose own names are numbered in the order in which they appear; lines stay.

    Names count as the function's own where it, or a function inside of it, binds them. One that declares global or
    nonlocal names is returned as it is.
    """
    nodes = list(in_order(function))
    if any(isinstance(node, ast.Global | ast.Nonlocal) for node in nodes):
        return function
    own = dict.fromkeys(name for node in nodes if (name := bound_name(node)) is not None)
    numbers = {name: f"_{number}" for number, name in enumerate(own)}
    return Numbered(numbers).visit(copy.deepcopy(function))


def in_order(node: ast.AST) -> Iterator[ast.AST]:
    """Yield a node and all below it in the order of the source."""
    yield node
    for child in ast.iter_child_nodes(node):
        yield from in_order(child)


def bound_name(node: ast.AST) -> str | None:
    """Return the name that a node binds: an argument's, or that of a variable."""
    if isinstance(node, ast.arg):
        return node.arg
    return node.id if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) else None


class Numbered(ast.NodeTransformer):
    """Puts numbers in the place of names.

    Args:
        numbers: the new name by the old one.
    """

    def __init__(self, numbers: dict[str, str]):
        self.numbers = numbers

    def visit_Name(self, node: ast.Name) -> ast.Name:
        node.id = self.numbers.get(node.id, node.id)
        return node

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.arg = self.numbers.get(node.arg, node.arg)
        return self.generic_visit(node)
