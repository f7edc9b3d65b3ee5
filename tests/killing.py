"""Processes that are killed: at an event of the file system, one after the other, so that every moment is met."""

import os
import signal
import sys
from collections.abc import Callable

EVENTS = {"open", "os.rename", "os.remove", "os.rmdir", "os.mkdir", "shutil.rmtree", "ctypes.call_function"}


def in_a_child(work: Callable[[], None], kill_at: int) -> bool:
    """Do some work in a process of its own and kill it at an event of its file system; return whether it was."""
    child = os.fork()
    if child == 0:
        count = 0

        def listen(event, _):
            nonlocal count
            if event in EVENTS:
                count += 1
                if count == kill_at:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(listen)
        try:
            work()
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])
