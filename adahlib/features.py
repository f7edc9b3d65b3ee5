"""A frozen backbone's feature maps f^I of a data set: computed once, float16, memory-mapped, keyed by content.

The maps of one data set and backbone lie in one ``.npy`` file under the cache. While they are computed, the file has
the suffix ``.partial`` and a counter beside it says how many images are done, so that an interrupted run resumes.
"""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from filelock import FileLock
from PIL import Image

from adahlib.errors import AdahError
from adahlib.files import whole_file
from adahlib.models.backbones import make_backbone
from adahlib.paths import cache_root
from adahlib.progress import progress

BLOCK = 64  # images between two checkpoints; also the backbone's batch


def feature_maps(pairs, backbone: str = "efficientnet_lite0", image_size: int | None = None, weights=None):
    """Return the maps of all images as a read-only memory map, float16 (n, C, H, W).

    Args:
        pairs: an ``ImageTextPairs``.
        backbone: a name in ``adahlib.models.backbones.BACKBONES``.
        image_size: side in pixels to which images are resized (bilinear; default: the backbone's own).
        weights: a file with the backbone's weights; default: where the backbone looks for them.
    """
    network = make_backbone(backbone, weights=weights)
    side = image_size or network.image_size
    check_image_size(network, side)
    path = cache_path(pairs.image_hash, network, side)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_suffix(".lock")):
            if not path.exists():
                compute_maps(pairs.images, network, side, path)
    return np.load(path, mmap_mode="r")


def check_image_size(network, side: int) -> None:
    """Raise AdahError if the side gives no whole cell."""
    if side < 2 * network.stride:
        raise AdahError(f"image_size {side}: {network.name} needs at least {2 * network.stride} px.")


def cache_path(image_hash: str, network, side: int) -> Path:
    """Return where the maps lie: named by the content of the images, the weights and the size."""
    key = hashlib.sha256(f"{image_hash} {network.name} {network.weights_hash} {side}".encode()).hexdigest()
    return cache_root() / "maps" / f"{network.name}-{side}-{key[:16]}.npy"


@torch.inference_mode()
def compute_maps(images: Sequence, network, side: int, path: Path) -> None:
    """Fill ``path`` block by block, from where an interrupted run stopped; the file gets its name when complete."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    network = network.to(device).eval()
    partial, counter = path.with_suffix(".partial"), path.with_suffix(".json")
    cells = network(torch.zeros(1, 3, side, side, device=device)).shape[1:]
    maps, done = open_partial(partial, counter, (len(images), *cells))
    with progress(total=len(images), initial=done, desc=f"{network.name} maps", unit="image") as bar:
        for start in range(done, len(images), BLOCK):
            stop = min(start + BLOCK, len(images))
            batch = resized_batch([images[i] for i in range(start, stop)], side).to(device)
            maps[start:stop] = network(batch).to(torch.float16).cpu().numpy()
            maps.flush()
            write_counter(counter, stop, maps.shape)
            bar.update(stop - start)
    partial.replace(path)
    counter.unlink()


def open_partial(partial: Path, counter: Path, shape: tuple[int, ...]) -> tuple[np.memmap, int]:
    """Return the partial maps and how many images they hold; a partial file of another shape is begun anew."""
    if partial.exists() and counter.exists():
        state = json.loads(counter.read_text())
        if tuple(state["shape"]) == shape:
            return np.lib.format.open_memmap(partial, mode="r+"), state["done"]
    write_counter(counter, 0, shape)
    return np.lib.format.open_memmap(partial, mode="w+", dtype=np.float16, shape=shape), 0


def write_counter(counter: Path, done: int, shape: tuple[int, ...]) -> None:
    with whole_file(counter) as path:
        path.write_text(json.dumps({"done": done, "shape": list(shape)}))


def resized_batch(images: list[np.ndarray], side: int) -> torch.Tensor:
    """Return uint8 (n, 3, side, side): every image resized (bilinear), its aspect ratio given up as usual here."""
    resized = [np.asarray(Image.fromarray(image).resize((side, side), Image.Resampling.BILINEAR)) for image in images]
    return torch.from_numpy(np.stack(resized)).permute(0, 3, 1, 2)
