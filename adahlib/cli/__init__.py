"""The command ``adah``. Bad input is one sentence and exit code 2."""

import argparse
import os
import sys
from collections.abc import Callable

from adahlib.cli.analyse import add_analyse_parser
from adahlib.cli.data import add_data_parsers
from adahlib.cli.prove import add_prove_parser
from adahlib.cli.runs import add_run_parsers
from adahlib.cli.search import add_search_parsers
from adahlib.errors import AdahError
from adahlib.printable import printable

__all__ = ["main", "parser"]


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return the exit code: 0; 1 where something failed; 2 for bad input; 130 interrupted."""
    parsed = parser().parse_args(arguments)
    try:
        return parsed.command(parsed) or 0
    except AdahError as error:
        print(f"adah: {printable(error, lines=True)}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # the reader of what is printed has gone, as with | head
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        said = printable(error, lines=True)
        print(f"adah: {said}; nothing is half-written, the same command goes on.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("adah: interrupted; the same command resumes.", file=sys.stderr)
        return 130


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands. It imports no numerical library, so that ``adah --help`` is instant."""
    top = CommandParser(prog="adah", description=__doc__)
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    add_data_parsers(commands)
    add_run_parsers(commands)
    add_search_parsers(commands)
    add_analyse_parser(commands)
    add_prove_parser(commands)
    return top


class CommandParser(argparse.ArgumentParser):
    """An ``ArgumentParser`` that can leave adding its arguments until its command is the one that was given.

    The flags of ``adah run`` are the fields of ``RunSpec``, and importing ``RunSpec`` imports PyTorch, which takes
    seconds: commands that do not need it, and ``adah --help``, do not wait for it.

    Attributes:
        add_later: called with the parser before it parses for the first time, to add arguments; None if there are none.
    """

    add_later: Callable[[argparse.ArgumentParser], None] | None = None

    def parse_known_args(self, args=None, namespace=None):
        """Add what was left, then parse as usual."""
        add_later, self.add_later = self.add_later, None
        if add_later:
            add_later(self)
        return super().parse_known_args(args, namespace)
