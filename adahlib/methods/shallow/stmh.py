"""STMH (Wang, Gao, Wang and He, IJCAI 2015): topics of texts, robust factors of images, and a map between them."""

import warnings

import numpy as np
from scipy.linalg import eigh

from adahlib.methods.shallow.base import ShallowMethod
from adahlib.methods.shallow.least_squares import best_basis
from adahlib.methods.shallow.stmh_options import STMHOptions

SMALLEST_RESIDUAL = 1e-6  # part of the images' root mean squared length below which ‖e‖ is smoothed


class STMH(ShallowMethod):
    """STMH (Wang, Gao, Wang and He, IJCAI 2015): semantic topic multimodal hashing, a bit for each topic of an item.

    A code says which half of the q topics a text or an image has. It minimises
    r₁ Σ_i ‖x_i − g_i F₁‖ + r₂‖Y − G₂ F₂‖² + λ‖G₂ − G₁ R‖² + γ(‖F₁‖² + ‖F₂‖² + ‖R‖² + ‖G₁‖²), where every row of
    G₂ (n, q) has exactly k = max(1, ⌊q/2⌋) ones, else zeros. Items are rows here: F₁ (q, d_x), F₂ (q, d_y), R (q, q),
    G₁ (n, q). F₁, F₂, R and G₁ in turn take their exact minimum (F₁ and G₁ that of Σ D_ii‖e_i‖², D_ii = 1/(2‖e_i‖), by
    iterative reweighting), so none of them raises the objective. The step of G₂ may: it takes a text's nearest topics
    as if each had to explain the text alone.

    A new text has its k nearest topics, a new image the k largest of x F₁ᵀ(F₁F₁ᵀ + γ/r₁ I)⁻¹ R, which is the threshold
    at its own median. A single bit is therefore constant; a warning says so wherever all training texts end with the
    same topics.

    The paper leaves the start open. By default G₂ starts with the k largest of q random projections of each text, so
    that all topics are used and the order of the pairs does not matter (topics that start at single texts end with half
    of the bits constant), and G₁ with the images' principal components; ``STMHOptions`` names another start.

    Arguments and errors are those of ``ShallowMethod``.

    Example:
        >>> from adahlib.datasets import miniature_pairs
        >>> from adahlib.methods import STMH
        >>> pairs = miniature_pairs()
        >>> vectors = pairs.images.reshape(len(pairs), -1) / 255
        >>> method = STMH(8).fit(vectors, pairs.tags, pairs.labels)
        >>> method.encode_texts(pairs.tags[:1]).signs().sum()  # half of the topics
        np.int64(0)
    """

    Options = STMHOptions

    def learn(self, X: np.ndarray, Y: np.ndarray, L: np.ndarray) -> None:
        o = self.options
        smallest = max(SMALLEST_RESIDUAL * np.sqrt(np.mean(np.sum(X**2, axis=1))), SMALLEST_RESIDUAL**2)
        G1, G2, D = self.start(X, Y, smallest)
        for _ in self.iterations(o.iterations):
            root = np.sqrt(D)[:, None]
            F1 = best_basis(root * X, root * G1, o.gamma / o.image_weight)
            F2 = best_basis(Y, G2, o.gamma / (1 - o.image_weight))
            R = best_basis(G2, G1, o.gamma / o.link)
            G1 = image_factors(X, D, F1, G2, R, o)
            G2 = largest((1 - o.image_weight) * closeness(Y, F2) + 2 * o.link * G1 @ R, self.ones)
            D = robust_weights(X - G1 @ F1, smallest)
            self.history_.append({"objective": self.objective(X, Y, F1, F2, R, G1, G2, smallest)})
            if converged(self.history_, o.tolerance):
                break
        if (G2[0] == G2).all():
            message = f"bits={self.bits}: all training texts have the same topics, so their codes are constant"
            warnings.warn(f"{message}; use more bits.", stacklevel=4)
        self.topics_ = F2
        self.image_projection_ = np.linalg.solve(F1 @ F1.T + o.gamma / o.image_weight * np.eye(self.bits), F1).T @ R

    def means(self, X: np.ndarray, Y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the training means, or zeros where nothing is centred."""
        if self.options.centred:
            return super().means(X, Y)
        return np.zeros(X.shape[1]), np.zeros(Y.shape[1])

    def start(self, X: np.ndarray, Y: np.ndarray, smallest: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return G₁ (n, q), G₂ (n, q) and the weights D (n,) of the images before the first round."""
        rng = np.random.default_rng(self.seed)
        if self.options.start == "random":
            G1 = rng.standard_normal((len(X), self.bits))
            return G1, largest(rng.random(G1.shape), self.ones), np.ones(len(X))
        G2 = largest(Y @ rng.standard_normal((Y.shape[1], self.bits)), self.ones)
        return principal_components(X, self.bits), G2, robust_weights(X, smallest)

    @property
    def ones(self) -> int:
        """Number of topics that an item has, k."""
        return max(1, self.bits // 2)

    def objective(
        self,
        X: np.ndarray,
        texts: np.ndarray,
        F1: np.ndarray,
        F2: np.ndarray,
        R: np.ndarray,
        G1: np.ndarray,
        G2: np.ndarray,
        smallest: float,
    ) -> float:
        """Return the value that is minimised; a residual's norm ‖e‖ < s, s the smallest, counts as (‖e‖²/s + s)/2."""
        norms = np.linalg.norm(X - G1 @ F1, axis=1)
        robust = np.sum(np.where(norms < smallest, (norms**2 / smallest + smallest) / 2, norms))
        text, link = np.sum((texts - G2 @ F2) ** 2), np.sum((G2 - G1 @ R) ** 2)
        squared = sum(np.sum(matrix**2) for matrix in (F1, F2, R, G1))
        weight, o = self.options.image_weight, self.options
        return float(weight * robust + (1 - weight) * text + o.link * link + o.gamma * squared)

    def project_images(self, X: np.ndarray) -> np.ndarray:
        """Return 1 for the topics that an image has, else −1."""
        return 2 * largest(X @ self.image_projection_, self.ones) - 1

    def project_texts(self, Y: np.ndarray) -> np.ndarray:
        """Return 1 for a text's nearest topics, else −1."""
        return 2 * largest(closeness(Y, self.topics_), self.ones) - 1


def principal_components(X: np.ndarray, count: int) -> np.ndarray:
    """Return the leading components (n, count) of centred X (n, d), mean square 1; zeros beyond the d-th."""
    d = X.shape[1]
    directions = eigh(X.T @ X, subset_by_index=[max(d - count, 0), d - 1])[1][:, ::-1]
    components = np.pad(X @ directions, ((0, 0), (0, max(count - d, 0))))
    return components / max(np.sqrt(np.mean(components**2)), np.finfo(float).tiny)


def largest(values: np.ndarray, count: int) -> np.ndarray:
    """Return ones where a row's ``count`` largest values are, else zeros; the first of equal values count."""
    chosen = np.zeros(values.shape)
    np.put_along_axis(chosen, np.argsort(-values, axis=1, kind="stable")[:, :count], 1.0, axis=1)
    return chosen


def closeness(texts: np.ndarray, topics: np.ndarray) -> np.ndarray:
    """Return −‖t_i − f_j‖² + ‖t_i‖² (n, q), which orders a text's topics as their distances do."""
    return 2 * texts @ topics.T - np.sum(topics**2, axis=1)


def robust_weights(residuals: np.ndarray, smallest: float) -> np.ndarray:
    """Return D_ii = 1/(2‖e_i‖) (n,), no ‖e_i‖ below ``smallest``."""
    return 0.5 / np.maximum(np.linalg.norm(residuals, axis=1), smallest)


def image_factors(
    X: np.ndarray, D: np.ndarray, F1: np.ndarray, G2: np.ndarray, R: np.ndarray, options: STMHOptions
) -> np.ndarray:
    """Return G₁ (n, q): g_i (r₁ D_ii F₁F₁ᵀ + λRRᵀ + γI) = r₁ D_ii x_i F₁ᵀ + λ g₂_i Rᵀ, one system an item.

    With A = r₁F₁F₁ᵀ, B = λRRᵀ + γI and V that has VᵀBV = I and VᵀAV = diag(w), each inverse is
    V diag(1/(1 + D_ii w)) Vᵀ.
    """
    B = options.link * R @ R.T + options.gamma * np.eye(len(R))
    w, V = eigh(options.image_weight * F1 @ F1.T, B)
    right = options.image_weight * D[:, None] * (X @ F1.T) + options.link * G2 @ R.T
    return (right @ V / (1 + D[:, None] * w)) @ V.T


def converged(history: list[dict[str, float]], tolerance: float) -> bool:
    """Return whether the last round changed the objective by no more than this part of it; never for 0."""
    if len(history) < 2 or tolerance == 0:
        return False
    before, now = (step["objective"] for step in history[-2:])
    return abs(before - now) <= tolerance * abs(before)
