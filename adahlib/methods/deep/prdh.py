"""PRDH: pairwise relationship guided deep hashing (Yang et al., AAAI 2017), on DCMH's networks and training."""

from torch import Tensor

from adahlib.losses.likelihood import decorrelation_loss, likelihood_loss
from adahlib.methods.deep.dcmh import DCMH
from adahlib.methods.deep.dcmh_options import PrdhOptions


class PRDH(DCMH):
    """PRDH (Yang et al., AAAI 2017): pairwise relationship guided deep hashing, on DCMH's networks and training.

    To DCMH's objective it adds the likelihood within each modality, and the decorrelation ½(‖C‖² − ‖diag C‖²) of each
    modality's outputs, with C the covariance of a batch's outputs. By default (``decorrelation_scale="sum"``) the
    decorrelation is divided by batch size times training pairs, as the other sums are, and is then too small to have an
    effect; ``"batch"`` applies it undivided. The balance, weighted with η, is part of the published regulariser.
    Arguments and errors are those of ``DeepMethod``.

    Example:
        >>> from adahlib.datasets import miniature_pairs
        >>> from adahlib.methods import PRDH
        >>> pairs = miniature_pairs()
        >>> maps = pairs.images.transpose(0, 3, 1, 2) / 255  # (n, C, H, W), in the place of a backbone's maps
        >>> method = PRDH(8, epochs=1, head="pool", image_hidden=(16,), text_hidden=16)
        >>> method.fit(maps, pairs.tags, pairs.labels).encode_images(maps)
        BinaryCodes(60 codes of 8 bits)
    """

    Options = PrdhOptions

    def terms(self, outputs: Tensor, own: Tensor, other: Tensor, similar: Tensor, batch: Tensor) -> dict[str, Tensor]:
        """Return DCMH's sums over a batch, the likelihood within the modality, and the decorrelation."""
        return super().terms(outputs, own, other, similar, batch) | {
            "likelihood within": likelihood_loss(outputs, own, similar),
            "decorrelation": self.decorrelation(outputs, len(own)),
        }

    def decorrelation(self, outputs: Tensor, pairs: int) -> Tensor:
        """Return the decorrelation of a batch's outputs (b, q), before it is divided by b times training pairs."""
        value = decorrelation_loss(outputs)
        if self.options.decorrelation_scale == "batch":
            value = value * (len(outputs) * pairs)
        return value

    def weights(self) -> dict[str, float]:
        """Return the weight of each term."""
        return super().weights() | {"likelihood within": 1.0, "decorrelation": self.options.decorrelation}
