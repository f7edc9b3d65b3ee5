"""Bags of words and counts: against plain loops."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adahlib.datasets.catalogue import check_counts
from adahlib.datasets.texts import bag_of_words, most_frequent, words
from adahlib.errors import AdahError

TEXTS = st.lists(st.text("abcABC é-'1\n", max_size=30), max_size=8)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(TEXTS, st.integers(1, 6))
def test_bags_and_vocabulary_are_those_of_a_plain_loop(captions, size):
    texts = [words(caption) for caption in captions]
    vocabulary = most_frequent(texts, size)
    every = sorted({word for text in texts for word in text})
    ranked = sorted(every, key=lambda word: -sum(word in text for text in texts))  # stable: ties stay alphabetical
    assert list(vocabulary) == sorted(ranked[:size]) and list(vocabulary.values()) == list(range(len(vocabulary)))
    assert list(most_frequent(texts)) == every
    bags = bag_of_words(texts, vocabulary)
    assert bags.toarray().tolist() == [[int(word in text) for word in vocabulary] for text in texts]
    assert bags.shape == (len(texts), len(vocabulary)) and bags.dtype == "uint8"


@given(st.text())
def test_words_are_lower_case_letters_and_digits_in_the_order_of_the_caption(caption):
    found = words(caption)
    assert all(word.isalnum() for word in found)
    kept = "".join(character for character in caption.lower() if character.isalnum())
    assert "".join(found) == kept


def test_only_the_published_counts_pass():
    check_counts("a cut", {"pairs": 3, "labels": 2}, {"pairs": 3, "labels": 2})
    with pytest.raises(AdahError, match="not a cut: found 4 pairs, 2 labels, where the published cut has 3 pairs"):
        check_counts("a cut", {"pairs": 4, "labels": 2}, {"pairs": 3, "labels": 2})
