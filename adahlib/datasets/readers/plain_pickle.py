"""The pickles of CIFAR-10, read step by step without Python's unpickler, which calls whatever a file names.

A pickle is a program for a small stack machine. The steps below are those that dictionaries, lists, texts, numbers and
one NumPy array of pixels take, in any protocol from 0 to 5, written by Python 2 or 3; a pickle with any other step, or
with the name of any other function, is refused where it stands. No function that a file names is called: what NumPy
would do with the array is done by ``pickled_pixels``, on the array's bytes.
"""

import pickletools
from collections.abc import Callable

from adahlib.datasets.readers.pickled_pixels import Calls, Name, NumberType, Pixels
from adahlib.errors import AdahError, reason

STEP_LIMIT = 10**6  # a batch has 70,000, and 150,000 where bytes are written as text
LITERALS = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}
EMPTY = {"EMPTY_LIST": list, "EMPTY_DICT": dict, "EMPTY_TUPLE": tuple}
ARGUMENTS = (  # steps whose argument is the value
    *("INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1", "LONG4", "FLOAT", "BINFLOAT", "STRING", "BINSTRING"),
    *("SHORT_BINSTRING", "UNICODE", "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8"),
    *("BINBYTES", "SHORT_BINBYTES", "BINBYTES8", "BYTEARRAY8"),
)


def read_plain_pickle(data: bytes) -> dict[str, object]:
    """Return the dictionary of a pickle, its array of pixels as (n, 3072) uint8; keys of bytes become texts.

    Raises:
        AdahError: the pickle is damaged, asks for something else, or is no dictionary; the message is the end of a
            sentence that begins with the file's name.
    """
    try:
        content = _Machine(data).run()
    except AdahError:
        raise
    except Exception as error:  # foreign bytes may raise anything
        raise AdahError(f"is not a whole pickle ({reason(error)}); fetch it again.") from error
    if type(content) is not dict:
        raise AdahError("holds no dictionary; is it CIFAR-10?")
    found = {}
    for key, value in content.items():
        name = key.decode("latin-1") if isinstance(key, bytes) else key
        if name in found:
            raise AdahError(f"has {name[:40]!r} twice; it was not read further.")
        found[name] = value.content if type(value) is Pixels else value
    return found


class _Machine:
    """The stack, the memory and the steps."""

    def __init__(self, data: bytes):
        self.data, self.stack, self.below, self.memory = data, [], [], {}
        self.calls = Calls(len(data)).known
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

    def run(self) -> object:
        """Return what the pickle makes."""
        for count, (step, argument, place) in enumerate(pickletools.genops(self.data)):
            if count > STEP_LIMIT:
                raise AdahError("makes more objects than a batch has; it was not read further.")
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
            raise AdahError(f"has the step {step} at byte {place}, which no batch of CIFAR-10 needs.")

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
        if path not in self.calls and path != "numpy.ndarray":
            shown = "".join(letter if letter.isprintable() else "?" for letter in path[:80])
            raise AdahError(f"asks for {shown}, which no batch of CIFAR-10 needs; it was not read further.")
        self.push(Name(path))

    def call(self, function: object, arguments: object) -> None:
        """Push what one of the functions above would return."""
        if type(function) is not Name or function.path not in self.calls or type(arguments) is not tuple:
            raise AdahError("calls what no batch of CIFAR-10 calls; it was not read further.")
        self.push(self.calls[function.path](*arguments))

    def build(self, state: object) -> None:
        """Give the array its content; the state of a type of single bytes says nothing new."""
        target = self.stack[-1]
        if not isinstance(target, Pixels | NumberType) or type(state) is not tuple:
            raise AdahError("changes an object in a way that no batch of CIFAR-10 does; it was not read further.")
        target.set_state(*state)
