"""Feature learning module for texts, E^T: bag-of-words → hidden → features (section 3.2)."""

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
        """Return (B, outputs) for bag-of-words (B, inputs)."""
        row, word = bag_of_words.nonzero(as_tuple=True)
        first = torch.searchsorted(row, torch.arange(len(bag_of_words), device=row.device))
        counts = bag_of_words[row, word].to(self.weight.dtype)
        return embedding_bag(word, self.weight, first, mode="sum", per_sample_weights=counts) + self.bias


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
