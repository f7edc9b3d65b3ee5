"""What image hashing costs on one thread: features of an image, a step of each GAN and of each game, and a whole run.

Random pictures of CIFAR-10's size stand in for its images, since the time depends on no content. Seconds are those of
the processor. A step is what a longer fit takes beyond a shorter one, so that what both do once drops out. A run of the
table is computed from the steps, and says so; its memory is the peak of a process of its own that has as many images.
"""

import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from adahlib.experiments.image_draws import DRAW_EPOCHS
from adahlib.methods import make_method
from adahlib.methods.images.generating import GeneratingMethod
from adahlib.models.backbones import make_backbone
from adahlib.thread_limits import limited_threads
from benchmarks.own_process import in_own_process, peak_mb
from benchmarks.store import save

BACKBONE, SIDE, BITS, CLASSES = "efficientnet_lite0_pooled", 64, 48, 10
FEATURES = {"GIST": ("gist", 32), "CNN (64 px)": (BACKBONE, 64), "CNN (128 px)": (BACKBONE, 128)}
PICTURES, BATCH = 512, 64  # of which features are measured
FEW, LABELLED = 1_280, 400  # training images of a short fit
ALL, ALL_LABELLED = 59_000, 5_000  # of the protocol on CIFAR-10
METHODS = ("ssgah", "dsh-gans")
LONGER = 3  # epochs of the longer fit


def processor_seconds(work: Callable[[], object]) -> float:
    """Return the seconds of the processor that something takes."""
    started = time.process_time()
    work()
    return time.process_time() - started


def seconds_an_image(backbone: str, side: int) -> float:
    """Return what the features of an image take."""
    network = make_backbone(backbone)
    batches = torch.randint(0, 256, (PICTURES // BATCH, BATCH, 3, side, side), dtype=torch.uint8)
    with torch.inference_mode():
        network(batches[0])  # warm
        return processor_seconds(lambda: [network(batch) for batch in batches]) / PICTURES


def training_images(count: int, labelled: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return random features, labels of the first images, and pictures."""
    draw = np.random.default_rng(0)
    labels = np.zeros((count, CLASSES), np.uint8)
    labels[np.arange(labelled), np.arange(labelled) % CLASSES] = 1
    features = draw.random((count, 1280), dtype=np.float32).astype(np.float16)
    return features, labels, draw.integers(0, 256, (count, 3, 32, 32), dtype=np.uint8)


def fit(name: str, count: int, labelled: int, gan: Path, epochs: int) -> GeneratingMethod:
    """Fit a method with a GAN of one pass, which is read from its file where that is there."""
    method = make_method(name, BITS, backbone=make_backbone(BACKBONE), side=SIDE, epochs=epochs, gan_epochs=1)
    features, labels, pictures = training_images(count, labelled)
    return method.fit(features, labels, pictures=pictures, gan=gan)


def peak_of_fit(name: str, gan: str) -> int:
    """Return the peak memory of this process after a fit on as many images as the protocol has, with a kept GAN."""
    fit(name, ALL, LABELLED, Path(gan), epochs=1)
    return round(peak_mb())


def costs(name: str, folder: Path) -> dict[str, float]:
    """Return what the steps of a method take, what a run of the table takes by them, and its memory."""
    gan = folder / f"{name}.pt"
    fits = [(gan, 1), (gan, 1), (gan, LONGER)]  # the first trains the GAN, the others read it
    first, short, long = (processor_seconds(lambda f=f: fit(name, FEW, LABELLED, *f)) for f in fits)
    options = make_method(name, BITS).options
    steps = {"gan": -(-FEW // options.gan_batch), "game": (LONGER - 1) * -(-LABELLED // options.batch_size)}
    found = {"gan_step": (first - short) / steps["gan"], "game_step": (long - short) / steps["game"]}
    whole = {
        "gan_minutes": found["gan_step"] * options.gan_epochs * -(-ALL // options.gan_batch) / 60,
        "run_minutes": found["game_step"] * DRAW_EPOCHS * -(-ALL_LABELLED // options.batch_size) / 60,
    }
    return {"method": name} | found | whole | {"peak_mb": in_own_process(peak_of_fit, name, str(gan))}


@limited_threads(1)
def main() -> None:
    """Print and keep the figures."""
    features = {name: seconds_an_image(*of) for name, of in FEATURES.items()}
    print(json.dumps(features), flush=True)
    with tempfile.TemporaryDirectory() as place:
        rows = [costs(name, Path(place)) for name in METHODS]
    for row in rows:
        print(json.dumps(row))
    about = {"image_size": SIDE, "bits": BITS, "images": ALL, "labelled": ALL_LABELLED, "epochs": DRAW_EPOCHS}
    save("images", about | {"threads": 1, "seconds_an_image": features, "methods": rows})
