"""The command ``adah``. Bad input is one sentence and exit code 2."""

import argparse
import errno
import io
import os
import sys
import textwrap
import warnings
from collections.abc import Callable

from adahlib import __version__
from adahlib.cli.analyse import add_analyse_parser
from adahlib.cli.data import add_data_parsers
from adahlib.cli.prove import add_prove_parser
from adahlib.cli.runs import add_run_parsers
from adahlib.cli.search import add_search_parsers
from adahlib.environment import help_lines
from adahlib.errors import AdahError
from adahlib.printable import printable

__all__ = ["main", "parser"]

INTERRUPTED = "interrupted; nothing is half-written, and runs, grids and downloads resume with the same command."
ABOUT = """Read data sets, train and evaluate hashing methods, make tables, and search with
a trained model. Bad input is one sentence and exit code 2; a run or a download
that failed is exit code 1."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return the exit code: 0; 1 where something failed; 2 for bad input; 130 interrupted."""
    print_what_cannot_be_shown_as_escapes()
    parsed = parser().parse_args(arguments)
    try:
        with warnings.catch_warnings():
            warnings.showwarning = say_warning
            return parsed.command(parsed) or 0
    except AdahError as error:
        print(f"adah: {printable(error, lines=True)}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # the reader of what is printed has gone, as with | head
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except (NotADirectoryError, IsADirectoryError, PermissionError) as error:
        print(f"adah: {printable(error, lines=True)}; name what may be read and written.", file=sys.stderr)
        return 2
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENAMETOOLONG):
            print(f"adah: {printable(error, lines=True)}; give another name.", file=sys.stderr)
            return 2
        said = printable(error, lines=True)
        print(f"adah: {said}; nothing is half-written, the same command goes on.", file=sys.stderr)
        return 1
    except RuntimeError as error:
        if "Symlink loop" not in str(error):  # of Python below 3.13
            raise
        print(f"adah: {printable(error)}; give another name.", file=sys.stderr)
        return 2
    except UnicodeEncodeError as error:
        print(f"adah: the name {printable(error.object)} is not UTF-8; give another one.", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"adah: {INTERRUPTED}", file=sys.stderr)
        return 130


def print_what_cannot_be_shown_as_escapes() -> None:
    """Let a character that the terminal's encoding lacks be printed as its number, and not end the command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def say_warning(message, *where, **more) -> None:
    """Print a warning as one sentence, above the progress bar where there is one, without the line of code."""
    from adahlib.progress import Progress

    Progress.write(f"adah: warning: {printable(' '.join(str(message).split()))}", file=sys.stderr)


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands. It imports no numerical library, so that ``adah --help`` is instant."""
    top = CommandParser(
        prog="adah", description=ABOUT, epilog=help_lines(), formatter_class=argparse.RawDescriptionHelpFormatter
    )
    top.add_argument("--version", action="version", version=f"adah {__version__}")
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    add_data_parsers(commands)
    add_run_parsers(commands)
    add_search_parsers(commands)
    add_analyse_parser(commands)
    add_prove_parser(commands)
    return top


class WholeNames(argparse.HelpFormatter):
    """Help whose lines do not end inside a name: ``why-share`` and ``--dry-run`` can be copied."""

    def _split_lines(self, text: str, width: int) -> list[str]:
        return textwrap.wrap(" ".join(text.split()), width, break_on_hyphens=False)


class CommandParser(argparse.ArgumentParser):
    """An ``ArgumentParser`` that can leave adding its arguments until its command is the one that was given.

    The flags of ``adah run`` are the fields of ``RunSpec``, and importing ``RunSpec`` imports PyTorch, which takes
    seconds: commands that do not need it, and ``adah --help``, do not wait for it.

    Attributes:
        add_later: called with the parser before it parses for the first time, to add arguments; None if there are none.
    """

    add_later: Callable[[argparse.ArgumentParser], None] | None = None

    def __init__(self, **keywords):
        super().__init__(**{"formatter_class": WholeNames} | keywords)

    def parse_known_args(self, args=None, namespace=None):
        """Add what was left, then parse as usual."""
        add_later, self.add_later = self.add_later, None
        if add_later:
            add_later(self)
        return super().parse_known_args(args, namespace)
