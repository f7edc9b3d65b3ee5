"""Texts as bags of words: the one token rule of captions, own texts and searches, and the words that are counted.

Every text that comes in goes through ``normalise``, so that a letter with an accent is one letter however it was typed.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from scipy.sparse import csr_matrix

TOKEN_RULE = (
    "Unicode NFC, lower case; a word is a longest run of letters, digits and the marks on them; "
    "no stemming, no stop words"
)
# Characters that nobody sees and that are no part of a word: byte order marks, soft hyphens, directions of writing.
UNSEEN = re.compile("[\u00ad\u034f\u061c\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")
VARIANTS = re.compile("[\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")  # how the letter before is drawn
FORMS = re.compile("[\uf900-\ufdff\ufe30-\uffef]+")  # ligatures, full width and the like, kept for older encodings
DOTTED = re.compile("i\u0307+")  # what the Turkish capital I with a dot becomes in lower case
LAST_MARK = 0x1FFFF  # beyond it are only the variants

LETTER = r"[^\W_]"
MARKS = "".join(c for c in map(chr, range(LAST_MARK + 1)) if unicodedata.category(c) in ("Mn", "Mc"))
# joiners without width, of Persian and of scripts of India, belong to a word that goes on after them
WORD = re.compile(f"{LETTER}+(?:[{MARKS}]+{LETTER}*|[\u200c\u200d]+{LETTER}+)*")
# no language puts 30 marks on one letter, and Python's normalisation takes hours to sort some hundred thousand
PILE = re.compile(rf"(?=\W{{31}})([{MARKS}]{{30}})[{MARKS}]+")


def normalise(text: str) -> str:
    """Return a text in Unicode's form NFC, in which a letter and the accent on it are one character where there is one.

    Of more than 30 marks in a row the first 30 are kept.
    """
    return text if text.isascii() else unicodedata.normalize("NFC", PILE.sub(r"\1", text))


def words(text: str) -> list[str]:
    """Return a text's words in order, repetitions too, by ``TOKEN_RULE``.

    Ways of writing that only look alike to the eye are one word: NFC and NFD, full width and ligatures, ``İ`` and
    ``i``; characters that nobody sees are left out.

    Example:
        >>> words("A red-haired Cat, हिन्दी")
        ['a', 'red', 'haired', 'cat', 'हिन्दी']
    """
    return WORD.findall(text.lower() if text.isascii() else lowered(text))


def lowered(text: str) -> str:
    """Return a text in lower case and NFC, without the characters and the forms that make no other word."""
    seen = VARIANTS.sub("", UNSEEN.sub("", text))
    plain = FORMS.sub(lambda form: unicodedata.normalize("NFKC", form[0]), normalise(seen))
    return normalise(DOTTED.sub("i", normalise(plain).lower()))


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


def binary_matrix(rows: Sequence[Sequence[int] | np.ndarray], width: int) -> csr_matrix:
    """Return the 0/1 matrix (n, width), CSR uint8, from the columns of each row's ones in rising order."""
    starts = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64)
    indices = np.concatenate(rows).astype(np.int64) if starts[-1] else np.empty(0, dtype=np.int64)
    return csr_matrix((np.ones(len(indices), np.uint8), indices, starts), shape=(len(rows), width))
