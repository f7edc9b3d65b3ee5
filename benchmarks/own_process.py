"""Functions measured in processes of their own, so that one's peak of memory is not another's."""

import json
import resource
import subprocess
import sys
from collections.abc import Callable


def in_own_process(function: Callable, *arguments: object) -> object:
    """Return what a function of a module returns, in JSON's types, from a process of its own; arguments are by repr."""
    name = function.__name__
    code = f"import json; from {function.__module__} import {name}; print(json.dumps({name}(*{arguments!r})))"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    return json.loads(shown.splitlines()[-1])


def peak_mb() -> float:
    """Return the most memory that this process has had, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
