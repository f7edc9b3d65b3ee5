"""BGDH: walks by their exact probabilities, anchors by a loop, and the loss on contexts by a loop."""

import numpy as np
import pytest
import torch

from adahlib.methods.images import BGDH
from adahlib.methods.images.anchor_graph import AnchorGraph, k_means, nearest_anchors

TINY = {"epochs": 1, "batch_size": 20, "hidden": 16, "anchors": 6, "nearest": 2, "embedding": 5}


@pytest.fixture
def graph():
    rng = np.random.default_rng(0)
    anchors = np.array([rng.choice(4, 2, replace=False) for _ in range(12)])
    weights = rng.random((12, 2))
    return AnchorGraph.from_weights(anchors, weights / weights.sum(1, keepdims=True), 5)  # one anchor has no image


def transition_matrix(graph):
    """The probability of a walk from each image to each, Z Λ⁻¹ Zᵀ with Λ = diag(Zᵀ1)."""
    Z = np.zeros((len(graph.anchors), len(graph.ends) - 1))
    np.put_along_axis(Z, graph.anchors.numpy(), graph.weights.numpy(), axis=1)
    sums = Z.sum(axis=0)
    return (Z / np.where(sums > 0, sums, 1)) @ Z.T


def test_walks_have_the_probabilities_of_the_graph(graph):
    P = transition_matrix(graph)
    np.testing.assert_allclose(P.sum(axis=1), 1)
    torch.manual_seed(0)
    for image in (0, 5, 11):
        reached = graph.walk(torch.full((40_000,), image))
        found = np.bincount(reached.numpy(), minlength=12) / 40_000
        assert np.abs(found - P[image]).max() < 0.01
        assert not found[P[image] == 0].any()


def test_anchors_are_the_nearest_by_a_loop():
    rng = np.random.default_rng(1)
    X, centres = rng.normal(size=(30, 4)), rng.normal(size=(7, 4))
    numbers, distances = nearest_anchors(X, centres, 3)
    for i in range(30):
        apart = [float(((X[i] - centre) ** 2).sum()) for centre in centres]
        assert numbers[i].tolist() == sorted(range(7), key=apart.__getitem__)[:3]
        np.testing.assert_allclose(distances[i], sorted(apart)[:3])


def test_the_weights_of_anchors_fall_as_a_gaussian():
    rng = np.random.default_rng(3)
    X = rng.normal(size=(40, 4))
    graph = AnchorGraph.of(X, 6, 3, seed=0)
    centres = k_means(X, 6, seed=0)
    numbers, squared = nearest_anchors(X, centres, 3)
    for i in range(40):
        weights = [np.exp(-squared[i, k] / (2 * squared.mean())) for k in range(3)]
        assert graph.anchors[i].tolist() == numbers[i].tolist()
        np.testing.assert_allclose(graph.weights[i].numpy(), np.array(weights) / sum(weights))


def test_the_graph_of_features_ties_images_to_their_groups():
    rng = np.random.default_rng(2)
    X = np.repeat(10 * rng.normal(size=(3, 5)), 20, axis=0) + 0.1 * rng.normal(size=(60, 5))
    graph = AnchorGraph.of(X, 3, 1, seed=0)
    torch.manual_seed(0)
    starts = torch.arange(60).repeat(20)
    assert (graph.walk(starts) // 20 == starts // 20).all()
    assert k_means(X[:4], 9, seed=0).shape == (4, 5)  # no more anchors than images


def test_the_context_loss_by_a_loop():
    rng = np.random.default_rng(3)
    X = rng.normal(size=(50, 8)).astype(np.float32)
    labels = np.eye(2, dtype=np.uint8)[rng.integers(2, size=50)]
    method = BGDH(4, window=1, **TINY).fit(X, labels)
    items = method.items(X, labels, None)
    head, table = method.network_["hash"], method.network_["contexts"].weight.detach().numpy()
    with torch.no_grad():
        embedded = head.embed(head.scale(torch.from_numpy(X))).numpy()
    P = transition_matrix(method.graph)
    scores = embedded @ table.T
    expected = (P * np.log1p(np.exp(-scores))).sum(1).mean() + np.log1p(np.exp(scores)).mean()
    torch.manual_seed(0)
    with torch.no_grad():
        found = np.mean([float(method.context_loss(items, 500)) for _ in range(60)])
    assert found == pytest.approx(expected, rel=0.01)
