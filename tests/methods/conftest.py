"""Small data for the shallow methods: two views of a few classes, one of them sparse, as features and tags are."""

import numpy as np
import pytest


def correlated_views(n=60, d_x=8, d_y=6, classes=3, seed=0, noise=0.5):
    """Return images (n, d_x), texts (n, d_y) and labels (n, classes), each pair with one or two labels."""
    draw = np.random.default_rng(seed)
    labels = np.eye(classes)[draw.integers(classes, size=n)]
    labels[::5] = np.maximum(labels[::5], np.eye(classes)[draw.integers(classes, size=len(labels[::5]))])
    images = labels @ draw.normal(size=(classes, d_x)) + noise * draw.normal(size=(n, d_x))
    texts = labels @ draw.normal(size=(classes, d_y)) + noise * draw.normal(size=(n, d_y))
    return images, texts, labels.astype(np.uint8)


@pytest.fixture
def views():
    """Return the function that makes the data."""
    return correlated_views
