"""Texts as bags of words: the one token rule of captions, own texts and searches, and the words that are counted."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from scipy.sparse import csr_matrix

WORD = re.compile(r"[^\W_]+")
TOKEN_RULE = "lower case; a word is a longest run of letters and digits; no stemming, no stop words"


def words(text: str) -> list[str]:
    """Return a text's words in order, repetitions too, by ``TOKEN_RULE``."""
    return WORD.findall(text.lower())


def text_counts(texts: Iterable[Iterable[str]]) -> Counter[str]:
    """Return in how many texts each word is; a text is given by its words, and repetitions in it do not count."""
    return Counter(word for text in texts for word in set(text))


def vocabulary_of(texts: Iterable[Iterable[str]], minimum: int = 1, size: int | None = None) -> dict[str, int]:
    """Return a vocabulary, word → column in alphabetical order.

    Args:
        texts: the words of each text.
        minimum: how many texts a word must be in.
        size: how many words are kept, those in most texts; among equally frequent ones the first in the alphabet.
            None: every word.
    """
    counts = text_counts(texts)
    frequent = [word for word, count in counts.items() if count >= minimum]
    ranked = sorted(frequent, key=lambda word: (-counts[word], word))
    return {word: column for column, word in enumerate(sorted(ranked[:size]))}


def bag_of_words(texts: Sequence[Iterable[str]], vocabulary: Mapping[str, int]) -> csr_matrix:
    """Return the 0/1 bag-of-words matrix (n, v), CSR uint8; words outside the vocabulary are left out."""
    rows = [sorted({vocabulary[word] for word in text if word in vocabulary}) for text in texts]
    return binary_matrix(rows, len(vocabulary))


def binary_matrix(rows: Sequence[Sequence[int]], width: int) -> csr_matrix:
    """Return the 0/1 matrix (n, width), CSR uint8, from the columns of each row's ones in rising order."""
    starts = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64)
    indices = np.concatenate(rows).astype(np.int64) if starts[-1] else np.empty(0, dtype=np.int64)
    return csr_matrix((np.ones(len(indices), np.uint8), indices, starts), shape=(len(rows), width))
