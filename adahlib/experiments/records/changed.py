"""Which statements differ between two versions of the source, and have to be seen running before a proof counts.

Functions are compared as sequences of statements, in the form that counts (``source.numbers_only``), up to the names of
their arguments and variables: another name moves no number (``local_names``). A statement is
the same only if every global name that it reads means the same on both sides, so a function may move to another module
unseen, and one whose constants or helpers changed may not. What stands outside functions runs when its module is
imported and is taken as seen; so a constant inside a class is not followed to the statements that read it.
"""

import ast
import difflib
import functools
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from adahlib.experiments.records.fingerprint import ONLY_LISTS
from adahlib.experiments.records.local_names import with_plain_names
from adahlib.experiments.records.source import TEXTS_OF_ERRORS, Function, numbers_only, short_hash

LISTS = tuple(f"adahlib.{name}" for name in ONLY_LISTS)
BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")


@dataclass(frozen=True)
class Statement:
    """A statement that has to be seen running.

    Attributes:
        module: full name of its module.
        function: the function that it stands in.
        first, last: its lines, without the blocks below it.
        head: whether it is the function's own head, which has been seen where the function was called.
        guarded: whether it stands below a statement that is new itself, or in a function that is new: then a run that
            only the new code can do may show it.
    """

    module: str
    function: str
    first: int
    last: int
    head: bool
    guarded: bool

    def __str__(self) -> str:
        return f"{self.module}:{self.first} in {self.function}"


class Side:
    """One version of the source.

    Args:
        sources: module → source text, all modules of adahlib that numbers may depend on, on this side.
    """

    def __init__(self, sources: Mapping[str, str]):
        parsed = {name: ast.parse(text) for name, text in sources.items()}
        self.trees = {name: numbers_only(tree) for name, tree in parsed.items()}
        self.definitions = {name: dict(definitions(tree)) for name, tree in self.trees.items()}
        self.dumps = {name: digest(tree) for name, tree in self.trees.items()}
        found = ((name, *each) for name, tree in self.trees.items() for each in functions_of(tree))
        self.functions = {(name, path): with_plain_names(node) for name, path, node in found}
        self.mentioned = {word for tree in parsed.values() for word in words_of(tree)}

    def meaning(self, module: str, name: str, other: "Side") -> str | None:
        """Return what a global name of a module means, in terms that both sides share; None if it is none.

        A function or a class that only moved means the same as before, and so does a constant of the same value. What a
        list of names holds (``fingerprint.ONLY_LISTS``) counts for nothing: what it names counts by itself.
        """
        node = self.definitions[module].get(name)
        if node is None:
            return None
        if isinstance(node, ast.ImportFrom | ast.Import):
            origin = imported_from(node, name)
            if origin[0] not in self.definitions:
                return ".".join(origin)
            return self.meaning(*origin, other) or ".".join(origin)
        if isinstance(node, Function | ast.ClassDef):
            same_place = name in other.definitions.get(module, {})
            return f"{module}.{name}" if same_place else f"{name} {digest(node)}"
        return f"{module}.{name}" if module in LISTS else digest(node)


def changed_statements(own: Side, other: Side, modules: Collection[str]) -> list[Statement]:
    """Return the statements of ``own`` that ``other`` has not, or has with names of another meaning.

    Left out are raised errors, warnings and what an object shows (``__repr__``), which move no number, and functions
    that nothing mentions.

    Args:
        own, other: the version whose statements are looked at, and the one that it is compared with.
        modules: those of ``own`` on which numbers depend.
    """
    unchanged = set(other.dumps.values())
    found = []
    for (module, path), node in own.functions.items():
        if module not in modules or is_abstract(node) or node.name == "__repr__":
            continue
        if own.dumps[module] in unchanged and not meanings_moved(own, other, module):
            continue
        twin = best_twin(own, other, module, path, node)
        if twin is None and "." not in path and path not in own.mentioned:
            continue
        found += new_statements(own, other, (module, path), twin)
    return found


def meanings_moved(own: Side, other: Side, module: str) -> bool:
    """Return whether a module of the same text reads names that mean something else on the other side."""
    twins = [name for name, dump in other.dumps.items() if dump == own.dumps[module]]
    names = own.definitions[module]
    return all(
        any(own.meaning(module, name, other) != other.meaning(twin, name, own) for name in names) for twin in twins
    )


def best_twin(own: Side, other: Side, module: str, path: str, node: Function) -> tuple[str, str] | None:
    """Return the other side's function that this one was made of: the one at its place, else the likest of its name.

    Python's own names, as ``__init__``, tell nothing: there it has to be of the same class.
    """
    if (module, path) in other.functions:
        return module, path
    name, own_class = path.split(".")[-1], path.rpartition(".")[0]
    rivals = [place for place in other.functions if place[1].split(".")[-1] == name and place not in own.functions]
    if name.startswith("__"):
        rivals = [place for place in rivals if place[1].rpartition(".")[0] == own_class]
    likeness = {place: likeness_of(node, other.functions[place]) for place in rivals}
    return max(likeness, key=likeness.get, default=None)  # type: ignore[arg-type]


