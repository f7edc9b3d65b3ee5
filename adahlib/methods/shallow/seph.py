"""SePH (Lin, Ding, Hu and Wang, CVPR 2015): codes that keep the labels' affinities, then kernel logistic regression."""

import warnings
from dataclasses import dataclass

import numpy as np

from adahlib.errors import AdahError
from adahlib.methods.base import Rows
from adahlib.methods.options import check_choice, check_range, option
from adahlib.methods.shallow.base import BLOCK, DATABASE_CODES, ShallowMethod
from adahlib.methods.shallow.kernel_logistic import BatchedLogistic, logit
from adahlib.methods.shallow.semantic_divergence import SemanticDivergence
from adahlib.retrieval import BinaryCodes

ANCHORS = ("random", "kmeans")
CONVENTIONS = (*DATABASE_CODES, "combined")  # which codes the database has


@dataclass(frozen=True)
class SePHOptions:
    """Hyperparameters of SePH; the defaults are the paper's but for ``database_codes``.

    Results of SePH are published with two conventions for the codes of the database, and they differ a lot. SePH's own
    paper predicts every database pair from both of its sides: ``combined``. DCMH's Table 4, from which later papers
    take their row of SePH, uses one side only, since the task is cross-modal: ``per-modality``. With ``unified`` the
    pairs that trained keep sign(H), which knows their labels, and the others have combined codes.
    """

    anchors: str = option("random", "centres of the kernel: random training pairs (SePH_rnd) or kmeans (SePH_km)")
    anchor_count: int = option(500, "number of these centres, the anchors")
    alpha: float = option(0.01, "weight of ‖|H| − 1‖², divided by bits × pairs")
    iterations: int = option(100, "steps of gradient descent on H")
    step: float = option(500.0, "learning rate of the gradient descent")
    momentum: float = option(0.5, "momentum of the gradient descent")
    ridge: float = option(0.01, "weight of the squared norms in the logistic regressions")
    max_train: int = option(5000, "training pairs at most, a random subsample of more; time grows with their square")
    database_codes: str = option(
        "unified", "codes of database pairs: unified (sign(H) if trained), combined (of both sides), or per-modality"
    )

    def __post_init__(self):
        check_choice("anchors", self.anchors, ANCHORS)
        check_range("anchor_count", self.anchor_count, 1)
        check_range("alpha", self.alpha, 0)
        check_range("iterations", self.iterations, 1)
        check_range("step", self.step, 1e-12)
        check_range("momentum", self.momentum, 0, 1)
        check_range("ridge", self.ridge, 1e-12)
        check_range("max_train", self.max_train, 2)
        check_choice("database_codes", self.database_codes, CONVENTIONS)


