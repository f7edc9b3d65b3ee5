"""Tables 2 and 3: the paper's cells as printed, ours beside them, and the differences between rows."""

from adahlib.experiments import RunSpec
from adahlib.report.pages.comparison import gain_table, ours_table, printed_table
from adahlib.report.records import find_records
from adahlib.report.setting_box import setting_box
from adahlib.report.titles import BACKBONE_TITLES, METHOD_TITLES


def test_the_papers_cells_as_printed():
    table = printed_table(2, "method", METHOD_TITLES)
    assert list(table.columns) == ["Task", "Method", "16 bits", "32 bits", "64 bits"]
    assert table.iloc[0].tolist() == ["T→I", "DVSH", "0.6037", "0.6395", "0.6806"]
    assert table.iloc[-1].tolist() == ["I→T", "ADAH", "0.6464", "0.6373", "0.6668"]
    networks = printed_table(3, "backbone", BACKBONE_TITLES)
    assert networks.iloc[3].tolist() == ["I→T", "CNN-F", "0.5211", "0.5168", "0.5208"]


def test_ours_in_the_order_of_the_names_with_dashes_and_n(results):
    specs = [RunSpec("emoji-scenes", m, 16, s, protocol="top-500") for m in ("adah", "dcmh") for s in (0, 1)]
    for spec, t2i in zip(specs[:3], (0.6, 0.7, 0.5), strict=True):
        results(spec, t2i, 0.4)
    records = find_records(specs)
    table = ours_table(records, "method", METHOD_TITLES, [16, 32])
    assert table["Method"].tolist() == ["DCMH", "ADAH"] * 2 and table["n"].tolist() == ["1", "2", "1", "2"]
    assert table.iloc[1]["16 bits"] == "0.650\u00a0±\u00a00.071" and set(table["32 bits"]) == {"–"}
    told = setting_box(records).facts["MAP"]
    assert "MAP inside the first 500 ranks, divided by the relevant items among them" in told


def test_differences_of_the_paper_and_of_ours(results):
    specs = [RunSpec("emoji-scenes", "adah", 16, backbone=f"efficientnet_lite{k}") for k in (2, 0)]
    for spec, t2i in zip(specs, (0.62, 0.6), strict=True):
        results(spec, t2i, 0.4)
    pairs = {
        "VGG-19 less CNN-F": ("paper", "vgg19", "cnn_f"),
        "Lite2 less Lite0": ("ours", "efficientnet_lite2", "efficientnet_lite0"),
    }
    table = gain_table(find_records(specs), 3, "backbone", pairs, [16, 32])
    assert table.iloc[0].tolist() == ["T→I", "VGG-19 less CNN-F", "+0.009", "+0.011", "–"]
    assert table.iloc[1].tolist() == ["T→I", "Lite2 less Lite0", "+0.020", "–", "1"]
    assert table.iloc[3]["16 bits"] == "+0.000"


def test_differences_are_over_common_seeds_and_marked_where_either_is_stale(results):
    specs = [RunSpec("emoji-scenes", m, 16, s, protocol="top-500") for m in ("adah", "dcmh") for s in (0, 1)]
    results(specs[0], 0.9, 0.4)
    results(specs[1], 0.6, 0.4)
    results(specs[3], 0.5, 0.4, changed="adahlib.training")
    table = gain_table(find_records(specs), 2, "method", {"gain": ("ours", "adah", "dcmh")}, [16])
    assert table.iloc[0].tolist() == ["T→I", "gain", "+0.100†", "1"]
