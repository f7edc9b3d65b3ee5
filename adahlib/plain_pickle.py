"""Pickles of plain values, read step by step without Python's unpickler, which calls whatever a file names.

A pickle is a program for a small stack machine. The steps below are those that dictionaries, lists, texts and numbers
take, in any protocol from 0 to 5, written by Python 2 or 3. What else a file may name, and what stands for it, its
reader says. A pickle with any other step or name is refused where it stands, and nothing that it names is called.
"""

import pickletools
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from adahlib.errors import AdahError, reason
from adahlib.printable import printable

LITERALS = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}
EMPTY = {"EMPTY_LIST": list, "EMPTY_DICT": dict, "EMPTY_TUPLE": tuple}
ARGUMENTS = (  # steps whose argument is the value
    *("INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1", "LONG4", "FLOAT", "BINFLOAT", "STRING", "BINSTRING"),
    *("SHORT_BINSTRING", "UNICODE", "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8"),
    *("BINBYTES", "SHORT_BINBYTES", "BINBYTES8", "BYTEARRAY8"),
)


@dataclass(eq=False)
class Name:
    """What stands for a function or a type that a pickle names."""

    path: str


class Stateful:
    """What stands for an object that a pickle makes first and then gives a state."""

    def set_state(self, *state: object) -> None:
        """Take the state."""
        raise NotImplementedError


def read_plain_pickle(
    data: bytes,
    steps: int,
    calls: Mapping[str, Callable[..., object]],
    names: frozenset[str] = frozenset(),
    stored: Callable[[object], object] | None = None,
) -> dict[str | bytes, object]:
    """Return the dictionary of a pickle.

    Args:
        data: the pickle.
        steps: the most that it may take; each may make an object.
        calls: by the name of each function that the pickle may call, what is called in its place.
        names: what else it may name, as an argument of these functions.
        stored: returns what stands for an object that is kept outside of the pickle; None where there is none.

    Raises:
        AdahError: the pickle is damaged, asks for something else, or is no dictionary; the message is the end of a
            sentence that begins with the file's name.
    """
    try:
        content = _Machine(data, calls, names, stored).run(steps)
    except AdahError:
        raise
    except Exception as error:  # foreign bytes may raise anything
        raise AdahError(f"is not a whole pickle ({reason(error)}); fetch it again.") from error
    if type(content) is not dict:
        raise AdahError("holds no dictionary; it is another file.")
    return content


class _Machine:
    """The stack, the memory and the steps."""

    def __init__(self, data: bytes, calls: Mapping, names: frozenset[str], stored: Callable | None):
        self.data, self.stack, self.below, self.memory = data, [], [], {}
        self.calls, self.names = calls, names
        self.steps: dict[str, Callable[[], object]] = {
            "MARK": self.mark,
            "LIST": lambda: self.push(self.marked()),
            "TUPLE": lambda: self.push(tuple(self.marked())),
            "DICT": lambda: self.push(self.filled({}, self.marked())),
            "APPENDS": lambda: self.extend(self.marked()),
            "SETITEMS": lambda: self.set_items(self.marked()),
            "APPEND": lambda: self.extend(self.popped(1)),
            "SETITEM": lambda: self.set_items(self.popped(2)),
            "TUPLE1": lambda: self.push(tuple(self.popped(1))),
            "TUPLE2": lambda: self.push(tuple(self.popped(2))),
            "TUPLE3": lambda: self.push(tuple(self.popped(3))),
            "MEMOIZE": lambda: self.keep(len(self.memory)),
            "STACK_GLOBAL": lambda: self.name(*self.popped(2)),
            "REDUCE": lambda: self.call(*self.popped(2)),
            "BUILD": lambda: self.build(*self.popped(1)),
        }
        if stored is not None:
            self.steps["BINPERSID"] = lambda: self.push(stored(*self.popped(1)))

    def run(self, steps: int) -> object:
        """Return what the pickle makes in at most so many steps."""
        for count, (step, argument, place) in enumerate(pickletools.genops(self.data)):
            if count > steps:
                raise AdahError("makes more objects than such a file has; it was not read further.")
            self.take(step.name, argument, place)
        return self.stack.pop()

    def take(self, step: str, argument: object, place: int) -> None:
        """Take one step."""
        if step in ARGUMENTS:
            self.push(argument)
        elif step in LITERALS:
            self.push(LITERALS[step])
        elif step in EMPTY:
            self.push(EMPTY[step]())
        elif step in ("PUT", "BINPUT", "LONG_BINPUT"):
            self.keep(argument)
        elif step in ("GET", "BINGET", "LONG_BINGET"):
            self.push(self.memory[argument])
        elif step == "GLOBAL":
            self.name(*argument.split(" ", 1))
        elif step in self.steps:
            self.steps[step]()
        elif step not in ("PROTO", "FRAME", "STOP") or (step == "FRAME" and argument > len(self.data) - place):
            raise AdahError(f"has the step {step} at byte {place}, which such a file does not need.")

    def push(self, value: object) -> None:
        self.stack.append(value)

    def keep(self, place: int) -> None:
        self.memory[place] = self.stack[-1]

    def mark(self) -> None:
        self.below.append(self.stack)
        self.stack = []

    def marked(self) -> list:
        """Return what lies above the last mark."""
        found, self.stack = self.stack, self.below.pop()
        return found

    def popped(self, count: int) -> list:
        """Return the last values, the last one last."""
        return [self.stack.pop() for _ in range(count)][::-1]

    def extend(self, values: list) -> None:
        if type(self.stack[-1]) is not list:
            raise ValueError("something is appended to what is no list")
        self.stack[-1].extend(values)

    def set_items(self, values: list) -> None:
        if type(self.stack[-1]) is not dict:
            raise ValueError("something is put into what is no dictionary")
        self.filled(self.stack[-1], values)

    def filled(self, target: dict, values: list) -> dict:
        """Return the dictionary with keys and values, which take turns; comparing other keys might never end."""
        for key, value in zip(values[::2], values[1::2], strict=True):
            if type(key) not in (str, bytes):
                raise AdahError(f"has a key that is {type(key).__name__}, no text; it was not read further.")
            target[key] = value
        return target

    def name(self, module: str, name: str) -> None:
        """Push what stands for a name, if a batch needs it."""
        path = f"{module}.{name}" if type(module) is type(name) is str else "what is no name"
        if path not in self.calls and path not in self.names:
            shown = printable(path[:80])
            raise AdahError(f"asks for {shown}, which such a file does not need; it was not read further.")
        self.push(Name(path))

    def call(self, function: object, arguments: object) -> None:
        """Push what is called in the place of a function."""
        if type(function) is not Name or function.path not in self.calls or type(arguments) is not tuple:
            raise AdahError("calls what such a file does not need; it was not read further.")
        self.push(self.calls[function.path](*arguments))

    def build(self, state: object) -> None:
        """Give an object its state."""
        target = self.stack[-1]
        if not isinstance(target, Stateful) or type(state) is not tuple:
            raise AdahError("changes an object in a way that such a file does not need; it was not read further.")
        target.set_state(*state)
