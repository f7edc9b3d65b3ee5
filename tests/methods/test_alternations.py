"""Whole rounds of CMFH and STMH against their recipes, columns items and inverses formed, at uneven weights.

The updates have tests of their own; here it counts that ``learn`` gives each its weight, ridge and place in the round.
"""

import numpy as np
import pytest

from adahlib.methods import make_method
from adahlib.methods.shallow.stmh import largest, principal_components

inv = np.linalg.inv


def test_cmfh_learns_as_its_recipe_says(views):
    images, texts, labels = views(n=30)
    options = {"image_weight": 0.2, "mu": 3.0, "gamma": 0.5}
    method = make_method("cmfh", 3, seed=5, iterations=4, **options).fit(images, texts, labels)
    X = [(part - part.mean(0)).T for part in (images, texts)]
    lam, mu, gamma, eye = (0.2, 0.8), 3.0, 0.5, np.eye(3)
    V = np.random.default_rng(5).random((30, 3)).T
    P = [V @ x.T @ inv(x @ x.T + gamma / mu * np.eye(len(x))) for x in X]
    for _ in range(4):
        U = [x @ V.T @ inv(V @ V.T + gamma / w * eye) for x, w in zip(X, lam, strict=True)]
        system = sum(w * u.T @ u for w, u in zip(lam, U, strict=True)) + (2 * mu + gamma) * eye
        V = inv(system) @ sum((w * u.T + mu * p) @ x for x, w, u, p in zip(X, lam, U, P, strict=True))
        P = [V @ x.T @ inv(x @ x.T + gamma / mu * np.eye(len(x))) for x in X]
    np.testing.assert_allclose(method.image_projection_, P[0].T, rtol=1e-6, atol=1e-12)
    np.testing.assert_allclose(method.text_projection_, P[1].T, rtol=1e-6, atol=1e-12)
    assert np.array_equal(method.training_codes_.signs(), np.where(V.T >= 0, 1, -1))


def nearest_topics(texts, F2, image_side, weight, link, ones):
    """Return G₂: the ``ones`` topics with the smallest r₂‖t − f_j‖² − 2λ(G₁R)_j, text by text."""
    G2 = np.zeros((len(texts), len(F2)))
    for i, text in enumerate(texts):
        costs = [weight * ((text - f) ** 2).sum() - 2 * link * image_side[i, j] for j, f in enumerate(F2)]
        G2[i, np.argsort(costs)[:ones]] = 1
    return G2


@pytest.mark.parametrize("iterations", [1, 3])
def test_stmh_learns_as_its_recipe_says(views, iterations):
    images, texts, labels = views(n=40)
    r1, r2, link, gamma, q = 0.1, 0.9, 0.3, 0.2, 4
    options = {"image_weight": r1, "link": link, "gamma": gamma, "iterations": iterations, "tolerance": 0.0}
    method = make_method("stmh", q, seed=2, **options).fit(images, texts, labels)
    X, eye = images - images.mean(0), np.eye(q)
    G1 = principal_components(X, q)
    texts = texts - texts.mean(0)
    G2 = largest(texts @ np.random.default_rng(2).standard_normal((6, q)), 2)
    D = np.diag(0.5 / np.linalg.norm(X, axis=1))
    for _ in range(iterations):
        F1 = inv(G1.T @ D @ G1 + gamma / r1 * eye) @ G1.T @ D @ X
        F2 = inv(G2.T @ G2 + gamma / r2 * eye) @ G2.T @ texts
        R = inv(G1.T @ G1 + gamma / link * eye) @ G1.T @ G2
        G1 = np.array([
            (r1 * d * x @ F1.T + link * g2 @ R.T) @ inv(r1 * d * F1 @ F1.T + link * R @ R.T + gamma * eye)
            for x, d, g2 in zip(X, np.diag(D), G2, strict=True)
        ])  # fmt: skip
        G2 = nearest_topics(texts, F2, G1 @ R, r2, link, 2)
        D = np.diag(0.5 / np.linalg.norm(X - G1 @ F1, axis=1))
    np.testing.assert_allclose(method.topics_, F2, rtol=1e-6, atol=1e-9)
    expected = F1.T @ inv(F1 @ F1.T + gamma / r1 * eye) @ R
    np.testing.assert_allclose(method.image_projection_, expected, rtol=1e-6, atol=1e-9)
