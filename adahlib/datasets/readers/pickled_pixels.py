"""Pickles of CIFAR-10: what NumPy's array would call is done on its bytes; no object of NumPy is in a file's hands."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from adahlib.errors import AdahError
from adahlib.plain_pickle import Name, Stateful, read_plain_pickle

STEPS = 300_000  # a batch has 70,000, and 150,000 where bytes are written as text
WIDTH = 3 * 32 * 32  # bytes of one image
PLAIN = (int, str, bytes, type(None))


def read_batch_pickle(data: bytes) -> dict[str, object]:
    """Return the dictionary of a batch, its array of pixels as (n, 3072) uint8; keys of bytes become texts.

    Raises:
        AdahError: as ``read_plain_pickle``.
    """
    found = {}
    content = read_plain_pickle(data, STEPS, Calls(len(data)).known, frozenset({"numpy.ndarray"}))
    for key, value in content.items():
        name = key.decode("latin-1") if isinstance(key, bytes) else key
        if name in found:
            raise AdahError(f"has {name[:40]!r} twice; it was not read further.")
        found[name] = value.content if type(value) is Pixels else value
    return found


@dataclass(eq=False)
class NumberType(Stateful):
    """What stands for NumPy's type of numbers, by its code, such as u1."""

    code: str

    def set_state(self, *state: object) -> None:
        """Take the state, which says nothing new of a type of single bytes."""
        if not all(type(part) in PLAIN for part in state):
            raise AdahError("changes an object in a way that no batch of CIFAR-10 does; it was not read further.")


@dataclass(eq=False)
class Pixels(Stateful):
    """What stands for NumPy's array: its content (n, 3072) uint8, or None as long as it has none."""

    content: np.ndarray | None = None

    def set_state(self, _: object, shape: object, kind: object, in_columns: object, content: object) -> None:  # type: ignore[override]
        """Take the content, once."""
        if self.content is not None:
            raise AdahError("changes an object in a way that no batch of CIFAR-10 does; it was not read further.")
        self.content = pixels(content, kind, shape, "F" if in_columns == 1 else "C")


class Calls:
    """The functions that a batch may call, by name, and how much they may still make."""

    def __init__(self, characters: int):
        self.arrays, self.characters = 1, characters
        self.known: dict[str, Callable[..., object]] = {
            "_codecs.encode": self.encoded,
            "numpy.dtype": self.number_type,
            "numpy.core.multiarray._reconstruct": self.empty_array,
            "numpy._core.multiarray._reconstruct": self.empty_array,
            "numpy.core.numeric._frombuffer": self.whole_array,
            "numpy._core.numeric._frombuffer": self.whole_array,
        }

    def encoded(self, text: str, encoding: str) -> bytes:
        """Return bytes that Python 3 wrote as Latin-1 text."""
        self.characters -= len(text)
        if type(text) is not str or encoding not in ("latin1", b"latin1") or self.characters < 0:
            raise AdahError("has more bytes than a batch, or in another form; it was not read further.")
        return text.encode("latin-1")

    def number_type(self, code: str, *_: object) -> NumberType:
        """Return what stands for a type of numbers."""
        return NumberType(code if type(code) is str else "")

    def empty_array(self, kind: object, shape: object, _: object) -> Pixels:
        """Return the empty array that NumPy's pickles begin with; its content comes later."""
        self.arrays -= 1
        if type(kind) is not Name or kind.path != "numpy.ndarray" or shape != (0,) or self.arrays < 0:
            raise AdahError("has another array than the one of a batch; it was not read further.")
        return Pixels()

    def whole_array(self, content: object, kind: object, shape: object, order: object) -> Pixels:
        """Return the array that NumPy writes in one piece in protocol 5."""
        self.arrays -= 1
        if type(order) is not str or self.arrays < 0:
            raise AdahError("has another array than the one of a batch; it was not read further.")
        return Pixels(pixels(content, kind, shape, order))


def pixels(content: Any, kind: Any, shape: Any, order: Any) -> np.ndarray:
    """Return the bytes of an array as (n, 3072) uint8, in row or column order; Python 2 has its bytes as text."""
    if type(content) is str:
        content = content.encode("latin-1")
    right = (
        type(content) in (bytes, bytearray) and type(kind) is NumberType and kind.code == "u1" and order in ("C", "F")
    )
    right = right and type(shape) is tuple and [type(part) for part in shape] == [int, int] and shape[1] == WIDTH
    if not right or shape[0] * WIDTH != len(content):
        raise AdahError(f"holds an array that is not (n, {WIDTH}) of uint8.")
    return np.frombuffer(bytes(content), np.uint8).reshape(shape, order=order)
