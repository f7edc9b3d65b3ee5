"""The numbers printed on SSGAH's slides (Wang et al., ECCV 2018): its table of methods and its component analysis."""

import pandas as pd

from adahlib.report.paper import printed_rows

SLIDE_BITS = (12, 24, 32, 48)
SLIDE_DATASETS = ("cifar10", "nus-wide")
CELLS = [(dataset, bits) for dataset in SLIDE_DATASETS for bits in SLIDE_BITS]
# One line per printed row: method, and for those in two rows what they learn from; then its cells as printed.
METHOD_ROWS = """
ssgah      0.819 0.837 0.847 0.855 0.835 0.847 0.859 0.865
bgdh       0.805 0.824 0.826 0.833 0.803 0.818 0.822 0.828
ssdh       0.801 0.813 0.812 0.814 0.773 0.779 0.778 0.778
dsh-gans   0.745 0.789 0.793 0.811 0.807 0.820 0.831 0.834
ninh       0.535 0.552 0.566 0.558 0.581 0.674 0.697 0.713
cnnh       0.439 0.476 0.472 0.489 0.611 0.618 0.625 0.608
sdh+cnn    0.363 0.528 0.529 0.542 0.520 0.507 0.591 0.610
itq+cnn    0.212 0.230 0.234 0.240 0.728 0.707 0.689 0.661
sh+cnn     0.158 0.157 0.154 0.151 0.620 0.611 0.620 0.591
lsh+cnn    0.134 0.157 0.173 0.185 0.438 0.586 0.571 0.507
sdh        0.255 0.330 0.344 0.360 0.414 0.465 0.451 0.454
itq        0.162 0.169 0.172 0.175 0.452 0.468 0.472 0.477
sh         0.124 0.125 0.125 0.126 0.433 0.426 0.426 0.423
lsh        0.116 0.121 0.124 0.131 0.404 0.421 0.426 0.441
"""
COMPONENT_ROWS = """
full     0.819 0.837 0.847 0.855 0.835 0.847 0.859 0.865
ssr      0.799 0.819 0.836 0.846 0.810 0.819 0.834 0.835
ar       0.776 0.804 0.820 0.829 0.787 0.794 0.810 0.812
baseline 0.744 0.771 0.782 0.789 0.759 0.780 0.794 0.803
"""


def slide_results() -> pd.DataFrame:
    """Return every printed MAP of the table of methods, one row a cell.

    Columns: dataset, method (a key of ``IMAGE_METHODS``), features (``"CNN"`` for rows with ``+CNN``, ``"GIST"`` for
    the shallow ones without, "" for deep methods), bits, map.
    """
    shallow = {name.removesuffix("+cnn") for name, _ in printed_rows(METHOD_ROWS) if name.endswith("+cnn")}
    rows = []
    for name, values in printed_rows(METHOD_ROWS):
        method = name.removesuffix("+cnn")
        features = "CNN" if name != method else "GIST" if method in shallow else ""
        about = {"method": method, "features": features}
        rows += [about | {"dataset": d, "bits": q, "map": v} for (d, q), v in zip(CELLS, values, strict=True)]
    return pd.DataFrame(rows, columns=["dataset", "method", "features", "bits", "map"])


def slide_components() -> pd.DataFrame:
    """Return every printed MAP of the component analysis: columns dataset, variant (of SSGAH), bits, map."""
    rows = [
        {"dataset": d, "variant": variant, "bits": q, "map": v}
        for variant, values in printed_rows(COMPONENT_ROWS)
        for (d, q), v in zip(CELLS, values, strict=True)
    ]
    return pd.DataFrame(rows, columns=["dataset", "variant", "bits", "map"])
