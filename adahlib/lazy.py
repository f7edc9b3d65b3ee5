"""Names of a package that are imported when they are first used (PEP 562)."""

import importlib
import sys
from collections.abc import Callable, Collection, Mapping


def names_on_use(
    package: str, places: Mapping[str, str], unlisted: Collection[str] = ()
) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """Return ``__getattr__`` and ``__dir__`` of a package.

    Args:
        package: its full name.
        places: the module, seen from the package, by the name that it holds.
        unlisted: names whose packages are not installed. Importing one says so in one sentence; ``dir`` leaves them
            out, since ``inspect`` and ``pydoc`` get every name that is listed.
    """

    def load(name: str) -> object:
        if name not in places:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(importlib.import_module(f"{package}.{places[name]}"), name)

    def listed() -> list[str]:
        return sorted({*vars(sys.modules[package]), *places} - set(unlisted))

    return load, listed
