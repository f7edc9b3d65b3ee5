"""RunSpec: the plain description of one run, and the name of the file its record goes to."""

import dataclasses
import hashlib
import json
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from adahlib.datasets import DATASETS, is_pairs_file
from adahlib.errors import check_whole, unknown_name
from adahlib.experiments.profiles import PROFILES, profile_backbone, profile_options
from adahlib.methods import METHODS, ShallowMethod, make_method
from adahlib.models.backbones import BACKBONES

# the module that scores by each protocol
PROTOCOLS = {"all": "adahlib.experiments.evaluate", "top-500": "adahlib.experiments.evaluate_top"}


@dataclass(frozen=True)
class RunSpec:
    """One run: what is trained on what. Checked when it is made.

    Attributes:
        dataset: name of the data set, or the file of one's own that ``adah data convert`` wrote.
        method: name of the method.
        bits: code length q.
        seed: of the method's randomness.
        attention: none, visual, textual or both; empty for the method's own: both for ADAH, nothing for the others.
        backbone: whose frozen maps, or vectors for a shallow method, are the images; empty for the profile's.
        image_size: side in pixels of the backbone's input; 0 for the backbone's own.
        profile: which deviations from the paper's hyperparameters hold (``PROFILES``).
        options: further hyperparameters, over the profile's.
        split_seed: of the random split.
        protocol: how rankings are scored: all, over the whole database, or top-500 (Table 2). It changes no training.
    """

    dataset: str
    method: str
    bits: int
    seed: int = 0
    attention: str = ""
    backbone: str = ""
    image_size: int = 0
    profile: str = "cpu"
    options: dict = field(default_factory=dict)
    split_seed: int = 0
    protocol: str = "all"

    def __post_init__(self):
        if not self.attention and self.method == "adah":
            object.__setattr__(self, "attention", "both")
        if not self.backbone and self.profile in PROFILES and self.method in METHODS:
            object.__setattr__(self, "backbone", self.usual_backbone())
        for kind, name, known in (
            ("data set", self.dataset, (self.dataset,) if is_pairs_file(self.dataset) else DATASETS),
            ("method", self.method, METHODS),
            ("profile", self.profile, PROFILES),
            ("backbone", self.backbone, BACKBONES),
            ("protocol", self.protocol, PROTOCOLS),
        ):
            if name not in known:
                raise unknown_name(kind, name, known)
        check_whole("split_seed", self.split_seed, 0)
        make_method(self.method, self.bits, self.seed, **self.hyperparameters())

    def hyperparameters(self) -> dict:
        """Return the options given to the method: the profile's, then attention, then this run's own."""
        attention = {"attention": self.attention} if self.attention else {}
        return profile_options(self.profile, self.dataset, self.method) | attention | self.options

    def shallow(self) -> bool:
        """Return whether the method learns from feature vectors and not from maps."""
        return issubclass(METHODS[self.method], ShallowMethod)

    def training(self) -> str:
        """Return the name of the module that trains this kind of method."""
        if self.shallow():
            return "adahlib.experiments.train_shallow"
        return f"adahlib.experiments.{'train_sentences' if self.reads_sentences() else 'train'}"

    def reads_sentences(self) -> bool:
        """Return whether the method reads captions, where the data set has them."""
        return getattr(METHODS[self.method], "reads_sentences", False)

    def usual_backbone(self) -> str:
        """Return the backbone of the profile."""
        return profile_backbone(self.profile, self.dataset, self.shallow())

    def resolved_options(self) -> dict:
        """Return every option of the method with the value that this run gives it."""
        return dataclasses.asdict(make_method(self.method, self.bits, self.seed, **self.hyperparameters()).options)

    def record_path(self) -> PurePosixPath:
        """Return the record's place under ``results/``: runs/<dataset>/<method>/<bits>-<seed>.json."""
        return PurePosixPath("runs", PurePosixPath(self.dataset).name, self.label(), f"{self.bits}-{self.seed}.json")

    def label(self) -> str:
        """Return the method with all that differs from the defaults: ``adah-both``, ``adah-both~margin=2.0``."""
        name = f"{self.method}-{self.attention}" if self.attention else self.method
        return name + "".join(f"~{part}" for part in self.variations())

    def variations(self) -> list[str]:
        """Return what differs from the defaults, as it stands in ``label()``."""
        plain = {f.name: f.default for f in dataclasses.fields(self)}
        plain["backbone"] = self.usual_backbone()
        parts = [self.profile] if self.profile != plain["profile"] else []
        for name in ("backbone", "image_size", "split_seed", "protocol"):
            if getattr(self, name) != plain[name]:
                parts.append(f"{name}={getattr(self, name)}")
        return parts + [f"{name}={_plain(value)}" for name, value in sorted(self.options.items())]

    def content_hash(self) -> str:
        """Return a sha256 over all fields."""
        return hashlib.sha256(json.dumps(dataclasses.asdict(self), sort_keys=True).encode()).hexdigest()


def _plain(value) -> str:
    """Return an option's value as it may stand in a file name."""
    text = "x".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return text.replace("/", "_")
