"""Table 3's networks: sizes by closed form from the published layers, and the runs of the page."""

import pandas as pd
import pytest

from adahlib.errors import AdahError
from adahlib.experiments.grids.lists import grid
from adahlib.models.backbones import make_backbone
from adahlib.report.book.parameters import page_parameters
from adahlib.report.pages.table3_networks import network_pairs, network_specs, size_row, size_table

# side of the output, filters' side, channels in, channels out
CNN_F = ((54, 11, 3, 64), (27, 5, 64, 256), (13, 3, 256, 256), (13, 3, 256, 256), (13, 3, 256, 256))
WIDTHS = ((64, 2), (128, 2), (256, 4), (512, 4), (512, 4))  # of VGG-19's five blocks


def vgg19():
    channels, side = 3, 224
    for width, layers in WIDTHS:
        for _ in range(layers):
            yield side, 3, channels, width
            channels = width
        side //= 2


@pytest.mark.parametrize(("name", "layers"), [("cnn_f", CNN_F), ("vgg19", tuple(vgg19()))])
def test_sizes_by_closed_form(name, layers):
    row = size_row(name)
    parameters = sum(k * k * i * o + o for _, k, i, o in layers)
    multiplications = sum(side * side * k * k * i * o for side, k, i, o in layers)
    assert sum(p.numel() for p in make_backbone(name, pretrained=False).features.parameters()) == parameters
    assert row["Convolutions"] == str(len(layers)) and row["Parameters"] == f"{parameters / 1e6:.2f} M"
    assert row["Multiplications"] == f"{multiplications / 1e9:.2f} G"


def test_the_paper_s_networks_come_first_and_the_large_one_before_the_small_one():
    names = size_table()["Network"].tolist()
    assert names[:2] == ["VGG-19", "CNN-F"] and len(names) == len(set(names)) == 6


def test_pairs_are_of_networks_that_have_records():
    paper, lite = "VGG-19 less CNN-F, paper", "EfficientNet-Lite2 less EfficientNet-Lite0, ours"
    records = pd.DataFrame({"backbone": ["efficientnet_lite0", "efficientnet_lite2"]})
    assert list(network_pairs(records)) == [paper, lite]
    assert list(network_pairs(records[:1])) == [paper]
    more = pd.DataFrame({"backbone": ["vgg19", "cnn_f", "efficientnet_lite0"]})
    assert list(network_pairs(more)) == [paper, "VGG-19 less CNN-F, ours"]


def test_the_page_s_runs_are_the_grid_s_and_those_asked_for():
    asked = {"dataset": ["mirflickr25k", "emoji-scenes"], "bits": [16, 32, 64], "seeds": [0, 1, 2]}
    asked |= {"profile": "chosen"}
    runs = {spec.record_path() for spec in network_specs(page_parameters(**asked))}
    assert runs == {spec.record_path() for spec in grid("table3")}
    more = network_specs(page_parameters(dataset="emoji-scenes", backbones="vgg19,cnn_f"))
    assert [spec.backbone for spec in more] == ["efficientnet_lite2", "efficientnet_lite0", "vgg19", "cnn_f"]
    with pytest.raises(AdahError, match="no networks are set for iapr-tc12; name some"):
        network_specs(page_parameters(dataset="iapr-tc12"))
    own = network_specs(page_parameters(dataset="iapr-tc12", backbones="cnn_f"))
    assert [(spec.dataset, spec.backbone) for spec in own] == [("iapr-tc12", "cnn_f")]
