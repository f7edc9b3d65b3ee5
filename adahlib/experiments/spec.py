"""RunSpec: the plain description of one run. Its fields are declared here and nowhere else.

The flags of ``adah run``, the command line of a record, the name of its file and the columns of ``load_results`` are
all derived from ``dataclasses.fields(RunSpec)``.
"""

import dataclasses
import hashlib
import math
import shlex
from collections.abc import Collection
from dataclasses import KW_ONLY, dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np

from adahlib.datasets import DATASETS, is_pairs_file, unknown_dataset
from adahlib.errors import AdahError, check_whole, unknown_name
from adahlib.experiments.evaluation import PROTOCOLS
from adahlib.experiments.image_chosen import chosen_image_options
from adahlib.experiments.image_draws import SEARCH_SIDE
from adahlib.experiments.images.protocols import IMAGE_PROTOCOLS
from adahlib.experiments.profiles import CHOSEN, PROFILES, SMALL_VECTORS, profile_backbone, profile_options
from adahlib.methods import ALL_METHODS, IMAGE_METHODS, make_method
from adahlib.methods.options import option
from adahlib.models.backbones import BACKBONES
from adahlib.retrieval.codes import MAX_BITS

# A record's path always says these; every other field stands in it only where it differs from its default.
ALWAYS_NAMED = ("dataset", "method", "bits", "seed", "attention")
LARGEST = 2**31 - 1  # of any whole number of a run
LONGEST_LABEL = 160  # characters; file names may have 255 bytes
ONE_SIZE = ("vgg19_fc7", "cnn_f_fc7")  # backbones whose first full layer is made for maps of one size
RANGES = {"bits": (1, MAX_BITS), "image_size": (0, 2**14)}  # others are from 0 to the largest


