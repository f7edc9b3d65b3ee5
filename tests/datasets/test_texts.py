"""Words, vocabularies and bags of words: against plain loops."""

from hypothesis import given, settings
from hypothesis import strategies as st

from adahlib.datasets.texts import bag_of_words, text_counts, vocabulary_of, words

TEXTS = st.lists(st.text("abcABC é-'1\n", max_size=30), max_size=8)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(TEXTS, st.integers(1, 3), st.integers(1, 6))
def test_bags_and_vocabulary_are_those_of_a_plain_loop(captions, minimum, size):
    texts = [words(caption) for caption in captions]
    vocabulary = vocabulary_of(texts, minimum, size)
    every = sorted({word for text in texts for word in text})
    counts = {word: sum(word in text for text in texts) for word in every}
    frequent = [word for word in every if counts[word] >= minimum]
    ranked = sorted(frequent, key=lambda word: -counts[word])  # stable: ties stay alphabetical
    assert list(vocabulary) == sorted(ranked[:size]) and list(vocabulary.values()) == list(range(len(vocabulary)))
    assert list(vocabulary_of(texts)) == every and text_counts(texts) == counts
    bags = bag_of_words(texts, vocabulary)
    assert bags.toarray().tolist() == [[int(word in text) for word in vocabulary] for text in texts]
    assert bags.shape == (len(texts), len(vocabulary)) and bags.dtype == "uint8"


@given(st.text())
def test_words_are_lower_case_letters_and_digits_in_the_order_of_the_caption(caption):
    found = words(caption)
    assert all(word.isalnum() for word in found)
    kept = "".join(character for character in caption.lower() if character.isalnum())
    assert "".join(found) == kept
