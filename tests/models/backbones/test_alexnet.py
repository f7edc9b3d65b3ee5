"""AlexNet to fc7: torchvision's network as the oracle, and the published sizes."""

import pytest
import torch

from adahlib.errors import AdahError
from adahlib.models.backbones import make_backbone
from adahlib.models.backbones.alexnet_fc7 import FILE, AlexNetFC7
from benchmarks.torchvision_operators import declare_missing_operators

declare_missing_operators()
torchvision = pytest.importorskip("torchvision")


@pytest.fixture(scope="module")
def oracle(tmp_path_factory):
    """Torchvision's network at random, and its weights in a file."""
    torch.manual_seed(0)
    network = torchvision.models.alexnet().eval()
    with torch.no_grad():
        for parameter in network.features.parameters():  # keeps the scale of the maps
            parameter.mul_(2)
    path = tmp_path_factory.mktemp("alexnet") / FILE
    torch.save(network.state_dict(), path)
    return network, path


@pytest.mark.slow
@pytest.mark.parametrize("side", [224, 64])
def test_vectors_are_those_after_fc7_of_torchvision(oracle, side):
    network, path = oracle
    images = torch.randint(0, 256, (2, 3, side, side), dtype=torch.uint8)
    normalize = torchvision.transforms.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
    with torch.inference_mode():
        pooled = network.avgpool(network.features(normalize(images / 255))).flatten(1)
        expected = network.classifier[:6](pooled)
        vectors = make_backbone("alexnet_fc7", path)(images)
    assert vectors.shape == (2, 4096, 1, 1) and expected.std() > 0
    torch.testing.assert_close(vectors[:, :, 0, 0], expected, rtol=1e-4, atol=1e-4 * expected.abs().max().item())


@pytest.mark.slow
def test_published_sizes():
    backbone = make_backbone("alexnet_fc7", pretrained=False)
    assert sum(p.numel() for p in backbone.parameters()) + (4096 + 1) * 1000 == 61_100_840
    assert [sum(p.numel() for p in block.parameters()) > 0 for block in backbone.trainable_blocks()] == [True] * 7
    assert (AlexNetFC7.channels, AlexNetFC7.image_size) == (4096, 224)


def test_a_missing_file_is_told_and_not_downloaded(tmp_path, monkeypatch):
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    with pytest.raises(AdahError, match=r"alexnet-owt-7be5be79\.pth not found .*AlexNet_Weights\.IMAGENET1K_V1"):
        make_backbone("alexnet_fc7")
    assert list(tmp_path.iterdir()) == []
