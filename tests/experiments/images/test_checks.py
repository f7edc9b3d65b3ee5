"""Which labelled images each method for images can do without, asked of the labels alone."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from adahlib.datasets.pairs import ImageTextPairs
from adahlib.datasets.splits import Split
from adahlib.errors import AdahError
from adahlib.experiments import RunSpec
from adahlib.experiments.images.checks import check_labels
from adahlib.methods import IMAGE_METHODS

# sets of labelled images, and the methods that refuse each; all rows but the first and the last train
SETS = {
    "two of each class": ([[1, 0], [1, 0], [0, 1], [0, 1]], set()),
    "one image of a class": ([[1, 0], [1, 0], [0, 1]], {"ssgah"}),
    "one image of each class": ([[1, 0], [0, 1]], {"ssgah", "ssgah baseline", "ninh", "ssdh"}),
    "one class": ([[1], [1], [1]], {"ssgah", "ssgah baseline", "ninh", "ssdh", "dsh-gans"}),
    "one image shares with all": ([[1, 1], [1, 0], [1, 0], [0, 1], [0, 1]], {"ssgah", "dsh-gans"}),
    "no image of a class": ([[1, 0, 0], [0, 0, 1]], {n for n, kind in IMAGE_METHODS.items() if kind.supervised}),
}
SETS["no image of a class"][1].add("ssgah baseline")


def pairs_with(rows):
    """Return images alone: a query of all classes, the labelled ones, and one of all classes that trains unlabelled."""
    labels = np.array([[1] * len(rows[0]), *rows, [1] * len(rows[0])], dtype=np.uint8)
    return ImageTextPairs(
        name="toy",
        ids=tuple(map(str, range(len(labels)))),
        images=np.zeros((len(labels), 8, 8, 3), np.uint8),
        tags=csr_matrix((len(labels), 0), dtype=np.uint8),
        labels=labels,
        vocabulary=(),
        label_names=tuple(f"class-{i}" for i in range(labels.shape[1])),
        image_hash="toy",
    )


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("method", [*IMAGE_METHODS, "ssgah baseline"])
def test_a_method_refuses_labels_that_it_cannot_learn_from_and_no_others(method, name):
    rows, refusing = SETS[name]
    pairs, last = pairs_with(rows), len(rows) + 1
    split = Split(np.array([0]), np.arange(1, last + 1), np.arange(1, last), np.array([], dtype=np.int64))
    kind, _, variant = method.partition(" ")
    spec = RunSpec("cifar10", kind, 8, options={"variant": variant} if variant else {})
    if method not in refusing:
        check_labels(spec, pairs, split)
        return
    with pytest.raises(AdahError, match=rf"^cifar10 with {kind}: .*(class-|no class has two)"):
        check_labels(spec, pairs, split)
