"""The whole network: who sees what, who learns when, and the paper's sizes."""

import pytest
import torch
from torch import nn

from adahlib.methods.deep.adah_options import AdahOptions
from adahlib.models.adah import build_network
from adahlib.models.backbones import make_backbone
from adahlib.models.hashing import ImageHashing, Standardise

SMALL = {"text_hidden": 12, "text_features": 10, "image_hidden": (8, 8), "image_dropout": 0.0}


def network(**options):
    torch.manual_seed(0)
    return build_network(AdahOptions(**(SMALL | {"text_init": "default"} | options)), (6, 4, 4), vocabulary=20, bits=5)


@pytest.mark.parametrize(
    ("attention", "images", "texts"),
    [("none", False, False), ("visual", True, False), ("textual", False, True), ("both", True, True)],
)
def test_each_attention_has_its_modules_and_unattended_codes(attention, images, texts):
    net = network(attention=attention)
    codes = net(torch.randn(3, 6, 4, 4), torch.ones(3, 20))
    assert (net.G_I is not None, net.G_T is not None) == (images, texts)
    assert (codes.unattended_images is not None, codes.unattended_texts is not None) == (images, texts)
    assert codes.images.shape == codes.texts.shape == (3, 5)
    assert codes.images.abs().max() <= 1 and codes.texts.abs().max() <= 1


@pytest.mark.parametrize("head", ["flatten", "pool"])
def test_codes_come_from_attended_features_only(head):
    net = network(head=head).eval()
    maps, bags = torch.randn(3, 6, 4, 4), torch.ones(3, 20)
    mask = net.image_masks(maps)[:, None]
    assert 0 < mask.mean() < 1
    noise = torch.randn_like(maps) * (1 - mask)
    codes = net.D_I(maps * mask, mask)
    torch.testing.assert_close(net.images(maps), codes)
    torch.testing.assert_close(net.D_I((maps + noise) * mask, mask), codes)
    torch.testing.assert_close(net(maps, bags).images, codes)
    torch.testing.assert_close(net(maps, bags).texts, net.texts(bags))


def test_the_two_steps_move_disjoint_parameters_that_are_all():
    net = network()
    hashing, attention = set(net.hashing_parameters()), {*net.G_I.parameters(), *net.G_T.parameters()}
    assert hashing.isdisjoint(attention) and hashing | attention == set(net.parameters())


def test_pooled_mean_is_over_the_attended_cells():
    head = ImageHashing((2, 2, 2), (4,), 3, head="pool")
    maps = torch.tensor([[[[1.0, 3.0], [0.0, 0.0]], [[5.0, 7.0], [0.0, 0.0]]]])
    mask = torch.tensor([[[[1.0, 1.0], [0.0, 0.0]]]])
    assert head.inputs(maps, mask).tolist() == [[2.0, 6.0, 3.0, 7.0]]
    assert torch.isfinite(head.inputs(maps * 0, mask * 0)).all()  # nothing attended


def test_standardised_channels_have_mean_zero_and_deviation_one():
    maps = torch.randn(50, 3, 4, 4) * torch.tensor([1.0, 5, 0.2]).view(1, 3, 1, 1) + 4
    layer = Standardise(3)
    layer.measure(maps)
    torch.testing.assert_close(layer(maps).mean((0, 2, 3)), torch.zeros(3), atol=1e-5, rtol=0)
    torch.testing.assert_close(layer(maps).std((0, 2, 3)), torch.ones(3))


def test_the_paper_profile_has_the_papers_sizes():
    with torch.device("meta"):
        net = build_network(AdahOptions(), (512, 14, 14), vocabulary=1386, bits=16)
    image = [(m.in_features, m.out_features) for m in net.D_I.layers if isinstance(m, nn.Linear)]
    assert image == [(512 * 14 * 14, 4096), (4096, 4096), (4096, 16)]
    assert net.G_I.convolution.weight.shape == (1, 512, 1, 1)
    assert net.G_T.linear.weight.shape == (1000, 1000)
    assert [tuple(p.shape) for p in net.D_T.parameters()] == [(16, 1000), (16,)]


def test_text_branch_starts_from_the_papers_gaussian():
    net = network(text_init="gaussian", text_hidden=400, text_features=300)
    for weight in (net.E_T.layers[0].weight.detach(), net.G_T.linear.weight.detach()):
        assert abs(float(weight.std()) - 0.01) < 5e-4 and abs(float(weight.mean())) < 5e-4


@pytest.mark.slow
def test_image_hashing_starts_from_vgg_fc6_and_fc7():
    backbone = make_backbone("vgg19", pretrained=False)
    torch.manual_seed(3)
    net = build_network(AdahOptions(), (512, 14, 14), vocabulary=50, bits=4, backbone=backbone)
    torch.manual_seed(3)
    fresh = build_network(AdahOptions(hash_init="random"), (512, 14, 14), vocabulary=50, bits=4, backbone=backbone)
    assert net.D_I.layers[0].weight.shape == (4096, 25088)  # behind pool5, as in VGG
    assert not torch.equal(net.D_I.layers[0].weight, fresh.D_I.layers[0].weight)
    torch.manual_seed(5)
    fc6, fc7 = backbone.hash_layers()
    torch.manual_seed(5)
    net.D_I.start_from(backbone)
    assert torch.equal(net.D_I.layers[0].weight, fc6.weight) and torch.equal(net.D_I.layers[3].bias, fc7.bias)


def test_a_pooled_head_takes_nothing_from_a_backbone():
    head = ImageHashing((512, 2, 2), (4096, 4096), 3, head="pool")
    before = head.layers[3].weight.clone()
    head.start_from(make_backbone("vgg19", pretrained=False))
    assert torch.equal(head.layers[3].weight, before)
