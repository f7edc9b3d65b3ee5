"""The one exception that means "the input is wrong": its message is one clear sentence for the user."""

import difflib
from collections.abc import Iterable


class AdahError(ValueError):
    """Bad input: says what was wrong, where, and what would be right. The CLI exits with code 2."""


def unknown_name(kind: str, name: object, known: Iterable[str]) -> AdahError:
    """Return the error for a name that is not one of ``known``, with the nearest known name."""
    known = sorted(known)
    near = difflib.get_close_matches(str(name), known, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known)}."
    return AdahError(f"unknown {kind} {name!r}; {hint}")
