"""DVSH's network: image and sentence meet in a fusion code; each also has a hash code of its own."""

from typing import NamedTuple

from torch import Tensor, nn

from adahlib.models.branches import ImageBranch
from adahlib.models.sentences import SentenceBranch, mean_over_words


class FusedCodes(NamedTuple):
    """What the network makes of B pairs."""

    fusion: Tensor  # h, the mean of h_t over the words, (B, q) in [-1, 1]
    images: Tensor  # u, (B, q) in [-1, 1]
    distances: Tensor  # mean over the words of ‖v_t − h_t‖²/q, (B, 1)


class FusionNetwork(nn.Module):
    """Two branches with 2q outputs each: q go into the fusion code h_t = tanh(h^x + h^y_t), q are the own hash code.

    Args:
        image_branch: maps (B, C, H, W) → (B, 2q).
        sentence_branch: word numbers (B, L) → (B, t, 2q), and which of the t words are there.
    """

    def __init__(self, image_branch: ImageBranch, sentence_branch: SentenceBranch):
        super().__init__()
        self.image_branch, self.sentence_branch = image_branch, sentence_branch

    def forward(self, maps: Tensor, sequences: Tensor) -> FusedCodes:
        """Return the codes of pairs of maps (B, C, H, W) and word numbers (B, L)."""
        image, u = self.image_branch(maps).chunk(2, dim=1)
        outputs, there = self.sentence_branch(sequences)
        word, v = outputs.chunk(2, dim=2)
        fusion = (image.unsqueeze(1) + word).tanh()  # (B, t, q)
        distances = (v.tanh() - fusion).square().mean(2, keepdim=True)
        return FusedCodes(mean_over_words(fusion, there), u.tanh(), mean_over_words(distances, there))

    def images(self, maps: Tensor) -> Tensor:
        """Return u (B, q) of maps."""
        return self.image_branch(maps).chunk(2, dim=1)[1].tanh()

    def texts(self, sequences: Tensor) -> Tensor:
        """Return v (B, q) of word numbers (B, L), the mean over a sentence's words."""
        outputs, there = self.sentence_branch(sequences)
        return mean_over_words(outputs.chunk(2, dim=2)[1].tanh(), there)
