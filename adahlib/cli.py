"""The command ``adah``: data, run, grid. Bad input is one sentence on standard error and exit code 2."""

import argparse
import ast
import sys

from adahlib.errors import AdahError


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return the exit code: 0, or 2 for bad input, 130 when interrupted."""
    parsed = parser().parse_args(arguments)
    try:
        parsed.command(parsed)
    except AdahError as error:
        print(f"adah: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("adah: interrupted; the same command resumes.", file=sys.stderr)
        return 130
    return 0


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    top = argparse.ArgumentParser(prog="adah", description=__doc__)
    commands = top.add_subparsers(required=True, metavar="data | run | grid")
    data = commands.add_parser("data", help="list the data sets, or describe one")
    data.add_argument("name", nargs="?", help="data set to load, check and describe")
    data.set_defaults(command=data_command)
    add_run_parser(commands)
    grid = commands.add_parser("grid", help="make the records of a table that are missing")
    grid.add_argument("name", help="table1, table4, decisions, length or all")
    grid.add_argument("--dataset", action="append", help="only this data set; may be repeated")
    grid.add_argument("--bits", type=int, nargs="+", help="only these code lengths")
    grid.add_argument("--seeds", type=int, nargs="+", help="only these seeds")
    grid.add_argument("--dry-run", action="store_true", help="print the runs instead of making them")
    grid.set_defaults(command=grid_command)
    return top


def add_run_parser(commands) -> None:
    """Add ``adah run`` with the fields of RunSpec."""
    run = commands.add_parser("run", help="train, evaluate and write one record under results/")
    run.add_argument("--dataset", required=True, help="emoji-scenes or mirflickr25k")
    run.add_argument("--method", default="adah", help="default: adah")
    run.add_argument("--bits", type=int, default=16, help="code length q (default: 16)")
    run.add_argument("--seed", type=int, default=0, help="source of all randomness (default: 0)")
    run.add_argument("--attention", default="both", help="none, visual, textual or both (default)")
    run.add_argument("--backbone", default="efficientnet_lite0", help="default: efficientnet_lite0")
    run.add_argument("--image-size", type=int, default=0, help="side in px of the backbone's input (default: its own)")
    run.add_argument("--profile", default="cpu", help="paper, cpu (default), quick or long")
    run.add_argument("--split-seed", type=int, default=0, help="of the random split (default: 0)")
    run.add_argument("--set", action="append", default=[], metavar="OPTION=VALUE", help="a hyperparameter")
    run.add_argument("--results", help="results folder (default: the project's)")
    run.add_argument("--force", action="store_true", help="train also if the record is there")
    run.set_defaults(command=run_command)


def data_command(parsed) -> None:
    """List the data sets; or load one and print its counts and provenance."""
    from adahlib.datasets import DATASETS, load_dataset

    if parsed.name is None:
        print("\n".join(DATASETS))
        return
    pairs = load_dataset(parsed.name)
    facts = pairs.counts() | {"content_hash": pairs.content_hash()} | pairs.provenance
    for name, value in facts.items():
        print(f"{name}: {value}")


def run_command(parsed) -> None:
    """Make one record and print its place and its MAP."""
    from adahlib.experiments import RunSpec, run

    names = ("dataset", "method", "bits", "seed", "attention", "backbone", "image_size", "profile", "split_seed")
    spec = RunSpec(**{name: getattr(parsed, name) for name in names}, options=parse_options(parsed.set))
    report(spec, run(spec, root=parsed.results, force=parsed.force))


def grid_command(parsed) -> None:
    """Make, or list, the missing records of a grid; several commands at once share the work."""
    from adahlib.experiments.grid import make_missing, missing, select

    specs = select(parsed.name, parsed.dataset, parsed.bits, parsed.seeds)
    todo = missing(specs)
    print(f"{parsed.name}: {len(specs)} runs, {len(specs) - len(todo)} done, {len(todo)} to do", flush=True)
    if parsed.dry_run:
        print("\n".join(str(spec.record_path()) for spec in todo))
        return
    for spec, record in make_missing(specs):
        report(spec, record)


def report(spec, record: dict) -> None:
    """Print one line about a record."""
    metrics = record["metrics"]
    print(
        f"{spec.record_path()}: MAP I→T {metrics['map_i2t']:.4f}, T→I {metrics['map_t2i']:.4f} "
        f"(chance {metrics['chance']:.4f}; {record['provenance']['seconds']['total']:.0f} s)",
        flush=True,
    )


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
