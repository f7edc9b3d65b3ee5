"""SCM (Zhang and Li, AAAI 2014): semantic correlation maximisation, without ever forming the n × n similarity."""

import warnings
from dataclasses import dataclass

import numpy as np
from scipy.sparse.linalg import ArpackError, svds

from adahlib.errors import AdahError
from adahlib.methods.options import check_choice, check_range, option
from adahlib.methods.shallow.base import ShallowMethod
from adahlib.methods.shallow.whitening import Whitening, fixed_signs, whitened

VARIANTS = ("sequential", "orthogonal")
MEANINGFUL = 1e-7  # singular values below this part of n², of which none exceeds 2, are rounding errors


@dataclass(frozen=True)
class SCMOptions:
    """Hyperparameters of SCM."""

    variant: str = option("sequential", "sequential, bit by bit with deflation, or orthogonal, all bits at once")
    ridge: float = option(1e-6, "ridge added to the diagonals of C_xx and C_yy")

    def __post_init__(self) -> None:
        check_choice("variant", self.variant, VARIANTS)
        check_range("ridge", self.ridge, 1e-12)


class SCM(ShallowMethod):
    """SCM (Zhang and Li, AAAI 2014): semantic correlation maximisation, codes whose inner products follow the labels.

    The similarity is S̃ = 2 L̃ L̃ᵀ − 11ᵀ, with L̃ the labels' rows brought to unit length, and C = Xᵀ S̃ Y.
    ``orthogonal``: the top solutions of C C_yy⁻¹ Cᵀ w_x = λ² C_xx w_x, of which there are at most rank(C); further bits
    are constant, and a warning says so. ``sequential``: for each bit the top pair (w_x, w_y) of what the bits so far
    leave of q C, b = sign(X w_x), c = sign(Y w_y), then C ← C − (Xᵀ b)(Yᵀ c)ᵀ. Where the remaining matrix is zero, for
    example because all pairs have the same labels, further bits are constant too, with the same warning.

    Arguments and errors are those of ``ShallowMethod``; ``fit`` also raises AdahError where no pair has a label.

    Example:
        >>> from adahlib.datasets import miniature_pairs
        >>> from adahlib.methods import SCM
        >>> pairs = miniature_pairs()
        >>> vectors = pairs.images.reshape(len(pairs), -1) / 255
        >>> SCM(4).fit(vectors, pairs.tags, pairs.labels).encode_images(vectors)
        BinaryCodes(60 codes of 4 bits)
    """

    Options = SCMOptions

    def learn(self, X: np.ndarray, Y: np.ndarray, L: np.ndarray) -> None:
        images, texts = Whitening(X, self.options.ridge), Whitening(Y, self.options.ridge)
        K = whitened(semantic_correlation(X, Y, L), images, texts)
        smallest = MEANINGFUL * len(X) ** 2
        if self.options.variant == "sequential":
            U, V = self.sequential(K, smallest, (X, Y), (images, texts))
        else:
            U, V = self.orthogonal(K, smallest)
        self.image_projection_, self.text_projection_ = images.directions(U), texts.directions(V)

    def orthogonal(self, K: np.ndarray, smallest: float) -> tuple[np.ndarray, np.ndarray]:
        """Return the top singular vectors of the whitened K, (d_x, bits) and (d_y, bits)."""
        U, values, Vt = np.linalg.svd(K, full_matrices=False)
        q = min(self.bits, int((values > smallest).sum()))
        self.warn_of_constant_bits(q)
        U, V = fixed_signs(U[:, :q], Vt[:q].T)
        return tuple(np.pad(part, ((0, 0), (0, self.bits - q))) for part in (U, V))  # type: ignore[return-value]

    def sequential(
        self,
        K: np.ndarray,
        smallest: float,
        views: tuple[np.ndarray, np.ndarray],
        whitenings: tuple[Whitening, Whitening],
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the whitened directions learned one after the other, (d_x, bits) and (d_y, bits)."""
        (X, Y), (images, texts) = views, whitenings
        K = self.bits * K
        U, V = np.zeros((len(K), self.bits)), np.zeros((K.shape[1], self.bits))
        for bit in self.iterations(self.bits):
            u, v = top_pair(K)
            if u @ K @ v <= self.bits * smallest:
                self.warn_of_constant_bits(bit)
                break
            U[:, bit], V[:, bit] = u, v
            b = signs(X @ images.directions(U[:, bit]))
            c = signs(Y @ texts.directions(V[:, bit]))
            K -= np.outer(images.whiten(X.T @ b), texts.whiten(Y.T @ c))
        return U, V

    def warn_of_constant_bits(self, directions: int) -> None:
        """Warn where there are fewer meaningful directions than bits."""
        if directions < self.bits:
            found = f"{directions} meaningful direction{'s' * (directions != 1)}"
            message = f"bits={self.bits}: SCM, {self.options.variant}, has only {found} here"
            warnings.warn(f"{message}; the other bits are constant.", stacklevel=6)


def semantic_correlation(X: np.ndarray, Y: np.ndarray, L: np.ndarray) -> np.ndarray:
    """Return C = Xᵀ S̃ Y (d_x, d_y) as 2(Xᵀ L̃)(Yᵀ L̃)ᵀ − (Xᵀ1)(Yᵀ1)ᵀ; pairs without a label have a zero row in L̃.

    Raises:
        AdahError: no training pair has a label.
    """
    lengths = np.linalg.norm(L, axis=1, keepdims=True)
    if not lengths.any():
        raise AdahError("no training pair has a label; SCM learns from shared labels.")
    unit = L / np.maximum(lengths, 1)
    return 2 * (X.T @ unit) @ (Y.T @ unit).T - np.outer(X.sum(0), Y.sum(0))


def top_pair(K: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the left and right singular vectors of the largest singular value, sign and start fixed."""
    smaller = min(K.shape)
    if smaller < 3:  # too small for the iterative solver
        U, _, Vt = np.linalg.svd(K, full_matrices=False)
    else:
        try:
            U, _, Vt = svds(K, k=1, v0=np.ones(smaller), random_state=0)
        except ArpackError:  # its start is in the null space of K
            U, _, Vt = np.linalg.svd(K, full_matrices=False)
    u, v = fixed_signs(U[:, :1], Vt[:1].T)
    return u[:, 0], v[:, 0]


def signs(values: np.ndarray) -> np.ndarray:
    """Return 1 where a value is at least 0, else −1: the bit that ``BinaryCodes`` gives it."""
    return np.where(values >= 0, 1.0, -1.0)
