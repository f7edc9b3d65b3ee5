"""What the deep methods have in common: maps or photos in, training in epochs, signs of outputs out."""

from abc import abstractmethod
from collections.abc import Callable, Iterable
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np
import torch
from scipy.sparse import issparse
from torch import Tensor, nn

from adahlib.distributed import Dropout, share
from adahlib.errors import AdahError, NotFittedError
from adahlib.methods.base import HashingMethod, Rows, check_training_data
from adahlib.methods.deep.options import DeepOptions
from adahlib.methods.options import build_options
from adahlib.models.backbones.base import Backbone
from adahlib.models.backbones.parts import trained_part
from adahlib.models.hashing import MapShape
from adahlib.retrieval import BinaryCodes
from adahlib.thread_limits import limited_threads
from adahlib.training import Training, default_device

ENCODING_BATCH = 256


class Pairs(NamedTuple):
    """All training pairs as tensors, each in the type that was given: maps stay float16 until they are used."""

    images: Tensor  # maps (n, C, H, W), or photos
    texts: Tensor  # bag-of-words (n, v), or numbers of words in their order (n, L)
    labels: Tensor  # (n, c) 0/1


class DeepMethod(HashingMethod):
    """The base of the methods that train a network in epochs, on feature maps of a backbone or on photos.

    A subclass names its ``Options`` and gives three hooks, :meth:`make_network`, :meth:`make_optimizers` and
    :meth:`step`. It may give three more: :meth:`make_training` where the training is not one schedule over all epochs,
    :meth:`history` and :meth:`finish`.

    Args:
        bits: q, code length.
        seed: of initialisation, order of batches and dropout.
        backbone: whose fc6 and fc7 a flattened image head starts from, and that is trained where ``fine_tune`` says
            so; None for random ones and frozen maps.
        **hyperparameters: fields of ``Options``.

    Attributes:
        network_: the trained network, None before :meth:`fit`. Its ``images`` and ``texts`` map items of any float or
            integer type to real-valued codes.
        history_: the mean of each loss term per epoch.

    Raises:
        AdahError: an unknown option, or a value of the wrong type or out of range.

    Example:
        >>> from adahlib.datasets import miniature_pairs
        >>> from adahlib.methods import METHODS, DeepMethod, make_method
        >>> [name for name, method in METHODS.items() if issubclass(method, DeepMethod)]
        ['adah', 'dcmh', 'dvsh', 'prdh']
        >>> pairs = miniature_pairs()
        >>> maps = pairs.images.transpose(0, 3, 1, 2) / 255  # (n, C, H, W), in the place of a backbone's maps
        >>> method = make_method("dcmh", 8, epochs=2, head="pool", image_hidden=(16,), text_hidden=16)
        >>> method.fit(maps, pairs.tags, pairs.labels).encode_texts(pairs.tags)
        BinaryCodes(60 codes of 8 bits)
        >>> len(method.history_), min(method.history_[-1])
        (2, 'balance, images')
    """

    has_epochs = True
    Options: ClassVar[type[DeepOptions]]
    network: nn.Module | None = None
    network_ = property(attrgetter("network"), doc="The trained network; None before fit.")

    def __init__(self, bits: int, seed: int = 0, backbone: Backbone | None = None, **hyperparameters: Any):
        super().__init__(bits, seed)
        self.options = build_options(self.Options, hyperparameters)
        self.backbone = backbone
        self.device = default_device()

    @limited_threads()
    def fit(
        self,
        images: np.ndarray,
        texts: Rows,
        labels: Rows,
        *,
        score: Callable[[HashingMethod], float] | None = None,
        checkpoint: Path | None = None,
        description: str | None = None,
    ) -> Self:
        """Learn from n pairs; returns self. See ``HashingMethod.fit``.

        Args:
            images: feature maps (n, C, H, W); with ``fine_tune`` what the first trained block takes: photos, uint8
                (n, 3, H, W), or the maps of the blocks before it.
            texts: bag-of-words (n, v), array or CSR.
            labels: (n, c) 0/1.
            score: needed for ``epoch_choice="best"``, and called after each epoch then.
            checkpoint: file that keeps the state after each epoch; a run that finds it resumes from there.
            description: label of the progress bar.

        Raises:
            AdahError: not one row per pair, NaN or infinity, labels other than 0 and 1, no score where it is needed,
                ``fine_tune`` without a backbone, or a loss or weight that becomes NaN or infinite in training.
        """
        check_training_data(images, texts, labels, image_axes=4)
        best = self.options.epoch_choice == "best"
        if best and score is None:
            raise AdahError("option epoch_choice='best' needs a score of validation pairs; pass score=function.")
        torch.manual_seed(self.seed)
        pairs = Pairs(*(as_tensor(part).to(self.device) for part in (images, texts, labels)))
        self.network = self.make_network(pairs.images, pairs.texts).to(self.device)
        optimizers = self.make_optimizers(self.network)
        training = self.make_training(
            network=self.network,
            optimizers=optimizers,
            step=partial(self.step, pairs, optimizers),
            size=len(pairs.labels),
            batch_size=self.options.batch_size,
            seed=self.seed,
            validate=partial(score, self) if best else None,  # type: ignore[arg-type, misc]
            checkpoint=checkpoint,
            description=description or type(self).__name__,
        )
        self.history_ = self.history(training.run())
        self.finish()
        return self

    @abstractmethod
    def make_network(self, images: Tensor, texts: Tensor) -> nn.Module:
        """Return the untrained network for training pairs: images (n, C, H, W) and texts (n, v)."""

    @abstractmethod
    def make_optimizers(self, network: nn.Module) -> list[torch.optim.Optimizer]:
        """Return the optimizers of the network's parameters, in the order of their steps."""

    @abstractmethod
    def step(
        self, pairs: Pairs, optimizers: list[torch.optim.Optimizer], batch: Tensor, epoch: int, number: int
    ) -> dict[str, Tensor]:
        """Move the parameters by one batch and return its loss terms.

        Args:
            pairs: all training pairs.
            optimizers: what :meth:`make_optimizers` made.
            batch: positions of the batch's pairs, (b,).
            epoch: number of the epoch, from 0.
            number: number of the step since the training began, from 0.
        """

    def make_training(self, **settings: Any) -> Training:
        """Return the training, given all settings but its length and the schedule of its rates."""
        return Training(epochs=self.options.epochs, schedule=self.options.schedule, **settings)

    def finish(self) -> None:
        """Do what is left to do when the training has ended: nothing, unless a method says otherwise."""

    def history(self, epochs: list[dict[str, float]]) -> list[dict[str, float]]:
        """Return what ``history_`` shows of the training's epochs."""
        return epochs

    def map_shape(self, images: Tensor) -> MapShape:
        """Return (C, H, W) of the maps f^I: the images' own, or those that the trained blocks make of them.

        Raises:
            AdahError: blocks are to be trained, and there is no backbone.
        """
        if self.options.fine_tune:
            if self.backbone is None:
                raise AdahError("option fine_tune=True needs a backbone; pass backbone=make_backbone(name).")
            with torch.no_grad():
                part = trained_part(self.backbone, self.options.fine_tune_from).cpu()
                return tuple(part(images[:1].cpu()).shape[1:])
        return tuple(images.shape[1:])  # type: ignore[return-value]

    def rate_groups(self, parameters: Iterable[nn.Parameter]) -> list[tuple[list[nn.Parameter], float]]:
        """Return parameters in groups, each with its multiple of the learning rate: E^I has its own where it learns."""
        groups = [(list(parameters), 1.0)]
        if self.options.fine_tune:
            own = set(map(id, self.backbone.parameters()))
            others, trained = ([p for p in groups[0][0] if (id(p) in own) == inside] for inside in (False, True))
            groups = [group for group in ((others, 1.0), (trained, self.options.backbone_rate)) if group[0]]
        return groups

    def mine(self, batch: Tensor) -> Tensor:
        """Return this process's positions of a batch (torchrun); dropout then draws for the whole batch."""
        Dropout.batch_size = len(batch)
        return batch[share(len(batch))].to(self.device)

    def encode_images(self, images: np.ndarray) -> BinaryCodes:
        """Return the codes of maps (n, C, H, W)."""
        return self.encode(images, self.trained_network.images)  # type: ignore[arg-type]

    def encode_texts(self, texts: Rows) -> BinaryCodes:
        """Return the codes of bag-of-words (n, v)."""
        return self.encode(texts, self.trained_network.texts)  # type: ignore[arg-type]

    @property
    def trained_network(self) -> nn.Module:
        """The network after :meth:`fit`; NotFittedError before."""
        if self.network is None:
            raise NotFittedError(self)
        return self.network

    def encode(self, inputs: Rows, part: Callable[[Tensor], Tensor]) -> BinaryCodes:
        """Return the signs of what a part of the network makes of n inputs."""
        outputs = self.outputs(inputs, part)
        return BinaryCodes.from_signs(np.concatenate([np.empty((0, self.bits), np.float32), *outputs]))

    @limited_threads()
    @torch.inference_mode()
    def outputs(self, inputs: Rows, part: Callable[[Tensor], Tensor]) -> list[np.ndarray]:
        """Return what a part of the network makes of n inputs, block by block."""
        self.network.eval()
        blocks = (inputs[start : start + ENCODING_BATCH] for start in range(0, inputs.shape[0], ENCODING_BATCH))
        return [part(as_tensor(block).to(self.device)).cpu().numpy() for block in blocks]


def as_tensor(rows: Rows) -> Tensor:
    """Return an array, or the dense form of a sparse one, as a tensor of its own type."""
    return torch.from_numpy(rows.toarray() if issparse(rows) else np.array(rows))
