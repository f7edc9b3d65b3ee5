"""A generator that collapses is found: the spread against a loop, and a GAN at a rate that it cannot bear."""

import numpy as np
import pytest
import torch

from adahlib.methods.images import SSGAH, DSHGANs
from adahlib.methods.images.collapse import COLLAPSED, spread, spread_within, warn_of_collapse
from adahlib.models.backbones import make_backbone
from tests.methods.images.stripes import SIDE
from tests.toys import TINY_SSGAH as TINY


def test_the_spread_is_that_of_a_loop():
    rng = np.random.default_rng(0)
    made, real = rng.normal(size=(5, 3, 2, 2)), rng.normal(size=(7, 3, 2, 2)) * 2
    deviations = []
    for pictures in (made, real):
        pixels = [[p[c, y, x] for p in pictures] for c in range(3) for y in range(2) for x in range(2)]
        deviations.append(np.mean([np.std(values, ddof=1) for values in pixels]))
    assert float(spread(torch.from_numpy(made), torch.from_numpy(real))) == pytest.approx(deviations[0] / deviations[1])


def test_copies_of_one_picture_have_none_and_real_ones_have_one():
    real = torch.rand(6, 3, 4, 4)
    assert float(spread(real[:1].expand(6, -1, -1, -1), real)) == 0 and float(spread(real, real)) == 1
    assert float(spread(real, torch.zeros(6, 3, 4, 4))) < float("inf")


def test_one_picture_a_class_differs_in_all_and_not_within():
    real, labels = torch.rand(12, 3, 4, 4), torch.eye(3)[torch.arange(12) % 3]
    one_each = real[:3].repeat(4, 1, 1, 1)
    assert spread(one_each, real) > 0.5 and float(spread_within(one_each, real, labels)) < 1e-6
    each = []
    for pictures in (real.flip(0), real):
        centred = torch.cat([pictures[c::3] - pictures[c::3].mean(0) for c in range(3)])
        each.append(centred.std(dim=0).mean())
    assert float(spread_within(real.flip(0), real, labels)) == pytest.approx(float(each[0] / each[1]), rel=1e-5)
    assert float(spread_within(real[:3], real[:3], labels[:3])) == 1  # no two of a class


def test_a_collapse_beside_the_codes_is_told(data):
    features, pictures, known, _ = data
    for kind, options in ((SSGAH, {"ar_weight": 0.0}), (DSHGANs, {})):
        kept = {name: value for name, value in TINY.items() if name in kind.Options.__dataclass_fields__} | options
        method = kind(4, backbone=make_backbone("efficientnet_lite0_pooled"), side=SIDE, **(kept | {"epochs": 1}))
        inner = method.make_optimizers

        def hasty(network, inner=inner):
            """The rate of the generator's optimizer is 1 beside the codes only, so that every pixel saturates."""
            found = inner(network)
            found[-1].param_groups[0]["lr"] = 1.0
            return found

        method.make_optimizers = hasty
        with pytest.warns(RuntimeWarning, match="collapsed.* in the last step beside the codes"):
            method.fit(features, known, pictures=pictures)
        assert all(entry[name] >= COLLAPSED for entry in method.gan_history_ for name in entry if "spread" in name)


@pytest.mark.parametrize("kind", [SSGAH, DSHGANs])
def test_a_collapse_is_told_also_where_the_generator_is_read_from_a_file(kind, data, tmp_path):
    features, pictures, known, _ = data
    options = {name: value for name, value in TINY.items() if name in kind.Options.__dataclass_fields__}
    options |= {"epochs": 1, "gan_epochs": 2, "gan_rate": 1.0}  # a rate at which every pixel saturates
    for _ in range(2):  # trained, then read
        method = kind(4, backbone=make_backbone("efficientnet_lite0_pooled"), side=SIDE, **options)
        with pytest.warns(RuntimeWarning, match="the generator has collapsed: its pictures differ"):
            method.fit(features, known, pictures=pictures, gan=tmp_path / "gan.pt")
        assert len(method.gan_history_) == 2 and set(method.gan_history_[0]) > {"judge", "deceiver"}


def test_a_generator_whose_pictures_differ_is_not_told_of(recwarn):
    warn_of_collapse({"spread": COLLAPSED, "judge": 0.0}, "a run")
    assert not recwarn
