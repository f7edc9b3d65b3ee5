"""SePH (Lin, Ding, Hu and Wang, CVPR 2015): codes that keep the labels' affinities, then kernel logistic regression."""

import numpy as np

from adahlib.errors import AdahError
from adahlib.methods.base import Rows
from adahlib.methods.shallow.anchors import choose_anchors, mean_distance, squared_distances
from adahlib.methods.shallow.base import BLOCK, ShallowMethod
from adahlib.methods.shallow.kernel_logistic import BatchedLogistic, logit
from adahlib.methods.shallow.kernel_penalty import KernelLogistic
from adahlib.methods.shallow.semantic_divergence import SemanticDivergence
from adahlib.methods.shallow.seph_options import SePHOptions
from adahlib.retrieval import BinaryCodes


class SePH(ShallowMethod):
    """SePH (Lin, Ding, Hu and Wang, CVPR 2015): semantics-preserving hashing, with a kernel classifier for each bit.

    The codes of the training pairs, sign(H), are learned from labels alone: H minimises KL(P‖Q) + α‖abs(H) − 1‖²
    (module ``semantic_divergence``). In each modality a kernel logistic regression predicts the bits from exp(−d²/σ) of
    the squared distances d² to the anchors, σ their mean; α is the option ``alpha`` over bits times pairs. A query's
    bit is one where its modality's probability is at least ½.

    Which codes the database has is the option ``database_codes``. By default (``unified``) training pairs keep sign(H),
    which their labels gave them: this makes MAP optimistic, and comparable with no published table. ``combined``
    predicts every pair from both of its sides (:meth:`encode_pairs`), as SePH's paper does; ``per-modality`` predicts
    it from one side, as Table 4 of DCMH's paper does.

    Of more than ``max_train`` pairs a random subsample, drawn by the seed, is all that is learned from.
    ``training_codes_`` are sign(H) of the pairs in it and :meth:`encode_pairs` of the others; where ``database_codes``
    is ``combined``, :meth:`encode_pairs` of all.

    Arguments and errors are those of ``ShallowMethod``.

    Example:
        >>> from adahlib.datasets import miniature_pairs
        >>> from adahlib.methods import SePH
        >>> pairs = miniature_pairs()
        >>> vectors = pairs.images.reshape(len(pairs), -1) / 255
        >>> method = SePH(8, iterations=20).fit(vectors, pairs.tags, pairs.labels)
        >>> method.encode_images(vectors[:5]), method.encode_pairs(vectors, pairs.tags)
        (BinaryCodes(5 codes of 8 bits), BinaryCodes(60 codes of 8 bits))
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
        sigma: mean squared distance of the items to them, or between all items.
        prior: share of ones of each bit, (bits,).
    """

    def __init__(self, X: np.ndarray, bits: np.ndarray, options: SePHOptions, rng: np.random.Generator):
        self.anchors = choose_anchors(X, min(options.anchor_count, len(X)), options.anchors, rng)
        distances = squared_distances(X, self.anchors)
        width = mean_distance(X, distances, options.width)
        self.sigma = max(width, np.finfo(float).tiny)  # zero where all items are one point
        self.regression = self.regress(np.exp(-distances / self.sigma), bits, options)
        self.prior = self.regression.prior

    def regress(self, K: np.ndarray, bits: np.ndarray, options: SePHOptions) -> BatchedLogistic | KernelLogistic:
        """Return the regressions of bits (n, q) on the kernel K (n, m) of the items with the anchors."""
        if options.penalty == "kernel":
            among_anchors = np.exp(-squared_distances(self.anchors, self.anchors) / self.sigma)
            return KernelLogistic(K, among_anchors, bits, options.ridge)
        return BatchedLogistic(K, bits, options.ridge)

    def logits(self, X: np.ndarray) -> np.ndarray:
        """Return log-odds (n, bits) of items (n, d)."""
        return self.regression.logits(np.exp(-squared_distances(X, self.anchors) / self.sigma))