class SePH(ShallowMethod):
    """Semantics-preserving hashing: sign(H) for the training pairs, learned from labels alone, then a classifier a bit.

    H minimises KL(P‖Q) + α‖|H| − 1‖² (``semantic_divergence``). In each modality a kernel logistic regression predicts
    the bits from exp(−d²/σ) of the squared distances d² to the anchors, σ their mean. A query's bit is one where its
    modality's probability is at least ½; a database pair's where both modalities together say so
    (:meth:`encode_pairs`).

    Of more than ``max_train`` pairs a random subsample, drawn by the seed, is all that is learned from.
    ``training_codes_`` are sign(H) of the pairs in it and :meth:`encode_pairs` of the others; where ``database_codes``
    is ``combined``, :meth:`encode_pairs` of all.
    """

    Options = SePHOptions
    encodes_pairs = True

    def learn(self, X: np.ndarray, Y: np.ndarray, L: np.ndarray) -> None:
        rng, options = np.random.default_rng(self.seed), self.options
        chosen = np.arange(len(X))
        if len(X) > options.max_train:
            chosen = np.sort(rng.choice(len(X), options.max_train, replace=False))
        divergence = SemanticDivergence(L[chosen], options.alpha / (self.bits * len(chosen)))
        start = 1e-4 * rng.standard_normal((len(chosen), self.bits), dtype=np.float32)
        H, values = divergence.minimise(start, self.iterations(options.iterations), options.momentum, options.step)
        self.history_ = [{"objective": value} for value in values]
        bits = H >= 0
        self.image_classifier_, self.text_classifier_ = (
            KernelClassifier(view[chosen], bits, options, rng) for view in (X, Y)
        )
        self.training_codes_ = self.codes_of_training_pairs(X, Y, H, chosen)

    def codes_of_training_pairs(
        self, X: np.ndarray, Y: np.ndarray, H: np.ndarray, chosen: np.ndarray
    ) -> BinaryCodes:
        """Return sign(H) of the chosen pairs and the combined codes of the others, or the combined codes of all."""
        real = np.empty((len(X), self.bits))
        for start in range(0, len(X), BLOCK):
            block = slice(start, start + BLOCK)
            real[block] = self.combined(self.project_images(X[block]), self.project_texts(Y[block]))
        if self.database_codes != "combined":
            real[chosen] = H
        return BinaryCodes.from_signs(real)

    def project_images(self, X: np.ndarray) -> np.ndarray:
        return self.image_classifier_.logits(X)

    def project_texts(self, Y: np.ndarray) -> np.ndarray:
        return self.text_classifier_.logits(Y)

    def combined(self, images: np.ndarray, texts: np.ndarray) -> np.ndarray:
        """Return the logits given both modalities, as if they were independent given the bit: the prior counts once."""
        return images + texts - logit(self.image_classifier_.prior)

    def encode_pairs(self, images: Rows, texts: Rows) -> BinaryCodes:
        """Return the codes (n, bits) of n pairs from both of their sides: images (n, d_x) and texts (n, d_y).

        Raises:
            AdahError: not one text per image, features of another width than the training's, NaN or infinity.
        """
        if images.shape[0] != texts.shape[0]:
            raise AdahError(f"{images.shape[0]} images and {texts.shape[0]} texts; give one text per image.")
        image_logits = self.project("images", images, self.image_mean_, self.project_images)
        text_logits = self.project("texts", texts, self.text_mean_, self.project_texts)
        return BinaryCodes.from_signs(self.combined(image_logits, text_logits))


class KernelClassifier:
    """Kernel logistic regression of all bits on the distances to anchors.

    Attributes:
        anchors: (m, d), no more than there are items.
        sigma: mean squared distance of the items to them.
        prior: share of ones of each bit, (bits,).
    """

    def __init__(self, X: np.ndarray, bits: np.ndarray, options: SePHOptions, rng: np.random.Generator):
        self.anchors = choose_anchors(X, min(options.anchor_count, len(X)), options.anchors, rng)
        distances = squared_distances(X, self.anchors)
        self.sigma = max(distances.mean(), np.finfo(float).tiny)  # zero where all items are one point
        self.regression = BatchedLogistic(np.exp(-distances / self.sigma), bits, options.ridge)
        self.prior = self.regression.prior

    def logits(self, X: np.ndarray) -> np.ndarray:
        """Return log-odds (n, bits) of items (n, d)."""
        return self.regression.logits(np.exp(-squared_distances(X, self.anchors) / self.sigma))


def choose_anchors(X: np.ndarray, count: int, kind: str, rng: np.random.Generator) -> np.ndarray:
    """Return ``count`` anchors (m, d): random rows of X, or the centres of k-means."""
    if kind == "random":
        return X[np.sort(rng.choice(len(X), count, replace=False))]
    from sklearn.cluster import KMeans  # a second to import, for an option
    from sklearn.exceptions import ConvergenceWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # fewer distinct items than centres: some centres coincide
        return KMeans(count, n_init=1, random_state=int(rng.integers(2**31))).fit(X).cluster_centers_


def squared_distances(X: np.ndarray, anchors: np.ndarray) -> np.ndarray:
    """Return ‖x_i − a_j‖² (n, m), never negative."""
    own, others = (np.einsum("nd,nd->n", part, part) for part in (X, anchors))
    return np.maximum(own[:, None] + others - 2 * X @ anchors.T, 0)
