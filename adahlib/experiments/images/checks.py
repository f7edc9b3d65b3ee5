"""What a method for images needs of the labels of its data, asked before anything is computed."""

import numpy as np

from adahlib.datasets.pairs import ImageTextPairs
from adahlib.datasets.splits import Split
from adahlib.errors import AdahError
from adahlib.experiments.spec import RunSpec
from adahlib.methods import ImageHashingMethod, make_method
from adahlib.methods.images.base import labelled_rows
from adahlib.methods.images.triplets import check_negatives, check_positives, check_ranking

# What each method does with triplets of labelled images; the others compare pairs, or read no label.
RANKS, MAKES_NEGATIVES = ("ninh", "ssdh"), ("dsh-gans",)


def check_labels(spec: RunSpec, pairs: ImageTextPairs, split: Split) -> None:
    """Raise AdahError if the labelled training images are not what a method for images learns from, or is scored by.

    Args:
        spec: the run.
        pairs: its data.
        split: which of its images train with their labels.
    """
    try:
        check_database(split)
        method = make_method(spec.method, spec.bits, spec.seed, **spec.hyperparameters())
        if method.supervised:
            known = pairs.labels[split.train]
            check_every_class(known, pairs.label_names)
            check_triplets(spec.method, method, known[labelled_rows(known)], pairs.label_names)
    except AdahError as error:
        raise AdahError(f"{spec.dataset} with {spec.method}: {error}") from error


def check_database(split: Split) -> None:
    """Raise AdahError unless some of the database does not train with labels: MAP is also that of these images."""
    if not len(np.setdiff1d(split.database, split.train)):
        raise AdahError(
            "every image of the database trains with its label, and MAP is measured among the others too; give a "
            "smaller train_size, or a split that validates."
        )


def check_every_class(known: np.ndarray, names: tuple[str, ...]) -> None:
    """Raise AdahError unless every class has a labelled image that trains; labels are (n, c)."""
    empty = np.flatnonzero(~known.any(axis=0))
    if len(empty):
        raise AdahError(
            f"class {names[empty[0]]!r} has no labelled image among the {len(labelled_rows(known)):,} that train; give "
            "a larger train_size, another split_seed, or more images of it."
        )


def check_triplets(name: str, method: ImageHashingMethod, labels: np.ndarray, names: tuple[str, ...]) -> None:
    """Raise AdahError unless labelled images (n, c) have the triplets that the method draws."""
    makes = method.makes_pictures and method.options.generates()
    if name in MAKES_NEGATIVES:
        check_negatives(labels, names)
    elif makes:  # real triplets beside synthetic ones: every anchor has both sides
        check_positives(labels, names)
        check_negatives(labels, names)
    elif name in RANKS or method.makes_pictures:
        check_ranking(labels, names)
