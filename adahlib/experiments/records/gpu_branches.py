"""Which parts of a module only a GPU runs, so that no proof on a CPU can show them: what follows ``if x.is_cuda``.

That is the body of such an ``if``, the first side of ``a if x.is_cuda else b``, and the methods that are called from
nowhere else in their module. What stands there moves no number of a CPU.
"""

import ast
from collections.abc import Iterator, Sequence

Span = tuple[int, int, int, int]  # first line, first column, last line, last column


def gpu_branches(tree: ast.Module) -> list[Span]:
    """Return where the branches stand that only a GPU takes."""
    return [span_of(part) for node in ast.walk(tree) for part in gpu_parts(node)]


def gpu_functions(tree: ast.Module) -> set[str]:
    """Return the names of the methods that are called from such branches of their module, and from nowhere else."""
    names = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    inside = [name for node in ast.walk(tree) for part in gpu_parts(node) for name in attributes(part)]
    everywhere = list(attributes(tree))
    return {name for name in names & set(inside) if inside.count(name) == everywhere.count(name)}


def gpu_parts(node: ast.AST) -> Sequence[ast.stmt | ast.expr]:
    """Return the parts of a node that run only where its test, ``x.is_cuda``, is true."""
    if isinstance(node, ast.If | ast.IfExp) and isinstance(node.test, ast.Attribute) and node.test.attr == "is_cuda":
        return node.body if isinstance(node.body, list) else [node.body]
    return []


def attributes(tree: ast.AST) -> Iterator[str]:
    """Yield the name of each attribute that is read, as often as it is."""
    return (node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute))


def span_of(node: ast.stmt | ast.expr) -> Span:
    """Return where a node stands."""
    return node.lineno, node.col_offset, node.end_lineno, node.end_col_offset  # type: ignore[return-value]  # parsed, so it has an end
