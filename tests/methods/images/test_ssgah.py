"""SSGAH on small pictures: losses against loops, who learns from what, a shared GAN, exact resume."""

import itertools

import numpy as np
import pytest
import torch

from adahlib.errors import AdahError
from adahlib.losses.adversary import deceiver_loss, gaussian_divergence, judge_loss, triplet_hinge, violating_mean
from adahlib.methods.images import SSGAH
from adahlib.methods.images.gan_training import GAN_OPTIONS, real_triplets
from adahlib.methods.images.ssgah import Batch, semi_supervised_ranking
from adahlib.methods.images.ssgah_options import VARIANTS
from adahlib.models.backbones import make_backbone
from adahlib.models.gan import TripletDiscriminator, TripletGenerator, as_pixels, as_signed
from adahlib.retrieval import mean_average_precision
from tests.methods.images.stripes import SIDE
from tests.toys import TINY_SSGAH as TINY


def made(data, variant, bits=8, **how):
    features, pictures, known, _ = data
    backbone = make_backbone("efficientnet_lite0_pooled")
    method = SSGAH(bits, backbone=backbone, side=SIDE, variant=variant, **TINY)
    return method.fit(features, known, pictures=pictures, **how)


@pytest.mark.parametrize("variant", VARIANTS)
def test_each_variant_learns_and_repeats_itself(data, variant):
    features, _, _, labels = data
    one, other = made(data, variant), made(data, variant)
    codes = one.encode(features)
    assert codes.content_hash() == other.encode(features).content_hash()
    assert mean_average_precision(codes[48:80], codes[80:], labels[48:80], labels[80:]) > 0.4  # chance is a quarter
    terms = {"baseline": set(), "ssr": {"semi"}, "ar": {"adversary"}, "full": {"semi", "adversary"}}[variant]
    played = {"judge", "deceiver", "divergence", "played"} if variant in ("ar", "full") else set()
    assert one.history_[0].keys() == {"ranking"} | terms | played


def test_a_kept_gan_is_the_trained_one_and_serves_other_lengths(data, tmp_path):
    features, kept = data[0], tmp_path / "gan.pt"
    first = made(data, "ssr", gan=kept).encode(features).content_hash()
    assert kept.is_file() and not kept.with_suffix(".part").exists()
    stamp = kept.stat().st_mtime_ns
    assert made(data, "ssr", gan=kept).encode(features).content_hash() == first
    assert made(data, "full", bits=4, gan=kept).encode(features).bits == 4
    assert kept.stat().st_mtime_ns == stamp and made(data, "ssr").encode(features).content_hash() == first
    assert set(GAN_OPTIONS) < set(TINY) | {"gan_rate", "gan_beta1", "divergence_weight", "smoothing"}


def test_an_interrupted_game_ends_as_the_whole_one(data, tmp_path):
    features, pictures, known, _ = data
    whole = made(data, "full").encode(features).content_hash()

    class StoppedError(Exception):
        pass

    calls, step = itertools.count(), SSGAH.step
    stopped = SSGAH(8, backbone=make_backbone("efficientnet_lite0_pooled"), side=SIDE, **TINY)

    def interrupted(*arguments):
        if next(calls) == 5:
            raise StoppedError
        return step(stopped, *arguments)

    stopped.step = interrupted
    with pytest.raises(StoppedError):
        stopped.fit(features, known, pictures=pictures, checkpoint=tmp_path / "half.pt")
    again = made(data, "full", checkpoint=tmp_path / "half.pt")
    assert again.encode(features).content_hash() == whole


def test_g_learns_from_the_adversary_term_and_every_weight_has_a_gradient(data):
    features, pictures, known, _ = data
    changed = {}
    for weight in (0.0, 5.0):
        options = TINY | {"epochs": 1, "ar_weight": weight, "ar_margin": 8.0}  # so that hinges are violated
        method = SSGAH(8, backbone=make_backbone("efficientnet_lite0_pooled"), side=SIDE, **options)
        method.fit(features, known, pictures=pictures)
        before = {key: value.clone() for key, value in method.network_.state_dict().items()}
        items = method.items(features, known, None)
        torch.manual_seed(3)
        method.network_.train()
        parts = ("hash", "judge", "generator")
        plain = [torch.optim.SGD(method.network_[part].parameters(), lr=0.1) for part in parts]  # Adam's are signs
        method.step(items, plain, torch.arange(20), 0, 0)
        after = method.network_.state_dict()
        still = [key for key, _ in method.network_.named_parameters() if (after[key] == before[key]).all()]
        assert not still
        changed[weight] = after["generator.gaussian.weight"] - before["generator.gaussian.weight"]
    assert not torch.allclose(changed[0.0], changed[5.0])


def test_labels_of_others_are_never_drawn(data):
    features, _, known, _ = data
    method = SSGAH(8, variant="baseline", **TINY)
    items = method.items(features, known, None)
    torch.manual_seed(0)
    anchor, positive, negative = real_triplets(items, 200)
    assert max(map(int, map(torch.max, (anchor, positive, negative)))) < 48
    classes = known.argmax(axis=1)
    assert (classes[anchor] == classes[positive]).all() and (classes[anchor] != classes[negative]).all()
    assert (anchor != positive).all()


