"""The whole network of Fig. 2: E^I, E^T → G^I, G^T → D^I, D^T."""

from typing import NamedTuple, Protocol

import torch
from torch import Tensor, nn

from adahlib.errors import unknown_name
from adahlib.models.attention import ImageAttention, TextAttention, attend
from adahlib.models.backbones.base import Backbone
from adahlib.models.backbones.parts import trained_part
from adahlib.models.hashing import ImageHashing, ImageOptions, MapShape, Standardise, TextHashing, adapter, measure
from adahlib.models.text import TextFeatures, draw_gaussian

ATTENTIONS = ("none", "visual", "textual", "both")


class NetworkOptions(ImageOptions, Protocol):
    """The options of a method that the network needs; ``AdahOptions`` says what they mean."""

    attention: str
    text_hidden: int
    text_features: int
    text_dropout: float
    text_init: str
    hash_init: str
    text_threshold: str
    score_deviation: float


class Codes(NamedTuple):
    """Real-valued codes in [-1, 1], (B, q) each; the unattended ones are None where a modality has no attention."""

    images: Tensor  # H^I
    texts: Tensor  # H^T
    unattended_images: Tensor | None  # Ĥ^I
    unattended_texts: Tensor | None  # Ĥ^T


class Modality(NamedTuple):
    """The three modules of one modality; a view on the network's own."""

    E: nn.Module
    G: nn.Module | None
    D: nn.Module

    def hash_parts(self, inputs: Tensor, attention: bool, through_mask: bool) -> tuple[Tensor, Tensor | None]:
        """Return the codes (B, q) of the attended and of the unattended features.

        Without G, or without ``attention``, they are the codes of all features, and None.
        """
        features = self.E(inputs.float())
        if self.G is None or not attention:
            return self.D(features), None
        with torch.set_grad_enabled(through_mask and torch.is_grad_enabled()):
            mask = self.G(features)
        attended, unattended = attend(features, mask)
        return self.D(attended, mask), self.D(unattended, 1 - mask)

    def hash_attended(self, inputs: Tensor) -> Tensor:
        """Return the codes (B, q) of the attended features; without G, of all features."""
        features = self.E(inputs.float())
        if self.G is None:
            return self.D(features)
        mask = self.G(features)
        return self.D(attend(features, mask)[0], mask)


class AdahNetwork(nn.Module):
    """ADAH's six modules, named by the paper's symbols.

    Images and texts may be of any float or integer type.

    Args:
        image_features: E^I; ends in maps (B, C, H, W).
        text_features: E^T; ends in features (B, d).
        image_hashing: D^I.
        text_hashing: D^T.
        image_attention: G^I, or None for no visual attention.
        text_attention: G^T, or None for no textual attention.
    """

    def __init__(
        self,
        image_features: nn.Module,
        text_features: TextFeatures,
        image_hashing: ImageHashing,
        text_hashing: TextHashing,
        image_attention: ImageAttention | None,
        text_attention: TextAttention | None,
    ):
        super().__init__()
        self.E_I, self.E_T = image_features, text_features
        self.G_I, self.G_T = image_attention, text_attention
        self.D_I, self.D_T = image_hashing, text_hashing

    @property
    def image_modules(self) -> Modality:
        """E^I, G^I and D^I."""
        return Modality(self.E_I, self.G_I, self.D_I)

    @property
    def text_modules(self) -> Modality:
        """E^T, G^T and D^T."""
        return Modality(self.E_T, self.G_T, self.D_T)

    def forward(self, images: Tensor, texts: Tensor, attention: bool = True, through_mask: bool = True) -> Codes:
        """Return the codes of paired images (maps, or what E^I takes) and texts (bag-of-words).

        Args:
            images: (B, …).
            texts: (B, v).
            attention: False sends the whole features to D, as before the adversary's warm-up ends.
            through_mask: whether gradients pass through the masks.
        """
        attended_images, unattended_images = self.image_modules.hash_parts(images, attention, through_mask)
        attended_texts, unattended_texts = self.text_modules.hash_parts(texts, attention, through_mask)
        return Codes(attended_images, attended_texts, unattended_images, unattended_texts)

    def images(self, images: Tensor) -> Tensor:
        """Return H^I (B, q) of images: attended features only (section 4.1)."""
        return self.image_modules.hash_attended(images)

    def texts(self, texts: Tensor) -> Tensor:
        """Return H^T (B, q) of texts: attended features only (section 4.1)."""
        return self.text_modules.hash_attended(texts)

    def image_masks(self, images: Tensor) -> Tensor:
        """Return Z^I (B, H, W) in {0, 1}; all ones without visual attention."""
        maps = self.E_I(images.float())
        return self.G_I(maps)[:, 0] if self.G_I is not None else torch.ones_like(maps[:, 0])

    def text_masks(self, texts: Tensor) -> Tensor:
        """Return Z^T (B, d) in {0, 1}; all ones without textual attention."""
        features = self.E_T(texts.float())
        return self.G_T(features) if self.G_T is not None else torch.ones_like(features)

    def measure(self, maps: Tensor) -> None:
        """Measure the maps, and what fc6 sees of them, for the standardisation in E^I; its trained blocks come before.

        Args:
            maps: what E^I takes, of the training items.
        """
        self.to(maps.device)
        place = next(place for place, layer in enumerate(self.E_I) if isinstance(layer, Standardise))  # type: ignore[arg-type, var-annotated]
        measure(maps, self.E_I[:place], self.E_I[place], self.E_I, self.D_I)

    def hashing_parameters(self) -> list[nn.Parameter]:
        """Return the parameters of E^I, E^T, D^I, D^T that learn (eq. 8)."""
        modules = (self.E_I, self.E_T, self.D_I, self.D_T)
        return [p for module in modules for p in module.parameters() if p.requires_grad]


