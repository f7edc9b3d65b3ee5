"""SSGAH (Wang et al., ECCV 2018): triplets with synthetic images, and a generator that plays against the codes."""

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from adahlib.losses.adversary import triplet_hinge, violating_mean
from adahlib.losses.distances import pairwise_distance
from adahlib.losses.masked_triplet import masked_triplet_loss, same_class
from adahlib.methods.images.collapse import spread
from adahlib.methods.images.deep import BLOCK
from adahlib.methods.images.gan_training import GAN_OPTIONS, GanStep, trained_gan
from adahlib.methods.images.generating import GeneratingMethod
from adahlib.methods.images.items import Items, drawn, one_of
from adahlib.methods.images.kept_networks import gan_optimizers
from adahlib.methods.images.ssgah_options import SSGAHOptions
from adahlib.methods.images.triplets import check_negatives, check_positives, check_ranking
from adahlib.models.gan import Triplet, as_signed
from adahlib.training import descend


class Batch(NamedTuple):
    """What H learns from in a step: codes of labelled images, and of synthetic images made for them and for others.

    Attributes:
        codes, labels: of the labelled images, (b, q) and (b, c).
        positive, negative: codes of the synthetic images made for them, (b, q).
        others: of unlabelled images, and of the synthetic images made for them, (u, q) each; None without them.
    """

    codes: Tensor
    labels: Tensor
    positive: Tensor
    negative: Tensor
    others: tuple[Tensor, Tensor, Tensor] | None


