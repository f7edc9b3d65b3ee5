"""Table 2's differences: ADAH less each other method, the paper's beside ours."""

from adahlib.report.pages.comparison import gain_table
from adahlib.report.pages.table2_top500 import method_pairs
from adahlib.report.records import find_records


def test_differences_of_adah_and_the_others_in_the_paper_and_dashes_without_records(tmp_path):
    table = gain_table(find_records(root=tmp_path), 2, "method", method_pairs(), [16])
    shown = table[table["Task"] == "T→I"].set_index("Difference")["16 bits"].to_dict()
    assert shown == {
        "ADAH less DVSH, paper": "+0.098",  # 0.7018 − 0.6037
        "ADAH less DVSH, ours": "–",
        "ADAH less DCMH, paper": "+0.042",  # 0.7018 − 0.6594
        "ADAH less DCMH-I, ours": "–",
    }
