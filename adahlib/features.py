"""A frozen backbone's feature maps f^I of a data set: computed once, float16, memory-mapped, keyed by content.

The maps of one data set and backbone lie in one ``.npy`` file under the cache; ``map_files`` writes and checks it.
Their last digits depend on the kind of device and on the number of PyTorch's threads, so the device is part of the
key, and the threads are always one: several batches are computed at a time instead.
"""

import hashlib
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import numpy as np
import torch
from filelock import FileLock
from PIL import Image
from torch import Tensor, nn

from adahlib.datasets.pairs import ImageTextPairs
from adahlib.errors import AdahError
from adahlib.map_files import MapWriter, open_maps
from adahlib.models.backbones import Backbone, make_backbone
from adahlib.models.backbones.parts import EarlyBlocks, Photos, frozen_part
from adahlib.paths import cache_root
from adahlib.progress import progress
from adahlib.retrieval.threads import threads
from adahlib.thread_limits import limited_threads
from adahlib.training import default_device

BLOCK = 64  # images in a batch of the backbone; an interruption loses no more than the batches in work


def feature_maps(
    pairs: ImageTextPairs,
    backbone: str = "efficientnet_lite0",
    image_size: int | None = None,
    weights: Path | str | None = None,
    before: int | None = None,
) -> np.ndarray:
    """Return the maps of all images as a read-only memory map, float16 (n, C, H, W).

    Args:
        pairs: the data set.
        backbone: a name in ``adahlib.models.backbones.BACKBONES``.
        image_size: side in pixels to which images are resized (bilinear; default: the backbone's own).
        weights: a file with the backbone's weights; default: where the backbone looks for them.
        before: number of a block: return the maps of the blocks before it, for training from there on; 0 returns the
            photos themselves, uint8 (n, 3, side, side).

    Raises:
        UnavailableError: the weights are not there, or the network's package is not installed.
        AdahError: an unknown backbone, or an image size below twice the backbone's ``stride``.

    Example:
        >>> from adahlib.datasets import miniature_pairs
        >>> from adahlib.features import feature_maps
        >>> maps = feature_maps(miniature_pairs(), "gist")
        >>> maps.shape, str(maps.dtype)
        ((60, 512, 1, 1), 'float16')
    """
    network: Backbone | EarlyBlocks | Photos
    network = make_backbone(backbone, weights=weights)
    side = image_size or network.image_size
    if before is not None:
        network = frozen_part(network, before)
    check_image_size(network, side)
    path = cache_path(pairs.image_hash, network, side, default_device())
    maps = open_maps(path)
    if maps is None:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_suffix(".lock")):
            maps = open_maps(path)
            if maps is None:
                compute_maps(pairs.images, network, side, path)
    return open_maps(path) if maps is None else maps  # type: ignore[return-value]  # they were just written


def check_image_size(network: Backbone | EarlyBlocks | Photos, side: int) -> None:
    """Raise AdahError if the side is less than twice the stride."""
    if side < 2 * network.stride:
        raise AdahError(f"image_size {side}: {network.name} needs at least {2 * network.stride} px.")


def cache_path(image_hash: str, network: Backbone | EarlyBlocks | Photos, side: int, device: torch.device) -> Path:
    """Return where the maps lie: named by the content of the images, the weights, the size and the kind of device."""
    parts = f"{image_hash} {network.name} {network.weights_hash} {side} {device.type}"
    key = hashlib.sha256(parts.encode()).hexdigest()
    return cache_root() / "maps" / f"{network.name}-{side}-{key[:16]}.npy"


def compute_maps(
    images: Sequence[np.ndarray] | np.ndarray, network: Backbone | EarlyBlocks | Photos, side: int, path: Path
) -> None:
    """Fill ``path`` block by block, from where an interrupted run stopped; the file gets its name when complete."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    network = network.to(device).eval()
    cells = maps_of_batch(torch.zeros(1, 3, side, side, dtype=torch.uint8), network, device).shape[1:]
    writer = MapWriter(path, (len(images), *cells), str(network.kept).removeprefix("torch."))
    bar = progress(total=len(images), initial=writer.done, desc=f"{network.name} maps", unit="image")
    with bar, limited_threads(1):
        for block in map_blocks(images, network, side, writer.done, device):
            writer.append(block)
            bar.update(len(block))
    writer.finish()


def map_blocks(
    images: Sequence[np.ndarray] | np.ndarray, network: nn.Module, side: int, start: int, device: torch.device
) -> Iterator[np.ndarray]:
    """Yield the maps of images from ``start`` on, in their order, a batch at a time; as many as cores are computed."""
    workers = threads()
    with ThreadPoolExecutor(workers) as pool:
        waiting: deque[Future[np.ndarray]] = deque()
        for first in range(start, len(images), BLOCK):
            block = (images[i] for i in range(first, min(first + BLOCK, len(images))))
            waiting.append(pool.submit(maps_of_batch, resized_batch(block, side), network, device))
            if len(waiting) > workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


@torch.inference_mode()
def maps_of_batch(batch: Tensor, network: nn.Module, device: torch.device) -> np.ndarray:
    """Return the maps of a batch, uint8 (b, 3, side, side), as they are kept: float16 (b, C, H, W), or photos."""
    return network(batch.to(device)).to(network.kept).cpu().numpy()


def resized_batch(images: Iterable[np.ndarray], side: int) -> Tensor:
    """Return uint8 (n, 3, side, side): every image resized (bilinear), its aspect ratio given up as usual here.

    Images that are decoded as they are iterated over are in memory one at a time.
    """
    resized = [np.asarray(Image.fromarray(image).resize((side, side), Image.Resampling.BILINEAR)) for image in images]
    return torch.from_numpy(np.stack(resized)).permute(0, 3, 1, 2)
