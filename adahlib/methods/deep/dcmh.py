"""DCMH: deep cross-modal hashing (Jiang and Li, CVPR 2017); on frozen maps, what its authors call DCMH-I."""

from typing import Any

import torch
from torch import Tensor, nn

from adahlib.distributed import gather
from adahlib.losses.likelihood import balance_loss, likelihood_loss, quantisation_loss, unified_codes
from adahlib.losses.similarity import label_similarity
from adahlib.methods.deep.alternating import AlternatingTraining, outer_iterations
from adahlib.methods.deep.base import DeepMethod, Pairs
from adahlib.methods.deep.dcmh_options import DcmhOptions
from adahlib.models.branches import BufferedNetwork, ImageBranch, TextBranch
from adahlib.models.text import draw_gaussian
from adahlib.retrieval import BinaryCodes
from adahlib.training import Training, descend

HALVES = ("texts", "images")  # of an outer iteration: which branch moves


class DCMH(DeepMethod):
    """DCMH (Jiang and Li, CVPR 2017): deep cross-modal hashing by the likelihood of pairwise similarities.

    It minimises Σ_ij [log(1 + e^Θ_ij) − S_ij Θ_ij] + γ(‖B − F‖² + ‖B − G‖²) + η(‖Fᵀ1‖² + ‖Gᵀ1‖²), Θ = ½ F Gᵀ, over the
    outputs F of images and G of texts (n, q) and the codes B.

    An outer iteration sets B = sign(γ(F + G)), then moves the text network batch by batch against all images' outputs,
    then the image network against all texts'. The outputs F, G of all training pairs are kept and refreshed batch by
    batch. The sums are divided by batch size times training pairs, as in the released code. See ``DcmhOptions``.
    Arguments and errors are those of ``DeepMethod``.

    Attributes:
        training_codes_: B, the unified codes of the training pairs; the database is encoded per modality nevertheless,
            as in the published protocol.

    Example:
        >>> from adahlib.datasets import miniature_pairs
        >>> from adahlib.methods import DCMH
        >>> pairs = miniature_pairs()
        >>> maps = pairs.images.transpose(0, 3, 1, 2) / 255  # (n, C, H, W), in the place of a backbone's maps
        >>> method = DCMH(8, epochs=2, head="pool", image_hidden=(16,), text_hidden=16)
        >>> method.fit(maps, pairs.tags, pairs.labels).encode_images(maps)
        BinaryCodes(60 codes of 8 bits)
        >>> method.training_codes_
        BinaryCodes(60 codes of 8 bits)
    """

    Options = DcmhOptions

    def make_network(self, images: Tensor, texts: Tensor) -> BufferedNetwork:
        """Return both branches, standardised and drawn as the options say, with buffers for the training pairs."""
        options = self.options
        image_branch = ImageBranch(options, self.map_shape(images), self.bits, self.backbone)
        text_branch = TextBranch(options, texts.shape[1], self.bits)
        if options.init == "gaussian":
            draw_gaussian([text_branch.hidden, text_branch.last, image_branch.last])
        if options.standardise:
            image_branch.measure(images)
        return BufferedNetwork(image_branch, text_branch, len(images), self.bits)

    def make_optimizers(self, network: BufferedNetwork) -> list[torch.optim.Optimizer]:  # type: ignore[override]
        """Return an optimizer of each branch, the texts' first; their rates are set by each outer iteration."""
        kind = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}[self.options.optimizer]
        decay = self.options.weight_decay
        groups = [self.rate_groups(part.parameters()) for part in (network.texts, network.images)]
        scaled = [[{"params": part, "scale": factor} for part, factor in both] for both in groups]
        return [kind(parts, weight_decay=decay, fused=True) for parts in scaled]

    def make_training(self, **settings: Any) -> Training:
        """Return the alternating training: two epochs an outer iteration."""
        return AlternatingTraining(
            epochs=2 * self.options.epochs,
            schedule="constant",
            rates=self.options.rates(),
            begin=self.update_codes,
            **settings,
        )

    def finish(self) -> None:
        """Set B for the last outputs, which is what the training pairs keep."""
        self.update_codes()
        self.training_codes_ = BinaryCodes.from_signs(self.network.B.cpu())  # type: ignore[arg-type]

    def update_codes(self) -> None:
        """B-step: B = sign(γ(F + G)), which is the best B for fixed outputs."""
        self.network.B.copy_(unified_codes(self.network.F, self.network.G))  # type: ignore[arg-type]

    def step(
        self, pairs: Pairs, optimizers: list[torch.optim.Optimizer], batch: Tensor, epoch: int, number: int
    ) -> dict[str, Tensor]:
        """Move one branch by one batch: texts in even epochs, images in odd ones."""
        labels, (branch, inputs, own, other) = pairs.labels, self.halves(pairs)[epoch % 2]
        outputs, batch = gather(branch(inputs[self.mine(batch)]), len(batch)), batch.to(self.device)
        own[batch] = outputs.detach()
        terms = self.terms(outputs, own, other, label_similarity(labels[batch], labels), batch)
        terms = {term: value / (len(batch) * len(labels)) for term, value in terms.items()}
        weights = self.weights()
        descend(optimizers[epoch % 2], sum(weights[term] * value for term, value in terms.items()))
        return {f"{term}, {HALVES[epoch % 2]}": value.detach() for term, value in terms.items()}

    def halves(self, pairs: Pairs) -> tuple[tuple[nn.Module, Tensor, Tensor, Tensor], ...]:
        """Return the branch, its training inputs, its buffer and the other one, for both halves."""
        net = self.network
        return (net.texts, pairs.texts, net.G, net.F), (net.images, pairs.images, net.F, net.G)  # type: ignore[return-value]

    def terms(self, outputs: Tensor, own: Tensor, other: Tensor, similar: Tensor, batch: Tensor) -> dict[str, Tensor]:
        """Return the sums of the objective that depend on a batch of one modality.

        Args:
            outputs: the batch's outputs, (b, q), with gradients.
            own: buffer of this modality, (n, q), the batch's rows refreshed.
            other: buffer of the other modality, (n, q).
            similar: S of the batch and all training pairs, (b, n).
            batch: positions, (b,).
        """
        return {
            "likelihood": likelihood_loss(outputs, other, similar),
            "quantisation": quantisation_loss(outputs, self.network.B[batch]),
            "balance": balance_loss(own.index_copy(0, batch, outputs)),
        }

    def weights(self) -> dict[str, float]:
        """Return the weight of each term."""
        return {"likelihood": 1.0, "quantisation": self.options.gamma, "balance": self.options.eta}

    def history(self, epochs: list[dict[str, float]]) -> list[dict[str, float]]:
        """Return the terms of each outer iteration."""
        return outer_iterations(epochs)
