"""Page ``image_quickstart``: SSGAH trained while the book is built; its MAP, and pictures that its generator makes."""

import numpy as np
import pandas as pd
import torch
from matplotlib.figure import Figure

from adahlib.experiments.images.frames import TrainedImages, pictures_of
from adahlib.models.gan import as_pixels
from adahlib.report.drawing import new_figure, show
from adahlib.report.pages.image_components import VARIANT_TITLES
from adahlib.report.text import three_decimals


def live_image_table(records: pd.DataFrame) -> pd.DataFrame:
    """Return the MAP of each run in both databases, beside chance, and how long its training took.

    Args:
        records: of runs of SSGAH, as ``live_records`` gives them.
    """
    return pd.DataFrame(
        {
            "Variant": VARIANT_TITLES[row["record"]["options"]["variant"]],
            "MAP": three_decimals(row["map"]),
            "Chance": three_decimals(row["chance"]),
            "MAP without the labelled images": three_decimals(row["map_unlabelled"]),
            "Training, s": f"{row['record']['provenance']['seconds']['fit']:.0f}",
        }
        for _, row in records.iterrows()
    )


def synthetic_pictures(trained: TrainedImages, positions: np.ndarray, seed: int = 0) -> dict[str, np.ndarray]:
    """Return what the generator makes for images: like them and unlike them, uint8 (n, 32, 32, 3) each.

    Args:
        trained: a run of SSGAH with a generator.
        positions: of the images, (n,).
        seed: of the noise.
    """
    method = trained.method
    generator = method.network_["generator"].eval()
    features = torch.from_numpy(np.array(trained.inputs[positions])).to(method.device).float()
    with torch.random.fork_rng(), torch.no_grad():
        torch.manual_seed(seed)
        made = generator(features)
    both = {"positive": made.positive, "negative": made.negative}
    return {kind: as_pixels(part).round().byte().movedim(1, 3).cpu().numpy() for kind, part in both.items()}


def synthetic_figure(trained: TrainedImages, positions: np.ndarray) -> Figure:
    """Return images as the generator sees them, in the first row, and below what it makes like and unlike them."""
    made = synthetic_pictures(trained, positions)
    rows = {"image": pictures_of(trained.pairs)[positions].transpose(0, 2, 3, 1)} | made
    figure, axes = new_figure(1.1 * len(positions), 3.6, len(rows), len(positions))
    for line, (kind, pictures) in zip(axes, rows.items(), strict=True):
        line[0].set_ylabel(kind)
        for axis, picture in zip(line, pictures, strict=True):
            show(axis, picture)
    return figure
