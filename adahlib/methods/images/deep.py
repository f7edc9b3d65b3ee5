"""What the deep methods for images have in common: a hashing network on frozen features, trained in epochs."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from adahlib.errors import AdahError, NotFittedError
from adahlib.methods.images.base import BLOCK, SIDE, ImageHashingMethod, check_images, labelled_rows
from adahlib.methods.images.head import HashHead
from adahlib.methods.options import check_choice, check_range, option
from adahlib.retrieval import BinaryCodes
from adahlib.thread_limits import limited_threads
from adahlib.training import SCHEDULES, Training, adam, default_device

MEASURED = 8192  # images by which features are standardised
SHIFT = 4  # most pixels by which a picture is moved
NETWORKS = ("common", "own")


@dataclass(frozen=True)
class HeadOptions:
    """Options that every deep method for images has: one network and one training for all, so that losses compare."""

    dropout: float = option(0.0, "dropout after the hidden layer")
    epochs: int = option(20, "passes over the labelled images")
    batch_size: int = option(100, "labelled images a step")
    learning_rate: float = option(1e-3, "of Adam")
    schedule: str = option("cosine", "of the learning rate: step, cosine or constant")

    def __post_init__(self):
        check_choice("schedule", self.schedule, SCHEDULES)
        check_range("dropout", self.dropout, 0, 0.999)
        for name, low in (("epochs", 1), ("batch_size", 2), ("learning_rate", 0)):
            check_range(name, getattr(self, name), low)
        for name, low in (("hidden", 1), ("margin", 0)):  # of the methods that have them
            check_range(name, getattr(self, name, low), low)


def hidden_option() -> int:
    """Return the option of a method whose network has one layer between features and code."""
    return option(512, "width of the layer between features and code")


def margin_option() -> float:
    """Return the option of a method with the supervised ranking loss."""
    return option(1.0, "m of the supervised ranking loss, in squared distance")


class Items(NamedTuple):
    """The training images as tensors, in the type that was given.

    Attributes:
        views: features of the images (n, d) and, where there are any, of their mirror images.
        labels: (n, c) float32, zero where an image has none.
        labelled, unlabelled: positions of the images with and without a label.
    """

    views: tuple[Tensor, ...]
    labels: Tensor
    labelled: Tensor
    unlabelled: Tensor

    def features(self, positions: Tensor) -> Tensor:
        """Return the features (b, d) float32 of images or, each with a chance of a half, of their mirror images.

        Where the views are pictures (n, 3, H, W), they are turned over as often, and moved by up to ``SHIFT`` pixels.
        """
        if self.views[0].ndim == 4:
            return moved(self.views[0][positions].float())
        if len(self.views) == 1:
            return self.views[0][positions].float()
        flipped = torch.rand(len(positions), 1, device=positions.device) < 0.5
        return torch.where(flipped, self.views[1][positions], self.views[0][positions]).float()


class DeepImageHashing(ImageHashingMethod):
    """A method that trains a hashing network on the features of images; a subclass gives :meth:`step`.

    Attributes:
        network: the hashing network with all else that is trained, None before :meth:`fit`; ``network.hash`` maps
            features (n, d) to h in (0, 1), (n, q).
        history_: the mean of each loss term per epoch.
    """

    supervised = True
    has_epochs = True
    mirrors = True
    Options = HeadOptions
    network: nn.Module | None = None

    def __init__(self, bits: int, seed: int = 0, **hyperparameters: Any):
        super().__init__(bits, seed, **hyperparameters)
        self.device = default_device()

    @limited_threads()
    def fit(
        self,
        images: np.ndarray,
        labels: np.ndarray,
        *,
        mirrored: np.ndarray | None = None,
        checkpoint: Path | None = None,
        description: str | None = None,
    ) -> Self:
        """Learn from n images by their features; returns self. See ``ImageHashingMethod.fit``.

        Args:
            images: features (n, d).
            labels: (n, c) 0/1; a row of zeros is an image without label.
            mirrored: features (n, d) of the mirror images, which take the place of half of the images in each step.
            checkpoint: file that keeps the state after each epoch; a training that finds it resumes from there.
            description: label of the progress bar.

        Raises:
            AdahError: not one row an image, NaN or infinity, labels other than 0 and 1, a class without an image, or
                labelled images without the triplets that the method draws.
        """
        images, labels = np.asarray(images), np.asarray(labels)
        check_images(images, labels, self.supervised, self.sees_pictures())
        self.check_triplets(labels[labelled_rows(labels)])
        if mirrored is not None and mirrored.shape != images.shape:
            raise AdahError(f"mirrored has shape {mirrored.shape}, and images {images.shape}; give one for each image.")
        torch.manual_seed(self.seed)
        items = self.items(images, labels, mirrored)
        self.network = self.make_network(items).to(self.device)
        optimizers = self.make_optimizers(self.network)
        training = Training(
            network=self.network,
            optimizers=optimizers,
            step=partial(self.step, items, optimizers),
            size=len(items.labelled),
            batch_size=self.options.batch_size,
            epochs=self.options.epochs,
            schedule=self.options.schedule,
            seed=self.seed,
            checkpoint=checkpoint,
            description=description or type(self).__name__,
        )
        self.history_ = training.run()
        return self

    def check_triplets(self, labels: np.ndarray, names: Sequence[str] | None = None) -> None:
        """Raise AdahError where labelled images lack triplets that the method learns from; by default it needs none.

        Args:
            labels: of the labelled images, (n, c) 0/1 without a row of zeros.
            names: of the c classes, for the error; without them their numbers are told.
        """

    def form(self, length: int) -> str:
        """Return the shape of what the method encodes, in words."""
        return f"(n, 3, {SIDE}, {SIDE})" if self.sees_pictures() else f"(n, {length})"

    def items(self, images: np.ndarray, labels: np.ndarray, mirrored: np.ndarray | None) -> Items:
        """Return the training images as tensors on the device."""
        labelled = labelled_rows(labels)
        views = (images,) if mirrored is None else (images, mirrored)
        return Items(
            tuple(torch.from_numpy(np.array(view)).to(self.device) for view in views),
            torch.from_numpy(labels.astype(np.float32)).to(self.device),
            torch.from_numpy(labelled).to(self.device),
            torch.from_numpy(np.setdiff1d(np.arange(len(labels)), labelled)).to(self.device),
        )

    def make_network(self, items: Items) -> nn.Module:
        """Return the untrained network with the features' scale."""
        network = nn.ModuleDict({"hash": self.make_head(items.views[0].shape[1])})
        network["hash"].scale.measure(items.views[0][:MEASURED].float().cpu())
        return network

    def make_head(self, features: int) -> HashHead:
        """Return the hashing network for features of this length."""
        return HashHead(features, self.options.hidden, self.bits, self.options.dropout)

    def make_optimizers(self, network: nn.Module) -> list[torch.optim.Optimizer]:
        """Return Adam over all of the network."""
        return [adam([(network.parameters(), self.options.learning_rate)], 0.9)]

    @abstractmethod
    def step(
        self, items: Items, optimizers: list[torch.optim.Optimizer], batch: Tensor, epoch: int, number: int
    ) -> dict[str, Tensor]:
        """Move the parameters by one batch and return its loss terms.

        Args:
            items: all training images.
            optimizers: what :meth:`make_optimizers` made.
            batch: positions among the labelled images, (b,).
            epoch: number of the epoch, from 0.
            number: number of the step since the training began, from 0.
        """

    def learned(self) -> dict[str, Tensor]:
        """Return the numbers of the hashing network; what else was trained encodes nothing."""
        if self.network is None:
            raise NotFittedError(self)
        return dict(self.network["hash"].state_dict())

    def restore(self, learned: dict[str, Tensor]) -> None:
        """Take over what :meth:`learned` returned; ValueError where the options ask for another network."""
        if "scale.mean" not in learned:
            raise ValueError("its network has no scale of features")
        length = len(learned["scale.mean"])
        with torch.device("meta"):  # shapes without numbers
            shapes = {name: part.shape for name, part in self.make_head(length).state_dict().items()}
        if shapes != {name: part.shape for name, part in learned.items()}:
            raise ValueError("its options ask for a network of other sizes than its numbers have")
        self.network = nn.ModuleDict({"hash": self.make_head(length)})
        self.network["hash"].load_state_dict(learned)
        self.network.to(self.device).eval()

    @limited_threads()
    @torch.inference_mode()
    def encode(self, images: np.ndarray) -> BinaryCodes:
        """Return the codes (n, bits) of features (n, d): a bit is one where h ≥ ½.

        Raises:
            NotFittedError: before fit.
            AdahError: features of another length than the training's.
        """
        if self.network is None:
            raise NotFittedError(self)
        length = len(self.network["hash"].scale.mean)
        if images.ndim != (4 if self.sees_pictures() else 2) or images.shape[1] != length:
            raise AdahError(f"images have shape {images.shape}; this model was fitted on {self.form(length)}.")
        self.network.eval()
        values = [np.empty((0, self.bits), np.float32)]
        for start in range(0, len(images), BLOCK):
            block = torch.from_numpy(np.array(images[start : start + BLOCK])).to(self.device).float()
            values.append((self.network["hash"](block) - 0.5).cpu().numpy())
        return BinaryCodes.from_signs(np.concatenate(values))


