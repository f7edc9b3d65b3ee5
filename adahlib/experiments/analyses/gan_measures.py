"""Do the GANs of SSGAH and DSH-GANs work? Their losses and pictures by epoch, and of which class the pictures are.

A classifier that no GAN knows, a logistic regression on the frozen network's features of the labelled images, says of
which class a picture is. Its accuracy on unlabelled real images stands beside as what can be reached, and what it says
of pictures that were made for other images as chance. Labels of unlabelled images are read here alone, to measure.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from adahlib.experiments.analyses.gan_watch import MakePictures, Watch, classifier_of, picture_sheet, watched
from adahlib.experiments.analyses.kept import write_analysis
from adahlib.experiments.images.frames import gan_file, known_labels, made_method, pictures_of, vectors_of
from adahlib.experiments.rundata import RunData
from adahlib.experiments.running import prepare
from adahlib.experiments.spec import RunSpec
from adahlib.methods.images.class_gan_training import class_gan_step, make_class_gan
from adahlib.methods.images.deep import Items
from adahlib.methods.images.gan_training import GanStep, make_gan
from adahlib.methods.images.generating import GeneratingMethod
from adahlib.methods.images.kept_networks import kept_networks, train_gan
from adahlib.methods.images.ssgah import SSGAH
from adahlib.models.gan import as_signed
from adahlib.training import epoch_batches

BITS, SEED, SIDE = 48, 0, 64  # no GAN depends on the bits
JUDGED = 2_000  # unlabelled images for which pictures are made and judged


class Gan(NamedTuple):
    """A method's GAN: what makes its untrained networks, its step, and what makes its pictures."""

    networks: Callable[[], nn.ModuleDict]
    step: Callable
    pictures: MakePictures


def gan_of(method: GeneratingMethod, items: Items, labels: Tensor) -> Gan:
    """Return the GAN of a method that was given pictures.

    Args:
        method: SSGAH or DSH-GANs.
        items: the training images.
        labels: (n, c) of all of them, for which pictures are made; training sees those of ``items`` alone.
    """
    if isinstance(method, SSGAH):
        make = partial(make_gan, items.frozen[0].shape[1], method.options)
        return Gan(make, GanStep(items, method.pictures, method.options), partial(pictures_for_images, items))
    make = partial(make_class_gan, items.labels.shape[1], method.options)
    return Gan(make, partial(class_gan_step, items, method.pictures), partial(pictures_for_classes, labels))


def pictures_for_images(items: Items, networks: nn.ModuleDict, positions: Tensor) -> dict[str, Tensor]:
    """Return SSGAH's pictures for images: like them and unlike them."""
    made = networks["generator"](items.frozen[0][positions].float())
    return {"positive": made.positive, "negative": made.negative}


def pictures_for_classes(labels: Tensor, networks: nn.ModuleDict, positions: Tensor) -> dict[str, Tensor]:
    """Return DSH-GANs' pictures of the classes of images; they know nothing else of them."""
    return {"asked": networks["generator"](labels[positions])}


def watch_of(method: GeneratingMethod, items: Items, labels: np.ndarray, pictures: MakePictures) -> Watch:
    """Return what looks at a GAN.

    Args:
        method, items: as in :func:`gan_of`.
        labels: of all training images, also of those that have none for the training.
        pictures: what makes the pictures.
    """
    labelled, unlabelled = items.labelled.cpu().numpy(), items.unlabelled.cpu().numpy()
    classes, features = labels.argmax(axis=1), items.frozen[0].float().cpu().numpy()
    judged = np.random.default_rng(SEED).choice(unlabelled, min(JUDGED, len(unlabelled)), replace=False)
    shown = [labelled[classes[labelled] == each][0] for each in range(labels.shape[1])]
    return Watch(
        make=pictures,
        features_of=method.inputs_of,
        classifier=classifier_of(features[labelled], classes[labelled]),
        shown=torch.as_tensor(np.array(shown), device=items.labels.device),
        judged=torch.as_tensor(judged, device=items.labels.device),
        classes=classes[judged],
        real=features[judged],
    )


def measure(spec: RunSpec, data: RunData) -> dict:
    """Return what was seen of the GAN of a run: its losses, its pictures as sheets, and their classes by epoch.

    Args:
        spec: a run of SSGAH or DSH-GANs.
        data: its images, of which each has one label.
    """
    part, labels = data.split.database, data.pairs.labels
    method: GeneratingMethod
    method, also = made_method(spec, data)  # type: ignore[assignment]
    items = method.items(vectors_of(spec, data.pairs)[part], known_labels(labels, data.split)[part], also["mirrored"])
    method.take_pictures(pictures_of(data.pairs)[part])
    gan = gan_of(method, items, torch.from_numpy(labels[part]).to(items.labels))
    watch = watch_of(method, items, labels[part], gan.pictures)
    history, seen = train_watched(gan, watch, len(part), method, spec, gan_file(spec, data))
    return {
        "method": spec.method,
        "seed": spec.seed,
        "classes": list(data.pairs.label_names),
        "accuracy": watch.accuracy(),
        "history": history,
        "real": picture_sheet([as_signed(method.pictures[watch.shown])]),
        "sheets": {kind: picture_sheet([epoch[kind]["pictures"] for epoch in seen]) for kind in seen[0]},
        "rows": [
            {"epoch": number, "kind": kind} | {name: value for name, value in looked.items() if name != "pictures"}
            for number, epoch in enumerate(seen)
            for kind, looked in epoch.items()
        ],
    }


def train_watched(
    gan: Gan, watch: Watch, size: int, method: GeneratingMethod, spec: RunSpec, kept: Path
) -> tuple[list[dict[str, float]], list[dict[str, dict]]]:
    """Train a GAN as its method does; return its history, and what the watch saw before it and after each epoch.

    It is trained from the start even where it is kept, to be looked at. Looking changes no weight, so that it then
    takes the place of the kept one and serves the runs that need it.
    """
    seen, options = [], method.options

    def train(networks: nn.ModuleDict, checkpoint: Path | None) -> list[dict[str, float]]:
        steps = len(epoch_batches(size, options.gan_batch, spec.seed, 0))
        step = watched(gan.step, lambda now: seen.append(watch(now)), steps)
        history = train_gan(networks, step, size, options, spec.seed, None, spec.title())
        seen.append(watch(networks))
        return history

    fresh = kept.with_suffix(".new")
    fresh.unlink(missing_ok=True)  # of a process that was killed: it would be read, and nothing seen
    history = kept_networks(gan.networks, train, spec.seed, fresh, method.device).history
    fresh.replace(kept)
    return history, seen


def measure_gan(name: str, method: str) -> Path:
    """Train the GAN of a method on CIFAR-10 as its runs do, print and keep what was seen of it; return the file.

    Args:
        name: of the analysis.
        method: name of the method.
    """
    spec = RunSpec("cifar10", method, BITS, SEED, image_size=SIDE)
    found = measure(spec, prepare(spec).data)
    for row in found["rows"]:
        print(row, flush=True)
    return write_analysis(name, found, spec)
