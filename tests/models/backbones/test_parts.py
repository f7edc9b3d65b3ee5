"""A backbone in two parts: together they are the whole, wherever it is divided, and only the second learns."""

import pytest
import torch

from adahlib.errors import AdahError
from adahlib.models.backbones import make_backbone
from adahlib.models.backbones.parts import frozen_part, trained_part

BLOCKS = {
    "efficientnet_lite0": 12,
    "efficientnet_lite0_hypercolumns": 13,
    "efficientnet_lite0_pooled": 18,
    "efficientnet_lite2_hypercolumns": 17,
    "vgg19": 5,
    "cnn_f": 5,
    "alexnet_fc7": 7,
    "cnn_f_fc7": 7,
}


def photos(side=64):
    return torch.randint(0, 256, (2, 3, side, side), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("name", BLOCKS)
def test_both_parts_are_the_whole(name):
    torch.manual_seed(0)
    backbone, images = make_backbone(name, pretrained=False), photos(224 if name == "cnn_f_fc7" else 64)
    assert backbone.last_trainable + 1 == BLOCKS[name]
    with torch.inference_mode():
        whole = backbone(images)
        for block in {0, 1, BLOCKS[name] // 2, BLOCKS[name] - 1}:
            maps = frozen_part(backbone, block)(images)
            torch.testing.assert_close(trained_part(backbone, block)(maps), whole, msg=f"block {block}")


def test_all_blocks_take_the_photos_themselves():
    backbone = make_backbone("efficientnet_lite0", pretrained=False)
    photo = frozen_part(backbone, 0)
    assert trained_part(backbone, 0) is backbone and photo.kept == torch.uint8
    assert photo(photos()).dtype == torch.uint8 and photo.name == "photos"


def test_only_the_blocks_from_the_first_trained_one_on_get_gradients():
    backbone = make_backbone("efficientnet_lite0", pretrained=False)
    part = trained_part(backbone, 9)
    part(frozen_part(backbone, 9)(photos())).sum().backward()
    late = {id(parameter) for parameter in part.parameters()}
    assert 0 < len(late) < len(list(backbone.parameters()))
    assert all(parameter.grad is not None for parameter in part.parameters())


@pytest.mark.parametrize(("name", "block"), [("efficientnet_lite0", 12), ("vgg19", 5), ("vgg19", -1)])
def test_a_block_that_there_is_not_is_refused(name, block):
    message = f"fine_tune_from of {name}={block} must be a whole number from 0 to {BLOCKS[name] - 1}"
    with pytest.raises(AdahError, match=message):
        frozen_part(make_backbone(name, pretrained=False), block)
