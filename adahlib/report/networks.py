"""Table 3's networks: which runs the page asks for, and how large the networks are."""

import pandas as pd
import torch
from torch import nn

from adahlib.errors import AdahError
from adahlib.experiments import RunSpec
from adahlib.experiments.grids.lists import NETWORKS
from adahlib.models.backbones import make_backbone
from adahlib.report.captions import BACKBONES

PAPER = ("vgg19", "cnn_f")  # the large network first, as in ``NETWORKS``


def network_specs(page) -> list[RunSpec]:
    """Return the page's runs: on each data set the two networks of ``NETWORKS``, and those that were asked for.

    Raises:
        AdahError: a data set has no networks of its own, and none were asked for.
    """
    specs = []
    for name in page.dataset:
        networks = dict.fromkeys((*NETWORKS.get(name, ()), *page.backbones))
        if not networks:
            raise AdahError(f"no networks are set for {name}; name some, for example backbones = ['vgg19', 'cnn_f'].")
        specs += [spec for backbone in networks for spec in page.specs(name, backbone=backbone)]
    return specs


def network_pairs(records: pd.DataFrame) -> dict[str, tuple[str, str, str]]:
    """Return what ``gain_table`` compares: large less small, of the paper, and of ours where both have records."""
    there = set(records["backbone"])
    ours = [pair for pair in dict.fromkeys((*NETWORKS.values(), PAPER)) if set(pair) <= there]
    pairs = [("paper", *PAPER), *(("ours", *pair) for pair in ours)]
    return {f"{BACKBONES[pair[1]]} less {BACKBONES[pair[2]]}, {pair[0]}": pair for pair in pairs}


def size_table() -> pd.DataFrame:
    """Return image side, maps, layers, parameters and multiplications of each network up to its maps."""
    names = dict.fromkeys((*PAPER, *(name for networks in NETWORKS.values() for name in sorted(networks))))
    return pd.DataFrame([size_row(name) for name in names])


@torch.inference_mode()
def size_row(name: str) -> dict[str, str]:
    """Return one network's row: its convolutions are counted in one pass of a blank image."""
    network = make_backbone(name, pretrained=False)
    costs = []
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d):
            layer.register_forward_hook(lambda layer, _, out: costs.append(layer.weight.numel() * out[0, 0].numel()))
    maps = network(torch.zeros(1, 3, network.image_size, network.image_size))
    return {
        "Network": BACKBONES[name],
        "Image": f"{network.image_size} px",
        "Maps": "×".join(map(str, maps.shape[1:])),
        "Convolutions": f"{len(costs)}",
        "Parameters": f"{sum(p.numel() for p in network.features.parameters()) / 1e6:.2f} M",
        "Multiplications": f"{sum(costs) / 1e9:.2f} G",
    }
