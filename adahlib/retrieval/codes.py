"""Binary codes: n codes of q bits, packed eight to a byte."""

import hashlib
import numbers
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from adahlib.errors import AdahError
from adahlib.retrieval.inputs import as_numbers, words_of

MAX_BITS = 1024
ENOUGH = 64  # values that are all in [0, 1] by chance in one case of 2⁶⁴


@dataclass(frozen=True, eq=False, repr=False)
class BinaryCodes:
    """A set of n binary hash codes of q bits each, packed eight bits to a byte.

    Two sets are compared by :meth:`content_hash`; ``np.asarray(codes)`` is their signs, and an array, a mask or a slice
    in square brackets takes some of the codes.

    Attributes:
        packed: uint8 (n, ceil(q / 8)), read-only, in the bit order of ``np.packbits``; unused bits are zero.
        bits: code length q, 1 to 1024.

    Raises:
        AdahError: ``packed`` has another type or shape, or ones in bits that are not used.

    Example:
        >>> from adahlib.retrieval import BinaryCodes
        >>> codes = BinaryCodes.from_signs([[0.3, -1.2, 2.0], [-0.1, 0.4, -5.0]])
        >>> codes, len(codes), codes.packed.shape
        (BinaryCodes(2 codes of 3 bits), 2, (2, 1))
        >>> codes[[1]].signs()
        array([[-1,  1, -1]], dtype=int8)
    """

    packed: np.ndarray
    bits: int

    def __post_init__(self) -> None:
        check_length(self.bits)
        packed = np.array(self.packed)
        check_packed(packed, self.bits)
        packed.setflags(write=False)
        object.__setattr__(self, "packed", packed)

    @classmethod
    def from_signs(cls, real: ArrayLike) -> "BinaryCodes":
        """Return the codes of real-valued outputs (n, q): a bit is one where the value is at least 0.

        Args:
            real: (n, q) floats or signed integers, an array or a torch tensor.

        Raises:
            AdahError: if ``real`` is not (n, q) with q in 1..1024, holds NaN, or has no signs: booleans, unsigned
                integers, codes of 0 and 1, or probabilities, of which every bit would be one. Probabilities
                are seen from 64 values in at least two rows and two columns on.

        Warns:
            RuntimeWarning: no value of two or more rows is negative, so that all codes are the same.

        Example:
            >>> from adahlib.retrieval import BinaryCodes
            >>> BinaryCodes.from_signs([[0.3, -1.2, 2.0], [-0.1, 0.4, -5.0]])
            BinaryCodes(2 codes of 3 bits)
        """
        # tensors are checked before as_numbers, which turns every type into float64
        refuse_unsigned(str(getattr(real, "dtype", "")))
        real = as_numbers(real, "codes")
        refuse_unsigned(str(real.dtype))
        if real.ndim != 2:
            raise AdahError(f"codes have shape {real.shape}; give (n, bits).")
        if np.isnan(real).any():
            row = int(np.isnan(real).any(axis=1).argmax())
            raise AdahError(f"codes hold NaN, first in row {row}; every value needs a sign.")
        check_length(real.shape[1])
        check_signs(real)
        return cls(np.packbits(real >= 0, axis=1), real.shape[1])

    def signs(self) -> np.ndarray:
        """Return the codes as int8 (n, q) of -1 and +1."""
        ones = np.unpackbits(self.packed, axis=1, count=self.bits).astype(np.int8)
        return 2 * ones - 1

    def __len__(self) -> int:
        return len(self.packed)

    def __repr__(self) -> str:
        return f"BinaryCodes({len(self)} codes of {self.bits} bits)"

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> np.ndarray:
        """Return :meth:`signs`, for ``np.asarray(codes)``; they are always a new array.

        Raises:
            ValueError: ``copy`` is False, as NumPy has it.
        """
        if copy is False:
            raise ValueError("codes are packed, so their signs are a copy; leave out copy=False.")
        return self.signs().astype(dtype or np.int8, copy=False)

    def __getitem__(self, index: np.ndarray | Sequence[int] | Sequence[bool] | slice) -> "BinaryCodes":
        """Return the codes of an index array, a boolean mask or a slice."""
        try:
            chosen = self.packed[index]
        except IndexError as error:
            raise AdahError(f"codes cannot be indexed so: {error}.") from error
        if chosen.ndim != 2:
            raise AdahError("codes are indexed by a one-dimensional array, mask or slice, not by one number.")
        return BinaryCodes(chosen, self.bits)

    def content_hash(self) -> str:
        """Return the sha256 hex digest of code length, number of codes and bits."""
        digest = hashlib.sha256(f"{self.bits} {len(self)}\n".encode())
        digest.update(self.packed.tobytes())
        return digest.hexdigest()


