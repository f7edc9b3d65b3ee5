"""SCM against the similarity matrix that it never forms."""

import numpy as np
import pytest
import scipy.linalg

from adahlib.errors import AdahError
from adahlib.methods import make_method
from adahlib.methods.shallow.scm import semantic_correlation, top_pair


def similarity(labels):
    """Return S̃ (n, n): 2 cos − 1 of label rows."""
    n = len(labels)
    S = np.empty((n, n))
    for i in range(n):
        for j in range(n):
            cosine = labels[i] @ labels[j] / np.sqrt((labels[i] @ labels[i]) * (labels[j] @ labels[j]))
            S[i, j] = 2 * cosine - 1
    return S


def centred(images, texts):
    return images - images.mean(0), texts - texts.mean(0)


def test_correlation_equals_the_one_with_the_similarity_formed(views):
    images, texts, labels = views(n=30)  # uncentred: the term of the column sums counts
    expected = images.T @ similarity(labels.astype(float)) @ texts
    np.testing.assert_allclose(semantic_correlation(images, texts, labels.astype(float)), expected, atol=1e-9)


def test_orthogonal_solves_the_generalised_eigenvalue_problem(views):
    images, texts, labels = views(n=120, classes=4)
    method = make_method("scm", 3, variant="orthogonal", ridge=1e-3).fit(images, texts, labels)
    X, Y = centred(images, texts)
    C = X.T @ similarity(labels.astype(float)) @ Y
    Cxx, Cyy = X.T @ X / 120 + 1e-3 * np.eye(8), Y.T @ Y / 120 + 1e-3 * np.eye(6)
    values, vectors = scipy.linalg.eigh(C @ np.linalg.solve(Cyy, C.T), Cxx)
    for bit in range(3):
        ours, theirs = method.image_projection_[:, bit], vectors[:, ::-1][:, bit]
        np.testing.assert_allclose(ours, theirs * np.sign(ours @ Cxx @ theirs), atol=1e-7)
        other = np.linalg.solve(Cyy, C.T @ ours) / np.sqrt(values[::-1][bit])
        np.testing.assert_allclose(method.text_projection_[:, bit], other, atol=1e-7)


def test_orthogonal_has_no_more_directions_than_classes(views):
    images, texts, labels = views(classes=3)
    with pytest.warns(UserWarning, match="bits=5: SCM, orthogonal, has only 3 meaningful directions"):
        method = make_method("scm", 5, variant="orthogonal").fit(images, texts, labels)
    assert (method.encode_texts(texts).signs()[:, 3:] == 1).all()


def test_sequential_is_the_greedy_reconstruction(views):
    """Bit by bit with S̃ formed: the top generalised pair of what is left, its codes, and the residue after them."""
    images, texts, labels = views(n=80, classes=4)
    method = make_method("scm", 4, ridge=1e-3).fit(images, texts, labels)
    X, Y = centred(images, texts)
    residue = 4 * similarity(labels.astype(float))
    Cxx, Cyy = X.T @ X / 80 + 1e-3 * np.eye(8), Y.T @ Y / 80 + 1e-3 * np.eye(6)
    for bit in range(4):
        C = X.T @ residue @ Y
        _, vectors = scipy.linalg.eigh(C @ np.linalg.solve(Cyy, C.T), Cxx)
        w_x = vectors[:, -1]
        w_y = np.linalg.solve(Cyy, C.T @ w_x)
        ours = method.image_projection_[:, bit]
        turn = np.sign(ours @ Cxx @ w_x)
        np.testing.assert_allclose(ours, turn * w_x, atol=1e-6)
        b, c = np.where(X @ w_x >= 0, 1, -1), np.where(Y @ w_y >= 0, 1, -1)
        smaller = residue - np.outer(b, c)
        assert np.linalg.norm(smaller) < np.linalg.norm(residue)  # the objective falls
        residue = smaller
        assert np.array_equal(method.encode_texts(texts).signs()[:, bit], turn * c)


@pytest.mark.parametrize("shape", [(2, 5), (7, 4), (30, 20), (8, 8)])
def test_top_pair(shape):
    K = np.random.default_rng(0).normal(size=shape)
    if shape == (8, 8):
        K = np.eye(8) - 1 / 8  # the iterative solver's start is in the null space
    u, v = top_pair(K)
    assert u @ K @ v == pytest.approx(np.linalg.norm(K, 2)) and u[np.abs(u).argmax()] > 0


def test_pairs_without_labels(views):
    images, texts, labels = views()
    with pytest.raises(AdahError, match="no training pair has a label"):
        make_method("scm", 2).fit(images, texts, 0 * labels)
    labels[:5] = 0
    assert make_method("scm", 2).fit(images, texts, labels).encode_images(images).bits == 2


@pytest.mark.parametrize("variant", ["sequential", "orthogonal"])
@pytest.mark.parametrize("case", ["images", "texts", "labels", "whole numbers"])
def test_nothing_to_correlate_gives_constant_bits_and_is_told(views, variant, case):
    """One modality or the labels the same in all pairs: C is zero, exactly where the features are whole numbers."""
    images, texts, labels = views(n=64)
    if case == "whole numbers":
        images, texts = np.round(4 * images), np.round(4 * texts)
    if case in ("labels", "whole numbers"):
        labels = np.ones((64, 1))
    images = np.ones_like(images) if case == "images" else images
    texts = np.ones_like(texts) if case == "texts" else texts
    with pytest.warns(UserWarning, match=f"bits=4: SCM, {variant}, has only 0 meaningful directions here"):
        method = make_method("scm", 4, variant=variant).fit(images, texts, labels)
    assert (method.encode_images(images).signs() == 1).all() and (method.encode_texts(texts).signs() == 1).all()


def test_directions_are_counted_where_columns_depend_on_each_other(views):
    images, texts, labels = views(n=200, d_x=40, d_y=10)
    images = 100 * np.hstack([images, images, images @ np.random.default_rng(1).normal(size=(40, 40))])
    with pytest.warns(UserWarning, match="has only 3 meaningful directions"):
        make_method("scm", 8, variant="orthogonal").fit(images, texts, labels)
