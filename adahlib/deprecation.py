"""Names that were changed: the old one still works until a stated version, and warns."""

import functools
import warnings
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from adahlib.errors import AdahError

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


def renamed_arguments(
    removed_in: str, **names: str
) -> Callable[[Callable[Parameters, Result]], Callable[Parameters, Result]]:
    """Return a decorator by which a function still takes arguments by their old names, with a ``FutureWarning``.

    Args:
        removed_in: version in which the old names go.
        **names: the new name by the old one.

    Raises:
        AdahError: when the function is called with both names of an argument.

    Example:
        >>> @renamed_arguments("1.0", rank="k")
        ... def first(k):
        ...     return list(range(k))
        >>> first(k=2)
        [0, 1]
    """

    def decorate(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
        @functools.wraps(function)
        def wrapper(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
            for old in names.keys() & kwargs.keys():
                new = names[old]
                if new in kwargs:
                    raise AdahError(f"{function.__name__} got {new}= and {old}=, its old name; leave out {old}=.")
                warnings.warn(f"{old}= is now {new}=, and goes in adahlib {removed_in}.", FutureWarning, stacklevel=2)
                kwargs[new] = kwargs.pop(old)
            return function(*args, **kwargs)

        return wrapper

    return decorate
