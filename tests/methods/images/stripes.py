"""Small pictures whose class is the direction of their stripes, for tests of methods and runs of images."""

import numpy as np

CLASSES = 4


def stripes(count: int = 120, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return pictures (n, 32, 32, 3) uint8 with noise, class after class in turns, and labels (n, 4) uint8."""
    rng = np.random.default_rng(seed)
    classes = np.arange(count) % CLASSES
    rows, columns = np.mgrid[:32, :32]
    angles = np.pi * classes[:, None, None] / CLASSES
    waves = np.sin(0.9 * (rows * np.sin(angles) + columns * np.cos(angles)))
    noisy = 127 + 60 * waves[..., None] + 25 * rng.normal(size=(count, 32, 32, 3))
    return np.clip(noisy, 0, 255).astype(np.uint8), np.eye(CLASSES, dtype=np.uint8)[classes]
