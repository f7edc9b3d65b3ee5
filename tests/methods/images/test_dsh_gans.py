"""DSH-GANs on small pictures: labels that are asked for, a kept generator."""

import numpy as np
import pytest
import torch

from adahlib.errors import AdahError
from adahlib.methods.images import DSHGANs
from adahlib.methods.images.dsh_gans import other_labels
from adahlib.models.backbones import make_backbone
from adahlib.models.class_gan import ClassDiscriminator, ClassGenerator
from adahlib.retrieval import mean_average_precision
from tests.methods.images.stripes import SIDE
from tests.toys import TINY_DSH_GANS as TINY


def fitted(data, options=None, **how):
    features, pictures, known, _ = data
    backbone = make_backbone("efficientnet_lite0_pooled")
    method = DSHGANs(8, backbone=backbone, side=SIDE, **(TINY | (options or {})))
    return method.fit(features, known, pictures=pictures, **how)


def test_it_learns_and_a_kept_generator_is_the_trained_one(data, tmp_path):
    features, _, _, labels = data
    first = fitted(data, gan=tmp_path / "gan.pt").encode(features)
    again = fitted(data, gan=tmp_path / "gan.pt").encode(features)
    assert first.content_hash() == again.content_hash() == fitted(data).encode(features).content_hash()
    assert mean_average_precision(first[48:80], first[80:], labels[48:80], labels[80:]) > 0.35  # chance is a quarter


def test_every_weight_has_a_gradient_and_terms_are_as_weighted(data):
    features, pictures, known, _ = data
    method = fitted(data, {"epochs": 1, "class_weight": 0.5, "adversary_weight": 0.0})
    assert all(step["deceiver"] == 0 for step in method.history_)
    method = fitted(data, {"epochs": 1})
    before = {key: value.clone() for key, value in method.network_.state_dict().items()}
    items = method.items(features, known, None)
    torch.manual_seed(1)
    method.step(items, method.make_optimizers(method.network_), torch.arange(20), 0, 0)
    after = method.network_.state_dict()
    assert not [key for key, _ in method.network_.named_parameters() if (after[key] == before[key]).all()]
    assert method.history_[0].keys() == {"ranking", "classes", "real", "deceiver", "asked"}


def test_other_labels_share_none(data):
    features, _, known, _ = data
    items = DSHGANs(8, **TINY).items(features, known, None)
    torch.manual_seed(0)
    positions = torch.arange(48)
    assert not (items.labels[positions] * other_labels(items, positions)).any()


def test_a_class_without_others_is_refused(data):
    with pytest.raises(AdahError, match="all 12 labelled images share labels, most of them that of class 0"):
        fitted((*data[:2], data[2][:, :1], None))


@pytest.mark.parametrize("classes", [3, 10])
def test_the_networks_have_the_published_form(classes):
    generator, judge = ClassGenerator(classes), ClassDiscriminator(classes)
    pictures = generator(torch.eye(classes)[:2])
    assert pictures.shape == (2, 3, 32, 32) and pictures.abs().max() <= 1
    real, named = judge(pictures)
    assert real.shape == (2,) and named.shape == (2, classes)
    widths = [layer.out_channels for layer in judge.modules() if isinstance(layer, torch.nn.Conv2d)]
    strides = [layer.stride[0] for layer in judge.modules() if isinstance(layer, torch.nn.Conv2d)]
    assert widths == [16, 32, 64, 128, 256, 512] and strides == [2, 1, 2, 1, 2, 1]
    up = [(layer.in_channels, layer.out_channels) for layer in generator.modules() if hasattr(layer, "output_padding")]
    assert [pair for pair in up if pair[0] > 3] == [(384, 192), (192, 96), (96, 3)]
    assert np.prod(generator(torch.eye(classes)).shape) == classes * 3 * 32 * 32
