"""A branch per modality, from maps or bag-of-words to real-valued outputs without tanh: what DCMH and PRDH train."""

import torch
from torch import Tensor, nn

from adahlib.distributed import Dropout
from adahlib.models.hashing import ImageHashing, Standardise
from adahlib.models.text import BagOfWordsLinear

SAMPLE = 2048  # training items on which standardisation is measured


class ImageBranch(nn.Module):
    """Frozen maps → (standardise → 1×1 adapter) → fc6, fc7 as ADAH's D^I → linear layer of ``outputs``.

    Args:
        options: ``image_hidden``, ``head``, ``image_adapter``, ``image_dropout``, ``standardise``.
        shape: (C, H, W) of the maps.
        outputs: width of the last layer.
        backbone: whose fc6 and fc7 a flattened head starts from; None for random ones.
    """

    def __init__(self, options, shape: tuple[int, int, int], outputs: int, backbone=None):
        super().__init__()
        channels, *cells = shape
        width, flatten = options.image_adapter or channels, options.head == "flatten"
        pool = backbone.hash_pool if backbone is not None and flatten else None
        self.standardise = Standardise(channels) if options.standardise else nn.Identity()
        adapter = [nn.Conv2d(channels, width, kernel_size=1), nn.ReLU()] if options.image_adapter else []
        self.adapter = nn.Sequential(*adapter)
        hidden = options.image_hidden
        self.head = ImageHashing((width, *cells), hidden, outputs, options.head, pool, options.image_dropout)
        self.head.layers = self.head.layers[:-1]  # no tanh: the likelihood reads inner products of any size
        if backbone is not None and flatten:
            self.head.start_from(backbone.hash_layers())

    @torch.no_grad()
    def measure(self, maps: Tensor) -> None:
        """Measure the frozen maps (n, C, H, W), and what fc6 sees of them, on the first training items."""
        sample = maps[:SAMPLE].float().cpu()
        self.standardise.measure(sample)
        self.head.standardise.measure(self.head.inputs(self.adapter(self.standardise(sample))))

    def forward(self, maps: Tensor) -> Tensor:
        """Return (n, outputs) of maps (n, C, H, W) of any float type."""
        return self.head(self.adapter(self.standardise(maps.float())))

    @property
    def last(self) -> nn.Linear:
        """The layer of ``outputs``, which no backbone has."""
        return self.head.layers[-1]


class WordDropout(Dropout):
    """Dropout that leaves words out and the others as they are: a count is no activation, to be scaled."""

    def forward(self, bag_of_words: Tensor) -> Tensor:
        """Return the bag-of-words (n, v) with, in training, a part of its words left out."""
        return super().forward(bag_of_words) * (1 - self.p) if self.training else bag_of_words


class TextBranch(nn.Module):
    """Bag-of-words → hidden → ReLU → linear layer of ``outputs``.

    Args:
        options: ``text_hidden``, ``text_dropout`` and ``word_dropout``.
        vocabulary: v.
        outputs: width of the last layer.
    """

    def __init__(self, options, vocabulary: int, outputs: int):
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


def draw_gaussian(layers, deviation: float = 0.01) -> None:
    """Draw weights and biases of linear layers from N(0, 0.01²)."""
    for layer in layers:
        nn.init.normal_(layer.weight, std=deviation)
        nn.init.normal_(layer.bias, std=deviation)
