"""What of the source has been seen running: each instruction of the watched lines, by its place in the source.

Lines are not enough: of ``a if c else b`` only one side runs. So the places of the compiled instructions are compared,
as ``code.co_positions`` gives them.
"""

import ast
import dis
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from types import CodeType, FrameType
from typing import Any

from adahlib.experiments.records.changed import Statement
from adahlib.experiments.records.gpu_branches import gpu_branches, gpu_functions, span_of
from adahlib.experiments.records.source import words_only

FUNCTION = 0x1  # flag of a code object that is no module and no class body
UNSEEN = {"RESUME", "NOP", "CACHE", "PRECALL", "MAKE_CELL", "COPY_FREE_VARS", "RETURN_GENERATOR", "POP_TOP",
          "RERAISE", "COPY", "POP_EXCEPT", "PUSH_EXC_INFO", "LOAD_ASSERTION_ERROR", "RAISE_VARARGS"}  # fmt: skip


class Seen:
    """Takes note of the watched places that run, in all threads, while it is entered.

    Args:
        places: the places to watch, each a file with first line, last line, first column and last column; of a function
            that is only to be called, (file, *qualified name*, 0, 0, 0).
    """

    def __init__(self, places: Iterable[Iterable]):
        self.watched = {tuple(place) for place in places}
        self.files = {place[0] for place in self.watched}
        self.places: set[tuple] = set()
        self.known: dict[CodeType, list[tuple] | None] = {}

    def __enter__(self) -> "Seen":
        if self.watched:
            threading.settrace(self.called)
            sys.settrace(self.called)
        return self

    def __exit__(self, *_: object) -> None:
        sys.settrace(None)
        threading.settrace(None)

    def called(self, frame: FrameType, event: str, argument: object) -> Callable[[FrameType, str, object], Any] | None:
        """Follow the functions that hold watched places, and no others."""
        code = frame.f_code
        if code.co_filename not in self.files:
            return None
        if code not in self.known:
            own = [(code.co_filename, *position) for position in code.co_positions()]
            self.known[code] = own if self.watched & set(own) else None
        self.places.add((code.co_filename, code.co_qualname, 0, 0, 0))
        if self.known[code] is None:
            return None
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        return self.stepped

    def stepped(self, frame: FrameType, event: str, argument: object) -> Callable[[FrameType, str, object], Any]:
        if event == "opcode":
            self.places.add(self.known[frame.f_code][frame.f_lasti // 2])  # type: ignore[index]  # watched
        return self.stepped

    def found(self) -> set[tuple]:
        """Return the watched places that have run."""
        return self.places & self.watched


def places_of(statement: Statement, file: str, source: str) -> set[tuple]:
    """Return the places of a statement that have to be seen; none where it compiles to nothing, or to a GPU's branch.

    Args:
        statement: as ``changed_statements`` gives it.
        file: the path under which its module is imported.
        source: its module's text.
    """
    tree = ast.parse(source)
    if statement.function.split(".")[-1] in gpu_functions(tree):
        return set()
    if statement.head:
        return {(file, statement.function, 0, 0, 0)}
    left_out = [*map(span_of, words_only(tree)), *gpu_branches(tree)]
    lines = range(statement.first, statement.last + 1)
    found = (place for code in functions(compile(source, file, "exec")) for place in instruction_places(code))
    return {(file, *place) for place in found if place[0] in lines and not lies_in(place, left_out)}


def runs_on_gpu(statement: Statement, source: str) -> bool:
    """Return whether a part of a statement runs only on a GPU, where a proof on a CPU has not seen it."""
    tree = ast.parse(source)
    lines = set(range(statement.first, statement.last + 1))
    branches = any(lines & set(range(first, last + 1)) for first, _, last, _ in gpu_branches(tree))
    return branches or statement.function.split(".")[-1] in gpu_functions(tree)


def instruction_places(code: CodeType) -> Iterator[tuple[int, int, int, int]]:
    """Yield where the instructions of a function stand: first line, last line, first column, last column."""
    for instruction, place in zip(dis.get_instructions(code, show_caches=True), code.co_positions(), strict=True):
        if place[0] is not None and instruction.opname not in UNSEEN:
            yield place  # type: ignore[misc]  # with a line it has the rest


def lies_in(place: tuple[int, int, int, int], spans: list[tuple[int, int, int, int]]) -> bool:
    """Return whether a place lies in one of the spans, each first line, first column, last line, last column."""
    first, last, start, stop = place
    return any((row, column) <= (first, start) and (last, stop) <= (end, edge) for row, column, end, edge in spans)


def functions(code: CodeType) -> Iterator[CodeType]:
    """Yield the code of every function in a module's code; bodies of modules and classes are left out."""
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            if constant.co_flags & FUNCTION:
                yield constant
            yield from functions(constant)