def network_option() -> str:
    """Return the option of a method that also has the network of its own paper."""
    return option("common", "network: common, a layer on frozen features as all methods have, or own, its paper's")


def moved(pictures: Tensor) -> Tensor:
    """Return pictures (b, 3, H, W) turned over with a chance of a half, and moved within a border that repeats them."""
    count, device = len(pictures), pictures.device
    padded = functional.pad(pictures, [SHIFT] * 4, mode="reflect")
    flipped = torch.rand(count, device=device) < 0.5
    padded = torch.where(flipped[:, None, None, None], padded.flip(3), padded)
    top, left = torch.randint(2 * SHIFT + 1, (2, count, 1), device=device)
    rows, columns = (start + torch.arange(pictures.shape[2], device=device) for start in (top, left))
    each = torch.arange(count, device=device)[:, None, None]
    return padded[each, :, rows[:, :, None], columns[:, None]].movedim(3, 1)


def drawn(positions: Tensor, count: int) -> Tensor:
    """Return ``count`` positions drawn with repetition, or none where there are none."""
    if not len(positions):
        return positions
    return positions[torch.randint(len(positions), (count,), device=positions.device)]


def one_of(mask: Tensor) -> Tensor:
    """Return for each row the position of a true entry, drawn at random; any position where there is none."""
    return torch.where(mask, torch.rand(mask.shape, device=mask.device), -1.0).argmax(dim=1)