def test_an_image_that_is_no_real_triplets_anchor_is_refused_with_its_class(data):
    one = np.asarray(data[2]).copy()
    one[np.flatnonzero(one[:, 2])[1:]] = 0
    for variant in ("ssr", "ar", "full"):
        with pytest.raises(AdahError, match="class 2 has one labelled image, and triplets need an anchor and another"):
            made((*data[:2], one, None), variant)
    assert made((*data[:2], one, None), "baseline").network_ is not None
    with pytest.raises(AdahError, match="all 12 labelled images share labels, most of them that of class 0"):
        made((*data[:2], data[2][:, :1], None), "full")


def test_what_is_missing_is_one_sentence(data):
    features, pictures, known, _ = data
    with pytest.raises(AdahError, match="this method makes synthetic images, and needs pictures="):
        SSGAH(8, **TINY).fit(features, known)
    with pytest.raises(AdahError, match="needs the backbone=…"):
        SSGAH(8, **TINY).fit(features, known, pictures=pictures)
    with pytest.raises(AdahError, match=r"give uint8 \(120, 3, 32, 32\)"):
        backbone = make_backbone("efficientnet_lite0_pooled")
        SSGAH(8, backbone=backbone, **TINY).fit(features, known, pictures=pictures[:, :, :16])
    with pytest.raises(AdahError, match="unknown variant 'fall'; did you mean 'full'"):
        SSGAH(8, variant="fall")


def test_the_divergence_is_that_of_two_gaussians():
    rng = np.random.default_rng(0)
    mean, deviation = rng.normal(size=(3, 2)), np.exp(rng.normal(size=(3, 2)))
    found = float(gaussian_divergence(torch.from_numpy(mean), torch.from_numpy(np.log(deviation))))
    x = np.linspace(-60, 60, 200_001)
    total = 0.0
    for m, s in zip(mean.ravel(), deviation.ravel(), strict=True):
        density = np.exp(-((x - m) ** 2) / (2 * s**2)) / (s * np.sqrt(2 * np.pi))
        ratio = -((x - m) ** 2) / (2 * s**2) - np.log(s) + x**2 / 2
        total += np.trapezoid(density * ratio, x)
    assert found == pytest.approx(total / 3, rel=1e-6)


def test_the_judge_s_loss_is_the_printed_sum():
    logits = [torch.randn(4, dtype=torch.float64, generator=torch.Generator().manual_seed(i)) for i in range(3)]
    p = [1 / (1 + np.exp(-each.numpy())) for each in logits]
    printed = np.log(p[0]).mean() + np.log(1 - p[1]).mean() + np.log(1 - p[2]).mean()
    assert float(judge_loss(*logits)) == pytest.approx(-printed)
    smoothed = 0.9 * np.log(p[0]) + 0.1 * np.log(1 - p[0])
    assert float(judge_loss(*logits, smoothing=0.1)) == pytest.approx(np.log(p[0]).mean() - printed - smoothed.mean())
    assert float(deceiver_loss(logits[2])) == pytest.approx(-np.log(p[2]).mean())


def test_the_semi_supervised_loss_by_loops():
    rng = np.random.default_rng(1)
    codes, positive, negative = (torch.from_numpy(rng.random((6, 4))) for _ in range(3))
    others = tuple(torch.from_numpy(rng.random((5, 4))) for _ in range(3))
    classes = np.array([0, 0, 1, 1, 2, 0])
    alike = torch.from_numpy(classes[:, None] == classes) & ~torch.eye(6, dtype=torch.bool)
    unlike = torch.from_numpy(classes[:, None] != classes)
    found = float(semi_supervised_ranking(Batch(codes, None, positive, negative, others), alike, unlike, 0.8))

    def hinge(a, p, n):
        near, far = (float((a - each).square().sum()) for each in (p, n))
        return max(0.0, 0.8 - (far - near))

    first = [hinge(codes[q], positive[q], codes[n]) for q in range(6) for n in range(6) if classes[q] != classes[n]]
    second = [hinge(codes[q], codes[p], negative[q]) for q in range(6) for p in range(6) if alike[q, p]]
    third = [hinge(*(part[u] for part in others)) for u in range(5)]
    expected = sum(np.mean([value for value in part if value > 0]) for part in (first, second, third))
    assert found == pytest.approx(expected)
    assert triplet_hinge(*others, 0.8).tolist() == pytest.approx(third)
    assert float(violating_mean(torch.zeros(3))) == 0


def test_the_networks_have_pictures_and_one_logit():
    generator, judge = TripletGenerator(10, width=16), TripletDiscriminator(4)
    made_pictures = generator(torch.randn(3, 10))
    assert made_pictures.positive.shape == made_pictures.negative.shape == (3, 3, 32, 32)
    assert made_pictures.positive.abs().max() <= 1 and not torch.equal(*made_pictures[:2])
    assert judge(*[made_pictures.positive] * 3).shape == (3,)
    pixels = torch.arange(256, dtype=torch.uint8).reshape(1, 1, 16, 16)
    torch.testing.assert_close(as_pixels(as_signed(pixels)), pixels.float(), atol=1e-4, rtol=0)


def test_both_orders_of_a_triplet_are_judged_as_if_each_were_alone():
    torch.manual_seed(0)
    judge, (q, p, n) = TripletDiscriminator(4), torch.rand(3, 6, 3, 32, 32)
    first, second = judge.both_orders(q, p, n)
    torch.testing.assert_close(first, judge(q, p, n), rtol=1e-5, atol=1e-5)
    torch.testing.assert_close(second, judge(q, n, p), rtol=1e-5, atol=1e-5)
    assert not torch.allclose(first, second)
