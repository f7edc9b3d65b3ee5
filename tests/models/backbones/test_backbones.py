"""What holds for every backbone: the registry, the interface, the errors and the random numbers."""

import hashlib

import pytest
import torch

from adahlib.errors import AdahError
from adahlib.models.backbones import BACKBONES, make_backbone
from adahlib.models.backbones.weights import file_hash, read_state_dict

NAMES = [
    *("cnn_f", "efficientnet_lite0", "efficientnet_lite0_hypercolumns", "efficientnet_lite0_pooled"),
    *("efficientnet_lite2", "efficientnet_lite2_hypercolumns", "vgg19", "vgg19_fc7", "alexnet_fc7", "cnn_f_fc7"),
]
# drawing so many weights takes seconds
LARGE = ("vgg19", "vgg19_fc7", "alexnet_fc7", "cnn_f_fc7")
MARKED = [pytest.param(name, marks=[pytest.mark.slow] if name in LARGE else []) for name in NAMES]


def random_images(number, name):
    side = max(64, 2 * BACKBONES[name].stride)
    return torch.randint(0, 256, (number, 3, side, side), dtype=torch.uint8)


def test_registry():
    assert sorted(BACKBONES) == sorted([*NAMES, "gist"])  # which has tests of its own
    with pytest.raises(AdahError, match="unknown backbone 'vgg16'; did you mean 'vgg19'"):
        make_backbone("vgg16")


@pytest.mark.parametrize("name", MARKED)
def test_random_weights_come_from_the_global_seed(name):
    images, maps = random_images(1, name), []
    for seed in (0, 0, 1):
        torch.manual_seed(seed)
        with torch.inference_mode():
            maps.append(make_backbone(name, pretrained=False)(images))
    assert torch.equal(maps[0], maps[1]) and not torch.equal(maps[0], maps[2])
    assert maps[0].dtype == torch.float32 and maps[0].is_contiguous()
    assert 1e-3 < maps[0].std() < 1e3  # a deep random network neither vanishes nor explodes


@pytest.mark.parametrize("name", MARKED)
def test_every_parameter_can_be_trained(name):
    backbone = make_backbone(name, pretrained=False)
    backbone(random_images(2, name)).sum().backward()
    assert all(parameter.grad.abs().sum() > 0 for parameter in backbone.parameters())


@pytest.mark.parametrize("name", MARKED)
def test_wrong_images_and_wrong_options(name):
    backbone = make_backbone(name, pretrained=False)
    for shape in [(3, 64, 64), (2, 64, 64, 3), (2, 1, 64, 64)]:
        with pytest.raises(AdahError, match=rf"{name} takes RGB images of shape \(n, 3, H, W\)"):
            backbone(torch.zeros(shape))
    with pytest.raises(AdahError, match="give one or the other"):
        make_backbone(name, weights="some.pth", pretrained=False)


@pytest.mark.parametrize("name", MARKED)
def test_missing_and_foreign_files(name, tmp_path):
    with pytest.raises(AdahError, match="none.bin not found"):
        make_backbone(name, tmp_path / "none.bin")
    for content in (b"", b"<html>not found</html>", bytes(4096)):
        (tmp_path / "page.bin").write_bytes(content)
        with pytest.raises(AdahError, match="page.bin"):
            make_backbone(name, tmp_path / "page.bin")


def test_pretrained_network_leaves_the_random_numbers_alone():
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    make_backbone("efficientnet_lite0")
    assert torch.equal(torch.rand(3), expected)


@pytest.mark.parametrize("legacy", [False, True])
def test_truncated_pytorch_file(tmp_path, legacy):
    path = tmp_path / "part.pth"
    torch.save({"a": torch.rand(50, 50)}, path, _use_new_zipfile_serialization=not legacy)
    whole = path.read_bytes()
    assert set(read_state_dict(path)) == {"a"}
    for kept in (1, len(whole) // 10, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:kept])
        with pytest.raises(AdahError, match="part.pth is not a whole PyTorch file"):
            read_state_dict(path)


def test_pytorch_file_of_something_else(tmp_path):
    for content in ([torch.rand(2)], {"epoch": 3}):
        torch.save(content, tmp_path / "x.pth")
        with pytest.raises(AdahError, match="not a dictionary of named tensors"):
            read_state_dict(tmp_path / "x.pth")


def test_file_hash_is_the_start_of_sha256(tmp_path):
    content = bytes(range(256)) * 40_000  # more than one chunk
    (tmp_path / "file").write_bytes(content)
    assert file_hash(tmp_path / "file") == hashlib.sha256(content).hexdigest()[:16]
