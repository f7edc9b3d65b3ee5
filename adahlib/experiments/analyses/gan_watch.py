"""What is looked at while a GAN trains: its pictures for fixed images and noise, and of which class they are."""

import base64
import io
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from torch import Tensor, nn

NOISE_SEED = 0
# ``make(networks, positions)``: the synthetic pictures (n, 3, 32, 32) in [−1, 1] by kind, for images
MakePictures = Callable[[nn.ModuleDict, Tensor], dict[str, Tensor]]


@dataclass
class Watch:
    """What is looked at after every epoch of a GAN, with the same noise each time.

    Attributes:
        make: makes the synthetic pictures.
        features_of: pictures → features (n, d).
        classifier: features → classes.
        shown: positions of an image of each class.
        judged, classes: positions of unlabelled images, and their classes (n,).
        real: features of these images.
    """

    make: MakePictures
    features_of: Callable[[Tensor], Tensor]
    classifier: Pipeline
    shown: Tensor
    judged: Tensor
    classes: np.ndarray
    real: np.ndarray

    @torch.no_grad()
    def __call__(self, networks: nn.ModuleDict) -> dict[str, dict]:
        """Return for each kind of pictures those for ``shown``, and what was measured of those for ``judged``."""
        networks.eval()
        with torch.random.fork_rng():
            torch.manual_seed(NOISE_SEED)
            shown, judged = self.make(networks, self.shown), self.make(networks, self.judged)
        networks.train()
        return {kind: {"pictures": shown[kind]} | self.measures(judged[kind]) for kind in shown}

    def accuracy(self) -> float:
        """Return the share of the judged images, as they are, that the classifier names rightly."""
        return float((self.classifier.predict(self.real) == self.classes).mean())

    def measures(self, pictures: Tensor) -> dict[str, float]:
        """Return the share of pictures of the class of their image, and how much pictures of a class differ.

        ``class`` is that share, ``permuted`` the same for pictures made for other images; ``within`` is
        :func:`deviation_within` of the pictures' features divided by that of the real ones'.
        """
        features = self.features_of(pictures).cpu().numpy()
        found = self.classifier.predict(features)
        others = np.random.default_rng(NOISE_SEED).permutation(self.classes)
        within = deviation_within(features, self.classes) / deviation_within(self.real, self.classes)
        return {
            "class": float((found == self.classes).mean()),
            "permuted": float((found == others).mean()),
            "within": float(within),
        }


def deviation_within(features: np.ndarray, classes: np.ndarray) -> float:
    """Return the mean over classes and features of the standard deviation inside a class.

    Args:
        features: (n, d).
        classes: (n,), two images or more of each.
    """
    return float(np.mean([features[classes == each].std(axis=0).mean() for each in np.unique(classes)]))


def watched(step: Callable, watch: Callable[[nn.ModuleDict], None], steps: int) -> Callable:
    """Return the step of a GAN with a look at its networks before every epoch of so many steps."""

    def moved(networks: nn.ModuleDict, optimizers: list, batch: Tensor, epoch: int, number: int) -> dict[str, Tensor]:
        if number % steps == 0:
            watch(networks)
        return step(networks, optimizers, batch, epoch, number)

    return moved


def classifier_of(features: np.ndarray, classes: np.ndarray) -> Pipeline:
    """Return a logistic regression on standardised features (n, d) of classes (n,)."""
    return make_pipeline(StandardScaler(), LogisticRegression(C=0.01, max_iter=500)).fit(features, classes)


def picture_sheet(rows: list[Tensor]) -> str:
    """Return pictures as one PNG in base64: a row for each batch (n, 3, H, W) in [−1, 1], n columns."""
    pixels = torch.cat([torch.cat(list(row), dim=2) for row in rows], dim=1)
    array = ((pixels + 1) * 127.5).round().clamp(0, 255).byte().movedim(0, 2).cpu().numpy()
    file = io.BytesIO()
    Image.fromarray(array).save(file, "PNG", optimize=True)
    return base64.b64encode(file.getvalue()).decode()