def likeness_of(one: Function, two: Function) -> float:
    """Return how alike two functions are, from 0 to 1."""
    lines = [[dump for _, _, dump in statements(node)] for node in (one, two)]
    return difflib.SequenceMatcher(None, *lines, False).ratio()  # type: ignore[call-overload]


def new_statements(own: Side, other: Side, place: tuple[str, str], twin: tuple[str, str] | None) -> list[Statement]:
    """Return the statements of one function that its twin on the other side has not."""
    mine = list(statements(own.functions[place]))
    keys = [key(own, other, place[0], node, dump) for node, _, dump in mine]
    if twin is None:
        differing = set(range(len(mine)))
    else:
        theirs = [key(other, own, twin[0], node, dump) for node, _, dump in statements(other.functions[twin])]
        matcher = difflib.SequenceMatcher(None, theirs, keys, False)
        differing = {
            i for tag, _, _, start, stop in matcher.get_opcodes() if tag != "equal" for i in range(start, stop)
        }
    result = []
    for i in sorted(differing):
        node, parent, _ = mine[i]
        if hasattr(node, "lineno") and not only_words(node):
            guarded = twin is None or parent in differing
            result.append(Statement(*place, node.lineno, last_line(node), i == 0, guarded))
    return result


def statements(function: Function) -> Iterator[tuple[ast.stmt, int | None, str]]:
    """Yield each statement below a function's head with its parent's number and its dump without the blocks below."""
    numbers: dict[int, int] = {}

    def visit(node: ast.AST, parent: int | None, depth: int) -> Iterator[tuple[ast.stmt, int | None, str]]:
        for block in BLOCKS:
            for line in getattr(node, block, None) or []:
                numbers[id(line)] = len(numbers)
                yield line, parent, f"{depth} {block} {head_dump(line)}"
                yield from visit(line, numbers[id(line)], depth + 1)

    yield function, None, head_dump(function)
    numbers[id(function)] = 0
    yield from visit(function, None, 0)


def head_dump(node: ast.AST) -> str:
    """Return the dump of a statement without the blocks below it."""
    blocks = {name: getattr(node, name) for name in BLOCKS if isinstance(getattr(node, name, None), list)}
    for name in blocks:
        setattr(node, name, [])
    try:
        return ast.dump(node)
    finally:
        for name, value in blocks.items():
            setattr(node, name, value)


def key(own: Side, other: Side, module: str, node: ast.AST, dump: str) -> tuple:
    """Return what a statement is: its dump, and what the global names that it reads mean."""
    names = {part.id for part in head_walk(node) if isinstance(part, ast.Name)}
    meanings = {name: meaning for name in sorted(names) if (meaning := own.meaning(module, name, other)) is not None}
    return dump, tuple(meanings.items())


def head_walk(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the parts of a statement that do not lie in the blocks below it."""
    yield node
    for field, value in ast.iter_fields(node):
        if field in BLOCKS and isinstance(value, list):
            continue
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, ast.AST):
                yield from ast.walk(part)


def last_line(node: ast.stmt) -> int:
    """Return the last line of a statement's head."""
    below = [line.lineno for block in BLOCKS for line in getattr(node, block, None) or [] if hasattr(line, "lineno")]
    return max(node.lineno, min(below) - 1) if below else node.end_lineno  # type: ignore[return-value]


def only_words(node: ast.AST) -> bool:
    """Return whether a statement only tells the user something: an error that is raised, or a warning."""
    if isinstance(node, ast.Raise | ast.Pass):
        return True
    call = node.value if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) else None
    name = None if call is None else getattr(call.func, "attr", getattr(call.func, "id", None))
    return name in TEXTS_OF_ERRORS


def is_abstract(node: Function) -> bool:
    """Return whether a function only says what others have to define: it is abstract, or does nothing."""
    return not node.body or any(
        isinstance(part, ast.Name) and part.id == "abstractmethod" for part in node.decorator_list
    )


def definitions(tree: ast.Module) -> Iterator[tuple[str, ast.stmt]]:
    """Yield each global name of a module with the statement that gives it its meaning."""
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from (((alias.asname or alias.name).split(".")[0], node) for alias in node.names)
        elif isinstance(node, Function | ast.ClassDef):
            yield node.name, node
        else:
            for part in ast.walk(node):
                if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
                    yield part.id, node


def imported_from(node: ast.Import | ast.ImportFrom, name: str) -> tuple[str, str]:
    """Return module and name that an import takes a name from."""
    alias = next(a for a in node.names if (a.asname or a.name).split(".")[0] == name)
    return (node.module or "", alias.name) if isinstance(node, ast.ImportFrom) else (alias.name, "")


def functions_of(tree: ast.AST, path: str = "") -> Iterator[tuple[str, Function]]:
    """Yield the functions of a module and the methods of its classes; functions inside functions belong to those."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, Function):
            yield f"{path}{node.name}", node
        elif isinstance(node, ast.ClassDef):
            yield from functions_of(node, f"{path}{node.name}.")


def words_of(tree: ast.AST) -> Iterator[str]:
    """Yield every name that a module reads, takes from another or quotes."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.alias):
            yield node.name.split(".")[-1]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


@functools.cache
def digest(node: ast.AST) -> str:
    """Return a hash of what a node is; kept, since every statement that reads a class compares it."""
    return short_hash(ast.dump(node))
