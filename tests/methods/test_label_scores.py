"""Codes from label scores: ridge regression against its closed form, and what the codes keep of the scores."""

import numpy as np
import pytest

from adahlib.errors import AdahError
from adahlib.methods import ShallowMethod, make_method
from adahlib.methods.shallow.label_scores import ridge_regression
from tests.toys import retrieval_maps, toy_pairs


def test_ridge_regression_is_the_minimiser():
    rng = np.random.default_rng(0)
    X, L = rng.standard_normal((30, 5)), rng.integers(0, 2, (30, 3)).astype(float)
    X -= X.mean(0)
    r = 0.1 * X.var(0).mean()
    W = ridge_regression(X, L, 0.1)

    def objective(W):
        return np.square(X @ W - (L - L.mean(0))).sum() / 30 + r * np.square(W).sum()

    for _ in range(50):
        assert objective(W + 1e-2 * rng.standard_normal(W.shape)) > objective(W)
    rows = np.vstack([X, np.sqrt(30 * r) * np.eye(5)])  # the same as least squares with the ridge as further rows
    expected = np.linalg.lstsq(rows, np.vstack([L - L.mean(0), np.zeros((5, 3))]))[0]
    np.testing.assert_allclose(W, expected, atol=1e-10)


@pytest.mark.parametrize("bits", [3, 8, 40])  # fewer and more than the 4 labels
def test_codes_of_both_modalities_retrieve(bits):
    maps, texts, labels = toy_pairs(400)
    vectors = np.concatenate([maps.mean((2, 3)), maps.max((2, 3))], axis=1)
    train, asked = slice(0, 300), slice(300, None)
    method = make_method("label-scores", bits).fit(vectors[train], texts[train], labels[train])
    assert isinstance(method, ShallowMethod) and method.database_codes == "per-modality"
    assert min(retrieval_maps(method, vectors, texts, labels, asked, train)) > (0.1 if bits == 3 else 0.3)


def test_distances_follow_the_angle_between_label_scores():
    maps, texts, labels = toy_pairs(400)
    method = make_method("label-scores", 400).fit(maps.mean((2, 3)), texts, labels)
    Y = texts.toarray() - method.text_mean_
    scores = Y @ ridge_regression(Y, labels.astype(float), method.options.ridge)
    unit = scores / np.linalg.norm(scores, axis=1, keepdims=True)
    angles = np.arccos(np.clip(unit[:20] @ unit[:20].T, -1, 1))
    signs = method.encode_texts(texts[:20]).signs().astype(float)
    assert np.abs((400 - signs @ signs.T) / 2 / 400 - angles / np.pi).max() < 0.1


def test_a_constant_modality_and_bad_options():
    _, texts, labels = toy_pairs(50)
    method = make_method("label-scores", 8).fit(np.ones((50, 4)), texts, labels)
    assert len(method.encode_images(np.ones((2, 4)))) == 2
    with pytest.raises(AdahError, match="ridge=0.0 must be at least"):
        make_method("label-scores", 8, ridge=0.0)
