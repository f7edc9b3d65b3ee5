"""What the deep methods for images have in common: a network with hashing layers at its end, trained in epochs."""

import math
from abc import abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import Any, Self

import numpy as np
import torch
from torch import Tensor, nn

from adahlib.errors import AdahError, NotFittedError
from adahlib.methods.images.base import (
    BLOCK,
    SIDE,
    ImageHashingMethod,
    as_rows,
    check_images,
    check_values,
    labelled_rows,
)
from adahlib.methods.images.head import HashHead
from adahlib.methods.images.items import Items
from adahlib.methods.images.trunk import TRUNK_BATCH, features_before_training, input_shape, make_trunk
from adahlib.methods.options import check_choice, check_range, option
from adahlib.models.backbones.base import Backbone
from adahlib.retrieval import BinaryCodes
from adahlib.thread_limits import limited_threads
from adahlib.training import SCHEDULES, Training, adam, default_device

MEASURED = 8192  # images by which features are standardised
LEAST_DEVIATION = 0.1  # of a trained feature, as a share of the mean one
TRUNK = "trunk."
MEASURED_BY_TRUNK = 2048  # images by which features are standardised where each has to pass a network first
NETWORKS = ("common", "own")


@dataclass(frozen=True)
class HeadOptions:
    """Options that every deep method for images has: the same layers and training, to which some add their own."""

    dropout: float = option(0.0, "dropout after the hidden layer")
    epochs: int = option(20, "passes over the labelled images")
    batch_size: int = option(100, "labelled images a step")
    learning_rate: float = option(1e-3, "of Adam")
    schedule: str = option("cosine", "of the learning rate: step, cosine or constant")
    fine_tune: bool = option(False, "train the backbone too, from a block on")
    fine_tune_from: int = option(0, "first block of the backbone that is trained; 0 trains all of it")
    backbone_rate: float = option(0.1, "learning rate of the backbone, as a multiple of the other layers'")

    def __post_init__(self) -> None:
        check_choice("schedule", self.schedule, SCHEDULES)
        check_range("dropout", self.dropout, 0, 0.999)
        for name, low in (("epochs", 1), ("batch_size", 2), ("learning_rate", 0)):
            check_range(name, getattr(self, name), low)
        for name in ("fine_tune_from", "backbone_rate"):
            check_range(name, getattr(self, name), 0)
        for name, low in (("hidden", 0), ("margin", 0)):  # of the methods that have them
            check_range(name, getattr(self, name, low), low)
        if self.fine_tune and getattr(self, "network", "common") == "own":
            raise AdahError("option fine_tune=True needs network='common': the paper's own network has no backbone.")


def hidden_option() -> int:
    """Return the option of a method whose network has one layer between features and code."""
    return option(512, "width of the layer between features and code; 0 for none")


def margin_option() -> float:
    """Return the option of a method with the supervised ranking loss."""
    return option(1.0, "m of the supervised ranking loss, in squared distance")


