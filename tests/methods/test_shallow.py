"""What holds for every shallow method: input checks, seeds, invariances, awkward columns, the registry."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from adahlib.errors import AdahError
from adahlib.methods import METHODS, ShallowMethod, make_method
from adahlib.methods.shallow import BLOCK

NAMES = [name for name, kind in METHODS.items() if issubclass(kind, ShallowMethod)]
ORDER_FREE = [name for name in NAMES if name in ("cca", "scm")]  # the others draw a start per row


def codes_of(method, images, texts):
    return method.encode_images(images).content_hash(), method.encode_texts(texts).content_hash()


@pytest.mark.parametrize("name", NAMES)
def test_same_seed_same_codes_and_sparse_texts_are_the_same(views, name):
    images, texts, labels = views()
    texts = np.maximum(texts, 0)
    one = make_method(name, 4, seed=3).fit(images, texts, labels)
    other = make_method(name, 4, seed=3).fit(images, csr_matrix(texts), labels)
    assert codes_of(one, images, texts) == codes_of(other, images, csr_matrix(texts))
    assert one.encode_images(images).bits == 4 and len(one.encode_texts(texts[:7])) == 7


@pytest.mark.parametrize("name", ORDER_FREE)
def test_the_order_of_the_pairs_does_not_matter(views, name):
    images, texts, labels = views()
    order = np.random.default_rng(1).permutation(len(images))
    one = make_method(name, 3).fit(images, texts, labels)
    other = make_method(name, 3).fit(images[order], texts[order], labels[order])
    assert codes_of(one, images, texts) == codes_of(other, images, texts)


@pytest.mark.parametrize("name", NAMES)
def test_codes_do_not_depend_on_what_is_encoded_beside_them(views, name):
    images, texts, labels = views()
    method = make_method(name, 4).fit(images, texts, labels)
    whole = method.encode_images(np.tile(images, (1 + BLOCK // len(images), 1))).packed
    assert np.array_equal(whole[: len(images)], method.encode_images(images).packed)
    assert np.array_equal(whole[BLOCK:], whole[BLOCK % len(images) :][: len(whole) - BLOCK])


@pytest.mark.parametrize("name", NAMES)
def test_columns_without_variance_and_rows_without_tags(views, name):
    images, texts, labels = views()
    texts = np.maximum(texts, 0)
    texts[:10] = 0
    images[:, 2], texts[:, 1] = 7, 0
    method = make_method(name, 4).fit(images, texts, labels)
    assert len(method.encode_texts(np.zeros((2, texts.shape[1])))) == 2
    assert len(np.unique(method.encode_images(images).packed, axis=0)) > 1


@pytest.mark.parametrize("name", NAMES)
def test_beats_chance_on_easy_classes(views, name):
    from adahlib.retrieval import chance_level, mean_average_precision

    images, _, labels = views(n=300, noise=0.3)
    draw = np.random.default_rng(5)
    texts = draw.poisson(labels @ draw.gamma(0.3, 4, size=(3, 24)) + 0.1)  # words, each of some classes, as tags are
    method = make_method(name, 8).fit(images[:200], texts[:200], labels[:200])
    found = mean_average_precision(
        method.encode_texts(texts[200:]), method.encode_images(images[:200]), labels[200:], labels[:200]
    )
    assert found > chance_level(labels[200:], labels[:200]) + 0.1


@pytest.mark.parametrize("name", NAMES)
def test_bad_input_is_one_sentence(views, name):
    images, texts, labels = views()
    with pytest.raises(AdahError, match="60 training pairs are fewer than the 61 bits"):
        make_method(name, 61).fit(images, texts, labels)
    with pytest.raises(AdahError, match="images hold NaN or infinite values"):
        make_method(name, 4).fit(np.where(images > 1, np.nan, images), texts, labels)
    with pytest.raises(AdahError, match=r"images have shape \(60, 8, 1, 1\); 2 axes are needed"):
        make_method(name, 4).fit(images[:, :, None, None], texts, labels)
    with pytest.raises(AdahError, match="labels hold values other than 0 and 1"):
        make_method(name, 4).fit(images, texts, labels * 2)
    method = make_method(name, 4).fit(images, texts, labels)
    with pytest.raises(AdahError, match=r"images have shape \(60, 6\); this model was fitted on \(n, 8\)"):
        method.encode_images(texts)
    with pytest.raises(AdahError, match="texts hold NaN"):
        method.encode_texts(np.full((1, 6), np.nan))
    with pytest.raises(AdahError, match="unknown option 'ridgge'"):
        make_method(name, 4, ridgge=1.0)
