"""CMFH: each update is the minimum of the objective in its own variable, and the objective falls."""

import numpy as np
import pytest
from scipy.linalg import cho_factor, cho_solve

from adahlib.errors import AdahError
from adahlib.methods import make_method
from adahlib.methods.cmfh import CMFHOptions, best_basis, best_latent, objective


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
    return (images, texts), (0.3, 0.7), U, draw.random((20, 3)), P, CMFHOptions(image_weight=0.3, mu=10.0, gamma=0.1)


def test_objective(problem):
    assert objective(*problem) == pytest.approx(naive_objective(*problem))


def test_each_update_is_a_minimum(problem):
    views, weights, U, V, P, options = problem
    best = best_basis(views[0], V, options.gamma / weights[0])
    slope = gradient(lambda u: objective(views, weights, [u, U[1]], V, P, options), best)
    np.testing.assert_allclose(slope, 0, atol=1e-4)
    best = best_latent(views, weights, U, P, options.mu, options.gamma)
    np.testing.assert_allclose(gradient(lambda v: objective(views, weights, U, v, P, options), best), 0, atol=1e-4)
    X = views[1]
    best = cho_solve(cho_factor(X.T @ X + options.gamma / options.mu * np.eye(4)), X.T @ V)
    slope = gradient(lambda p: objective(views, weights, U, V, [P[0], p], options), best)
    np.testing.assert_allclose(slope, 0, atol=1e-4)


def test_the_objective_falls(views):
    images, texts, labels = views()
    history = [step["objective"] for step in make_method("cmfh", 4).fit(images, texts, labels).history_]
    assert len(history) == 25 and (np.diff(history) <= 1e-9 * history[0]).all() and history[-1] < history[0]


def test_unified_codes_are_the_latent_signs_and_new_items_are_projected(views):
    images, texts, labels = views()
    method = make_method("cmfh", 4, seed=2).fit(images, texts, labels)
    assert method.database_codes == "unified" and len(method.training_codes_) == len(images)
    expected = np.where((images - images.mean(0)) @ method.image_projection >= 0, 1, -1)
    assert np.array_equal(method.encode_images(images).signs(), expected)
    agreement = (method.training_codes_.signs() == method.encode_images(images).signs()).mean()
    assert 0.7 < agreement < 1  # V is near P X of both views, and equal to neither
    assert make_method("cmfh", 4, database_codes="per-modality").database_codes == "per-modality"
    with pytest.raises(AdahError, match="unknown database_codes 'both'"):
        make_method("cmfh", 4, database_codes="both")
