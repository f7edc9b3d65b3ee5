"""The command ``adah prove``: that a refactoring changes no number."""

from adahlib.cli.places import check_in_clone


def add_prove_parser(commands) -> None:
    """Add ``adah prove``."""
    prove = commands.add_parser("prove", help="show that changed code gives the same numbers as before")
    prove.add_argument("--why", required=True, help="what the refactoring is, in a few words; it names the proof")
    prove.add_argument("--base", default="HEAD", metavar="COMMIT", help="the code to compare with (default: HEAD)")
    prove.add_argument("--every", action="store_true", help="also for kinds of runs whose records are being made")
    prove.set_defaults(command=prove_command)


def prove_command(parsed) -> None:
    """Prove, and print where the proof is kept."""
    check_in_clone("prove compares commits")
    from adahlib.experiments.records.prove import prove

    proof = prove(parsed.why, parsed.base, every=parsed.every)
    print(f"{proof}: the same numbers, bit for bit; commit it with the refactoring")
