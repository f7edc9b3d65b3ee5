"""Words, vocabularies and bags of words: against plain loops."""

import re
import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adahlib.datasets.texts import bag_of_words, normalise, text_counts, vocabulary_of, words

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


MARKED = st.text(st.characters(exclude_categories=("Cs",)) | st.sampled_from("iıIİs\u0307\u0301\u0323ßΣहिन्\u200d"))
FEW = settings(max_examples=300, deadline=None, derandomize=True)


@FEW
@given(MARKED)
def test_words_are_letters_digits_and_the_marks_on_them_in_lower_case(text):
    found = words(text)
    for word in found:
        kinds = [unicodedata.category(character)[0] for character in word if character not in "\u200c\u200d"]
        assert kinds[0] in "LN" and set(kinds) <= {"L", "N", "M"} and word == unicodedata.normalize("NFC", word)
    assert words(" ".join(found)) == found


@FEW
@given(MARKED)
def test_forms_of_unicode_make_no_other_words(text):
    assert words(unicodedata.normalize("NFD", text)) == words(unicodedata.normalize("NFC", text)) == words(text)
    assert words(normalise(text)) == words(text)


@FEW
@given(st.text(st.characters(max_codepoint=0xFF, exclude_characters="\u00ad"), max_size=60))
def test_words_of_ascii_and_latin_1_are_the_runs_of_letters_and_digits(text):
    assert words(text) == re.findall(r"[^\W_]+", text.lower())


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("A red-haired Cat, 2 dogs; don't", ["a", "red", "haired", "cat", "2", "dogs", "don", "t"]),
        ("Cafe\u0301 a\u0300 co\u0302te\u0301", ["café", "à", "côté"]),
        ("हिन्दी में लाल गेंद", ["हिन्दी", "में", "लाल", "गेंद"]),
        ("একটি বিড়াল", ["একটি", unicodedata.normalize("NFC", "বিড়াল")]),
        ("சிவப்பு பந்து", ["சிவப்பு", "பந்து"]),
        ("แมวสีดำที่บ้าน", ["แมวสีดำที่บ้าน"]),
        ("แมว\u200bดำ", ["แมว", "ดำ"]),
        ("قِطَّةٌ سَوْدَاءُ", ["قِطَّةٌ", "سَوْدَاءُ"]),
        ("חָתוּל שָׁחוֹר", [unicodedata.normalize("NFC", "חָתוּל"), unicodedata.normalize("NFC", "שָׁחוֹר")]),
        ("İstanbul ISTANBUL i\u0307stanbul I\u0307STANBUL", ["istanbul"] * 4),
        ("J\u030cez", ["ǰez"]),
        ("ＣＡＴ ﬁsh ｶﾞ ﻼ", ["cat", "fish", "ガ", "لا"]),
        ("foot\u00adball \ufeffcat\u200f", ["football", "cat"]),
        ("می\u200cخواهم می\u200c خواهم", ["می\u200cخواهم", "می", "خواهم"]),
        ("1\ufe0f\u20e3 cat ❤\ufe0f 😀 _a_b_", ["1", "cat", "a", "b"]),
        ("葛\U000e0100城", ["葛城"]),
        ("\u0301 \u0301a", ["a"]),
    ],
)
def test_words_of_many_scripts(text, right):
    assert words(text) == right
    assert words(unicodedata.normalize("NFD", text)) == right


def test_a_pile_of_marks_is_cut_and_takes_no_time():
    start = time.perf_counter()
    assert words("a" + "\u0315\u0300" * 200_000 + " b") == [normalise("a" + "\u0315\u0300" * 15), "b"]
    assert time.perf_counter() - start < 5
    assert normalise("Z" + "\u0300" * 30) == "Z" + "\u0300" * 30
