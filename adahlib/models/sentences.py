"""The LSTM branch of DVSH: words in their order → a vector at each word; and bags of words as sequences."""

import numpy as np
import torch
from numpy.typing import ArrayLike
from scipy.sparse import csr_matrix, sparray, spmatrix
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence


def word_sequences(bag_of_words: ArrayLike | sparray | spmatrix) -> np.ndarray:
    """Return the words of bags (n, v) in column order as (n, longest) numbers from 1; 0 fills the shorter rows."""
    bags = csr_matrix(bag_of_words)
    bags.eliminate_zeros()
    bags.sort_indices()
    lengths = np.diff(bags.indptr)
    sequences = np.zeros((bags.shape[0], max(1, lengths.max(initial=0))), dtype=np.int64)
    sequences[np.arange(sequences.shape[1]) < lengths[:, None]] = bags.indices + 1
    return sequences


class SentenceBranch(nn.Module):
    """Word vectors → LSTM → linear layer of ``outputs`` at each word.

    Args:
        vocabulary: v; words have the numbers 1 to v, 0 is no word.
        width: of the word vectors and of the LSTM.
        outputs: width of the last layer.
    """

    def __init__(self, vocabulary: int, width: int, outputs: int):
        super().__init__()
        self.words = nn.Embedding(vocabulary + 1, width, padding_idx=0)
        self.lstm = nn.LSTM(width, width, batch_first=True)
        self.last = nn.Linear(width, outputs)

    def forward(self, sequences: Tensor) -> tuple[Tensor, Tensor]:
        """Return (n, t, outputs) of sequences (n, L), and which of the t words are there, (n, t).

        t is the longest of the sequences; L on a GPU, since the host would have to wait to learn more. What stands
        behind the last word of a text changes nothing before it. A text without words has one empty word, whose vector
        is zero.
        """
        there = sequences > 0
        there[:, 0] = True
        states = self.states(sequences) if sequences.is_cuda else self.packed_states(sequences, there)
        return self.last(states), there[:, : states.shape[1]]

    def states(self, sequences: Tensor) -> Tensor:
        """Return the LSTM's states (n, L, width) at every place of the sequences, behind the last word too."""
        return self.lstm(self.words(sequences))[0]

    def packed_states(self, sequences: Tensor, there: Tensor) -> Tensor:
        """Return the LSTM's states (n, t, width) at the words that are there, and zeros at the other places."""
        lengths = there.sum(1)
        words = self.words(sequences[:, : int(lengths.max())])
        packed = pack_padded_sequence(words, lengths.cpu(), batch_first=True, enforce_sorted=False)
        return pad_packed_sequence(self.lstm(packed)[0], batch_first=True)[0]


def mean_over_words(vectors: Tensor, there: Tensor) -> Tensor:
    """Return the mean (n, q) of vectors (n, t, q) over the words that are there (n, t)."""
    weights = there.to(vectors.dtype).unsqueeze(2)
    return torch.sum(vectors * weights, dim=1) / weights.sum(1)
