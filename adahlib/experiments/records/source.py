"""The source of adahlib as fingerprints see it: of each module, what can change a number, and which modules it needs.

A module counts by its syntax tree after ``numbers_only``: docstrings, comments, layout, type hints, the texts of
errors, warnings, help and progress bars, and imports that only these need, drop out: none of them can move a number.
"""

import ast
import copy
import functools
import hashlib
import pickle
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from adahlib.paths import PROJECT

PACKAGE = PROJECT / "adahlib"
# calls whose arguments are words for the user
TEXTS_OF_ERRORS = ("AdahError", "BusyError", "UnavailableError", "unknown_name", "warn")
TEXTS_OF_PROGRESS = {"progress": ("desc", "unit")}  # and ``description`` of any call, which ends there too
EMPTY_TYPE_PARAMETERS = ", type_params=[]"
Function = ast.FunctionDef


def closure(roots: Iterable[str], counts: Callable[[str], bool]) -> dict[str, str]:
    """Return the hash of each module that the roots reach by imports, the roots among them, sorted by name.

    Args:
        roots: full names of modules.
        counts: ``counts(name) -> bool``, whether numbers depend on a module that is reached and is no root.
    """
    roots = tuple(roots)
    reached, waiting = {}, list(roots)
    while waiting:
        name = waiting.pop()
        if name not in reached and (name in roots or counts(name)):
            reached[name] = module_hash(name)
            waiting += imports(name)
    return dict(sorted(reached.items()))


@functools.cache
def module_hash(name: str) -> str:
    """Return the hash of what can change a number in a module, 12 hex digits."""
    return short_hash(dumped(counting_tree(name)))


def dumped(tree: ast.AST) -> str:
    """Return a syntax tree as text, the same in every version of Python, so that fingerprints are.

    Since 3.12 functions and classes have type parameters, which are empty here; since 3.13 empty lists are left out.
    """
    every = {"show_empty": True} if sys.version_info >= (3, 13) else {}
    return ast.dump(tree, **every).replace(EMPTY_TYPE_PARAMETERS, "")