@dataclass(frozen=True)
class RunSpec:
    """The plain description of one run: what is trained on what, and how it is scored.

    Each field has its default and its line of help below; ``adah run --help`` prints them. Runs that are the same are
    equal and have one record, however they are written: NumPy's numbers become Python's, an option takes the type of
    its default (``margin=1`` is ``margin=1.0``, a list is a tuple), the file of a data set becomes an absolute path,
    the backbone's own image size becomes 0, and the profile ``chosen`` of a deep method for images alone becomes the
    options of the random search and, on the common network, the size of its images. A run can be a dictionary's key.

    Raises:
        AdahError: an unknown name or option, or a value of the wrong type or out of range.

    Example:
        >>> from adahlib.experiments import RunSpec
        >>> spec = RunSpec("mirflickr25k", "adah", 32, options={"margin": 2})
        >>> spec.attention, spec.backbone, spec.label()
        ('both', 'efficientnet_lite0_hypercolumns', 'adah-both~margin=2.0')
        >>> spec.command()
        'adah run --dataset mirflickr25k --method adah --bits 32 --seed 0 --attention both --set margin=2.0'
    """

    dataset: str = field(metadata={"help": "name that adah data list shows, or file that adah data convert wrote"})
    method: str = option("adah", f"hashing method: {', '.join(ALL_METHODS)}")
    bits: int = option(16, "code length q in bits, from 1 to 1024")
    seed: int = option(0, "seed of all random numbers that the method draws")
    _: KW_ONLY
    attention: str = option("", "attention of ADAH: none, visual, textual or both; both if left out")
    profile: str = option("cpu", "set of hyperparameters: paper, cpu, quick, long or chosen")
    backbone: str = option("", "network whose frozen maps or vectors stand for the images; the profile's if left out")
    image_size: int = option(0, "side in pixels of the backbone's square input; 0 means the backbone's own")
    split_seed: int = option(0, "seed of the random split into queries, database, training and validation pairs")
    train_size: int = option(0, "number of training pairs or labelled images, by split seed; 0 means the protocol's")
    protocol: str = option("all", "ranks that are scored: all, top-500 (Table 2), or top-5000 (images); same training")
    options: dict = field(
        default_factory=dict,
        hash=False,  # a dictionary has no hash; runs that differ in their options alone are still unequal
        metadata={"help": "hyperparameter that replaces the profile's; may be repeated"},
    )

    def __post_init__(self) -> None:
        for each in dataclasses.fields(self):
            self._set(each.name, checked(each, getattr(self, each.name)))
        if is_pairs_file(self.dataset):
            self._set("dataset", str(Path(self.dataset).resolve()))
        if not is_pairs_file(self.dataset) and self.dataset not in DATASETS:
            raise unknown_dataset(self.dataset)
        check_known("method", self.method, ALL_METHODS)
        if self.attention and not ALL_METHODS[self.method].attends:
            raise AdahError(f"attention={self.attention!r} is for adah: {self.method} has none, leave it out.")
        check_known("profile", self.profile, PROFILES)
        if self.profile == CHOSEN and self.hashes_images() and ALL_METHODS[self.method].has_epochs:
            self._take_searched()
        if self.profile == CHOSEN and self.shallow():
            self._set("profile", "cpu")  # whose options are the defaults everywhere: there was nothing to choose
        check_known("protocol", self.protocol, IMAGE_PROTOCOLS if self.hashes_images() else PROTOCOLS)
        self._set("attention", self.attention or ("both" if self.method == "adah" else ""))
        self._set("backbone", self.backbone or self.usual_backbone())
        check_known("backbone", self.backbone, BACKBONES)
        if self.image_size and self.image_size == BACKBONES[self.backbone].image_size:
            self._set("image_size", 0)
        if self.image_size and self.backbone in ONE_SIZE:
            side = BACKBONES[self.backbone].image_size
            raise AdahError(f"image_size={self.image_size}: {self.backbone} sees {side} px alone; leave it out.")
        resolved = self.resolved_options()
        for name in self.options:
            check_known("option", name, resolved)
        self._set("options", {name: resolved[name] for name in sorted(self.options)})

    def _set(self, name: str, value: object) -> None:
        """Set a field while the run is made; afterwards it is frozen."""
        object.__setattr__(self, name, value)

    def _take_searched(self) -> None:
        """Become a run of the grids ``image-deep`` and ``image-nuswide``: what was chosen for images alone are options.

        The search was on images of 64 px, which the common network takes here too, except on NUS-WIDE as in its grid.
        """
        variant = str(self.options.get("variant", "full")) if self.method == "ssgah" else ""
        common = self.backbone in ("", SMALL_VECTORS) and self.options.get("network") != "own"
        if common and self.dataset != "nus-wide-images":
            self._set("image_size", self.image_size or SEARCH_SIDE)
        self._set("options", chosen_image_options(self.method, variant) | self.options)
        self._set("profile", "cpu")

    def hyperparameters(self) -> dict:
        """Return the options given to the method: the profile's, then attention, then this run's own."""
        attention = {"attention": self.attention} if self.attention else {}
        return profile_options(self.profile, self.dataset, self.method, self.attention) | attention | self.options

    def hashes_images(self) -> bool:
        """Return whether the method hashes images alone, and not pairs of an image and a text."""
        return self.method in IMAGE_METHODS

    def shallow(self) -> bool:
        """Return whether the method learns from vectors and not from maps: all methods for images alone do."""
        return ALL_METHODS[self.method].takes == "vectors"

    def reads_sentences(self) -> bool:
        """Return whether the method reads captions, where the data set has them."""
        return ALL_METHODS[self.method].reads_sentences

    def chooses_epoch(self) -> bool:
        """Return whether the run keeps its best epoch, so that its training depends on how it is evaluated."""
        return self.resolved_options().get("epoch_choice") == "best"

    def title(self) -> str:
        """Return the run in a few words, as progress bars show it."""
        return f"{self.label()} {self.bits} bits, seed {self.seed}"

    def usual_backbone(self) -> str:
        """Return the backbone of the profile."""
        return profile_backbone(self.profile, self.dataset, self.shallow(), self.method)

    def resolved_options(self) -> dict:
        """Return every option of the method with the value that this run gives it."""
        return dataclasses.asdict(make_method(self.method, self.bits, self.seed, **self.hyperparameters()).options)

    def record_path(self) -> PurePosixPath:
        """Return the record's place under ``results/``: runs/<dataset>/<label>/<bits>-<seed>.json.

        The folder of a data set that is a file is called after it and after a hash of its absolute path, as in
        ``photos.h5-3f9a12c4``, so that two files of one name in different folders have records of their own. A file
        that is moved is another data set.
        """
        return PurePosixPath("runs", self.dataset_folder(), self.label(), f"{self.bits}-{self.seed}.json")

    def dataset_folder(self) -> str:
        """Return the folder of a data set's records: its name, or its file's name with a hash of the file's path."""
        if not is_pairs_file(self.dataset):
            return self.dataset
        path = Path(self.dataset)
        return f"{path.name}-{hashlib.sha256(path.as_posix().encode()).hexdigest()[:8]}"

    def label(self) -> str:
        """Return the method with all that differs from the defaults: ``adah-both``, ``adah-both~margin=2.0``.

        Many options, too long for the name of a folder, are a hash: ``adah-both~quick~options=3f9a12c4``.
        """
        name = f"{self.method}-{self.attention}" if self.attention else self.method
        label = name + "".join(f"~{part}" for part in self.variations())
        if len(label) <= LONGEST_LABEL:
            return label
        short = dataclasses.replace(self, options={}).label()
        return f"{short}~options={hashlib.sha256(label.encode()).hexdigest()[:8]}"

    def variations(self) -> list[str]:
        """Return what differs from the defaults, as it stands in ``label()``; the profile stands there by its name."""
        fields = [value if name == "profile" else f"{name}={value}" for name, value in self._unusual().items()]
        return fields + [f"{name}={in_file_name(value)}" for name, value in self.options.items()]

    def command(self) -> str:
        """Return the command line that makes this run's record, quoted for a shell."""
        values = {name: getattr(self, name) for name in ALWAYS_NAMED if getattr(self, name) != ""} | self._unusual()
        parts = [part for name, value in values.items() for part in (flag(name), str(value))]
        parts += [part for name, value in self.options.items() for part in (flag("options"), f"{name}={value}")]
        return shlex.join(["adah", "run", *parts])

    def _unusual(self) -> dict[str, Any]:
        """Return the fields outside ``ALWAYS_NAMED`` and the options whose value is not the default."""
        usual = {each.name: each.default for each in dataclasses.fields(self)} | {"backbone": self.usual_backbone()}
        names = [name for name in usual if name not in ALWAYS_NAMED and name != "options"]
        return {name: getattr(self, name) for name in names if getattr(self, name) != usual[name]}


