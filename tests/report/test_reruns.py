"""MAP printed by programs of others: whole rows, and cells copied a second time from their READMEs."""

import re

import pytest

from adahlib.report.pages.image_reruns import reruns_in_words, reruns_table
from adahlib.report.reruns import rerun_results


def test_every_cell_is_there_once_and_is_a_map():
    found = rerun_results()
    assert not found.drop(columns="map").duplicated().any() and found["map"].between(0.5, 0.85).all()
    assert found.groupby("repository").size().to_dict() == {
        "TreezzZ/DPSH_PyTorch": 4, "TreezzZ/DSDH_PyTorch": 4, "jiangqy/DPSH-pytorch": 8, "swuxyj/DeepHash-pytorch": 8,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("method", "network", "repository", "bits", "value"),
    [
        ("DPSH", "AlexNet", "jiangqy/DPSH-pytorch", 48, 0.7828),
        ("DPSH", "AlexNet", "TreezzZ/DPSH_PyTorch", 12, 0.6676),
        ("DPSH", "VGG-11", "jiangqy/DPSH-pytorch", 24, 0.8042),
        ("DSDH", "AlexNet", "TreezzZ/DSDH_PyTorch", 32, 0.7267),
        ("GreedyHash", "AlexNet", "swuxyj/DeepHash-pytorch", 48, 0.817),
    ],
)
def test_the_cells_are_those_of_the_readmes(method, network, repository, bits, value):
    found = rerun_results().set_index(["method", "network", "repository", "bits"])["map"]
    assert found[method, network, repository, bits] == value


def test_the_table_has_a_row_a_program_and_method_and_a_link_to_each():
    table = reruns_table()
    assert len(table) == 12 and table.loc[1, "12 bits"] == "0.765" and table.loc[3, "12 bits"] == "–"
    assert all(re.fullmatch(r"\[(.+)\]\(https://github\.com/\1\)", cell) for cell in table["Program"])


def test_the_sentence_has_the_ranges_of_programs_and_of_the_slides():
    said = reruns_in_words()
    assert "MAP of 0.735 to 0.817 at 48 bits; the slides' baseline has 0.789" in said  # .7345, and .817
    assert "DPSH, with the same network lie 0.034 to 0.083 apart" in said  # .7828 − .7487, and .7505 − .6676
    assert "variants 0.032 to 0.075 above their baseline" in said  # .776 − .744, and .819 − .744
