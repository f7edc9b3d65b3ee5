"""The numbers printed in the paper (Zhang, Lai, Feng; ECCV 2018): Tables 1 to 4, every cell."""

import pandas as pd

BITS = (16, 32, 64)
DATASETS = ("iapr-tc12", "mirflickr25k", "nus-wide")
ALL_DATA = [(dataset, bits) for dataset in DATASETS for bits in BITS]
IAPR_TC12 = [("iapr-tc12", bits) for bits in BITS]

# One line per printed row: what the row is about, then its cells in the printed order.
TABLE_1_T2I = """
cca  0.3493 0.3438 0.3378 0.5742 0.5713 0.5691 0.3731 0.3661 0.3613
cmfh 0.4168 0.4212 0.4277 0.6365 0.6399 0.6429 0.5031 0.5187 0.5225
scm  0.3453 0.3410 0.3470 0.6939 0.7012 0.7060 0.5344 0.5412 0.5484
stmh 0.3687 0.3897 0.4044 0.6074 0.6153 0.6217 0.4471 0.4677 0.4780
seph 0.4423 0.4562 0.4648 0.7216 0.7261 0.7319 0.5983 0.6025 0.6109
dcmh 0.5185 0.5378 0.5468 0.7827 0.7900 0.7932 0.6389 0.6511 0.6571
prdh 0.5244 0.5434 0.5548 0.7890 0.7955 0.7964 0.6527 0.6916 0.6720
adah 0.5358 0.5565 0.5648 0.7922 0.8062 0.8074 0.6789 0.6975 0.7039
"""
TABLE_1_I2T = """
cca  0.3422 0.3361 0.3300 0.5719 0.5693 0.5672 0.3742 0.3667 0.3617
cmfh 0.4189 0.4234 0.4251 0.6377 0.6418 0.6451 0.4900 0.5053 0.5097
scm  0.3692 0.3666 0.3802 0.6851 0.6921 0.7003 0.5409 0.5485 0.5553
stmh 0.3775 0.4002 0.4130 0.6132 0.6219 0.6274 0.4710 0.4864 0.4942
seph 0.4442 0.4563 0.4639 0.7123 0.7194 0.7232 0.6037 0.6136 0.6211
dcmh 0.4526 0.4732 0.4844 0.7410 0.7465 0.7485 0.5903 0.6031 0.6093
prdh 0.5003 0.4935 0.5135 0.7499 0.7546 0.7612 0.6107 0.6302 0.6276
adah 0.5293 0.5283 0.5439 0.7563 0.7719 0.7720 0.6403 0.6294 0.6520
"""
TABLE_2_T2I = """
dvsh 0.6037 0.6395 0.6806
dcmh 0.6594 0.6744 0.6905
adah 0.7018 0.6893 0.6941
"""
TABLE_2_I2T = """
dvsh 0.5696 0.6321 0.6964
dcmh 0.5780 0.6061 0.6310
adah 0.6464 0.6373 0.6668
"""
TABLE_3_T2I = """
vgg19 0.5358 0.5565 0.5648
cnn_f 0.5267 0.5459 0.5538
"""
TABLE_3_I2T = """
vgg19 0.5293 0.5283 0.5439
cnn_f 0.5211 0.5168 0.5208
"""
TABLE_4_T2I = """
none    0.5039 0.5250 0.5258 0.7758 0.7801 0.7742 0.6476 0.6824 0.6733
visual  0.5294 0.5474 0.5576 0.7894 0.7925 0.7906 0.6723 0.6839 0.6984
textual 0.5334 0.5382 0.5469 0.7885 0.7867 0.7831 0.6648 0.6851 0.6867
both    0.5358 0.5565 0.5648 0.7922 0.8062 0.8074 0.6789 0.6975 0.7039
"""
TABLE_4_I2T = """
none    0.4903 0.5001 0.5175 0.7347 0.7482 0.7495 0.6150 0.6178 0.6311
visual  0.5267 0.5173 0.5285 0.7466 0.7601 0.7584 0.6314 0.6260 0.6425
textual 0.5279 0.5232 0.5304 0.7520 0.7673 0.7717 0.6384 0.6227 0.6459
both    0.5293 0.5283 0.5439 0.7563 0.7719 0.7720 0.6403 0.6294 0.6520
"""

# table -> (what its rows name, its columns, its two halves)
TABLES = {
    1: ("method", ALL_DATA, {"t2i": TABLE_1_T2I, "i2t": TABLE_1_I2T}),
    2: ("method", IAPR_TC12, {"t2i": TABLE_2_T2I, "i2t": TABLE_2_I2T}),
    3: ("backbone", IAPR_TC12, {"t2i": TABLE_3_T2I, "i2t": TABLE_3_I2T}),
    4: ("attention", ALL_DATA, {"t2i": TABLE_4_T2I, "i2t": TABLE_4_I2T}),
}


def paper_results() -> pd.DataFrame:
    """Return every printed MAP, one row a cell.

    Columns: table (1 to 4), dataset, task (``t2i``: texts query images; ``i2t``), method, attention and backbone (empty
    where the row does not name one), bits, map. Table 2 is the top-500 MAP, the others rank the whole database.
    """
    plain = {"method": "adah", "attention": "", "backbone": ""}
    rows = [
        plain | {"table": table, "dataset": dataset, "task": task, kind: name, "bits": bits, "map": value}
        for table, (kind, columns, halves) in TABLES.items()
        for task, text in halves.items()
        for name, values in printed_rows(text)
        for (dataset, bits), value in zip(columns, values, strict=True)
    ]
    return pd.DataFrame(rows, columns=["table", "dataset", "task", "method", "attention", "backbone", "bits", "map"])


def printed_rows(text: str) -> list[tuple[str, list[float]]]:
    """Return (name, cells) of each line of a half table."""
    return [(name, [float(cell) for cell in cells]) for name, *cells in map(str.split, text.strip().splitlines())]
