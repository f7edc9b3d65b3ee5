"""MAP on CIFAR-10 that programs of others print in their READMEs: supervised hashing networks with 5,000 labels.

All learn from 500 labelled images of each class and rank for 100 queries of each class, as the slides do. Rows whose
training sees more labels are left out, and so are rows that a README quotes from a paper.
"""

import pandas as pd

from adahlib.report.slides import SLIDE_BITS

NOT_SAID = "–"
# One line per row: method, network, database (59,000 images with the labelled ones, 54,000 without), repository on
# GitHub; then MAP at SLIDE_BITS as printed, where it is.
ROWS = """
DPSH       AlexNet –      jiangqy/DPSH-pytorch    0.7505 0.7724 0.7758 0.7828
DPSH       VGG-11  –      jiangqy/DPSH-pytorch    0.7655 0.8042 0.8070 0.8108
DPSH       AlexNet –      TreezzZ/DPSH_PyTorch    0.6676 0.7118 0.7362 0.7487
DPSH       AlexNet 54,000 swuxyj/DeepHash-pytorch –      –      –      0.775
DSDH       AlexNet –      TreezzZ/DSDH_PyTorch    0.6994 0.7204 0.7267 0.7345
DSDH       AlexNet 59,000 swuxyj/DeepHash-pytorch –      –      –      0.790
DHN        AlexNet 54,000 swuxyj/DeepHash-pytorch –      –      –      0.781
HashNet    AlexNet 54,000 swuxyj/DeepHash-pytorch –      –      –      0.782
DTSH       AlexNet 54,000 swuxyj/DeepHash-pytorch –      –      –      0.800
DSH        AlexNet 59,000 swuxyj/DeepHash-pytorch –      –      –      0.800
DFH        AlexNet 59,000 swuxyj/DeepHash-pytorch –      –      –      0.801
GreedyHash AlexNet 59,000 swuxyj/DeepHash-pytorch –      –      –      0.817
"""


def rerun_results() -> pd.DataFrame:
    """Return every printed MAP, one row a cell: columns method, network, database, repository, bits, map."""
    rows = []
    for line in ROWS.strip().splitlines():
        method, network, database, repository, *values = line.split()
        about = {"method": method, "network": network, "database": database, "repository": repository}
        cells = zip(SLIDE_BITS, values, strict=True)
        rows += [about | {"bits": bits, "map": float(value)} for bits, value in cells if value != NOT_SAID]
    return pd.DataFrame(rows)
