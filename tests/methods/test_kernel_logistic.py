"""The logistic regressions of many bits against scikit-learn's, against plain minimisers and the definitions."""

import numpy as np
import pytest
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from adahlib.methods.shallow.kernel_logistic import BatchedLogistic
from adahlib.methods.shallow.kernel_penalty import KernelLogistic


def gaussian(points, anchors):
    return np.exp(-((points[:, None] - anchors) ** 2).sum(2) / 8)


@pytest.fixture(scope="module")
def problem():
    """A kernel (400, 30) and nine bits: noisy, separable, rare and constant ones."""
    rng = np.random.default_rng(0)
    points = rng.standard_normal((400, 4))
    K = gaussian(points, points[:30])
    targets = rng.random((400, 9)) < 1 / (1 + np.exp(-4 * points @ rng.standard_normal((4, 9))))
    targets[:, 5] = points[:, 0] > 0
    targets[:, 6] = np.arange(400) == 17
    targets[:, 7], targets[:, 8] = True, False
    return K, targets


@pytest.mark.parametrize("ridge", [1e-4, 0.01, 10.0])
def test_equals_scikit_learn(problem, ridge):
    K, targets = problem
    ours = BatchedLogistic(K, targets, ridge)
    for bit in range(7):
        theirs = LogisticRegression(C=1 / (2 * ridge), solver="newton-cholesky", tol=1e-12, max_iter=500)
        theirs.fit(K, targets[:, bit])
        expected = theirs.decision_function(K)
        np.testing.assert_allclose(ours.logits(K)[:, bit], expected, atol=1e-4 * np.abs(expected).max())


def test_the_gradient_of_every_bit_is_zero(problem):
    K, targets = problem
    model = BatchedLogistic(K, targets, 0.01)
    errors = 1 / (1 + np.exp(-model.logits(K))) - targets
    np.testing.assert_allclose(K.T @ errors[:, :7] + 0.02 * model.weights[:-1, :7], 0, atol=1e-3)
    np.testing.assert_allclose(errors[:, :7].sum(0), 0, atol=1e-3)


def test_bits_do_not_depend_on_each_other(problem):
    K, targets = problem
    together, alone = BatchedLogistic(K, targets, 0.01), BatchedLogistic(K, targets[:, 3:4], 0.01)
    np.testing.assert_allclose(together.weights[:, 3], alone.weights[:, 0], rtol=1e-5, atol=1e-6)


def test_a_constant_bit_is_its_smoothed_prior(problem):
    K, targets = problem
    model = BatchedLogistic(K, targets, 0.01)
    assert not model.weights[:-1, 7:].any()
    np.testing.assert_allclose(model.prior[7:], [1 - 0.5 / 400, 0.5 / 400])
    np.testing.assert_allclose(model.logits(K)[0, 7:], [np.log(799), -np.log(799)])
    np.testing.assert_allclose(model.prior[:7], targets[:, :7].mean(0))


def test_a_kernel_of_one_value_gives_the_prior():
    targets = np.arange(20)[:, None] < [5, 10]
    model = BatchedLogistic(np.ones((20, 6)), targets, 0.01)
    np.testing.assert_allclose(model.logits(np.ones((3, 6))), np.log([[1 / 3, 1]] * 3), atol=1e-4)


def penalised(w, K, anchors, targets, ridge):
    """Σ_i log(1 + exp(−y_i z_i)) + ridge wᵀK₀w and its slope, of one bit."""
    y = np.where(targets, 1.0, -1.0)
    z = K @ w
    slope = -K.T @ (y / (1 + np.exp(y * z))) + 2 * ridge * anchors @ w
    return np.logaddexp(0, -y * z).sum() + ridge * w @ anchors @ w, slope


@pytest.mark.parametrize("ridge", [0.01, 1.0])
def test_the_kernels_own_penalty_is_at_the_minimum_of_its_definition(problem, ridge):
    K, targets = problem
    points = np.random.default_rng(0).standard_normal((400, 4))[:30]
    anchors = gaussian(points, points)
    ours = KernelLogistic(K, anchors, targets, ridge)
    for bit in range(9):
        value, slope = penalised(ours.weights[:, bit], K, anchors, targets[:, bit], ridge)
        np.testing.assert_allclose(slope, 0, atol=2e-3)
        found = minimize(penalised, np.zeros(30), (K, anchors, targets[:, bit], ridge), "L-BFGS-B", jac=True)
        assert value <= found.fun + 1e-6 * found.fun
        expected = K @ found.x
        np.testing.assert_allclose(ours.logits(K)[:, bit], expected, atol=0.02 * np.abs(expected).max())


def test_the_two_penalties_are_one_where_the_anchors_kernel_is_the_identity(problem):
    """But for the bias, which a column without mean does not need: each item here has its mirror image."""
    rng = np.random.default_rng(3)
    half, bits = rng.standard_normal((50, 6)), rng.random((50, 4)) < 0.5
    K, targets = np.vstack([half, -half]), np.vstack([bits, ~bits])
    ridge, kernel = BatchedLogistic(K, targets, 0.1), KernelLogistic(K, np.eye(6), targets, 0.1)
    np.testing.assert_allclose(ridge.weights[:-1], kernel.weights, atol=1e-5)
    np.testing.assert_allclose(ridge.weights[-1], 0, atol=1e-5)


def test_anchors_that_coincide_share_their_weight(problem):
    """The anchors' kernel is singular then; what counts, the function, is as with each anchor once."""
    K, targets = problem
    points = np.random.default_rng(0).standard_normal((400, 4))[:30]
    twice = np.r_[0:30, 0:10]
    once = KernelLogistic(K, gaussian(points, points), targets, 0.01)
    doubled = KernelLogistic(K[:, twice], gaussian(points[twice], points[twice]), targets, 0.01)
    np.testing.assert_allclose(doubled.logits(K[:, twice]), once.logits(K), atol=1e-3 * np.abs(once.logits(K)).max())


def test_without_a_bias_a_constant_bit_still_has_its_sign(problem):
    K, targets = problem
    model = KernelLogistic(K, np.eye(30), targets, 0.01)
    assert (model.logits(K)[:, 7] > 0).all() and (model.logits(K)[:, 8] < 0).all()
    assert np.isfinite(model.weights).all()
