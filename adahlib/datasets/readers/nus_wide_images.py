"""NUS-WIDE for image hashing: the 21 concepts, with 100 queries and 500 labelled images of each.

The protocol is that of SSGAH's table (Wang et al., ECCV 2018): 2,100 queries, 10,500 labelled images, and the MAP of
the first 5,000 ranks. An image may have several concepts: it is drawn for one of them, and has the labels of all.
"""

import dataclasses
from pathlib import Path

from adahlib.datasets.pairs import ImageTextPairs
from adahlib.datasets.readers import nus_wide

NAME = "nus-wide-images"
SPLIT = {"query_per_class": 100, "train_per_class": 500}


def load(root: Path | str | None = None, whole: bool = True) -> ImageTextPairs:
    """Return TC-21 under a name of its own, which is split by class. See ``nus_wide.load``."""
    pairs = nus_wide.load(root, whole=whole)
    about = pairs.provenance | {"title": f"{pairs.provenance['title']}, split by class"}
    return dataclasses.replace(pairs, name=NAME, provenance=about)
