"""Options of a method: a frozen dataclass, one line of help per field; unknown keys and wrong types are errors."""

import dataclasses
from collections.abc import Iterable
from typing import Any, TypeVar

from adahlib.errors import AdahError, unknown_name

Options = TypeVar("Options")


def option(default: Any, help: str) -> Any:
    """Return a dataclass field with its line of help."""
    return dataclasses.field(default=default, metadata={"help": help})


def build_options(kind: type[Options], values: dict[str, Any]) -> Options:
    """Return ``kind(**values)`` after checking names and types.

    Raises:
        AdahError: an unknown option, or a value of another type than the default's.
    """
    fields = {field.name: field for field in dataclasses.fields(kind)}  # type: ignore[arg-type]
    for name, value in values.items():
        if name not in fields:
            raise unknown_name("option", name, fields)
        check_type(name, value, fields[name].default)
    return kind(**{name: coerce(value, fields[name].default) for name, value in values.items()})


def coerce(value: Any, default: Any) -> Any:
    """Return the value in the default's type: lists become tuples, whole numbers become floats."""
    if isinstance(default, tuple):
        return tuple(value)
    return float(value) if isinstance(default, float) else value


def check_type(name: str, value: Any, default: Any) -> None:
    """Raise AdahError unless ``value`` has the default's type (an int may stand for a float, a list for a tuple)."""
    allowed = {bool: (bool,), int: (int,), float: (int, float), str: (str,), tuple: (list, tuple)}[type(default)]
    if not isinstance(value, allowed) or (isinstance(value, bool) and bool not in allowed):
        raise AdahError(
            f"option {name}={value!r} is of the wrong type; it must be like its default {default!r}"
            + (f", as in '{name}=({value!r},)'." if isinstance(default, tuple) and isinstance(value, int) else ".")
        )


def check_range(name: str, value: float, low: float, high: float = float("inf")) -> None:
    """Raise AdahError unless low <= value <= high."""
    if not low <= value <= high:
        limit = f"between {low} and {high}" if high < float("inf") else f"at least {low}"
        raise AdahError(f"option {name}={value!r} must be {limit}.")


def check_choice(name: str, value: str, choices: Iterable[str]) -> None:
    """Raise AdahError unless the value is one of the choices."""
    if value not in choices:
        raise unknown_name(name, value, choices)
