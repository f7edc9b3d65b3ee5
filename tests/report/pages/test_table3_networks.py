"""Table 3's networks: sizes by closed form from the published layers, and the runs of the page."""

import pandas as pd
import pytest

from adahlib.errors import AdahError
from adahlib.experiments import RunSpec
from adahlib.experiments.grids.lists import grid
from adahlib.models.backbones import make_backbone
from adahlib.report.book.parameters import page_parameters
from adahlib.report.pages.table3_networks import (
    larger_cells,
    network_cells,
    network_pairs,
    network_specs,
    size_row,
    size_table,
)
from adahlib.report.records import find_records
from adahlib.report.results_table import grid_table

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


def test_pairs_are_the_page_s_networks_and_the_papers_where_both_have_records():
    lite = {"emoji-scenes": ("efficientnet_lite2", "efficientnet_lite0")}
    records = pd.DataFrame({"backbone": ["efficientnet_lite0", "efficientnet_lite2"]})
    assert network_pairs("emoji-scenes", records) == network_pairs("emoji-scenes", records[:0]) == lite
    more = pd.DataFrame({"backbone": ["vgg19", "cnn_f", "efficientnet_lite0"]})
    assert network_pairs("emoji-scenes", more) == lite | {"emoji-scenes, VGG-19 and CNN-F": ("vgg19", "cnn_f")}
    assert network_pairs("iapr-tc12", more) == {"IAPR TC-12": ("vgg19", "cnn_f")}


def test_the_paper_s_networks_stand_above_ours_and_gains_beside_the_paper_s(results):
    specs = [RunSpec("emoji-scenes", "adah", 16, backbone=f"efficientnet_lite{k}") for k in (2, 0)]
    for spec, t2i in zip(specs, (0.62, 0.6), strict=True):
        results(spec, t2i, 0.4)
    records = find_records(specs)
    table = grid_table({"emoji-scenes": network_cells(records, [16])}, "Network", "Data", "IAPR TC-12")
    assert table[["Network", "Data", "T→I 16"]].to_numpy().tolist() == [
        ["VGG-19", "IAPR TC-12", "**0.5358**"],
        ["CNN-F", "IAPR TC-12", "0.5267"],
        ["EfficientNet-Lite2", "emoji-scenes", "**0.620**"],
        ["EfficientNet-Lite0", "emoji-scenes", "0.600"],
    ]
    (gain,) = larger_cells(records, [16]).query("task == 't2i'").to_dict("records")
    assert (gain["row"], round(gain["ours"], 3), round(gain["paper"], 4)) == ("emoji-scenes", 0.02, 0.0091)


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
