"""How much attention on images could give on the scenes: ADAH with the true foreground in place of G^I.

The mask of a cell is one where at least ``SHARE`` of it is foreground; nothing else differs from visual attention, but
that the mask learns nothing. It rides along as one more channel of the maps.
"""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from adahlib.datasets.pairs import ImageTextPairs
from adahlib.experiments.analyses.kept import write_analysis
from adahlib.experiments.evaluation import PROTOCOLS, histograms
from adahlib.experiments.grids.lists import SEEDS
from adahlib.experiments.running import prepare
from adahlib.experiments.spec import RunSpec
from adahlib.features import feature_maps
from adahlib.methods.deep.adah import Adah
from adahlib.models.adah import AdahNetwork

DATASET, BITS, SHARE = "emoji-scenes", 16, 0.3


class GivenMask(nn.Module):
    """Stands where G^I does and returns the mask that came with the maps."""

    def __init__(self) -> None:
        super().__init__()
        self.mask: Tensor  # of the maps that come next
        self.unused = nn.Parameter(torch.zeros(()))  # the optimizer of G wants a parameter

    def forward(self, features: Tensor) -> Tensor:
        return self.mask.to(features.dtype) + 0 * self.unused


class SplitMaps(nn.Module):
    """Hands the last channel of the maps to the mask, and the others to E^I."""

    def __init__(self, inner: nn.Module, mask: GivenMask):
        super().__init__()
        self.inner, self.mask = inner, [mask]  # in a list, so that it is no part of this module

    def forward(self, maps: Tensor) -> Tensor:
        self.mask[0].mask = maps[:, -1:]
        return self.inner(maps[:, :-1])


class AdahWithTrueMasks(Adah):
    """ADAH with visual attention, given the masks."""

    def make_network(self, images: Tensor, texts: Tensor) -> AdahNetwork:
        network = super().make_network(images[:, :-1], texts)  # for the maps alone, without the masks
        network.G_I = GivenMask()  # type: ignore[assignment]
        network.E_I = SplitMaps(network.E_I, network.G_I)  # type: ignore[arg-type]
        return network


def true_masks(pairs: ImageTextPairs, side: int) -> np.ndarray:
    """Return the true foreground by cells, bool (n, side, side)."""
    masks = np.asarray(pairs.masks)
    pixels = masks.shape[1] // side
    return masks.reshape(len(masks), side, pixels, side, pixels).mean((2, 4)) >= SHARE


def run_of(seed: int) -> RunSpec:
    """Return the run whose masks are replaced."""
    return RunSpec(DATASET, "adah", BITS, seed, attention="visual")


def measure(spec: RunSpec) -> dict[str, float]:
    """Return MAP of both directions with the true masks."""
    data = prepare(spec).data
    pairs, split = data.pairs, data.split
    maps = feature_maps(pairs, spec.backbone)
    maps = np.concatenate([maps, true_masks(pairs, maps.shape[2])[:, None].astype(maps.dtype)], axis=1)
    method = AdahWithTrueMasks(spec.bits, spec.seed, **spec.hyperparameters())
    parts = (maps, pairs.tags, pairs.labels)
    method.fit(*(part[split.train] for part in parts), description=f"true masks, seed {spec.seed}")
    codes = method.encode_images(maps), method.encode_texts(pairs.tags)
    return PROTOCOLS["all"].scores(histograms(*codes, pairs.labels, split.query, split.database))


def main() -> Path:
    """Print and keep MAP by seed; return its file."""
    rows = []
    for seed in SEEDS:
        rows.append({"dataset": DATASET, "bits": BITS, "seed": seed} | measure(run_of(seed)))
        print(rows[-1], flush=True)
    return write_analysis("true_masks", {"share": SHARE, "rows": rows}, run_of(0))