def flag(name: str) -> str:
    """Return the flag of ``adah run`` that sets a field; each option is set by a ``--set`` of its own."""
    return "--set" if name == "options" else f"--{name.replace('_', '-')}"


def checked(each: dataclasses.Field, value: object) -> object:
    """Return a field's value as its type, without NumPy's types; raise AdahError for a value that is none."""
    if each.type is int:
        return check_whole(each.name, value, *RANGES.get(each.name, (0, LARGEST)))
    if each.type is str:
        if not isinstance(value, str | Path):
            raise AdahError(f"{each.name}={value!r} must be a name (a string).")
        return str(value)
    if each.name == "options":
        return checked_options(value)
    return value


def checked_options(options: object) -> dict:
    """Return the options without NumPy's types; raise AdahError for one that is a field of the run."""
    if not isinstance(options, dict):
        raise AdahError(f"options={options!r} must be a dictionary of names and values.")
    for name in {each.name for each in dataclasses.fields(RunSpec)} & set(options):
        raise AdahError(f"{name} is a field of the run and no option: give {name}={options[name]!r} ({flag(name)}).")
    plain = {name: without_numpy(value) for name, value in options.items()}
    for name, value in plain.items():
        check_numbers(f"option {name}", value)
    return plain


def check_numbers(name: str, value: object) -> None:
    """Raise AdahError for a number that no method can use: one that is not finite, too large, or a width below 1."""
    if isinstance(value, list | tuple):  # widths of layers
        for item in value:
            check_whole(f"a width in {name}={value!r}: width", item, 1, LARGEST)
    elif isinstance(value, float) and not math.isfinite(value):
        raise AdahError(f"{name}={value!r} must be a finite number.")
    elif isinstance(value, int) and abs(value) > LARGEST:
        raise AdahError(f"{name}={value!r} must be a number of at most {LARGEST}.")


def without_numpy(value: object) -> object:
    """Return a value, or the items of a list or tuple, as Python's own types."""
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    return type(value)(without_numpy(item) for item in value) if isinstance(value, list | tuple) else value


def check_known(kind: str, name: str, known: Collection[str]) -> None:
    """Raise AdahError with the nearest known name unless the name is known."""
    if name not in known:
        raise unknown_name(kind, name, known)


def in_file_name(value: object) -> str:
    """Return an option's value as it may stand in a file name."""
    text = "x".join(map(str, value)) if isinstance(value, tuple) else str(value)
    return text.replace("/", "_")
