"""VGG-19: torchvision's network as the oracle, and the published sizes."""

import pytest
import torch
from torch import nn

from adahlib.errors import AdahError
from adahlib.models.backbones import make_backbone
from benchmarks.torchvision_operators import declare_missing_operators

declare_missing_operators()
torchvision = pytest.importorskip("torchvision")

FILE = "vgg19-dcbb9e9d.pth"


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    """Write a file like torchvision's; its fully connected layers are expanded and take no room on disk."""
    torch.manual_seed(0)
    state = nn.Sequential(torchvision.models.vgg.make_layers(torchvision.models.vgg.cfgs["E"])).state_dict()
    state = {name.replace("0.", "features.", 1): value * 6**0.5 for name, value in state.items()}
    state["classifier.0.weight"] = torch.arange(25088.0).expand(4096, 25088)
    state["classifier.3.weight"] = torch.arange(4096.0)[:, None].expand(4096, 4096)
    state["classifier.6.weight"] = torch.zeros(1, 1).expand(1000, 4096)
    for name, size in (("0", 4096), ("3", 4096), ("6", 1000)):
        state[f"classifier.{name}.bias"] = torch.full((1,), float(name)).expand(size)
    path = tmp_path_factory.mktemp("vgg19") / FILE
    torch.save(state, path)
    return path


def test_maps_are_those_of_torchvision(weights):
    with torch.device("meta"):
        network = torchvision.models.vgg19()
    network.load_state_dict(torch.load(weights, weights_only=True), assign=True)
    images = torch.randint(0, 256, (2, 3, 64, 96), dtype=torch.uint8)
    normalize = torchvision.transforms.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
    backbone = make_backbone("vgg19", weights)
    with torch.inference_mode():
        expected = network.features[:36](normalize(images / 255))
        pooled = network.features(normalize(images / 255))
        maps = backbone(images)
    rounding = 1e-4 * expected.std().item()
    assert rounding > 0
    torch.testing.assert_close(maps, expected, atol=rounding, rtol=1e-4)
    torch.testing.assert_close(backbone.hash_pool(maps), pooled, atol=rounding, rtol=1e-4)


@pytest.mark.slow
def test_vectors_are_those_after_fc7_of_torchvision(weights):
    with torch.device("meta"):
        network = torchvision.models.vgg19()
    network.load_state_dict(torch.load(weights, weights_only=True), assign=True)
    images = torch.randint(0, 256, (1, 3, 224, 224), dtype=torch.uint8)
    normalize = torchvision.transforms.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
    with torch.inference_mode():
        pooled = network.features(normalize(images / 255)).flatten(1)
        expected = network.classifier.eval()[:5](pooled)
        vectors = make_backbone("vgg19_fc7", weights)(images)
    assert vectors.shape == (1, 4096, 1, 1)
    torch.testing.assert_close(vectors[:, :, 0, 0], expected, rtol=1e-4, atol=1e-4 * expected.abs().max().item())


def test_hash_layers_are_copies_of_fc6_and_fc7(weights):
    backbone = make_backbone("vgg19", weights)
    fc6, fc7 = backbone.hash_layers()
    assert (fc6.in_features, fc6.out_features) == (25088, 4096)
    assert (fc7.in_features, fc7.out_features) == (4096, 4096)
    assert torch.equal(fc6.weight[7], torch.arange(25088.0)) and fc6.bias.eq(0).all()
    assert torch.equal(fc7.weight[:, 7], torch.arange(4096.0)) and fc7.bias.eq(3).all()
    assert fc6.weight.requires_grad and fc6.weight.is_contiguous()


def test_published_sizes():
    backbone = make_backbone("vgg19", pretrained=False)
    convolutions = [layer for layer in backbone.modules() if isinstance(layer, nn.Conv2d)]
    channels = [64] * 2 + [128] * 2 + [256] * 4 + [512] * 8
    assert [layer.out_channels for layer in convolutions] == channels
    assert all(layer.kernel_size == (3, 3) for layer in convolutions)
    fully_connected = (25088 + 1) * 4096 + (4096 + 1) * 4096 + (4096 + 1) * 1000
    assert sum(p.numel() for p in backbone.parameters()) + fully_connected == 143_667_240
    with torch.inference_mode():
        maps = backbone(torch.zeros(1, 3, 224, 224))
    assert maps.shape == (1, 512, 14, 14)
    assert backbone.hash_pool(maps).flatten(1).shape[1] == backbone.hash_shapes[0][0] == 25088
    assert (backbone.channels, backbone.stride, backbone.image_size) == (512, 16, 224)
    assert backbone.weights_hash == "random"


def test_missing_file_is_told_and_not_downloaded(tmp_path, monkeypatch):
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    with pytest.raises(AdahError) as error:
        make_backbone("vgg19")
    assert str(tmp_path / "checkpoints" / FILE) in str(error.value)
    assert "VGG19_Weights.IMAGENET1K_V1" in str(error.value)
    assert list(tmp_path.iterdir()) == []


def test_file_is_found_in_the_hub_cache(weights, tmp_path, monkeypatch):
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    (tmp_path / "checkpoints").mkdir()
    (tmp_path / "checkpoints" / FILE).symlink_to(weights)
    assert make_backbone("vgg19").weights_hash == make_backbone("vgg19", weights).weights_hash


def test_file_without_the_fully_connected_layers(weights, tmp_path):
    state = torch.load(weights, weights_only=True)
    torch.save({name: value for name, value in state.items() if "classifier" not in name}, tmp_path / FILE)
    backbone = make_backbone("vgg19", tmp_path / FILE)
    with pytest.raises(AdahError, match=r"lacks the layer 'classifier.0.weight' of vgg19"):
        backbone.hash_layers()
