"""Small pictures whose class is the direction of their stripes, for tests of methods and runs of images."""

import numpy as np
from scipy.sparse import csr_matrix

from adahlib.datasets.pairs import ImageTextPairs
from adahlib.datasets.splits import make_class_split
from adahlib.experiments.rundata import RunData

CLASSES = 4
SIDE = 32  # the frozen network's smallest input
SIZES = {"query_per_class": 3, "train_per_class": 5}  # of a run on these pictures


def stripes(count: int = 120, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return pictures (n, 32, 32, 3) uint8 with noise, class after class in turns, and labels (n, 4) uint8."""
    rng = np.random.default_rng(seed)
    classes = np.arange(count) % CLASSES
    rows, columns = np.mgrid[:32, :32]
    angles = np.pi * classes[:, None, None] / CLASSES
    waves = np.sin(0.9 * (rows * np.sin(angles) + columns * np.cos(angles)))
    noisy = 127 + 60 * waves[..., None] + 25 * rng.normal(size=(count, 32, 32, 3))
    return np.clip(noisy, 0, 255).astype(np.uint8), np.eye(CLASSES, dtype=np.uint8)[classes]


def pairs_of(images: np.ndarray, labels: np.ndarray) -> ImageTextPairs:
    """Return pictures and labels as a data set of images alone, called as CIFAR-10 is."""
    return ImageTextPairs(
        name="cifar10",
        ids=tuple(f"{i:04d}" for i in range(len(images))),
        images=images,
        tags=csr_matrix((len(images), 0), dtype=np.uint8),
        labels=labels,
        vocabulary=(),
        label_names=tuple("abcd"),
        image_hash=f"stripes of {len(images)}",
    )


def striped_run() -> RunData:
    """Return the data of a run: the pictures with their split."""
    pairs = pairs_of(*stripes())
    return RunData(pairs, make_class_split(pairs, **SIZES), "toy")
