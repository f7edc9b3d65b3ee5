"""What tables, captions and legends call the things that records name: each title stands here and nowhere else."""

from collections.abc import Mapping

TASKS = {"t2i": "T→I", "i2t": "I→T"}  # texts query images; images query texts

# in the order of the paper's rows
METHOD_TITLES = {
    "cca": "CCA", "cmfh": "CMFH", "scm": "SCM", "stmh": "STMH", "seph": "SePH", "dcmh": "DCMH", "prdh": "PRDH",
    "dvsh": "DVSH", "adah": "ADAH", "label-scores": "Label scores",
}  # fmt: skip

# of images alone, in the order of the table in SSGAH's slides, best first
IMAGE_METHOD_TITLES = {
    "ssgah": "SSGAH", "bgdh": "BGDH", "ssdh": "SSDH", "dsh-gans": "DSH-GANs", "ninh": "NINH", "cnnh": "CNNH",
    "sdh": "SDH", "itq": "ITQ", "itq-labelled": "ITQ, labelled images only", "sh": "SH", "lsh": "LSH",
}  # fmt: skip

# what a method's authors call it where the image network is frozen; the printed rows are of networks that are trained
FROZEN_TITLES = {"dcmh": "DCMH-I"}
OWN_TITLES = METHOD_TITLES | FROZEN_TITLES  # of this book's rows of pairs, whose image network is frozen

DATASET_TITLES = {
    "mirflickr25k": "MIRFlickr-25K",
    "emoji-scenes": "emoji-scenes",
    "emoji-scenes-seed1": "fresh scenes (seed 1)",
    "emoji-scenes-seed2": "fresh scenes (seed 2)",
    "nus-wide": "NUS-WIDE",
    "iapr-tc12": "IAPR TC-12",
}

NOUNS = {"mirflickr25k": "photos", "emoji-scenes": "scenes"}  # data sets, as sentences call them

BACKBONE_TITLES = {
    "efficientnet_lite0": "EfficientNet-Lite0",
    "efficientnet_lite0_hypercolumns": "EfficientNet-Lite0 (two depths)",
    "efficientnet_lite2": "EfficientNet-Lite2",
    "efficientnet_lite2_hypercolumns": "EfficientNet-Lite2 (two depths)",
    "efficientnet_lite0_pooled": "EfficientNet-Lite0 (pooled head)",
    "vgg19_fc7": "VGG-19 (fc7)",
    "vgg19": "VGG-19",
    "cnn_f": "CNN-F",
    "alexnet_fc7": "AlexNet (fc7)",
    "cnn_f_fc7": "CNN-F (fc7)",
    "gist": "GIST",
}

PROTOCOL_TITLES = {
    "all": "MAP over the whole database",
    "top-500": "MAP inside the first 500 ranks, divided by the relevant items among them",
}

MASK_TITLES = {
    "iou": "IoU",
    "attended_given_foreground": "P(attended | foreground)",
    "attended_given_background": "P(attended | background)",
    "gap": "Mask gap",
    "attended_fraction": "Attended share",
}


def dataset_title(name: str) -> str:
    """Return a data set's title; its own name where it has none here, as a data set of one's own."""
    return DATASET_TITLES.get(name, name)


def method_name(row: Mapping[str, str]) -> str:
    """Return a record's method as tables and legends name it; ADAH with its attention where that is not both.

    Args:
        row: of a table of records, with ``method``, ``attention`` and ``record``; without one the network is frozen.
    """
    method, options = row["method"], (row.get("record") or {}).get("options", {})
    title = (METHOD_TITLES | IMAGE_METHOD_TITLES).get(method, method)
    if not options.get("fine_tune"):
        title = FROZEN_TITLES.get(method, title)
    return title if row["attention"] in ("", "both") else f"{title}, attention {row['attention']}"


def printed_name(name: str) -> str:
    """Return the name of the paper's row beside which a row of ours stands: DCMH's for DCMH-I."""
    return {frozen: METHOD_TITLES[method] for method, frozen in FROZEN_TITLES.items()}.get(name, name)
