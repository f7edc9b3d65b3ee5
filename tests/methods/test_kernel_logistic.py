"""The batched logistic regressions against scikit-learn's, one bit at a time, and against the definition."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from adahlib.methods.shallow.kernel_logistic import BatchedLogistic


@pytest.fixture(scope="module")
def problem():
    """A kernel (400, 30) and nine bits: noisy, separable, rare and constant ones."""
    rng = np.random.default_rng(0)
    points = rng.standard_normal((400, 4))
    K = np.exp(-((points[:, None] - points[:30]) ** 2).sum(2) / 8)
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
