"""Page ``table3_networks``: its runs, MAP by network, the larger network minus the smaller, and their size."""

from collections.abc import Iterable

import pandas as pd
import torch
from torch import nn

from adahlib.errors import AdahError
from adahlib.experiments import RunSpec
from adahlib.experiments.grids.lists import NETWORKS
from adahlib.models.backbones import make_backbone
from adahlib.report.book.parameters import Parameters
from adahlib.report.pages.gains import gain_cells
from adahlib.report.paper import paper_results
from adahlib.report.results_table import result_cells
from adahlib.report.summary import of_datasets, summary
from adahlib.report.titles import BACKBONE_TITLES, dataset_title

PAPER = ("vgg19", "cnn_f")  # the large network first, as in ``NETWORKS``


def network_specs(page: Parameters) -> list[RunSpec]:
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


def network_cells(records: pd.DataFrame, bits: Iterable[int]) -> pd.DataFrame:
    """Return MAP by network on one of our data sets, and the paper's on its own, as ``result_cells`` has it."""
    ours = summary(records, ["bits", "backbone"])
    names = dict.fromkeys((*PAPER, *records["backbone"]))
    cells = result_cells(ours, table3_printed(), "backbone", {name: name for name in names}, bits)
    return cells.assign(row=[BACKBONE_TITLES[name] for name in cells["row"]])


def table3_printed() -> pd.DataFrame:
    """Return Table 3's printed cells."""
    return paper_results().query("table == 3")


def printed_loss() -> str:
    """Return by how much the paper's smaller network lies below its larger one: ``0.008 to 0.023``."""
    cells = table3_printed()
    large, small = (cells[cells["backbone"] == name].set_index(["bits", "task"])["map"] for name in PAPER)
    lost = large - small
    return f"{lost.min():.3f} to {lost.max():.3f}"


def larger_cells(records: pd.DataFrame, bits: Iterable[int]) -> pd.DataFrame:
    """Return the larger network minus the smaller on each of our data sets, beside the paper's, as ``gain_cells`` does.

    A row is a data set.
    """
    parts = [
        gain_cells(own, table3_printed(), "backbone", {title: (pair, PAPER)}, bits)
        for name, own in of_datasets(records)
        for title, pair in network_pairs(name, own).items()
    ]
    return pd.concat(parts, ignore_index=True)


def network_pairs(dataset: str, records: pd.DataFrame) -> dict[str, tuple[str, str]]:
    """Return by title which networks are compared on a data set, large and small.

    They are the two of ``NETWORKS``, and the paper's too where both have records.
    """
    title = dataset_title(dataset)
    pairs = {title: NETWORKS.get(dataset, PAPER)}
    if dataset in NETWORKS and set(PAPER) <= set(records["backbone"]):
        pairs[f"{title}, VGG-19 and CNN-F"] = PAPER
    return pairs


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
        "Network": BACKBONE_TITLES[name],
        "Image": f"{network.image_size} px",
        "Maps": "×".join(map(str, maps.shape[1:])),
        "Convolutions": f"{len(costs)}",
        "Parameters": f"{sum(p.numel() for p in network.features.parameters()) / 1e6:.2f} M",
        "Multiplications": f"{sum(costs) / 1e9:.2f} G",
    }
