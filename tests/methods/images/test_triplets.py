"""What triplets of labelled images there are, against a loop over all of them."""

import itertools

import numpy as np
import pytest

from adahlib.errors import AdahError
from adahlib.methods.images.triplets import check_negatives, check_positives, check_ranking

CHECKS = {"ranking": check_ranking, "negatives": check_negatives, "positives": check_positives}


def by_a_loop(labels):
    """Whether there is a triplet, whether each image is the anchor of a negative, and of a positive."""
    shared, every = labels.astype(int) @ labels.T.astype(int) > 0, range(len(labels))
    triples = itertools.permutations(every, 3)
    return {
        "ranking": any(shared[a, p] and not shared[a, n] for a, p, n in triples),
        "negatives": all(any(not shared[a, n] for n in every) for a in every),
        "positives": all(any(shared[a, p] for p in every if p != a) for a in every),
    }


def test_sets_are_refused_where_a_loop_finds_no_triplet():
    rng, seen = np.random.default_rng(0), set()
    for _ in range(400):
        labels = (rng.random((rng.integers(2, 7), rng.integers(1, 5))) < rng.random()).astype(np.uint8)
        labels = labels[labels.any(axis=1)]
        if not len(labels):
            continue
        for name, right in by_a_loop(labels).items():
            seen.add((name, right))
            if right:
                CHECKS[name](labels)
            else:
                with pytest.raises(AdahError):
                    CHECKS[name](labels)
    assert len(seen) == 6


def test_the_class_is_named():
    labels = np.eye(3, dtype=np.uint8)[[0, 0, 1, 2, 2]]
    check_ranking(labels), check_negatives(labels)
    with pytest.raises(AdahError, match="class 'cat' has one labelled image, and triplets need"):
        check_positives(labels, ("ape", "cat", "dog"))
    with pytest.raises(AdahError, match="class 1 has one labelled image"):
        check_positives(labels)
    with pytest.raises(AdahError, match="no class has two labelled images"):
        check_ranking(np.eye(3, dtype=np.uint8))
    for check in (check_ranking, check_negatives):
        with pytest.raises(AdahError, match="all 4 labelled images share labels, most of them that of class 'cat'"):
            check(np.eye(3, dtype=np.uint8)[[1, 1, 1, 1]], ("ape", "cat", "dog"))
    some = np.array([[1, 1], [1, 0], [0, 1]], dtype=np.uint8)
    with pytest.raises(AdahError, match="an image of class 'red', class 'sky' shares a label with every other"):
        check_negatives(some, ("red", "sky"))
