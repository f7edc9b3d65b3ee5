"""CNN-F: files of both MatConvNet generations, naive loops for a convolution and for the response norm."""

import numpy as np
import pytest
import torch

from adahlib.errors import AdahError
from adahlib.models.backbones import make_backbone
from adahlib.models.backbones.cnn_f import response_norm

CONVOLUTIONS = {  # filters (h, w, in, out)
    "conv1": (11, 11, 3, 64),
    "conv2": (5, 5, 64, 256),
    "conv3": (3, 3, 256, 256),
    "conv4": (3, 3, 256, 256),
    "conv5": (3, 3, 256, 256),
}
AVERAGE = np.random.default_rng(1).uniform(90, 130, (224, 224, 3)).astype(np.float32)


@pytest.fixture(scope="module", params=["old", "new"])
def saved(request, tmp_path_factory, random_filters, write_matconvnet):
    """Return a backbone whose file has no fully connected layers, and the filters in that file."""
    layers = random_filters(CONVOLUTIONS)
    path = tmp_path_factory.mktemp(request.param) / "imagenet-vgg-f.mat"
    write_matconvnet(path, layers, AVERAGE, request.param)
    return make_backbone("cnn_f", path), layers


def correlation_at(image, filters, biases, row, column, output):
    """Return one value of MatConvNet's convolution: image (H, W, in), filters (h, w, in, out)."""
    total = float(biases[0, output])
    for i in range(filters.shape[0]):
        for j in range(filters.shape[1]):
            for channel in range(filters.shape[2]):
                total += float(image[row + i, column + j, channel]) * float(filters[i, j, channel, output])
    return total


def test_conv1_lands_transposed_and_the_average_is_subtracted(saved):
    backbone, layers = saved
    image = np.random.default_rng(2).integers(0, 256, (224, 224, 3), dtype=np.uint8)
    with torch.inference_mode():
        pixels = backbone.preprocess(torch.from_numpy(image).permute(2, 0, 1)[None].float())
        maps = backbone.features.conv1(pixels)
    for row, column, output in [(0, 0, 0), (3, 40, 17), (53, 12, 63)]:
        expected = correlation_at(image - AVERAGE, *layers["conv1"], 4 * row, 4 * column, output)
        assert maps[0, output, row, column].item() == pytest.approx(expected, rel=1e-4, abs=1e-2)


def test_average_image_follows_the_image_size(saved):
    backbone, _ = saved
    average = -backbone.preprocess(torch.zeros(1, 3, 112, 112))
    blocks = AVERAGE.reshape(112, 2, 112, 2, 3).mean((1, 3))  # halving bilinearly averages blocks of 2×2
    np.testing.assert_allclose(average[0].permute(1, 2, 0).numpy(), blocks, rtol=1e-5)


def test_one_average_colour_is_accepted(tmp_path, random_filters, write_matconvnet):
    write_matconvnet(tmp_path / "f.mat", random_filters(CONVOLUTIONS), AVERAGE[:1, :1], "new")
    backbone = make_backbone("cnn_f", tmp_path / "f.mat")
    pixels = backbone.preprocess(torch.zeros(1, 3, 8, 8))
    np.testing.assert_allclose(pixels[0, :, 5, 6].numpy(), -AVERAGE[0, 0])


def test_response_norm_is_the_definition():
    maps = torch.randn(1, 8, 2, 3) * 100
    normed = response_norm()(maps)
    for channel in range(8):
        for row in range(2):
            for column in range(3):
                near = maps[0, max(channel - 2, 0) : channel + 3, row, column]
                total = sum(float(value) ** 2 for value in near)
                expected = float(maps[0, channel, row, column]) / (2 + 1e-4 * total) ** 0.75
                assert normed[0, channel, row, column].item() == pytest.approx(expected, rel=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize("generation", ["old", "new"])
def test_fc6_lands_transposed(tmp_path, generation, random_filters, write_matconvnet):
    layers = random_filters(CONVOLUTIONS)
    values = np.random.default_rng(3).standard_normal((6, 6, 256, 1), dtype=np.float32)
    steps = np.arange(4096, dtype=np.float32)
    layers["fc6"] = (values * (1 + steps / 4096), steps[None])
    layers["fc7"] = (np.broadcast_to(steps[:, None], (1, 1, 4096, 4096)), steps[None])
    write_matconvnet(tmp_path / "f.mat", layers, AVERAGE, generation)
    fc6, fc7 = make_backbone("cnn_f", tmp_path / "f.mat").hash_layers()

    maps = np.random.default_rng(4).standard_normal((6, 6, 256), dtype=np.float32)  # h, w, channel
    ours = fc6(torch.from_numpy(maps.transpose(2, 0, 1).copy())[None].flatten(1))
    for output in (0, 1234):
        expected = correlation_at(maps, *layers["fc6"], 0, 0, output)
        assert ours[0, output].item() == pytest.approx(expected, rel=1e-3)
    assert torch.equal(fc7.weight[9], torch.arange(4096.0)) and torch.equal(fc7.bias, torch.arange(4096.0))


def test_published_sizes():
    backbone = make_backbone("cnn_f", pretrained=False)
    convolutions = [layer for layer in backbone.modules() if isinstance(layer, torch.nn.Conv2d)]
    assert [tuple(layer.weight.shape) for layer in convolutions] == [
        (outputs, inputs, height, width) for height, width, inputs, outputs in CONVOLUTIONS.values()
    ]
    assert [layer.stride[0] for layer in convolutions] == [4, 1, 1, 1, 1]
    assert [layer.padding[0] for layer in convolutions] == [0, 2, 1, 1, 1]
    with torch.inference_mode():
        maps = backbone(torch.zeros(1, 3, 224, 224))
    assert maps.shape == (1, 256, 13, 13) and backbone.hash_pool(maps).shape == (1, 256, 6, 6)
    fc6, fc7 = backbone.hash_layers()
    assert fc6.weight.shape == (4096, 9216) and fc7.weight.shape == (4096, 4096)
    assert (backbone.channels, backbone.stride, backbone.image_size) == (256, 16, 224)


def test_file_is_found_in_the_data_folder(tmp_path, monkeypatch, random_filters, write_matconvnet):
    monkeypatch.setenv("ADAH_DATA", str(tmp_path))
    with pytest.raises(AdahError, match="imagenet-vgg-f.mat not found"):
        make_backbone("cnn_f")
    (tmp_path / "weights").mkdir()
    write_matconvnet(tmp_path / "weights/imagenet-vgg-f.mat", random_filters(CONVOLUTIONS), AVERAGE, "old")
    assert make_backbone("cnn_f").weights_path == tmp_path / "weights/imagenet-vgg-f.mat"


def test_file_without_fc6(saved):
    with pytest.raises(AdahError, match="lacks the layer 'fc6' of cnn_f"):
        saved[0].hash_layers()
