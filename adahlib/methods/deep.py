"""What the deep baselines have in common: frozen maps in, two branches, training from checkpoints, codes out."""

from abc import abstractmethod
from pathlib import Path
from typing import ClassVar

import numpy as np
import torch
from scipy.sparse import issparse
from torch import Tensor, nn

from adahlib.distributed import Dropout, share
from adahlib.errors import AdahError
from adahlib.methods.base import HashingMethod, check_training_data
from adahlib.methods.options import build_options
from adahlib.retrieval import BinaryCodes
from adahlib.training import Training, default_device

ENCODING_BATCH = 256


class DeepMethod(HashingMethod):
    """A method with a branch per modality. A subclass names its ``Options`` and gives network, training and codes.

    Args:
        bits: q, code length.
        seed: of initialisation, order of batches and dropout.
        backbone: whose fc6 and fc7 a flattened image head starts from; None for random ones.
        **hyperparameters: fields of ``Options``.

    Attributes:
        network: the trained network, with branches ``images`` and ``texts``.
        history_: the mean of each loss term per epoch.
    """

    Options: ClassVar[type]

    def __init__(self, bits: int, seed: int = 0, backbone=None, **hyperparameters):
        super().__init__(bits, seed)
        self.options = build_options(self.Options, hyperparameters)
        self.backbone = backbone
        self.device = default_device()

    def fit(self, images, texts, labels, score=None, checkpoint: Path | None = None, description: str | None = None):
        """Learn from n pairs; returns self.

        Args:
            images: feature maps (n, C, H, W).
            texts: bag-of-words (n, v), array or CSR.
            labels: (n, c) 0/1.
            score: ``score(method) -> float`` on validation pairs, for ``epoch_choice="best"``; asked after each epoch.
            checkpoint: file that keeps the state after each epoch; a run finds it there and resumes.
            description: label of the progress bar.
        """
        check_training_data(images, texts, labels, image_axes=4)
        best = self.options.epoch_choice == "best"
        if best and score is None:
            raise AdahError("option epoch_choice='best' needs a score of validation pairs: score=function of a method.")
        torch.manual_seed(self.seed)
        self.data = tuple(as_tensor(part).to(self.device) for part in (images, texts, labels))
        self.network = self.make_network(*self.data[:2]).to(self.device)
        training = self.make_training(
            network=self.network,
            step=self.step,
            size=len(self.data[0]),
            batch_size=self.options.batch_size,
            seed=self.seed,
            validate=(lambda: score(self)) if best else None,
            checkpoint=checkpoint,
            description=description or type(self).__name__,
        )
        self.history_ = self.history(training.run())
        del self.data
        return self

    @abstractmethod
    def make_network(self, maps: Tensor, texts: Tensor) -> nn.Module:
        """Return the untrained network for training pairs: maps (n, C, H, W) and texts (n, v)."""

    @abstractmethod
    def make_training(self, **settings) -> Training:
        """Return the training with its optimizers, schedule and length."""

    @abstractmethod
    def step(self, batch: Tensor, epoch: int, number: int) -> dict[str, Tensor]:
        """Move the parameters by one batch of positions and return its loss terms."""

    def history(self, epochs: list[dict]) -> list[dict]:
        """Return what ``history_`` shows of the training's epochs."""
        return epochs

    def mine(self, batch: Tensor) -> Tensor:
        """Return this process's positions of a batch (torchrun); dropout then draws for the whole batch."""
        Dropout.batch_size = len(batch)
        return batch[share(len(batch))].to(self.device)

    def encode_images(self, images) -> BinaryCodes:
        """Return the codes of maps (n, C, H, W)."""
        return self.encode(images, self.network.images)

    def encode_texts(self, texts) -> BinaryCodes:
        """Return the codes of bag-of-words (n, v)."""
        return self.encode(texts, self.network.texts)

    @torch.inference_mode()
    def encode(self, inputs, branch) -> BinaryCodes:
        """Return the signs of what a branch makes of inputs, block by block."""
        self.network.eval()
        blocks = [np.empty((0, self.bits), dtype=np.float32)]
        for start in range(0, inputs.shape[0], ENCODING_BATCH):
            block = as_tensor(inputs[start : start + ENCODING_BATCH]).to(self.device)
            blocks.append(branch(block).cpu().numpy())
        return BinaryCodes.from_signs(np.concatenate(blocks))


def as_tensor(rows) -> Tensor:
    """Return an array, or the dense form of a sparse one, as a tensor of its own type: maps stay float16 until used."""
    return torch.from_numpy(rows.toarray() if issparse(rows) else np.array(rows))