class SSGAH(GeneratingMethod):
    """SSGAH (Wang et al., ECCV 2018): semi-supervised generative adversarial hashing.

    min_G max_{D,H} L_GD − L_sr − L_ssr − L_ar: a generator makes, for any image, a picture like it and one unlike it;
    a discriminator judges triplets; the hashing network H ranks real triplets (L_sr), triplets with synthetic images
    (L_ssr), and tells a synthetic positive from a real one (L_ar), while G makes that hard.

    G and D train first (L_GD). ``variant`` says what H then learns from: ``baseline`` L_sr alone, ``ssr`` with L_ssr
    and a frozen generator, ``ar`` with L_ar and a generator that is trained further, ``full`` both. In every variant H
    trains from its own start for the same number of steps. G learns from L_ar and not from L_ssr: the slide of L_ssr
    minimises over H alone, though the overall objective has both.

    The slides have sums of the losses over triplets, and these are means over the violating triplets of a batch; the
    slides' ‖·‖_H, the Hamming distance, is the squared distance of the outputs in (0, 1) here. The slides print all
    terms with weight 1; the KL divergence has .1 here by default. They give no margin and no rate: these are decisions
    of this project.

    A synthetic picture reaches H through the whole network, frozen or trained, by which gradients go back to G. What G
    is given of an image, v, is its feature before that network is trained.

    The variant ``baseline`` needs neither pictures nor a backbone.

    Arguments, attributes and errors are those of ``GeneratingMethod``.

    Example:
        >>> from adahlib.datasets import miniature_pairs
        >>> from adahlib.methods.images import SSGAH
        >>> pairs = miniature_pairs()
        >>> vectors = pairs.images.reshape(len(pairs), -1) / 255
        >>> SSGAH(8, variant="baseline", epochs=1, hidden=16).fit(vectors, pairs.labels).encode(vectors)
        BinaryCodes(60 codes of 8 bits)

        With synthetic pictures; these sizes are for a moment's run, and too small to learn from:

        >>> import torch
        >>> from adahlib.models.backbones import make_backbone
        >>> pictures = pairs.images.repeat(4, 1).repeat(4, 2).transpose(0, 3, 1, 2)  # (60, 3, 32, 32)
        >>> backbone = make_backbone("efficientnet_lite0_pooled")
        >>> features = backbone(torch.tensor(pictures)).flatten(1)
        >>> small = {"epochs": 1, "gan_epochs": 1, "generator_width": 8, "judge_width": 2}
        >>> method = SSGAH(8, backbone=backbone, side=32, **small)
        >>> method.fit(features, pairs.labels, pictures=pictures).encode(features)
        BinaryCodes(60 codes of 8 bits)
    """

    generator_options: ClassVar[tuple[str, ...]] = GAN_OPTIONS
    Options = SSGAHOptions

    def reads_features(self) -> bool:
        """Return whether there is a generator, which is given them."""
        return self.options.generates()

    def make_network(self, items: Items) -> nn.Module:
        """Return H and, where synthetic images are needed, G and D after their own training."""
        network = super().make_network(items)
        if self.options.generates():
            kept, about = self.gan_file, self.description
            gan = self.noted(trained_gan(items, self.pictures, self.options, self.seed, kept, about))
            network.update(gan)
            self.gan_step = GanStep(items, self.pictures, self.options)
            self.pool = None if self.options.plays() else self.make_pool(items, gan)
        return network

    def make_optimizers(self, network: nn.Module) -> list[torch.optim.Optimizer]:
        """Return Adam of H and, where the generator plays, of D and G."""
        own = [self.own_optimizer(network, ["hash"])]
        return own + (gan_optimizers(network, self.options) if self.options.plays() else [])  # type: ignore[arg-type]

    def check_triplets(self, labels: np.ndarray, names: Sequence[str] | None = None) -> None:
        """Raise AdahError unless every labelled image is the anchor of a real triplet; of the baseline some are."""
        if self.options.generates():
            check_positives(labels, names)
            check_negatives(labels, names)
        else:
            check_ranking(labels, names)

    def step(
        self, items: Items, optimizers: list[torch.optim.Optimizer], batch: Tensor, epoch: int, number: int
    ) -> dict[str, Tensor]:
        labelled = items.labelled[batch]
        if not self.options.generates():
            losses = self.losses(self.real_batch(items, labelled))
        elif self.options.plays():
            others = drawn(items.unlabelled, len(batch) if self.options.variant == "full" else 0)
            made, played = self.play(items, optimizers[1:], labelled, others)
            losses = self.losses(self.real_batch(items, labelled, others, made)) | played
        else:
            others = drawn(self.pool_others, len(batch))
            made = self.from_pool(torch.cat([labelled, others]))
            losses = self.losses(self.real_batch(items, labelled, others, made))
        weights = {"ranking": 1.0, "semi": self.options.ssr_weight, "adversary": self.options.ar_weight}
        descend(optimizers[0], sum(weight * losses[name] for name, weight in weights.items() if name in losses))
        return {name: loss.detach() for name, loss in losses.items()}

    def real_batch(
        self, items: Items, labelled: Tensor, others: Tensor | None = None, made: Tensor | None = None
    ) -> Batch:
        """Return the codes of a step.

        Args:
            items: the training images.
            labelled, others: positions of labelled and unlabelled images, (b,) and (u,).
            made: the synthetic positives and negatives made for them, as inputs, (2, b + u, …).
        """
        code, count, labels = self.codes, len(labelled), items.labels[labelled]
        codes = code(items.inputs(labelled))
        if made is None:
            return Batch(codes, labels, codes, codes, None)
        positive, negative = code(made[0]), code(made[1])
        rest = None
        if len(others):  # type: ignore[arg-type]
            rest = code(items.inputs(others)), positive[count:], negative[count:]  # type: ignore[arg-type]
        return Batch(codes, labels, positive[:count], negative[:count], rest)

    def losses(self, batch: Batch) -> dict[str, Tensor]:
        """Return L_sr and, as the variant says, L_ssr and L_ar of a step."""
        same = same_class(batch.labels, batch.labels)
        alike = same & ~torch.eye(len(same), dtype=torch.bool, device=same.device)
        found = {"ranking": masked_triplet_loss(batch.codes, batch.codes, alike, ~same, self.options.margin)}
        if self.options.variant in ("ssr", "full"):
            found["semi"] = semi_supervised_ranking(batch, alike, ~same, self.options.ssr_margin)
        if self.options.plays():
            hinges = self.adversary_hinges(batch.codes, batch.positive, alike)
            found["adversary"] = violating_mean(hinges)
        return found

    def adversary_hinges(self, codes: Tensor, synthetic: Tensor, alike: Tensor) -> Tensor:
        """Return the hinges of L_ar: a real positive, drawn from the batch, is nearer than the synthetic one.

        An anchor without a positive in the batch has none.
        """
        positive = codes[one_of(alike)]
        return triplet_hinge(codes, positive, synthetic, self.options.ar_margin) * alike.any(dim=1)

    def play(
        self, items: Items, optimizers: list[torch.optim.Optimizer], labelled: Tensor, others: Tensor
    ) -> tuple[Tensor, dict[str, Tensor]]:
        """Move D and G, G against L_ar too; return what G made before, as inputs, and the losses.

        L_ar is over the labelled images, L_GD over as many unlabelled ones too, also where L_ssr asks for no others.
        """
        more = drawn(items.unlabelled, len(labelled) - len(others))
        anchors = torch.cat([labelled, others, more])
        made: Triplet = self.network["generator"](items.features(anchors))
        losses = {"judge": self.gan_step.judge(self.network, optimizers[0], anchors, made)}  # type: ignore[arg-type]
        terms = self.gan_step.deception(self.network, anchors, made)  # type: ignore[arg-type]
        count, ranked = len(labelled), len(labelled) + len(others)
        positive = self.inputs_of(made.positive[:count])
        alike = same_class(items.labels[labelled], items.labels[labelled])
        alike &= ~torch.eye(len(alike), dtype=torch.bool, device=alike.device)
        real, synthetic = self.codes(items.inputs(labelled)), self.codes(positive)
        hinges = self.adversary_hinges(real, synthetic, alike)
        objective = terms["deceiver"] + self.options.divergence_weight * terms["divergence"]
        descend(optimizers[1], objective - self.options.ar_weight * violating_mean(hinges))
        self.note_game(made, anchors)
        with torch.no_grad():  # L_ar has no unlabelled images, and no negatives
            rest = self.inputs_of(torch.cat([made.positive[count:ranked], made.negative[:ranked]]))
        losses |= terms | {"played": (hinges > 0).float().mean()}
        both = torch.cat([positive.detach(), rest])
        return torch.stack([both[:ranked], both[ranked:]]), losses

    def note_game(self, made: Triplet, anchors: Tensor) -> None:
        """Note how much the pictures of a step differ, which ``fit`` warns of in the end."""
        real = as_signed(self.pictures[anchors])
        self.game = {"spread_positive": spread(made.positive, real), "spread_negative": spread(made.negative, real)}

    @torch.no_grad()
    def make_pool(self, items: Items, gan: nn.ModuleDict) -> Tensor:
        """Return synthetic pictures (2, m, …) float16 for the labelled images and some unlabelled ones.

        With a frozen generator they are made once, and kept as the method takes images; those of a network that is
        trained from its first block on, which would take gigabytes when enlarged, as they are. ``place`` says where
        those of a training image stand.
        """
        self.pool_others = items.unlabelled[torch.randperm(len(items.unlabelled))[: self.options.pool].to(self.device)]
        anchors = torch.cat([items.labelled, self.pool_others])
        self.place = torch.full((len(items.labels),), -1, device=self.device)
        self.place[anchors] = torch.arange(len(anchors), device=self.device)
        gan.eval()
        parts = []
        for part in anchors.split(BLOCK):
            made = gan["generator"](items.frozen[0][part].float())
            both = made.positive, made.negative
            parts.append(torch.stack([each if self.keeps_pictures() else self.inputs_of(each) for each in both]).half())
        gan.train()
        return torch.cat(parts, dim=1)

    def from_pool(self, positions: Tensor) -> Tensor:
        """Return the synthetic pictures made for training images, positive and negative, as inputs, (2, b, …)."""
        made = self.pool[:, self.place[positions]].float()
        return torch.stack([self.inputs_of(each) for each in made]) if self.keeps_pictures() else made

    def keeps_pictures(self) -> bool:
        """Return whether the pool is of pictures: where all of the network is trained."""
        return self.options.fine_tune and not self.options.fine_tune_from


def semi_supervised_ranking(batch: Batch, alike: Tensor, unlike: Tensor, margin: float) -> Tensor:
    """Return L_ssr: the hinges of (q, p_syn, n) and (q, p, n_syn), and of (u, p_syn, n_syn), means of the violating.

    Args:
        batch: codes.
        alike, unlike: which labelled images of the batch are positives and negatives of which, (b, b) bool.
        margin: m_ssr.
    """
    distances = pairwise_distance(batch.codes, batch.codes, "squared")
    near, far = ((batch.codes - other).square().sum(1, keepdim=True) for other in (batch.positive, batch.negative))
    first = (margin + near - distances).clamp_min(0) * unlike
    second = (margin + distances - far).clamp_min(0) * alike
    total = violating_mean(first) + violating_mean(second)
    if batch.others is None:
        return total
    return total + violating_mean(triplet_hinge(*batch.others, margin))
