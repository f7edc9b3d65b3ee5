"""The command ``adah``: data, run, grid, status, encode, search. Bad input is one sentence and exit code 2."""

import argparse
import ast
import dataclasses
import os
import sys

from adahlib.cli_data import add_data_parsers
from adahlib.cli_grid import add_grid_parsers
from adahlib.cli_prove import add_prove_parser
from adahlib.cli_search import add_search_parsers
from adahlib.errors import AdahError, check_whole


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return the exit code: 0; 1 where something failed; 2 for bad input; 130 interrupted."""
    parsed = parser().parse_args(arguments)
    try:
        return parsed.command(parsed) or 0
    except AdahError as error:
        print(f"adah: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # the reader of what is printed has gone, as with | head
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        print(f"adah: {error}; nothing is half-written, the same command goes on.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("adah: interrupted; the same command resumes.", file=sys.stderr)
        return 130


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    top = argparse.ArgumentParser(prog="adah", description=__doc__)
    commands = top.add_subparsers(required=True, metavar="data | run | grid | status | encode | search | prove")
    add_data_parsers(commands)
    add_run_parser(commands)
    add_grid_parsers(commands)
    add_search_parsers(commands)
    add_prove_parser(commands)
    return top


def add_run_parser(commands) -> None:
    """Add ``adah run`` with the fields of RunSpec."""
    run = commands.add_parser("run", help="train, evaluate and write one record under results/")
    run.add_argument("--dataset", required=True, help="a name of adah data list, or a file of adah data convert")
    run.add_argument("--method", default="adah", help="adah (default) or another of Table 1")
    run.add_argument("--bits", type=int, default=16, help="code length q (default: 16)")
    run.add_argument("--seed", type=int, default=0, help="source of all randomness (default: 0)")
    run.add_argument("--attention", default="", help="of ADAH: none, visual, textual or both (default)")
    run.add_argument("--backbone", default="", help="of the frozen maps or vectors (default: the profile's)")
    run.add_argument("--image-size", type=int, default=0, help="side in px of the backbone's input (default: its own)")
    run.add_argument("--profile", default="cpu", help="paper, cpu (default), quick or long")
    run.add_argument("--split-seed", type=int, default=0, help="of the random split (default: 0)")
    run.add_argument("--protocol", default="all", help="of the ranking: all (default) or top-500 (Table 2)")
    run.add_argument("--set", action="append", default=[], metavar="OPTION=VALUE", help="a hyperparameter")
    run.add_argument("--results", help="results folder (default: the project's)")
    run.add_argument("--threads", type=int, default=1, help="of PyTorch; numbers depend on it a little (default: 1)")
    run.add_argument("--model", help="also write the trained model to this file, for adah encode")
    run.add_argument("--force", action="store_true", help="train also if the record is there")
    run.set_defaults(command=run_command)


def run_command(parsed) -> None:
    """Make one record and print its place and its MAP."""
    import torch

    from adahlib import distributed
    from adahlib.experiments import RunSpec, run
    from adahlib.experiments.tasks import described

    names = [field.name for field in dataclasses.fields(RunSpec) if field.name != "options"]
    spec = RunSpec(**{name: getattr(parsed, name) for name in names}, options=parse_options(parsed.set))
    check_whole("--threads", parsed.threads, 1)
    torch.set_num_threads(parsed.threads)
    distributed.start()
    if distributed.rank() > 0:
        os.environ["ADAH_PROGRESS"] = "0"  # the first process shows what all do
    record = run(spec, root=parsed.results, force=parsed.force, keep=model_keeper(spec, parsed.model))
    if distributed.rank() == 0:
        print(f"{spec.record_path()}: {described(record)[0]}", flush=True)


def model_keeper(spec, path: str | None):
    """Return what writes the trained model to a file, or None where none is asked for."""
    if path is None:
        return None
    if spec.method != "adah":
        raise AdahError(f"--model keeps models of adah only; leave it out with --method {spec.method}.")
    from adahlib.search import save_model

    return lambda trained: save_model(spec, trained, path)


def parse_options(settings: list[str]) -> dict:
    """Return the hyperparameters of ``--set option=value``; values are Python literals or plain words."""
    options = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals:
            raise AdahError(f"--set {setting}: give OPTION=VALUE, for example --set margin=1.0.")
        try:
            options[name] = ast.literal_eval(value)
        except (ValueError, SyntaxError):
            options[name] = value
    return options


if __name__ == "__main__":
    sys.exit(main())
