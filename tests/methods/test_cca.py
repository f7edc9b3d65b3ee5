"""CCA against its definition and scikit-learn's."""

import numpy as np
import pytest
import scipy.linalg
from sklearn import cross_decomposition

from adahlib.methods import make_method


def fitted(images, texts, labels, bits, **options):
    return make_method("cca", bits, **options).fit(images, texts, labels)


def test_projections_have_the_correlations_and_no_others(views):
    images, texts, labels = views(n=200)
    method = fitted(images, texts, labels, 4, ridge=1e-10)
    x = (images - images.mean(0)) @ method.image_projection_
    y = (texts - texts.mean(0)) @ method.text_projection_
    expected = np.diag(method.correlations_)
    np.testing.assert_allclose(x.T @ y / len(x), expected, atol=1e-6)
    np.testing.assert_allclose(x.T @ x / len(x), np.eye(4), atol=1e-6)
    np.testing.assert_allclose(y.T @ y / len(y), np.eye(4), atol=1e-6)


def test_solves_the_generalised_eigenvalue_problem(views):
    images, texts, labels = views(n=200)
    method = fitted(images, texts, labels, 3, ridge=1e-3)
    X, Y = images - images.mean(0), texts - texts.mean(0)
    Cxy = X.T @ Y / 200
    Cxx, Cyy = X.T @ X / 200 + 1e-3 * np.eye(8), Y.T @ Y / 200 + 1e-3 * np.eye(6)
    squared, vectors = scipy.linalg.eigh(Cxy @ np.linalg.solve(Cyy, Cxy.T), Cxx)
    np.testing.assert_allclose(method.correlations_**2, squared[::-1][:3], rtol=1e-8)
    for bit in range(3):
        ours, theirs = method.image_projection_[:, bit], vectors[:, ::-1][:, bit]
        np.testing.assert_allclose(ours, theirs * np.sign(ours @ Cxx @ theirs), atol=1e-8)
        expected = np.linalg.solve(Cyy, Cxy.T @ ours) / method.correlations_[bit]
        np.testing.assert_allclose(method.text_projection_[:, bit], expected, atol=1e-8)


def test_agrees_with_scikit_learn(views):
    images, texts, labels = views(n=200)
    method = fitted(images, texts, labels, 2, ridge=1e-10)
    theirs = cross_decomposition.CCA(2, scale=False, tol=1e-12, max_iter=5000).fit(images, texts)
    scores = theirs.transform(images)
    ours = (images - images.mean(0)) @ method.image_projection_
    for bit in range(2):
        assert abs(np.corrcoef(scores[:, bit], ours[:, bit])[0, 1]) > 1 - 1e-6


def test_bits_beyond_the_directions_are_constant_and_told(views):
    images, texts, labels = views(n=200)
    texts[:, 5] = texts[:, 4]  # five directions are left
    with pytest.warns(UserWarning, match="bits=7: CCA of these features has only 5 meaningful directions"):
        method = fitted(images, texts, labels, 7, ridge=1e-9)
    signs = method.encode_images(images).signs()
    assert (signs[:, 5:] == 1).all() and all(len(set(column)) == 2 for column in signs[:, :5].T)
    assert (method.correlations_[5:] == 0).all() and (method.correlations_[:5] > 0).all()
