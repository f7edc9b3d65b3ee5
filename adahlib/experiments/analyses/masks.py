"""Does it matter which cells a mask keeps? ADAH's own masks, those of its untrained G, and those of other images.

One training gives all three: the network is encoded again with other masks and is not trained for them. Beside MAP
stands how far a mask agrees with the one that G gave before it learned, on the features as they are after training.
"""

import copy
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from adahlib.experiments.analyses.kept import write_analysis
from adahlib.experiments.evaluation import PROTOCOLS, histograms
from adahlib.experiments.grids.why import MASK_BITS, PROTOCOL, SEEDS
from adahlib.experiments.running import prepare
from adahlib.experiments.spec import RunSpec
from adahlib.features import feature_maps
from adahlib.methods.base import Rows
from adahlib.methods.deep.adah import Adah
from adahlib.models.adah import AdahNetwork
from adahlib.models.attention import attend
from adahlib.retrieval import BinaryCodes


class AdahWithStart(Adah):
    """ADAH that keeps its attention modules as they were before training."""

    start: dict[str, nn.Module]

    def make_network(self, images: Tensor, texts: Tensor) -> AdahNetwork:
        """Return the network, of whose G^I and G^T a copy is kept in ``start``."""
        network = super().make_network(images, texts)
        self.start = {"G_I": copy.deepcopy(network.G_I), "G_T": copy.deepcopy(network.G_T)}  # type: ignore[dict-item]
        return network


def start_masks(method: AdahWithStart, maps: np.ndarray, tags: Rows) -> tuple[np.ndarray, np.ndarray]:
    """Return the masks of images (n, H, W) and texts (n, d) that the untrained modules give on the trained features."""
    network: AdahNetwork = method.trained_network  # type: ignore[assignment]
    images = method.outputs(maps, lambda block: method.start["G_I"](network.E_I(block.float()))[:, 0])
    texts = method.outputs(tags, lambda block: method.start["G_T"](network.E_T(block.float())))
    return np.concatenate(images) > 0, np.concatenate(texts) > 0


def image_codes(method: Adah, maps: np.ndarray, masks: np.ndarray) -> BinaryCodes:
    """Return the codes of images of which the given masks (n, H, W) say what is attended to."""
    network: AdahNetwork = method.trained_network  # type: ignore[assignment]

    def part(positions: Tensor) -> Tensor:
        rows = positions.cpu().numpy()
        features = network.E_I(torch.from_numpy(np.array(maps[rows])).to(method.device).float())
        mask = torch.from_numpy(masks[rows])[:, None].to(features)
        return network.D_I(attend(features, mask)[0], mask)

    return method.encode(np.arange(len(maps)), part)


def text_codes(method: Adah, tags: Rows, masks: np.ndarray) -> BinaryCodes:
    """Return the codes of texts of which the given masks (n, d) say what is attended to."""
    network: AdahNetwork = method.trained_network  # type: ignore[assignment]

    def part(positions: Tensor) -> Tensor:
        rows = positions.cpu().numpy()
        features = network.E_T(torch.from_numpy(tags[rows].toarray()).to(method.device).float())
        mask = torch.from_numpy(masks[rows]).to(features)
        return network.D_T(attend(features, mask)[0], mask)

    return method.encode(np.arange(tags.shape[0]), part)


def agreement(one: np.ndarray, other: np.ndarray) -> dict[str, float]:
    """Return the share of cells in which two masks agree, and what masks of such sizes at random places would have."""
    sizes = one.mean(), other.mean()
    chance = sizes[0] * sizes[1] + (1 - sizes[0]) * (1 - sizes[1])
    return {"agreement": float((one == other).mean()), "chance": float(chance)}


def measure(spec: RunSpec) -> list[dict]:
    """Return MAP with each kind of masks, and the agreement of the trained masks with their start."""
    data = prepare(spec).data
    pairs, split = data.pairs, data.split
    maps = feature_maps(pairs, spec.backbone)
    method = AdahWithStart(spec.bits, spec.seed, **spec.hyperparameters())
    method.fit(*(part[split.train] for part in (maps, pairs.tags, pairs.labels)), description=spec.title())
    own = method.image_masks(maps), method.text_masks(pairs.tags)
    start = start_masks(method, maps, pairs.tags)
    swapped = own[0][np.random.default_rng(spec.seed).permutation(len(maps))], own[1]
    rows = []
    for name, (images, texts) in {"own": own, "start": start, "swapped": swapped}.items():
        codes = image_codes(method, maps, images), text_codes(method, pairs.tags, texts)
        counts = histograms(*codes, pairs.labels, split.query, split.database)
        rows.append({"masks": name} | PROTOCOLS["all"].scores(counts))
    for name, trained, before in zip(("images", "texts"), own, start, strict=True):
        rows.append({"masks": f"agreement of {name}"} | agreement(trained[split.query], before[split.query]))
    return [{"dataset": spec.dataset, "bits": spec.bits, "seed": spec.seed} | row for row in rows]


def main() -> Path:
    """Print and keep all measurements by data set and seed; return their file."""
    rows = []
    specs = [RunSpec(dataset, "adah", MASK_BITS, seed) for dataset in PROTOCOL for seed in SEEDS]
    for spec in specs:
        rows += measure(spec)
        print(rows[-5:], flush=True)
    return write_analysis("masks", {"rows": rows}, specs[0])
