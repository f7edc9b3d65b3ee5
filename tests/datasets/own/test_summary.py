"""What is told of a data set: frequencies of labels, words where there are no captions, nothing odd of a good one."""

import numpy as np
from scipy.sparse import csr_matrix

from adahlib.datasets import ImageTextPairs
from adahlib.datasets.own.summary import SHOWN, summary
from adahlib.datasets.pairs import TAGS_IN_ORDER


def pairs(labels, **changes):
    n, c = labels.shape
    fields = {
        "name": "toy",
        "ids": tuple(f"{number}.png" for number in range(n)),
        "images": [np.zeros((2, 2, 3), np.uint8)] * n,
        "tags": csr_matrix(np.ones((n, 2), np.uint8)),
        "labels": labels.astype(np.uint8),
        "vocabulary": ("red", "sea"),
        "label_names": tuple(f"l{number:02d}" for number in range(c)),
        "image_hash": "0",
    }
    return ImageTextPairs(**fields | changes)


def test_many_labels_show_the_most_and_the_least_frequent():
    told = summary(pairs(np.triu(np.ones((14, 14)))[:, 1:]))["pairs by label"]
    assert told.startswith("'l12' 14, 'l11' 13, ") and told.endswith(", 'l01' 3, 'l00' 2")
    assert ", 'l08' 10, … (3 more), 'l04' 6, " in told


def test_texts_are_shown_from_all_over_the_set_and_words_where_there_are_none():
    labels = np.eye(2)[np.arange(100) % 2]
    shown = summary(pairs(labels))["some texts"]
    assert len(shown) == SHOWN and shown[0] == "'0.png': 'red sea'" and shown[-1] == "'99.png': 'red sea'"
    long = summary(pairs(labels, captions=("\x1b[2J" + "é" * 500,) * 100))["some texts"][0]
    assert "\x1b" not in long and len(long) < 120 and long.endswith("…'")


def test_a_good_set_has_nothing_to_look_at_and_tags_in_order_are_no_lines():
    labels = np.eye(2)[np.arange(10) % 2]
    assert "look at" not in summary(pairs(labels, captions=("a red sea",) * 10))
    odd = summary(pairs(labels, captions=("nan",) + ("a red sea",) * 9))["look at"]
    assert odd == ["texts that say that one is missing: 1 ('0.png')"]
    tags = pairs(labels, captions=("red\nsea",) * 10, provenance={"captions": TAGS_IN_ORDER})
    assert "look at" not in summary(tags)
