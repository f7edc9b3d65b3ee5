"""Feature learning module for texts, E^T: bag-of-words → hidden → features (section 3.2), and its parts."""

from collections.abc import Iterable

import torch
from torch import Tensor, nn
from torch.nn.functional import embedding_bag

from adahlib.distributed import Dropout


class BagOfWordsLinear(nn.Linear):
    """A fully connected layer whose input is mostly zeros: only the words that are there are multiplied.

    Equal to ``nn.Linear`` but for a weight of shape (inputs, outputs). A photo has about four of 1,386 tags, so
    this is several times faster, forward and backward.
    """

    def __init__(self, inputs: int, outputs: int):
        super().__init__(inputs, outputs)
        self.weight = nn.Parameter(self.weight.detach().T.contiguous())

    def forward(self, bag_of_words: Tensor) -> Tensor:
        """Return (B, outputs) for bag-of-words (B, inputs).

        A GPU multiplies all words: that is faster there than a host that waits to learn how many there are.
        """
        return self.dense(bag_of_words) if bag_of_words.is_cuda else self.sparse(bag_of_words)

    def dense(self, bag_of_words: Tensor) -> Tensor:
        """Return (B, outputs) by a matrix product over all words."""
        return torch.addmm(self.bias, bag_of_words, self.weight)

    def sparse(self, bag_of_words: Tensor) -> Tensor:
        """Return (B, outputs) from the words that are there."""
        row, word = bag_of_words.nonzero(as_tuple=True)
        first = torch.searchsorted(row, torch.arange(len(bag_of_words), device=row.device))
        counts = bag_of_words[row, word].to(self.weight.dtype)
        return embedding_bag(word, self.weight, first, mode="sum", per_sample_weights=counts) + self.bias


class WordDropout(Dropout):
    """Word dropout: leaves words out at random without scaling the others up, because counts should stay counts."""

    def forward(self, bag_of_words: Tensor) -> Tensor:
        """Return the bag-of-words (n, v) with, in training, a part of its words left out."""
        return super().forward(bag_of_words) * (1 - self.p) if self.training else bag_of_words


def leave_words_out(bag_of_words: Tensor, part: float) -> Tensor:
    """Return the bag-of-words (n, v) with that part of its words left out.

    As ``WordDropout`` in training, from other random numbers. ADAH draws once a batch, so that both of its steps see
    the same words.
    """
    return bag_of_words * (torch.rand_like(bag_of_words) >= part)


def draw_gaussian(layers: Iterable[nn.Linear], deviation: float = 0.01) -> None:
    """Draw weights and biases of linear layers from N(0, 0.01²) (section 4.1)."""
    for layer in layers:
        nn.init.normal_(layer.weight, std=deviation)
        nn.init.normal_(layer.bias, std=deviation)


class TextFeatures(nn.Module):
    """E^T: the two-layer feed-forward network BoW → 8192 → 1000, rectified after each layer."""

    def __init__(self, vocabulary: int, hidden: int = 8192, features: int = 1000, dropout: float = 0.0):
        super().__init__()
        self.layers = nn.Sequential(
            BagOfWordsLinear(vocabulary, hidden), nn.ReLU(), Dropout(dropout), nn.Linear(hidden, features), nn.ReLU()
        )

    def forward(self, bag_of_words: Tensor) -> Tensor:
        """Return f^T (B, features) for bag-of-words (B, vocabulary)."""
        return self.layers(bag_of_words)