class DeepImageHashing(ImageHashingMethod):
    """The base of the methods that train a hashing network on the features of images.

    A subclass gives :meth:`step`, what it minimises in a batch. With ``fine_tune`` it trains the network that makes the
    features too, from the block ``fine_tune_from`` on, and takes what comes before that block: maps (n, C, H, W), or
    photos, uint8 (n, 3, H, W), where all of it is trained.

    Args:
        bits, seed: as in ``ImageHashingMethod``.
        backbone: the network that makes the features; it is copied where it is trained, and stays as it is.
        side: pixels to which pictures are enlarged for it; None for its own size.
        **hyperparameters: fields of ``Options``.

    Attributes:
        network_: all that is trained, None before :meth:`fit`; ``network_.trunk`` makes features (n, d) of what the
            method takes, and ``network_.hash`` maps them to h in (0, 1), (n, q).
        history_: the mean of each loss term per epoch.

    Errors are those of ``ImageHashingMethod``.

    Example:
        >>> from adahlib.methods.images import IMAGE_METHODS, DeepImageHashing
        >>> [name for name, method in IMAGE_METHODS.items() if issubclass(method, DeepImageHashing)]
        ['bgdh', 'cnnh', 'dsh-gans', 'ninh', 'ssdh', 'ssgah']
    """

    supervised = True
    has_epochs = True
    mirrors = True
    Options = HeadOptions
    network: nn.Module | None = None
    network_ = property(attrgetter("network"), doc="The trained network; None before fit.")

    def __init__(
        self,
        bits: int,
        seed: int = 0,
        backbone: Backbone | None = None,
        side: int | None = None,
        **hyperparameters: Any,
    ):
        super().__init__(bits, seed, **hyperparameters)
        self.backbone, self.side = backbone, side
        self.device = default_device()

    def reads_features(self) -> bool:
        """Return whether :meth:`fit` needs the features before training too, where it trains the network of them."""
        return False

    @limited_threads()
    def fit(
        self,
        images: np.ndarray,
        labels: np.ndarray,
        *,
        mirrored: np.ndarray | None = None,
        features: Sequence[np.ndarray] = (),
        checkpoint: Path | None = None,
        description: str | None = None,
    ) -> Self:
        """Learn from n images; returns self. See ``ImageHashingMethod.fit``.

        Args:
            images: features (n, d), or what the first trained block takes.
            labels: (n, c) 0/1; a row of zeros is an image without label.
            mirrored: the same of the mirror images, which take the place of half of the images in each step; photos
                are mirrored as they are read.
            features: with ``fine_tune``, the features (n, d) of the network before it is trained, of the images and
                of the mirror images if there are any; needed where :meth:`reads_features` is true.
            checkpoint: file that keeps the state after each epoch; a training that finds it resumes from there.
            description: label of the progress bar.

        Raises:
            AdahError: not one row an image, no numbers, NaN or infinity, values too large to be squared, labels other
                than 0 and 1, a class without an image, or labelled images without the triplets that the method draws;
                blocks to be trained and no backbone, or maps that are not those before the first of them; a loss or
                weight that becomes NaN or infinite in training.
        """
        images, labels = as_rows(images, "images"), as_rows(labels, "labels")
        mirrored = None if mirrored is None else as_rows(mirrored, "mirrored")
        features = [as_rows(each, "features") for each in features]
        self.check(images, labels, mirrored, features)
        self.check_triplets(labels[labelled_rows(labels)])
        torch.manual_seed(self.seed)
        items = self.items(images, labels, mirrored, features)
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

    def check(
        self, images: np.ndarray, labels: np.ndarray, mirrored: np.ndarray | None, features: Sequence[np.ndarray]
    ) -> None:
        """Raise AdahError unless what :meth:`fit` is given fits together and to the method."""
        rows = images
        if self.options.fine_tune:
            shape = input_shape(self.options, self.backbone, self.side)  # type: ignore[arg-type]
            if images.shape[1:] != shape:
                raise AdahError(f"images have shape {images.shape}; the first trained block takes {in_words(shape)}.")
            rows = images.reshape(len(images), math.prod(shape))
        check_images(rows, labels, self.supervised, self.sees_pictures())
        if mirrored is not None and mirrored.shape != images.shape:
            raise AdahError(f"mirrored has shape {mirrored.shape}, and images {images.shape}; give one for each image.")
        if mirrored is not None:
            for start in range(0, len(mirrored), BLOCK):
                check_values("mirrored", mirrored[start : start + BLOCK])
        if self.options.fine_tune and self.reads_features() and not features:
            raise AdahError("this method also needs features=(…,), those of the network before it is trained.")
        for each in features:
            check_images(each, labels, self.supervised)

    def items(
        self,
        images: np.ndarray,
        labels: np.ndarray,
        mirrored: np.ndarray | None,
        features: Sequence[np.ndarray] = (),
    ) -> Items:
        """Return the training images as tensors on the device."""
        labelled = labelled_rows(labels)
        views = tuple(self.on_device(view) for view in (images, mirrored) if view is not None)
        return Items(
            views,
            torch.from_numpy(labels.astype(np.float32)).to(self.device),
            torch.from_numpy(labelled).to(self.device),
            torch.from_numpy(np.setdiff1d(np.arange(len(labels)), labelled)).to(self.device),
            tuple(map(self.on_device, features)) if self.options.fine_tune else views,
        )

    def on_device(self, array: np.ndarray) -> Tensor:
        """Return an array as a tensor on the device; photos take gigabytes, and are copied only where they must be."""
        return torch.from_numpy(array if array.flags.writeable else np.array(array)).to(self.device)

    def make_network(self, items: Items) -> nn.Module:
        """Return the untrained network, with the scale of the features as they are before any training."""
        trunk = make_trunk(self.options, self.backbone).to(self.device)
        sample = items.views[0][: MEASURED_BY_TRUNK if self.options.fine_tune else MEASURED]
        features = features_before_training(trunk, sample)
        network = nn.ModuleDict({"hash": self.make_head(features.shape[1]), "trunk": trunk})
        network["hash"].scale.measure(features)
        if self.options.fine_tune:  # a feature that no image had yet would be a million times as large as others
            deviation = network["hash"].scale.deviation
            deviation.clamp_min_(LEAST_DEVIATION * float(deviation.mean()))
        return network

    def features(self, inputs: Tensor) -> Tensor:
        """Return the features (n, d) of what the method takes: the inputs themselves where no backbone is trained."""
        return self.network["trunk"](inputs)

    def codes(self, inputs: Tensor) -> Tensor:
        """Return h in (0, 1), (n, q), of what the method takes."""
        return self.network["hash"](self.features(inputs))

    def make_head(self, features: int) -> HashHead:
        """Return the hashing network for features of this length."""
        return HashHead(features, self.options.hidden, self.bits, self.options.dropout)

    def make_optimizers(self, network: nn.Module) -> list[torch.optim.Optimizer]:
        """Return Adam over all of the network."""
        return [self.own_optimizer(network, [name for name in network if name != "trunk"])]  # type: ignore[attr-defined]

    def own_optimizer(self, network: nn.Module, names: Iterable[str]) -> torch.optim.Optimizer:
        """Return Adam over parts of the network, and over the trunk at its own rate where it is trained."""
        rate, trunk = self.options.learning_rate, list(network["trunk"].parameters())
        groups = [([p for name in names for p in network[name].parameters()], rate)]
        return adam(groups + [(trunk, self.options.backbone_rate * rate)] * bool(trunk), 0.9)

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
        """Return the numbers of trunk and hashing layers; what else was trained encodes nothing."""
        if self.network is None:
            raise NotFittedError(self)
        return encoding_part(self.network)  # type: ignore[arg-type]

    def restore(self, learned: dict[str, Tensor]) -> None:
        """Take over what :meth:`learned` returned; ValueError where the options ask for another network."""
        if "scale.mean" not in learned:
            raise ValueError("its network has no scale of features")
        length, trunk = len(learned["scale.mean"]), make_trunk(self.options, self.backbone)
        with torch.device("meta"):  # shapes without numbers
            head = self.make_head(length)
        wanted = encoding_part(nn.ModuleDict({"hash": head, "trunk": trunk}))
        if {name: part.shape for name, part in wanted.items()} != {name: part.shape for name, part in learned.items()}:
            raise ValueError("its options ask for a network of other sizes than its numbers have")
        self.network = nn.ModuleDict({"hash": self.make_head(length), "trunk": trunk})
        self.network.load_state_dict({state_name(name): part for name, part in learned.items()})
        self.network.to(self.device).eval()

    @limited_threads()
    @torch.inference_mode()
    def encode(self, images: np.ndarray) -> BinaryCodes:
        """Return the codes (n, bits) of features (n, d), or of what the first trained block takes: 1 where h ≥ ½.

        Raises:
            NotFittedError: before fit.
            AdahError: images of another shape than the training's, no numbers, NaN, infinity or values beyond ±1e15.
        """
        if self.network is None:
            raise NotFittedError(self)
        images = as_rows(images, "images")
        if images.shape[1:] != self.shape():
            raise AdahError(f"images have shape {images.shape}; this model was fitted on {in_words(self.shape())}.")
        if self.sees_pictures() and images.dtype != np.uint8:
            raise AdahError(f"images are {images.dtype}; this model was fitted on pictures, uint8 (n, 3, 32, 32).")
        self.network.eval()
        values, size = [np.empty((0, self.bits), np.float32)], TRUNK_BATCH if self.options.fine_tune else BLOCK
        for start in range(0, len(images), size):
            check_values("images", images[start : start + size])
            block = torch.from_numpy(np.array(images[start : start + size])).to(self.device).float()
            values.append((self.codes(block) - 0.5).cpu().numpy())
        return BinaryCodes.from_signs(np.concatenate(values))

    def shape(self) -> tuple[int, ...]:
        """Return the shape of an image as the fitted method takes it."""
        if self.sees_pictures():
            return 3, SIDE, SIDE
        if self.options.fine_tune:
            return input_shape(self.options, self.backbone, self.side)  # type: ignore[arg-type]
        return (len(self.network["hash"].scale.mean),)


def encoding_part(network: nn.ModuleDict) -> dict[str, Tensor]:
    """Return the state of what encodes: the hashing layers' names are without a prefix, the trunk's have one."""
    trunk = {f"{TRUNK}{name}": part for name, part in network["trunk"].state_dict().items()}
    return dict(network["hash"].state_dict()) | trunk


def state_name(name: str) -> str:
    """Return a name of :func:`encoding_part` as it is in the state of the whole network."""
    return name if name.startswith(TRUNK) else f"hash.{name}"


def in_words(shape: tuple[int, ...]) -> str:
    """Return the shape of n images: ``(n, 3, 32, 32)``."""
    return f"(n, {', '.join(map(str, shape))})"


def network_option() -> str:
    """Return the option of a method that also has the network of its own paper."""
    return option("common", "network: common, a layer on frozen features as all methods have, or own, its paper's")
