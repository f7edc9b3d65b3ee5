"""What methods for images learn from in their tests: striped pictures with features, or clusters of features alone."""

import numpy as np
import pytest
import torch

from adahlib.models.backbones import make_backbone
from tests.methods.images.stripes import stripes

CLASSES = 4


@pytest.fixture(scope="module")
def data():
    """Pictures of stripes of four directions, their features, and the labels of 48 of 120."""
    pictures, labels = stripes()
    pictures = np.ascontiguousarray(pictures.transpose(0, 3, 1, 2))
    with torch.inference_mode():
        features = make_backbone("efficientnet_lite0_pooled")(torch.from_numpy(pictures)).flatten(1).half().numpy()
    known = labels.copy()
    known[48:] = 0
    return features, pictures, known, labels


@pytest.fixture(scope="module")
def clusters():
    """Features of four classes, 300 × 24, mirrored ones beside them; 80 images have their label."""
    rng = np.random.default_rng(0)
    classes = rng.integers(CLASSES, size=300)
    centres = rng.normal(size=(CLASSES, 24))
    X = (centres[classes] + 0.8 * rng.normal(size=(300, 24))).astype(np.float16)
    M = (centres[classes] + 0.8 * rng.normal(size=(300, 24))).astype(np.float16)
    labels = np.eye(CLASSES, dtype=np.uint8)[classes]
    known = np.zeros_like(labels)
    known[:80] = labels[:80]
    return X, M, known, labels
