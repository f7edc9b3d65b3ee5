"""What a method for images needs of the labels of its data, asked before anything is computed."""

import numpy as np

from adahlib.datasets.pairs import ImageTextPairs
from adahlib.datasets.splits import Split
from adahlib.errors import AdahError
from adahlib.experiments.spec import RunSpec
from adahlib.methods import make_method
from adahlib.methods.images.base import labelled_rows
from adahlib.methods.images.deep import DeepImageHashing


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
        known = pairs.labels[split.train]
        if method.supervised:  # type: ignore[union-attr]  # of images
            check_every_class(known, pairs.label_names)
        if isinstance(method, DeepImageHashing):
            method.check_triplets(known[labelled_rows(known)], pairs.label_names)
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
