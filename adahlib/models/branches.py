"""A branch per modality, from maps or bag-of-words to real-valued outputs without tanh: what DCMH and PRDH train."""

from typing import Protocol

import torch
from torch import Tensor, nn

from adahlib.distributed import Dropout
from adahlib.models.backbones.base import Backbone
from adahlib.models.backbones.parts import trained_part
from adahlib.models.hashing import ImageHashing, ImageOptions, MapShape, Standardise, adapter, measure
from adahlib.models.text import BagOfWordsLinear, WordDropout


class ImageBranch(nn.Module):
    """(Trained blocks →) maps → (standardise → 1×1 adapter) → ADAH's D^I without tanh: likelihoods take any outputs.

    Args:
        options: ``fine_tune``, ``fine_tune_from``, ``standardise`` and those of ``ImageHashing.from_options``.
        shape: (C, H, W) of the maps, behind the trained blocks.
        outputs: width of the last layer.
        backbone: whose fc6 and fc7 a flattened head starts from, and whose blocks are trained; None for random ones
            and frozen maps.
    """

    def __init__(self, options: ImageOptions, shape: MapShape, outputs: int, backbone: Backbone | None = None):
        super().__init__()
        self.trained = nn.Identity()
        if options.fine_tune:
            self.trained = trained_part(backbone, options.fine_tune_from)  # type: ignore[arg-type, assignment]
        self.standardise = Standardise(shape[0]) if options.standardise else nn.Identity()
        self.adapter = nn.Sequential(*adapter(shape[0], options.image_adapter))
        self.head = ImageHashing.from_options(options, shape, outputs, backbone, tanh=False)
        self.head.start_from(backbone)

    def features(self, maps: Tensor) -> Tensor:
        """Return what the head sees of maps (n, C, H, W) of any float type."""
        return self.adapter(self.standardise(self.trained(maps.float())))

    def measure(self, maps: Tensor) -> None:
        """Measure the maps (n, C, H, W), and what fc6 sees of them, on the first training items, on their device."""
        self.to(maps.device)
        measure(maps, self.trained, self.standardise, self.features, self.head)  # type: ignore[arg-type]

    def forward(self, maps: Tensor) -> Tensor:
        """Return (n, outputs) of maps (n, C, H, W) of any float type."""
        return self.head(self.features(maps))

    @property
    def last(self) -> nn.Linear:
        """The layer of ``outputs``, which no backbone has."""
        return self.head.layers[-1]  # type: ignore[return-value]


class TextOptions(Protocol):
    """The options of a method that a text branch needs; ``DcmhOptions`` says what they mean."""

    text_hidden: int
    text_dropout: float
    word_dropout: float


class TextBranch(nn.Module):
    """Bag-of-words → hidden → ReLU → linear layer of ``outputs``.

    Args:
        options: ``text_hidden``, ``text_dropout`` and ``word_dropout``.
        vocabulary: v.
        outputs: width of the last layer.
    """

    def __init__(self, options: TextOptions, vocabulary: int, outputs: int):
        super().__init__()
        self.words = WordDropout(options.word_dropout)
        self.hidden = BagOfWordsLinear(vocabulary, options.text_hidden)
        self.dropout = Dropout(options.text_dropout)
        self.last = nn.Linear(options.text_hidden, outputs)

    def forward(self, bag_of_words: Tensor) -> Tensor:
        """Return (n, outputs) of bag-of-words (n, v) of any type."""
        return self.last(self.dropout(self.hidden(self.words(bag_of_words.float())).relu()))


class BufferedNetwork(nn.Module):
    """Two branches with the outputs and codes of all n training pairs beside them, so that a checkpoint holds them.

    Attributes:
        images, texts: the branches.
        F, G: latest outputs of the image and the text branch, (n, q); random before training, as in public code.
        B: unified codes of the training pairs, (n, q) in {−1, +1}.
    """

    def __init__(self, images: nn.Module, texts: nn.Module, pairs: int, bits: int):
        super().__init__()
        self.images, self.texts = images, texts
        for name in ("F", "G", "B"):
            self.register_buffer(name, torch.randn(pairs, bits))
