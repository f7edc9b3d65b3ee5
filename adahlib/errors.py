"""The one exception that means "the input is wrong": its message is one clear sentence for the user."""

import difflib
import numbers
from collections.abc import Iterable


class AdahError(ValueError):
    """Bad input: says what was wrong, where, and what would be right. The CLI exits with code 2."""


def check_whole(name: str, value: object, low: int, high: int | None = None) -> None:
    """Raise AdahError unless the value is a whole number from low to high (None: no upper end)."""
    if isinstance(value, bool) or not isinstance(value, int) or value < low or (high is not None and value > high):
        limit = f", at least {low}" if high is None else f" from {low} to {high}"
        raise AdahError(f"{name}={value!r} must be a whole number{limit}.")


def as_whole(name: str, value: object, low: int, high: int | None = None) -> int:
    """Return a whole number from low to high, one of NumPy's too, as an int; raise AdahError for anything else."""
    whole = int(value) if isinstance(value, numbers.Integral) and not isinstance(value, bool) else value
    check_whole(name, whole, low, high)
    return whole


def unknown_name(kind: str, name: object, known: Iterable[str]) -> AdahError:
    """Return the error for a name that is not one of ``known``, with the nearest known name."""
    known = sorted(known)
    near = difflib.get_close_matches(str(name), known, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known)}."
    return AdahError(f"unknown {kind} {name!r}; {hint}")
