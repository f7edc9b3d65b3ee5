"""Whether labelled images have the triplets that a method learns from: an anchor, one of its labels, one without them.

Labels are those of the labelled images alone, (n, c) 0/1 without a row of zeros; ``names`` are the classes', in the
order of the columns, which without them are called by their numbers.
"""

from collections.abc import Sequence

import numpy as np

from adahlib.errors import AdahError

BLOCK = 1024  # rows that are compared with all others at a time


def check_ranking(labels: np.ndarray, names: Sequence[str] | None = None) -> None:
    """Raise AdahError if there is no triplet at all, so that a ranking loss is zero whatever the codes are."""
    if len(labels) and labels.sum(axis=0).max() < 2:
        raise AdahError("no class has two labelled images, and triplets need an anchor and another image of its class.")
    if len(labels) and lacking_negative(labels).all():
        refuse_one_class(labels, names)


def check_negatives(labels: np.ndarray, names: Sequence[str] | None = None) -> None:
    """Raise AdahError unless every image has another that shares no label with it."""
    lacking = lacking_negative(labels)
    if lacking.all():
        refuse_one_class(labels, names)
    if lacking.any():
        first = int(np.argmax(lacking))
        carried = ", ".join(called(column, names) for column in np.flatnonzero(labels[first]))
        raise AdahError(
            f"an image of {carried} shares a label with every other labelled image, and each anchor of a triplet needs "
            "one that does not; label images of other classes, or leave such images without label."
        )


def check_positives(labels: np.ndarray, names: Sequence[str] | None = None) -> None:
    """Raise AdahError unless every image has another that shares a label with it."""
    counts = labels.sum(axis=0)
    lonely = (labels * counts).max(axis=1) < 2
    if lonely.any():
        column = int(np.argmax(labels[np.argmax(lonely)]))
        raise AdahError(
            f"{called(column, names)} has one labelled image, and triplets need an anchor and another image of its "
            "class; label a second image of it, or leave it without label."
        )


def lacking_negative(labels: np.ndarray) -> np.ndarray:
    """Return for each image whether it shares a label with every other, bool (n,)."""
    kinds, kind_of = np.unique(labels, axis=0, return_inverse=True)
    kinds = kinds.astype(np.float32)
    blocks = (kinds[start : start + BLOCK] @ kinds.T for start in range(0, len(kinds), BLOCK))
    return np.concatenate([(block > 0).all(axis=1) for block in blocks])[kind_of.ravel()]


def refuse_one_class(labels: np.ndarray, names: Sequence[str] | None) -> None:
    """Raise AdahError: all images share labels."""
    column = int(labels.sum(axis=0).argmax())
    raise AdahError(
        f"all {len(labels)} labelled images share labels, most of them that of {called(column, names)}, and triplets "
        "need images of two classes; label images of another one."
    )


def called(column: int | np.integer, names: Sequence[str] | None) -> str:
    """Return what a class is called in an error: its name or, without names, its number."""
    return f"class {column}" if names is None else f"class {names[column]!r}"