def check_length(bits: int) -> None:
    """Raise AdahError unless 1 <= bits <= 1024."""
    if not isinstance(bits, numbers.Integral) or not 1 <= bits <= MAX_BITS:
        raise AdahError(f"codes have {bits} bits; a whole number from 1 to {MAX_BITS} is needed.")


def check_packed(packed: np.ndarray, bits: int) -> None:
    """Raise AdahError unless ``packed`` is uint8 (n, ceil(bits / 8)) with unused bits zero."""
    width = -(-bits // 8)
    if packed.dtype != np.uint8 or packed.ndim != 2 or packed.shape[1] != width:
        found = f"{packed.dtype} {packed.shape}"
        raise AdahError(f"packed codes are {found}; {bits} bits need uint8 (n, {width}).")
    unused = 8 * width - bits
    if (packed[:, -1] & ((1 << unused) - 1)).any():
        raise AdahError(f"packed codes have ones in the last {unused} bits, unused at {bits}; clear them.")


def refuse_unsigned(dtype: str) -> None:
    """Raise AdahError for booleans and unsigned integers: all are >= 0, so every code would be the same."""
    if "bool" in dtype or "uint" in dtype:
        raise AdahError(f"codes of type {dtype} have no signs; give -1/+1 or real values.")


def check_signs(real: np.ndarray) -> None:
    """Raise AdahError for real values (n, q) without signs; warn where all codes are the same for want of negatives.

    Codes of 0 and 1 and probabilities have no negative value, so that every bit of every code would be one.
    """
    nonnegative = real.min(initial=0) >= 0
    zeros, ones, between = real == 0, real == 1, (real >= 0) & (real <= 1)
    if nonnegative & zeros.any() & ones.any() & (zeros | ones).all():
        raise AdahError("codes hold 0 and 1 and no sign: every bit would be one; give -1/+1, as in 2 * codes - 1.")
    if between.all() & (real.size >= ENOUGH) & (min(real.shape) > 1) & ~(zeros | ones).all():
        raise AdahError("codes lie between 0 and 1 and have no sign: every bit would be one; subtract 0.5 from them.")
    if nonnegative & (len(real) > 1):
        warnings.warn(f"no value is negative, so all {len(real)} codes are the same.", RuntimeWarning, stacklevel=3)


def code_words(query: BinaryCodes, database: BinaryCodes) -> tuple[np.ndarray, np.ndarray]:
    """Return both sides' codes, (words, n_query) and (words, n_database).

    Raises:
        AdahError: unless both sides are non-empty ``BinaryCodes`` of one length.
    """
    for name, codes in (("query", query), ("database", database)):
        if not isinstance(codes, BinaryCodes):
            raise AdahError(f"{name} is a {type(codes).__name__}; use BinaryCodes.from_signs(real).")
        if not len(codes):
            raise AdahError(f"{name} holds no codes; at least one is needed.")
    if query.bits != database.bits:
        lengths = f"{query.bits} bits and database codes {database.bits}"
        raise AdahError(f"query codes have {lengths}; both need one length.")
    return words_of(query.packed), words_of(database.packed)
