"""SSGAH's game: L_ar by a loop, what each network's step does to each loss, and which images the game is over."""

import numpy as np
import pytest
import torch

from adahlib.methods.images import SSGAH
from adahlib.methods.images.ssgah import Batch, semi_supervised_ranking
from adahlib.models.backbones import make_backbone
from tests.methods.images import steps
from tests.methods.images.stripes import SIDE
from tests.toys import TINY_SSGAH as TINY

PARTS = ("hash", "judge", "generator")  # in the order of the optimizers


def fitted(data, **options):
    """A method after one epoch, in training mode, with its items and a pool of synthetic images where it has one."""
    features, pictures, known, _ = data
    method = SSGAH(
        8, backbone=make_backbone("efficientnet_lite0_pooled"), side=SIDE, **(TINY | {"epochs": 1} | options)
    )
    method.fit(features, known, pictures=pictures)
    return steps.smoothed(method), method.items(features, known, None)


def twice(method, items, **rates):
    """Make the same step twice; the networks without a rate stay."""
    parts = [method.network_[part] for part in PARTS]
    return steps.twice(method, items, parts, [rates.get(part, 0.0) for part in PARTS])


def test_the_adversary_loss_by_a_loop():
    rng = np.random.default_rng(0)
    codes, synthetic = (torch.from_numpy(rng.random((7, 4))) for _ in range(2))
    classes = np.array([0, 0, 1, 1, 2, 2, 3])  # one real positive each, and the last image has none
    alike = torch.from_numpy(classes[:, None] == classes) & ~torch.eye(7, dtype=torch.bool)
    expected = []
    for q in range(7):
        near = [float((codes[q] - codes[p]).square().sum()) for p in range(7) if alike[q, p]]
        far = float((codes[q] - synthetic[q]).square().sum())
        expected += [max(0.0, 0.9 - (far - near[0])) if near else 0.0]
    method = SSGAH(4, ar_margin=0.9)
    assert method.adversary_hinges(codes, synthetic, alike).tolist() == pytest.approx(expected)
    assert 0 < sum(value > 0 for value in expected) < 7


def test_each_loss_has_the_margin_of_its_own_option():
    rng = np.random.default_rng(1)
    codes, positive, negative, *others = (torch.from_numpy(rng.random((6, 4))) for _ in range(6))
    labels = torch.eye(3)[torch.tensor([0, 0, 1, 1, 2, 2])]  # one real positive each
    batch = Batch(codes, labels, positive, negative, tuple(others))
    found = SSGAH(4, margin=0.3, ssr_margin=0.6, ar_margin=0.9).losses(batch)
    same = labels @ labels.T > 0
    alike = same & ~torch.eye(6, dtype=torch.bool)
    assert found.keys() == {"ranking", "semi", "adversary"}
    torch.testing.assert_close(found["semi"], semi_supervised_ranking(batch, alike, ~same, 0.6))
    squared = (codes[:, None] - codes).square().sum(2)
    ranking = [0.3 + squared[a, p] - squared[a, n] for a, p, n in np.ndindex(6, 6, 6) if alike[a, p] and not same[a, n]]
    adversary = [0.9 + squared[q, q ^ 1] - (codes[q] - positive[q]).square().sum() for q in range(6)]
    for name, values in (("ranking", ranking), ("adversary", adversary)):
        assert float(found[name]) == pytest.approx(np.mean([float(value) for value in values if value > 0]))


@pytest.mark.parametrize(("variant", "term"), [("ssr", "semi"), ("full", "semi"), ("ar", "adversary")])
def test_h_lowers_the_losses_with_synthetic_images(data, variant, term):
    weight = {"semi": "ssr_weight", "adversary": "ar_weight"}[term]
    method, items = fitted(data, variant=variant, ar_margin=8.0, **{weight: 50.0})
    before, after = twice(method, items, hash=1e-4)
    assert after[term] < before[term]


def test_g_raises_the_adversary_loss_and_lowers_the_divergence(data):
    method, items = fitted(data, variant="ar", ar_margin=8.0, ar_weight=100.0, divergence_weight=0.0)
    before, after = twice(method, items, generator=1e-4)
    assert after["adversary"] > before["adversary"]
    method, items = fitted(data, variant="ar", ar_weight=0.0, divergence_weight=100.0)
    before, after = twice(method, items, generator=1e-4)
    assert after["divergence"] < before["divergence"]


def test_d_lowers_its_loss_and_g_that_of_deceiving(data):
    method, items = fitted(data, variant="ar", ar_weight=0.0, divergence_weight=0.0)
    before, after = twice(method, items, judge=1e-3)
    assert after["judge"] < before["judge"]
    before, after = twice(method, items, generator=1e-3)
    assert after["deceiver"] < before["deceiver"]


@pytest.mark.parametrize("variant", ["ar", "full"])
def test_the_game_is_over_unlabelled_images_too(data, variant):
    method, items = fitted(data, variant=variant)
    seen = []
    method.network_["generator"].register_forward_hook(lambda module, inputs, made: seen.append(len(inputs[0])))
    inner, heard = method.real_batch, []
    method.real_batch = lambda *arguments: heard.append(len(arguments[2])) or inner(*arguments)
    twice(method, items)
    assert seen == [40, 40]  # 20 labelled images of the step, and as many without a label
    assert heard == ([0, 0] if variant == "ar" else [20, 20])  # which H ranks in L_ssr alone
