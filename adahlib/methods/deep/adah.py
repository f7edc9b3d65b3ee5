"""ADAH: attention-aware deep adversarial hashing (sections 3 and 4), trained alternately (eq. 8 and 9)."""

from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from adahlib.distributed import Dropout, gather, share
from adahlib.losses import adversarial_retrieval_loss, cross_modal_retrieval_loss, label_similarity
from adahlib.methods.base import Rows
from adahlib.methods.deep.adah_options import AdahOptions
from adahlib.methods.deep.base import DeepMethod, Pairs
from adahlib.models.adah import AdahNetwork, Codes, build_network
from adahlib.models.text import leave_words_out
from adahlib.training import adam, autocast, descend


class Batch(NamedTuple):
    """One batch of B training pairs."""

    images: Tensor  # of this process's pairs
    texts: Tensor  # of this process's pairs, (b, v)
    similar: Tensor  # S of all pairs of the batch, (B, B); bool where two items share a label or not


class Adah(DeepMethod):
    """ADAH (Zhang, Lai and Feng, ECCV 2018): attention-aware deep adversarial hashing.

    In each modality an attention module splits a feature map into an attended and an unattended part, and a hashing
    module maps both to codes. The hashing modules keep similarities, also of attended queries to unattended items (eq.
    8); the attention modules try to make just that hard (eq. 9). Both take turns. Arguments and errors are those of
    ``DeepMethod``.

    Example:
        >>> from adahlib.datasets import miniature_pairs
        >>> from adahlib.methods import Adah
        >>> pairs = miniature_pairs()
        >>> maps = pairs.images.transpose(0, 3, 1, 2) / 255  # (n, C, H, W), in the place of a backbone's maps
        >>> small = {"head": "pool", "image_hidden": (16,), "text_hidden": 16, "text_features": 16, "image_adapter": 0}
        >>> method = Adah(8, **small, epochs=2).fit(maps, pairs.tags, pairs.labels)
        >>> method.encode_texts(pairs.tags)
        BinaryCodes(60 codes of 8 bits)
        >>> method.image_masks(maps[:1]).shape
        (1, 8, 8)
    """

    Options = AdahOptions
    attends = True
    options: AdahOptions
    network: AdahNetwork | None

    def image_masks(self, images: np.ndarray) -> np.ndarray:
        """Return the attention masks Z^I (n, H, W), bool, of at least one image."""
        return np.concatenate(self.outputs(images, self.trained_network.image_masks)) > 0  # type: ignore[arg-type]

    def text_masks(self, texts: Rows) -> np.ndarray:
        """Return the attention masks Z^T (n, d), bool, of at least one text."""
        return np.concatenate(self.outputs(texts, self.trained_network.text_masks)) > 0  # type: ignore[arg-type]

    def make_network(self, images: Tensor, texts: Tensor) -> AdahNetwork:
        """Return the network at its start; its maps are standardised where the options say so."""
        network = build_network(self.options, self.map_shape(images), texts.shape[1], self.bits, self.backbone)  # type: ignore[arg-type]
        if self.options.standardise:
            network.measure(images)
        return network

    def make_optimizers(self, network: AdahNetwork) -> list[torch.optim.Optimizer]:  # type: ignore[override]
        """Return Adam for E, D and, where there is attention, for G, whose two modules have a rate each."""
        options = self.options
        groups = self.rate_groups(network.hashing_parameters())
        optimizers = [adam([(part, options.learning_rate * factor) for part, factor in groups], options.beta1)]
        rates = ((network.G_I, options.attention_learning_rate), (network.G_T, options.text_attention_learning_rate))
        groups = [(module.parameters(), rate) for module, rate in rates if module is not None]  # type: ignore[misc]
        return optimizers + ([adam(groups, options.attention_beta1)] if groups else [])  # type: ignore[return-value]

    def step(
        self, pairs: Pairs, optimizers: list[torch.optim.Optimizer], batch: Tensor, epoch: int, number: int
    ) -> dict[str, Tensor]:
        """One step of E, D (eq. 8); after every ``hash_steps`` of them one step of G (eq. 9)."""
        rows = self.rows(pairs, batch)
        attention = len(optimizers) > 1 and epoch >= self.options.attention_warmup
        terms = self.hashing_step(optimizers[0], rows, attention)
        if attention and (number + 1) % self.options.hash_steps == 0:
            terms |= self.attention_step(optimizers[1], rows)
        return terms

    def rows(self, pairs: Pairs, batch: Tensor) -> Batch:
        """Return the batch at the positions (B,); both steps see the words that word dropout leaves."""
        batch, mine = batch.to(self.device), share(len(batch))
        texts, labels = pairs.texts[batch].float(), pairs.labels[batch]
        if self.options.word_dropout:
            texts = leave_words_out(texts, self.options.word_dropout)
        Dropout.batch_size = len(batch)
        similar = label_similarity(labels, labels, self.options.similarity)
        similar = similar.bool() if self.options.similarity == "share" else similar
        return Batch(pairs.images[batch[mine]], texts[mine], similar)

    def hashing_step(self, optimizer: torch.optim.Optimizer, batch: Batch, attention: bool) -> dict[str, Tensor]:
        """min over E^I, E^T, D^I, D^T of the full objective (eq. 8)."""
        codes = self.codes(batch, attention, through_mask=self.options.mask_gradient == "through")
        retrieval = cross_modal_retrieval_loss(codes.images, codes.texts, batch.similar, **self.triplet_options)
        adversarial = adversarial_retrieval_loss(*codes, batch.similar, **self.triplet_options)
        objective = sum(retrieval.values()) + self.options.adversarial_weight * sum(adversarial.values())
        descend(optimizer, objective)
        return {name: term.detach() for name, term in (retrieval | adversarial).items()}

    def attention_step(self, optimizer: torch.optim.Optimizer, batch: Batch) -> dict[str, Tensor]:
        """max over G^I, G^T of the adversarial retrieval loss (eq. 9)."""
        codes = self.codes(batch)
        if self.options.adversary_queries == "fixed":
            codes = codes._replace(images=codes.images.detach(), texts=codes.texts.detach())
        adversarial = adversarial_retrieval_loss(*codes, batch.similar, **self.triplet_options)
        descend(optimizer, -sum(adversarial.values()))
        return {f"max {name}": term.detach() for name, term in adversarial.items()}

    def codes(self, batch: Batch, attention: bool = True, through_mask: bool = True) -> Codes:
        """Return the codes (B, q) of the whole batch in float32; see ``AdahNetwork.forward``."""
        with autocast(self.device, self.options.precision):
            codes = self.network(batch.images, batch.texts, attention, through_mask)  # type: ignore[misc]
        return Codes(*(None if part is None else gather(part.float(), len(batch.similar)) for part in codes))  # type: ignore[arg-type]

    @property
    def triplet_options(self) -> dict[str, Any]:
        """What all triplet losses are given."""
        options = self.options
        return {"margin": options.margin, "reduction": options.reduction, "distance": options.distance}