def build_network(
    options: NetworkOptions, map_shape: MapShape, vocabulary: int, bits: int, backbone: Backbone | None = None
) -> AdahNetwork:
    """Return the network that the options describe, at its initial weights.

    Args:
        options: sizes, attention and initialisation.
        map_shape: (C, H, W) of the maps f^I, behind the trained blocks.
        vocabulary: v, the width of the bag-of-words.
        bits: q.
        backbone: the backbone whose fc6 and fc7 D^I starts from, and whose blocks E^I trains; None for frozen maps
            whose D^I starts at random.
    """
    if options.attention not in ATTENTIONS:
        raise unknown_name("attention", options.attention, ATTENTIONS)
    network = AdahNetwork(
        image_features=image_features(options, map_shape[0], backbone),
        text_features=TextFeatures(vocabulary, options.text_hidden, options.text_features, options.text_dropout),
        image_hashing=ImageHashing.from_options(options, map_shape, bits, backbone),
        text_hashing=TextHashing(options.text_features, bits),
        **attention_modules(options, options.image_adapter or map_shape[0]),  # type: ignore[arg-type]
    )
    initialise(network, options, backbone)
    return network


def attention_modules(options: NetworkOptions, channels: int) -> dict[str, nn.Module | None]:
    """Return G^I and G^T, each None where the attention does not include it (Fig. 7)."""
    visual, textual = options.attention in ("visual", "both"), options.attention in ("textual", "both")
    deviation, features = options.score_deviation, options.text_features
    return {
        "image_attention": ImageAttention(channels, deviation) if visual else None,
        "text_attention": TextAttention(features, options.text_threshold, deviation) if textual else None,
    }


def image_features(options: NetworkOptions, channels: int, backbone: Backbone | None = None) -> nn.Sequential:
    """Return E^I: its trained blocks, if any, standardisation where the options say so, then the adapter, if any."""
    layers = [trained_part(backbone, options.fine_tune_from)] if options.fine_tune else []  # type: ignore[arg-type]
    layers += [Standardise(channels)] if options.standardise else []
    return nn.Sequential(*layers, *adapter(channels, options.image_adapter))


def initialise(network: AdahNetwork, options: NetworkOptions, backbone: Backbone | None) -> None:
    """Draw the text branch from N(0, 0.01²) (section 4.1) where asked; start D^I from the backbone's fc6, fc7."""
    if options.text_init == "gaussian":
        modules = [module for module in (network.E_T, network.G_T, network.D_T) if module is not None]
        draw_gaussian(layer for module in modules for layer in module.modules() if isinstance(layer, nn.Linear))
    if options.hash_init == "imagenet":
        network.D_I.start_from(backbone)
