"""The frame of a run: how its method is trained, encodes and is evaluated, for pairs or for images alone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from adahlib.experiments import frames as pairs
from adahlib.experiments.encoded import Encoded
from adahlib.experiments.evaluation import PROTOCOLS
from adahlib.experiments.evaluation import evaluate as evaluate_pairs
from adahlib.experiments.images import frames as images
from adahlib.experiments.images.encoded import EncodedImages
from adahlib.experiments.images.evaluation import IMAGE_PROTOCOLS
from adahlib.experiments.images.evaluation import evaluate as evaluate_images
from adahlib.experiments.spec import RunSpec


@dataclass(frozen=True)
class Frame:
    """What a run does with its data.

    Attributes:
        fit: ``fit(spec, data, checkpoint)``, the trained method with its data.
        encode: ``encode(trained)``, what it encodes.
        load: ``load(path)``, that read back.
        evaluate: ``evaluate(encoded, data, protocol)``, metrics and examples.
        protocols: by name.
    """

    fit: Callable
    encode: Callable
    load: Callable
    evaluate: Callable
    protocols: Mapping


PAIRS = Frame(pairs.fit, pairs.encode, Encoded.load, evaluate_pairs, PROTOCOLS)
IMAGES = Frame(images.fit, images.encode, EncodedImages.load, evaluate_images, IMAGE_PROTOCOLS)


def frame_of(spec: RunSpec) -> Frame:
    """Return the frame of a run, by its method."""
    return IMAGES if spec.hashes_images() else PAIRS
