"""DVSH: deep visual-semantic hashing (Cao et al., KDD 2016); it reads sentences word by word.

Objective and margins follow summaries of the paper; one LSTM layer stands for its two, and both hash codes share the
trunks of the fusion network, where the paper has networks of their own.
"""

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Self

import numpy as np
import torch
from torch import Tensor

from adahlib.distributed import gather
from adahlib.errors import AdahError
from adahlib.losses.margin import bitwise_margin_loss, cosine_margin_loss
from adahlib.losses.similarity import label_similarity
from adahlib.methods.base import HashingMethod, Rows, check_finite
from adahlib.methods.deep.base import DeepMethod, Pairs
from adahlib.methods.deep.dvsh_options import DvshOptions
from adahlib.models.branches import ImageBranch
from adahlib.models.fusion import FusedCodes, FusionNetwork
from adahlib.models.sentences import SentenceBranch, word_sequences
from adahlib.retrieval import BinaryCodes
from adahlib.training import adam, descend


class DVSH(DeepMethod):
    """DVSH (Cao et al., KDD 2016): deep visual-semantic hashing, which reads sentences word by word.

    It minimises L + λQ + β(L^x + L^y), with h_it = tanh(h^x_i + h^y_it) the fusion of image i and word t, and h_i its
    mean over words. L is the cosine max-margin loss of the h_i and Q their bitwise max-margin loss; L^x = ½‖u_i − h_i‖²
    and L^y = ½ mean_t ‖v_it − h_it‖² draw the modalities' own codes to the fusion. All are means, over pairs or over
    bits; the bitwise loss must weigh enough that the fusion does not shrink to zero, where its angles cost nothing.
    Arguments and errors are those of ``DeepMethod``.

    Example:
        >>> import numpy as np
        >>> from adahlib.datasets import miniature_pairs
        >>> from adahlib.methods import DVSH
        >>> pairs = miniature_pairs()
        >>> maps = pairs.images.transpose(0, 3, 1, 2) / 255  # (n, C, H, W), in the place of a backbone's maps
        >>> number = {word: place for place, word in enumerate(pairs.vocabulary, start=1)}
        >>> sentences = [[number[word] for word in caption.split()] for caption in pairs.captions]
        >>> sequences = np.array([words + [0] * (8 - len(words)) for words in sentences])
        >>> method = DVSH(8, epochs=1, head="pool", image_hidden=(16,), sentence_width=8)
        >>> method.fit(maps, pairs.tags, pairs.labels, sequences=sequences).encode_texts(pairs.tags, sequences)
        BinaryCodes(60 codes of 8 bits)
    """

    Options = DvshOptions
    reads_sentences = True

    def fit(
        self,
        images: np.ndarray,
        texts: Rows,
        labels: Rows,
        *,
        sequences: np.ndarray | None = None,
        score: Callable[[HashingMethod], float] | None = None,
        checkpoint: Path | None = None,
        description: str | None = None,
    ) -> Self:
        """Learn from n pairs; returns self. See ``DeepMethod.fit``.

        Args:
            images: feature maps (n, C, H, W).
            texts: bag-of-words (n, v), array or CSR.
            labels: (n, c) 0/1.
            sequences: (n, L) numbers of the words from 1 to v, in their order, 0 after the last; None where only tags
                are known: they are read in column order, and a RuntimeWarning says so.
            score, checkpoint, description: see ``DeepMethod.fit``.
        """
        self.vocabulary_ = texts.shape[1]
        if sequences is None:
            message = "DVSH reads words in their order, which tags lack: they are read in the order of their columns"
            warnings.warn(message, RuntimeWarning, stacklevel=2)
        settings = {"score": score, "checkpoint": checkpoint, "description": description}
        return super().fit(images, self.in_order(texts, sequences), labels, **settings)  # type: ignore[arg-type]

    def encode_texts(self, texts: Rows, sequences: np.ndarray | None = None) -> BinaryCodes:
        """Return the codes of bag-of-words (n, v), or of the sequences (n, L) of their words."""
        return super().encode_texts(self.in_order(texts, sequences))

    def in_order(self, texts: Rows, sequences: np.ndarray | None) -> np.ndarray:
        """Return sequences (n, L), by default the words of the bags (n, v) in column order.

        Raises:
            AdahError: the sequences hold other numbers than 0 to v, or a word after a 0.
        """
        if sequences is None:
            check_finite("texts", getattr(texts, "data", texts))
            return word_sequences(texts)
        sequences = np.asarray(sequences, dtype=np.int64)
        after_the_last = (sequences[:, 1:] > 0) & (sequences[:, :-1] == 0)
        if (sequences < 0).any() or (sequences > self.vocabulary_).any() or after_the_last.any():
            raise AdahError(f"sequences must hold word numbers from 1 to {self.vocabulary_}, and 0 after the last one.")
        return sequences

    def make_network(self, images: Tensor, texts: Tensor) -> FusionNetwork:
        """Return the fusion network, its image branch standardised where the options say so."""
        branch = ImageBranch(self.options, self.map_shape(images), 2 * self.bits, self.backbone)
        if self.options.standardise:
            branch.measure(images)
        return FusionNetwork(branch, SentenceBranch(self.vocabulary_, self.options.sentence_width, 2 * self.bits))

    def make_optimizers(self, network: FusionNetwork) -> list[torch.optim.Optimizer]:  # type: ignore[override]
        """Return Adam for the whole network."""
        groups = self.rate_groups(network.parameters())
        return [adam([(part, self.options.learning_rate * factor) for part, factor in groups], beta1=0.9)]

    def step(
        self, pairs: Pairs, optimizers: list[torch.optim.Optimizer], batch: Tensor, epoch: int, number: int
    ) -> dict[str, Tensor]:
        """One step of the whole network."""
        maps, sequences, labels = pairs
        mine = self.mine(batch)
        codes = FusedCodes(*(gather(part, len(batch)) for part in self.network(maps[mine], sequences[mine])))  # type: ignore[misc]
        terms, options = self.terms(codes, label_similarity(labels[batch], labels[batch])), self.options
        weights = (1.0, options.bitwise_weight, options.hashing_weight, options.hashing_weight)
        descend(optimizers[0], sum(w * term for w, term in zip(weights, terms.values(), strict=True)))
        return {name: term.detach() for name, term in terms.items()}

    def terms(self, codes: FusedCodes, similar: Tensor) -> dict[str, Tensor]:
        """Return L, Q, L^x and L^y by name."""
        return {
            "cosine": cosine_margin_loss(codes.fusion, similar, self.options.cosine_margin),
            "bitwise": bitwise_margin_loss(codes.fusion, self.options.bitwise_margin),
            "images": (codes.images - codes.fusion).square().mean() / 2,
            "texts": codes.distances.mean() / 2,
        }
