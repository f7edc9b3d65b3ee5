"""The validation split of CIFAR-10: of labelled images alone, and without the tables' queries."""

import numpy as np

from adahlib.datasets.readers.cifar10_validation import validation_split
from adahlib.datasets.splits import make_class_split
from tests.methods.images.stripes import pairs_of, stripes


def test_queries_are_labelled_images_and_the_tables_queries_are_nowhere():
    pairs = pairs_of(*stripes(240))
    usual, split = make_class_split(pairs, 5, 20), validation_split(pairs, 5, 20)
    assert set(split.query) < set(usual.train) and (pairs.labels[split.query].sum(axis=0) == 2).all()
    assert set(split.train) == set(usual.train) - set(split.query)
    assert set(split.database) == set(usual.database) - set(split.query)
    assert not np.isin(usual.query, np.concatenate([split.query, split.database])).any()
