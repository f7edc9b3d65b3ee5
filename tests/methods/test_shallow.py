"""What holds for every shallow method: input checks, seeds, invariances, awkward columns, the registry."""

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import coo_matrix, csr_matrix

from adahlib.errors import AdahError
from adahlib.methods import METHODS, ShallowMethod, make_method
from adahlib.methods.shallow.base import BLOCK

NAMES = [name for name, kind in METHODS.items() if issubclass(kind, ShallowMethod)]
ORDER_FREE = [name for name in NAMES if name not in ("cmfh", "seph")]  # these draw a start per row
FLIP_FREE = [name for name in NAMES if name != "stmh"]  # its texts stay as they are, and its start depends on them


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


@pytest.mark.parametrize("name", FLIP_FREE)
def test_signs_of_the_columns_do_not_matter(views, name):
    """Both codes of a bit may turn over together; no Hamming distance between the modalities changes."""
    images, texts, labels = views()
    flip_x, flip_y = np.where(np.arange(8) % 3, 1, -1), np.where(np.arange(6) % 2, 1, -1)
    found = []
    for x, y in ((images, texts), (images * flip_x, texts * flip_y)):
        method = make_method(name, 3).fit(x, y, labels)
        found.append(method.encode_images(x).signs().astype(int) @ method.encode_texts(y).signs().T)
    assert np.array_equal(*found)


@pytest.mark.parametrize("name", NAMES)
def test_a_second_fit_forgets_the_first_and_leaves_the_data_alone(views, name):
    images, texts, labels = views()
    given = [part.copy() for part in (images, texts, labels)]
    other = views(n=50, d_x=5, d_y=4, seed=3)
    method = make_method(name, 4, seed=3).fit(images, texts, labels)
    first, history = codes_of(method, images, texts), method.history_
    for part in (images, texts, labels):
        part.setflags(write=False)  # so that a write would be an error
    method.fit(*other).fit(images, texts, labels)
    assert codes_of(method, images, texts) == first and method.history_ == history
    assert all(np.array_equal(part, copy) for part, copy in zip((images, texts, labels), given, strict=True))


@pytest.mark.parametrize("name", NAMES)
def test_types_and_layouts_of_the_same_numbers_are_the_same(views, name):
    images, texts, labels = views()
    images, texts = np.round(images * 8) / 8, np.round(texts * 8) / 8  # float16 has these exactly
    expected = codes_of(make_method(name, 4).fit(images, texts, labels), images, texts)
    for x, y, part in (
        (images.astype(np.float16), texts.astype(np.float32), labels.astype(bool)),
        (np.asfortranarray(images), np.repeat(texts, 2, axis=1)[:, ::2], labels.astype(float)),
        (pd.DataFrame(images, index=np.arange(60)[::-1]), pd.DataFrame(texts), pd.DataFrame(labels)),
        (csr_matrix(images), coo_matrix(texts), csr_matrix(labels)),
        (images.tolist(), texts.tolist(), labels.tolist()),
    ):
        assert codes_of(make_method(name, 4).fit(x, y, part), x, y) == expected


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
    with pytest.raises(AdahError, match="images or texts have no columns"):
        make_method(name, 4).fit(images, texts[:, :0], labels)
    with pytest.raises(AdahError, match="images holds complex128 values"):
        make_method(name, 4).fit(images * 1j, texts, labels)
    with pytest.raises(AdahError, match="is not trained yet; call fit first"):
        make_method(name, 4).encode_images(images)
    method = make_method(name, 4).fit(images, texts, labels)
    with pytest.raises(AdahError, match=r"images have shape \(60, 6\); this model was fitted on \(n, 8\)"):
        method.encode_images(texts)
    with pytest.raises(AdahError, match="texts hold NaN"):
        method.encode_texts(np.full((1, 6), np.nan))
    with pytest.raises(AdahError, match="unknown option 'ridgge'"):
        make_method(name, 4, ridgge=1.0)
