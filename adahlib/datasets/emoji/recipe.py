"""The recipe of the emoji scenes: options, and what each scene holds, drawn from one seed."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from adahlib.datasets.emoji.compose import compose
from adahlib.datasets.emoji.drawings import Drawing, all_drawings
from adahlib.datasets.emoji.groups import LABELS, name_words
from adahlib.datasets.emoji.tags import kept_words, noise_tags
from adahlib.errors import AdahError

LABEL_NAMES = tuple(LABELS)
# streams of random numbers, so that a change of one option leaves the other choices as they are
_DECK, _LABELS, _DRAWINGS, _PICTURE, _TAGS = range(5)


@dataclass(frozen=True)
class SceneOptions:
    """How the scenes are made.

    Attributes:
        scenes: number of scenes; at least one per label.
        seed: seed of everything random; scene i is the same whatever the number of scenes.
        side: height and width of a scene in pixels.
        objects: probabilities of one, two, three, ... labelled drawings in a scene.
        object_size: smallest and largest size of a labelled drawing, as a part of the side.
        distractors: smallest and largest number of pieces of clutter in a scene.
        tag_drop: probability that a word of a name is missing from the tags.
        noise_tags: mean number of meaningless tags per scene.
    """

    scenes: int = 10_000
    seed: int = 0
    side: int = 128
    objects: tuple[float, ...] = (0.25, 0.45, 0.3)
    object_size: tuple[float, float] = (0.38, 0.54)
    distractors: tuple[int, int] = (4, 8)
    tag_drop: float = 0.25
    noise_tags: float = 3.0

    def __post_init__(self) -> None:
        check_options(self)


def check_options(options: SceneOptions) -> None:
    """Raise AdahError unless scenes can be made with these options."""
    n_labels, (smallest, largest) = len(LABEL_NAMES), options.object_size
    fewest, most = options.distractors
    demands = {
        "scenes": (options.scenes >= n_labels, f"{n_labels} or more, as each of the labels needs a scene"),
        "seed": (options.seed >= 0, "0 or more"),
        "side": (options.side >= 32, "32 pixels or more"),
        "objects": (is_distribution(options.objects, n_labels), f"1 to {n_labels} probabilities of sum 1"),
        "object_size": (0.1 <= smallest <= largest <= 0.7, "two rising parts of the side, 0.1 to 0.7"),
        "distractors": (0 <= fewest <= most, "two rising numbers, 0 or more"),
        "tag_drop": (0 <= options.tag_drop <= 1, "a probability, 0 to 1"),
        "noise_tags": (options.noise_tags >= 0, "0 or more"),
    }
    for name, (met, right) in demands.items():
        if not met:
            raise AdahError(f"emoji-scenes: {name} is {getattr(options, name)}; it must be {right}.")


def is_distribution(weights: tuple[float, ...], longest: int) -> bool:
    """Return whether the weights are probabilities of sum 1, at most ``longest`` of them."""
    return 0 < len(weights) <= longest and min(weights) >= 0 and abs(sum(weights) - 1) < 1e-9


def chosen_labels(options: SceneOptions, index: int) -> list[int]:
    """Return the columns of the labels of scene ``index``, all different, drawn uniformly.

    The first is dealt from a shuffled deck of all labels, so that even a few scenes show every label.
    """
    deal, card = divmod(index, len(LABEL_NAMES))
    first = shuffled_deck(options.seed, deal)[card]
    rng = _rng(options.seed, _LABELS, index)
    others = [label for label in rng.permutation(len(LABEL_NAMES)).tolist() if label != first]
    more = int(np.searchsorted(np.cumsum(options.objects)[:-1], rng.random(), side="right"))
    return [first, *others[:more]]


@lru_cache(maxsize=16)
def shuffled_deck(seed: int, deal: int) -> list[int]:
    """Return the columns of all labels in the random order of one deal."""
    return _rng(seed, _DECK, deal).permutation(len(LABEL_NAMES)).tolist()


def chosen_drawings(options: SceneOptions, index: int) -> list[Drawing]:
    """Return the labelled drawings of scene ``index``, one per label, in the order of ``chosen_labels``."""
    labelled, _ = all_drawings()
    rng = _rng(options.seed, _DRAWINGS, index)
    groups = [labelled[LABEL_NAMES[label]] for label in chosen_labels(options, index)]
    return [group[rng.integers(len(group))] for group in groups]


def scene(options: SceneOptions, index: int, with_objects: bool = True) -> tuple[np.ndarray, np.ndarray]:
    """Return scene ``index``: the picture (side, side, 3) uint8 and its true foreground (side, side) bool.

    ``with_objects=False`` gives the same scene without its labelled drawings; the mask is the same.
    """
    rng = _rng(options.seed, _PICTURE, index)
    distractors = int(rng.integers(options.distractors[0], options.distractors[1] + 1))
    _, clutter = all_drawings()
    drawings = chosen_drawings(options, index)
    kinds = list(clutter.values())
    return compose(rng, drawings, kinds, options.object_size, distractors, options.side, with_objects)


def scene_tags(options: SceneOptions, index: int) -> tuple[list[str], list[str]]:
    """Return the words of names and the meaningless words under scene ``index``."""
    rng = _rng(options.seed, _TAGS, index)
    names = [drawing.name for drawing in chosen_drawings(options, index)]
    words = dict.fromkeys(word for name in names for word in name_words(name))
    return kept_words(rng, list(words), options.tag_drop), noise_tags(rng, options.noise_tags)


def _rng(seed: int, stream: int, index: int) -> np.random.Generator:
    return np.random.default_rng([seed, stream, index])