@functools.cache
def imports(name: str) -> tuple[str, ...]:
    """Return the modules of adahlib that a module takes names from, looked up through packages' ``__init__``."""
    found = []
    for node in ast.walk(counting_tree(name)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "adahlib":
            found += [origin(node.module, alias.name) for alias in node.names]
    return tuple(dict.fromkeys(found))


@functools.cache
def origin(module: str, name: str) -> str:
    """Return the module that ``from module import name`` takes the name from, at once or on use (``adahlib.lazy``)."""
    if module_path(f"{module}.{name}"):
        return f"{module}.{name}"
    if module_path(module).name == "__init__.py":  # type: ignore[union-attr]  # what is imported is there
        for node in ast.walk(module_tree(module)):  # names that are imported on use stand under TYPE_CHECKING
            if isinstance(node, ast.ImportFrom) and name in [alias.asname or alias.name for alias in node.names]:
                return origin(node.module, name)
    return module


def module_path(name: str) -> Path | None:
    """Return a module's file, or None if there is no such module."""
    path = PACKAGE.parent.joinpath(*name.split("."))
    return next((file for file in (path.with_suffix(".py"), path / "__init__.py") if file.is_file()), None)


@functools.cache
def module_tree(name: str) -> ast.Module:
    return ast.parse(module_path(name).read_text(encoding="utf-8"))  # type: ignore[union-attr]


@functools.cache
def counting_tree(name: str) -> ast.Module:
    """Return what can change a number in a module: its hash and its imports are both taken from it."""
    return numbers_only(module_tree(name))


def short_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def numbers_only(tree: ast.Module) -> ast.Module:
    """Return a copy of a module's tree without what can change no number; line numbers stay as they are."""
    bare = WithoutWords().visit(copy_of(tree))
    for node in ast.walk(bare):
        if isinstance(node, Function):
            drop_unused_texts(node)
    return without_unused_imports(bare)


def words_only(tree: ast.Module) -> list[ast.expr]:
    """Return the expressions of a module that ``numbers_only`` drops, with their places."""
    transformer = WithoutWords()
    transformer.visit(copy_of(tree))
    return transformer.dropped


def copy_of(tree: ast.Module) -> ast.Module:
    """Return a copy of a tree; pickle takes a third of the time of deepcopy, and every page waits for it."""
    return pickle.loads(pickle.dumps(tree))


class WithoutWords(ast.NodeTransformer):
    """Drops docstrings, the hints of arguments, results and variables, and words that only people read.

    Attributes:
        dropped: the expressions that were dropped, hints left out.
    """

    def __init__(self) -> None:
        self.dropped: list[ast.expr] = []

    def visit_Module(self, node: ast.Module) -> ast.Module:
        return without_docstring(self.generic_visit(node))

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        """Fields of a class keep their hints: a dataclass is made of them."""
        fields = {id(part): part.annotation for part in node.body if isinstance(part, ast.AnnAssign)}
        node.body = [part if id(part) in fields else self.visit(part) for part in node.body]
        for part in node.body:
            if id(part) in fields and part.value is not None:  # type: ignore[attr-defined]  # a field
                part.value = self.visit(part.value)  # type: ignore[attr-defined]
        return without_docstring(node)

    def visit_FunctionDef(self, node: Function) -> Function:
        """Functions registered by the type of their first argument keep their hints; old names of arguments go."""
        node.decorator_list = [part for part in node.decorator_list if not renames_arguments(part)]
        if not any(getattr(decorator, "attr", "") == "register" for decorator in node.decorator_list):
            node.returns = None
            for argument in ast.walk(node.args):
                if isinstance(argument, ast.arg):
                    argument.annotation = None
        return without_docstring(self.generic_visit(node))

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.stmt | None:
        if node.value is None:
            return None
        return ast.copy_location(ast.Assign([node.target], self.visit(node.value)), node)

    def visit_Assert(self, node: ast.Assert) -> ast.AST:
        node.msg = None
        return self.generic_visit(node)

    def visit_Raise(self, node: ast.Raise) -> ast.AST:
        if isinstance(node.exc, ast.Call):
            self.drop(node.exc, lambda position: False, lambda keyword: False)
        return self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        words = (*TEXTS_OF_PROGRESS.get(name, ()), "description", *(["help"] if name == "option" else []))
        if name in TEXTS_OF_ERRORS:
            self.drop(node, lambda position: False, lambda keyword: False)
        else:
            self.drop(node, lambda position: name != "option" or position == 0, lambda keyword: keyword not in words)
        return self.generic_visit(node)

    def drop(
        self, call: ast.Call, keeps_position: Callable[[int], bool], keeps_keyword: Callable[[str | None], bool]
    ) -> None:
        """Drop arguments of a call, and take note of them."""
        kept = [value for position, value in enumerate(call.args) if keeps_position(position)]
        named = [keyword for keyword in call.keywords if keeps_keyword(keyword.arg)]
        self.dropped += [value for value in call.args if value not in kept]
        self.dropped += [keyword.value for keyword in call.keywords if keyword not in named]
        call.args, call.keywords = kept, named


def renames_arguments(decorator: ast.expr) -> bool:
    """Return whether a decorator only lets a function take arguments by their old names too."""
    return isinstance(decorator, ast.Call) and getattr(decorator.func, "id", "") == "renamed_arguments"


def without_docstring(node: Any) -> Any:
    """Return a module, class or function without its docstring."""
    first = node.body[0] if node.body else None
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        node.body = node.body[1:]
    return node


def drop_unused_texts(function: Function) -> None:
    """Drop the assignments of texts whose names nothing reads any more, such as a message put together before."""
    if any(isinstance(node, ast.Global | ast.Nonlocal) for node in ast.walk(function)):
        return
    read = {node.id for node in ast.walk(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    for node in ast.walk(function):
        for field in ("body", "orelse", "finalbody"):
            if isinstance(part := getattr(node, field, None), list):
                setattr(node, field, [line for line in part if not is_unused_text(line, read)])


def is_unused_text(line: ast.stmt, read: set[str]) -> bool:
    """Return whether a statement gives a text to a variable that nothing reads."""
    if not (isinstance(line, ast.Assign) and len(line.targets) == 1 and isinstance(line.targets[0], ast.Name)):
        return False
    return is_text(line.value) and line.targets[0].id not in read


def is_text(node: ast.expr) -> bool:
    """Return whether an expression is a text: a literal, a formatted one, or a choice between such."""
    if isinstance(node, ast.IfExp):
        return is_text(node.body) and is_text(node.orelse)
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def without_unused_imports(tree: ast.Module) -> ast.Module:
    """Return the tree with one import a name at its top, in alphabetical order, and none that nothing reads."""
    used = Counter(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))
    used.update(exported(tree))
    kept, others = [], []
    for node in tree.body:
        if not isinstance(node, ast.Import | ast.ImportFrom):
            others.append(node)
            continue
        for alias in node.names:
            if used[(alias.asname or alias.name).split(".")[0]]:
                own = copy.copy(node)
                own.names = [alias]
                kept.append(own)
    tree.body = sorted(kept, key=ast.dump) + others
    return tree


def exported(tree: ast.Module) -> list[str]:
    """Return the names in a module's ``__all__``."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and any(getattr(target, "id", "") == "__all__" for target in node.targets):
            return [part.value for part in ast.walk(node.value) if isinstance(part, ast.Constant)]  # type: ignore[misc]
    return []
