"""Texts as bags of words: the one token rule of captions, own texts and searches, and the words that are counted."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from scipy.sparse import csr_matrix

WORD = re.compile(r"[^\W_]+")
TOKEN_RULE = "lower case; a word is a longest run of letters and digits; no stemming, no stop words"


def words(text: str) -> list[str]:
    """Return a text's words in order, repetitions too, by ``TOKEN_RULE``."""
    return WORD.findall(text.lower())


def most_frequent(texts: Iterable[Iterable[str]], size: int | None = None) -> dict[str, int]:
    """Return a vocabulary, word → column in alphabetical order: the words that are in most texts.

    Args:
        texts: the words of each text; a word counts once a text.
        size: how many words; among equally frequent ones the first in the alphabet. None: every word.
    """
    counts = Counter(word for text in texts for word in set(text))
    ranked = sorted(counts, key=lambda word: (-counts[word], word))
    return {word: column for column, word in enumerate(sorted(ranked[:size]))}


def bag_of_words(texts: Sequence[Iterable[str]], vocabulary: dict[str, int]) -> csr_matrix:
    """Return the 0/1 bag-of-words matrix (n, v), CSR uint8."""
    columns = [sorted({vocabulary[word] for word in text if word in vocabulary}) for text in texts]
    starts = np.concatenate([[0], np.cumsum([len(row) for row in columns])]).astype(np.int64)
    indices = np.concatenate(columns).astype(np.int64) if starts[-1] else np.empty(0, dtype=np.int64)
    return csr_matrix((np.ones(len(indices), np.uint8), indices, starts), shape=(len(texts), len(vocabulary)))
