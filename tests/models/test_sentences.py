"""Sequences of words and the LSTM branch that reads them."""

import numpy as np
import torch
from scipy.sparse import csr_matrix

from adahlib.models.sentences import SentenceBranch, mean_over_words, word_sequences


def test_words_in_column_order():
    bags = csr_matrix(np.array([[0, 1, 0, 2], [0, 0, 0, 0], [1, 1, 1, 0]]))
    expected = [[2, 4, 0], [0, 0, 0], [1, 2, 3]]
    assert word_sequences(bags).tolist() == expected
    assert word_sequences(bags.toarray()).tolist() == expected
    assert word_sequences(csr_matrix((2, 4))).tolist() == [[0], [0]]


def test_a_sentence_is_read_as_the_lstm_reads_it_alone():
    torch.manual_seed(0)
    branch = SentenceBranch(vocabulary=5, width=8, outputs=3)
    outputs, there = branch(torch.tensor([[2, 4, 1, 0, 0], [3, 0, 0, 0, 0]]))
    assert outputs.shape == (2, 3, 3) and there.tolist() == [[True] * 3, [True, False, False]]
    states, _ = branch.lstm(branch.words(torch.tensor([[2, 4, 1]])))
    torch.testing.assert_close(outputs[0], branch.last(states)[0])
    alone, _ = branch(torch.tensor([[3]]))
    torch.testing.assert_close(mean_over_words(outputs, there)[1], alone[0, 0])
    torch.testing.assert_close(mean_over_words(outputs, there)[0], outputs[0].mean(0))


def test_the_places_behind_the_last_word_may_be_read_too():
    torch.manual_seed(0)
    branch = SentenceBranch(vocabulary=5, width=8, outputs=3).double()
    sequences = torch.tensor([[2, 4, 1, 0, 0], [3, 0, 0, 0, 0], [0, 0, 0, 0, 0]])
    there = sequences > 0
    there[:, 0] = True
    packed, every = branch.packed_states(sequences, there), branch.states(sequences)
    assert packed.shape == (3, 3, 8) and every.shape == (3, 5, 8)
    torch.testing.assert_close(every[there], packed[there[:, :3]])
