"""What arrives from outside (NumPy arrays, torch tensors, lists) as checked NumPy arrays and packed words."""

import numpy as np
from numpy.typing import ArrayLike

from adahlib.errors import AdahError


def as_numbers(values: ArrayLike, name: str) -> np.ndarray:
    """Return ``values`` as a NumPy array of real numbers or booleans; tensors may be on any device.

    Raises:
        AdahError: if ``values`` is ragged or holds anything but real numbers.
    """
    if hasattr(values, "detach"):
        # float64 holds the sign of every torch type; NumPy has no bfloat16
        values = values.detach().cpu().double().numpy()
    try:
        array = np.asarray(values)
    except ValueError as ragged:
        raise AdahError(f"{name} has rows of different lengths; give one rectangular array.") from ragged
    if array.dtype.kind not in "biuf":
        raise AdahError(f"{name} holds {array.dtype} values; give a dense array of real numbers.")
    return array


def as_zero_one(values: ArrayLike, name: str, dimensions: int) -> np.ndarray:
    """Return ``values`` as a bool array with that many dimensions.

    Raises:
        AdahError: if the number of dimensions differs, or a value is neither 0 nor 1.
    """
    array = as_numbers(values, name)
    if array.ndim != dimensions:
        raise AdahError(f"{name} has shape {array.shape} where {dimensions} dimensions are needed.")
    if array.dtype != bool and not ((array == 0) | (array == 1)).all():
        raise AdahError(f"{name} holds values other than 0 and 1; give only those.")
    return array.astype(bool, copy=False)


def as_words(packed: np.ndarray) -> np.ndarray:
    """Return packed rows, uint8 (n, bytes), as (words, n) of the narrowest type up to uint64.

    Word-major order lets every XOR or AND run over contiguous memory.
    """
    n, used = packed.shape
    width = next((size for size in (1, 2, 4) if used <= size), 8)
    padded = np.zeros((n, -(-used // width) * width), dtype=np.uint8)
    padded[:, :used] = packed
    return np.ascontiguousarray(padded.view(f"u{width}").T)
