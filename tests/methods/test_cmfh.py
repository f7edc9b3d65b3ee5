"""CMFH: each update is the minimum of the objective in its own variable, and the objective falls."""

import numpy as np
import pytest
from scipy.linalg import cho_factor, cho_solve

from adahlib.errors import AdahError
from adahlib.methods import make_method
from adahlib.methods.shallow.least_squares import best_basis


def naive_objective(views, weights, U, V, P, options):
    """Add up the objective item by item, in the paper's notation: columns are items."""
    total = options.gamma * sum(np.sum(np.square(matrix)) for matrix in (V, *U, *P))
    for X, weight, u, p in zip(views, weights, U, P, strict=True):
        for x, v in zip(X, V, strict=True):
            total += weight * np.linalg.norm(x - u.T @ v) ** 2 + options.mu * np.linalg.norm(v - p.T @ x) ** 2
    return total


def gradient(function, matrix, step=1e-6):
    result = np.zeros_like(matrix)
    for place in np.ndindex(matrix.shape):
        shift = np.zeros_like(matrix)
        shift[place] = step
        result[place] = (function(matrix + shift) - function(matrix - shift)) / (2 * step)
    return result


@pytest.fixture
def problem(views):
    images, texts, _ = views(n=20, d_x=5, d_y=4)
    draw = np.random.default_rng(1)
    U, P = [draw.normal(size=(3, d)) for d in (5, 4)], [draw.normal(size=(d, 3)) for d in (5, 4)]
    method = make_method("cmfh", 3, image_weight=0.3, mu=10.0, gamma=0.1)
    return method, (images, texts), U, draw.random((20, 3)), P


def test_objective(problem):
    method, views, U, V, P = problem
    expected = naive_objective(views, (0.3, 0.7), U, V, P, method.options)
    assert method.objective(views, U, V, P) == pytest.approx(expected)


def test_each_update_is_a_minimum(problem):
    method, views, U, V, P = problem
    best = best_basis(views[0], V, 0.1 / 0.3)
    np.testing.assert_allclose(gradient(lambda u: method.objective(views, [u, U[1]], V, P), best), 0, atol=1e-4)
    best = method.best_latent(views, U, P)
    np.testing.assert_allclose(gradient(lambda v: method.objective(views, U, v, P), best), 0, atol=1e-4)
    X = views[1]
    best = cho_solve(cho_factor(X.T @ X + 0.1 / 10.0 * np.eye(4)), X.T @ V)
    np.testing.assert_allclose(gradient(lambda p: method.objective(views, U, V, [P[0], p]), best), 0, atol=1e-4)


def test_the_objective_falls(views):
    images, texts, labels = views()
    history = [step["objective"] for step in make_method("cmfh", 4).fit(images, texts, labels).history_]
    assert len(history) == 25 and (np.diff(history) <= 1e-9 * history[0]).all() and history[-1] < history[0]


def test_unified_codes_are_the_latent_signs_and_new_items_are_projected(views):
    images, texts, labels = views()
    method = make_method("cmfh", 4, seed=2).fit(images, texts, labels)
    assert method.database_codes == "unified" and len(method.training_codes_) == len(images)
    expected = np.where((images - images.mean(0)) @ method.image_projection_ >= 0, 1, -1)
    assert np.array_equal(method.encode_images(images).signs(), expected)
    agreement = (method.training_codes_.signs() == method.encode_images(images).signs()).mean()
    assert 0.7 < agreement < 1  # V is near P X of both views, and equal to neither
    assert make_method("cmfh", 4, database_codes="per-modality").database_codes == "per-modality"
    with pytest.raises(AdahError, match="unknown database_codes 'both'"):
        make_method("cmfh", 4, database_codes="both")
