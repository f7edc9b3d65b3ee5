"""The errors of adahlib: each message is one clear sentence for the user, and each kind can be caught by its class.

``AdahError`` is the base of all and means that the input is wrong; ``UnavailableError`` and ``BusyError`` mean that the
same call may succeed elsewhere or later, so that a program can tell what to repeat::

    try:
        run(spec, wait=False)
    except BusyError:
        ...  # another process is at it: come back later
    except UnavailableError:
        ...  # a release, weights, a package or a scheduler is missing: get it first
    except AdahError:
        ...  # the call itself is wrong
"""

import difflib
import numbers
from collections.abc import Iterable

from adahlib.printable import printable

__all__ = ["AdahError", "BusyError", "NotFittedError", "UnavailableError"]


class AdahError(ValueError):
    """An error in the input: its one sentence says what was wrong, where, and what would be right.

    It is a ``ValueError``. The command ``adah`` prints the sentence and exits with code 2.

    Example:
        >>> from adahlib.errors import AdahError
        >>> from adahlib.retrieval import HammingIndex
        >>> try:
        ...     HammingIndex(0)
        ... except AdahError as error:
        ...     print(error)
        codes have 0 bits; a whole number from 1 to 1024 is needed.
    """


class UnavailableError(AdahError):
    """What the call needs is not here or does not answer: a release, weights, a package, an address, a scheduler.

    Example:
        >>> from adahlib.datasets import load_dataset
        >>> from adahlib.errors import UnavailableError
        >>> try:
        ...     load_dataset("iapr-tc12", data_folder="/nowhere")
        ... except UnavailableError:
        ...     print("get the release first: adah data get iapr-tc12")
        get the release first: adah data get iapr-tc12
    """


class BusyError(AdahError):
    """Another process is making or writing what the call was to make; later the same call is right.

    Example:
        >>> import tempfile
        >>> from adahlib.datasets import miniature_pairs, write_pairs
        >>> from adahlib.errors import BusyError
        >>> from adahlib.experiments import RunSpec, run
        >>> folder = tempfile.mkdtemp()
        >>> write_pairs(miniature_pairs(), f"{folder}/walls.h5")
        >>> try:
        ...     record = run(RunSpec(f"{folder}/walls.h5", "cca", 4, backbone="gist"), f"{folder}/results", wait=False)
        ... except BusyError:
        ...     print("another process is making this record: come back later")
    """


class NotFittedError(AdahError):
    """A method was asked to encode something before it was fitted.

    Example:
        >>> from adahlib.methods import make_method
        >>> make_method("cca", 8).encode_texts([[1, 0]])
        Traceback (most recent call last):
        adahlib.errors.NotFittedError: CCA is not trained yet; call fit first.
    """

    def __init__(self, method: object):
        super().__init__(f"{type(method).__name__} is not trained yet; call fit first.")


def check_whole(name: str, value: object, low: int, high: int | None = None) -> int:
    """Return a whole number from low to high (None: no upper end) as an int; NumPy's integers are whole numbers too.

    Raises:
        AdahError: the value is of another type, a bool among them, or out of range.
    """
    whole = int(value) if isinstance(value, numbers.Integral) and not isinstance(value, bool) else None
    if whole is None or whole < low or (high is not None and whole > high):
        limit = f", at least {low}" if high is None else f" from {low} to {high}"
        shown = value if whole is None else whole
        raise AdahError(f"{name}={shown!r} must be a whole number{limit}.")
    return whole


def unknown_name(kind: str, name: object, known: Iterable[str]) -> AdahError:
    """Return the error for a name that is not one of ``known``, with the nearest known name.

    Near is also a name that the given one begins, and one that is written in capitals.
    """
    known = sorted(known)
    lower = {each.lower(): each for each in known}
    given = str(name).lower()
    begun = [each for each in lower if given and each.startswith(given)]
    near = [lower[each] for each in difflib.get_close_matches(given, lower, n=1) or begun[:1]]
    hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known)}." if known else "there are none."
    return AdahError(f"unknown {kind} {name!r}; {hint}")


def reason(error: BaseException) -> str:
    """Return another library's error in a few words: the first line of its text, cut short, or else its kind.

    >>> reason(ValueError("no such thing\\nand a page of advice"))
    'no such thing'
    """
    line = (str(error).strip().splitlines() or [""])[0]
    return printable(line[:120]) or type(error).__name__
