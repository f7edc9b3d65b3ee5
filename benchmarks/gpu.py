"""Training on a GPU as the paper does, VGG-19 at 224 px with batches of 64 in bfloat16, and evaluation there.

Side by side in one process, in turns: epochs of the method itself over 10,000 pairs (photos and texts drawn at random;
what they show costs nothing), and a bare loop of the same network: random tensors that lie on the device, the same two
optimizers, one square as the loss. What the method adds are rows of a data set, the six losses and the loop's own
work. Host and device are synchronised once a measurement, never in a step; how often a step does so is counted.
"""

import statistics
import time
import warnings
from collections.abc import Callable

import numpy as np
import torch
from scipy.sparse import csr_matrix

from adahlib.errors import AdahError
from adahlib.experiments.profiles import profile_options
from adahlib.methods import Adah, make_method
from adahlib.methods.deep.base import Pairs, as_tensor
from adahlib.models.backbones import make_backbone
from adahlib.retrieval import average_precision, distance_histograms
from adahlib.retrieval.threads import threads
from adahlib.training import Training, autocast, descend
from benchmarks.retrieval import random_sides
from benchmarks.store import save

PAIRS, WORDS, LABELS, BITS, SIDE = 10_000, 1_386, 24, 64, 224
ROUNDS = 3
WAIT = "called a synchronizing CUDA operation"  # PyTorch's words; it also warns once that its watch is a prototype
SIZES = ((2_000, 18_015, 24, 64), (2_100, 193_734, 21, 64))


def random_pairs() -> tuple[np.ndarray, csr_matrix, np.ndarray]:
    """Return photos uint8 (n, 3, 224, 224), bag-of-words of four words and labels, about one in ten."""
    generator = np.random.default_rng(0)
    photos = generator.integers(0, 256, (PAIRS, 3, SIDE, SIDE), dtype=np.uint8)
    columns = generator.integers(0, WORDS, 4 * PAIRS)
    texts = csr_matrix((np.ones(len(columns), np.float32), columns, np.arange(0, 4 * PAIRS + 1, 4)), (PAIRS, WORDS))
    texts.sum_duplicates()
    return photos, texts, (generator.random((PAIRS, LABELS)) < 0.1).astype(np.uint8)


def synchronised(work: Callable[[], object]) -> float:
    """Return the seconds that work takes until the device has done it."""
    torch.cuda.synchronize()
    started = time.perf_counter()
    work()
    torch.cuda.synchronize()
    return time.perf_counter() - started


class Timed:
    """ADAH of the profile ``paper`` with its pairs on the device, one epoch at a time.

    Attributes:
        method: with its network, of random weights.
        pairs: on the device.
        optimizers: of the network.
    """

    def __init__(self):
        options = profile_options("paper", "mirflickr25k")
        self.method: Adah = make_method("adah", BITS, backbone=make_backbone("vgg19", pretrained=False), **options)
        self.pairs = Pairs(*(as_tensor(part).to("cuda") for part in random_pairs()))
        self.method.network = self.method.make_network(self.pairs.images[:64], self.pairs.texts).to("cuda")
        self.optimizers = self.method.make_optimizers(self.method.network_)

    def step(self, batch: torch.Tensor, epoch: int, number: int) -> dict[str, torch.Tensor]:
        """One step of the method, as its training takes it."""
        return self.method.step(self.pairs, self.optimizers, batch, epoch, number)

    def epoch(self) -> None:
        """One epoch of the method over all pairs."""
        batch = self.method.options.batch_size
        Training(self.method.network_, self.optimizers, self.step, PAIRS, batch, 1, "constant", seed=0).run()

    def bare(self, steps: int) -> None:
        """The same network and optimizers over one batch of random tensors."""
        method, size = self.method, self.method.options.batch_size
        photos = torch.randint(0, 256, (size, 3, SIDE, SIDE), dtype=torch.uint8, device="cuda")
        texts = (torch.rand(size, WORDS, device="cuda") < 4 / WORDS).float()
        for number in range(steps):
            for optimizer in self.optimizers[: 1 + ((number + 1) % method.options.hash_steps == 0)]:
                with autocast(method.device, method.options.precision):
                    codes = method.network_(photos, texts)
                descend(optimizer, sum(part.float().square().mean() for part in codes))

    def waits(self, steps: int = 8) -> int:
        """Return how many times the host waits for the device in some steps."""
        batches = torch.randint(0, PAIRS, (2 * steps, self.method.options.batch_size), device="cuda")
        for number in range(steps):  # the first steps make the optimizers' states
            self.step(batches[number], 0, number)
        with warnings.catch_warnings(record=True) as found:
            warnings.simplefilter("always")
            torch.cuda.set_sync_debug_mode("warn")
            for number in range(steps, 2 * steps):
                self.step(batches[number], 0, number)
            torch.cuda.set_sync_debug_mode("default")
        return sum(WAIT in str(warning.message) for warning in found)


def training_figures() -> dict:
    """Return images a second of both loops, the seconds of an epoch and of the paper's 100, and waits in a step."""
    timed = Timed()
    batch, epochs = timed.method.options.batch_size, timed.method.options.epochs
    waits, steps = timed.waits(), PAIRS // batch
    seconds = {"adahlib": [], "bare loop": []}
    for _ in range(ROUNDS):
        seconds["bare loop"].append(synchronised(lambda: timed.bare(steps)))
        seconds["adahlib"].append(synchronised(timed.epoch))
    epoch = statistics.median(seconds["adahlib"])
    images = steps * batch  # a last batch of less than half the size is left out
    speed = {way: images / statistics.median(took) for way, took in seconds.items()}
    return {
        "network": "vgg19", "image_size": SIDE, "batch": batch, "pairs": PAIRS,
        "precision": "bfloat16", "images_a_second": speed, "times": speed["adahlib"] / speed["bare loop"],
        "epoch_seconds": epoch, "minutes_of_100_epochs": epochs * epoch / 60, "waits_in_8_steps": waits,
        "memory_gb": torch.cuda.max_memory_allocated() / 1e9,
    }  # fmt: skip


def evaluation_figures() -> list[dict]:
    """Return queries a second of MAP over a whole database, on the device and on the CPU's cores; values are equal."""
    rows = []
    for n_query, n_database, labels, bits in SIZES:
        sides, values, speed = random_sides(n_query, n_database, labels, bits), {}, {}
        for device in ("cuda", None):
            times = []
            for _ in range(ROUNDS + 1):  # the first warms up
                started = time.perf_counter()
                values[device] = average_precision(*distance_histograms(*sides, device=device)).mean()
                times.append(time.perf_counter() - started)
            speed[device or "cpu"] = n_query / min(times[1:])
        if values["cuda"] != values[None]:
            raise AdahError(f"MAP is {values['cuda']} on the GPU and {values[None]} on the CPU.")
        rows.append({"queries": n_query, "database": n_database, "bits": bits, "queries_a_second": speed})
    return rows


def main() -> None:
    """Print and keep the figures; raise AdahError where there is no GPU."""
    if not torch.cuda.is_available():
        raise AdahError("benchmark gpu needs a GPU that PyTorch sees; this machine has none.")
    training = training_figures()
    for name, value in training.items():
        print(f"{name}: {value}")
    evaluation = evaluation_figures()
    for row in evaluation:
        print(row)
    save("gpu", {"training": training, "evaluation": evaluation, "threads": threads()})
