"""What several tests need of modules' texts."""

import ast

from adahlib.experiments.records.source import dumped, numbers_only, short_hash


def hash_of_text(text):
    """Return the hash of what can change a number in a module's text, as fingerprints have it of a module."""
    return short_hash(dumped(numbers_only(ast.parse(text))))
