"""The canonical runs: every kind of run that the book's records are of, tiny, so that two versions can be compared.

They learn from 400 scenes in clean files: as they are; with their tags as captions in order and without true masks;
and with sentences. Every alternative of page `decisions` is among them, both signs of the attention's warm-up and of
the steps before the adversary's, one run that is interrupted and resumed, and some that train a backbone or start from
its fc6 and fc7.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from adahlib.datasets import make_split, write_pairs
from adahlib.datasets.emoji.scenes import SceneOptions, load_scenes
from adahlib.datasets.pairs import TAGS_IN_ORDER, ImageTextPairs
from adahlib.experiments.grids.alternatives import ALTERNATIVES
from adahlib.models.adah import ATTENTIONS

SCENES, QUERIES, TRAINING, VALIDATION = 400, 60, 240, 40
MAPS = (
    "efficientnet_lite0",
    "efficientnet_lite0_hypercolumns",
    "efficientnet_lite2",
    "efficientnet_lite2_hypercolumns",
)
IMAGES = {"image_hidden": [16], "image_adapter": 8, "epochs": 2, "batch_size": 64}
ADAH = IMAGES | {"text_hidden": 16, "text_features": 16, "epochs": 3, "attention_warmup": 1, "word_dropout": 0.3}
LIKELIHOOD = IMAGES | {"text_hidden": 16, "text_dropout": 0.3, "word_dropout": 0.3}
PUBLISHED = {"optimizer": "sgd", "eta": 1.0, "init": "gaussian", "weight_decay": 5e-4, "schedule": "linear"}
FC6 = {"head": "flatten", "image_hidden": [4096, 4096], "image_adapter": 0, "epochs": 2}
WHOLE = {"fine_tune": True}
HEAD = {"epochs": 2, "batch_size": 64}
GAN = HEAD | {"epochs": 1, "gan_epochs": 1, "generator_width": 8, "judge_width": 2}
SENTENCE = IMAGES | {"sentence_width": 8}


@dataclass(frozen=True)
class CanonicalRun:
    """One tiny run.

    Attributes:
        method, options, attention, backbone, protocol: as in ``RunSpec``.
        data: which of the data files: scenes, tags or sentences.
        interrupted: stop the training after its first checkpoint, and resume it.
        direct: options that no run without real weights reaches: the method is fitted by itself, with an untrained
            backbone that it trains or takes fc6 and fc7 from, and to dense texts; None for an ordinary run.
    """

    method: str
    options: dict = field(default_factory=dict)
    attention: str = ""
    backbone: str = ""
    protocol: str = "all"
    data: str = "scenes"
    interrupted: bool = False
    direct: dict | None = None

    def fields(self, folder: Path) -> dict:
        """Return the fields of the ``RunSpec``, with the data file in ``folder``."""
        plain = {name: getattr(self, name) for name in ("method", "options", "attention", "backbone", "protocol")}
        return plain | {"dataset": str(folder / f"{self.data}.h5"), "bits": 8}

    def name(self) -> str:
        """Return what tells the run from the others, in one line."""
        parts = [self.method, self.attention, self.backbone, self.protocol, self.data]
        parts += [f"{name}={value}" for name, value in sorted(self.options.items())]
        parts += ["interrupted"] * self.interrupted + ["direct"] * (self.direct is not None)
        return " ".join(part for part in parts if part)


def canonical_runs() -> list[CanonicalRun]:
    """Return the canonical runs, each once."""
    return list({run.name(): run for part in PARTS for run in part()}.values())


def adah_runs() -> Iterator[CanonicalRun]:
    """ADAH: each attention and network, each alternative, each protocol, interrupted, and with the best epoch."""
    plain = CanonicalRun("adah", ADAH)
    yield from (replace(plain, attention=attention) for attention in ATTENTIONS)
    yield from (replace(plain, backbone=backbone, protocol=p) for backbone in MAPS for p in ("all", "top-500"))
    yield from (replace(plain, options=ADAH | options) for options in ALTERNATIVES)
    yield replace(plain, options=ADAH | {"text_init": "gaussian"}, attention="none")
    yield replace(plain, options=ADAH | {"epoch_choice": "best"}, protocol="top-500")
    yield replace(plain, data="tags")
    yield replace(plain, options=ADAH | {"epochs": 12}, interrupted=True)
    yield replace(plain, direct={"fine_tune": True})
    yield replace(plain, backbone="cnn_f", direct=FC6)
    yield replace(plain, options=ADAH | WHOLE)
    yield replace(plain, options=ADAH | WHOLE | {"fine_tune_from": 9, "backbone_rate": 0.1})
    yield replace(plain, options=ADAH | WHOLE | {"fine_tune_from": 12}, backbone=MAPS[1])
    yield replace(plain, options=ADAH | WHOLE | {"fine_tune_from": 4}, backbone="vgg19", direct={"head": "pool"})


def deep_runs() -> Iterator[CanonicalRun]:
    """The deep baselines on both networks' maps, as in the profile and as published, last and best epoch."""
    yield CanonicalRun("prdh", LIKELIHOOD | {"decorrelation_scale": "batch"}, backbone=MAPS[0])
    for method in ("dcmh", "prdh"):
        yield CanonicalRun(method, LIKELIHOOD, backbone="cnn_f", direct=FC6)
        yield CanonicalRun(method, LIKELIHOOD | WHOLE | {"fine_tune_from": 9}, backbone=MAPS[0])
    late = LIKELIHOOD | WHOLE | {"fine_tune_from": 3}
    yield CanonicalRun("dcmh", late, backbone="cnn_f", direct={"head": "pool"})
    yield CanonicalRun("dvsh", SENTENCE | WHOLE | {"fine_tune_from": 9}, backbone=MAPS[0])
    for backbone in MAPS[:2]:
        for method in ("dcmh", "prdh"):
            for options in ({}, PUBLISHED, {"head": "flatten", "standardise": False}, {"epoch_choice": "best"}):
                for protocol in ("all", "top-500"):
                    yield CanonicalRun(method, LIKELIHOOD | options, backbone=backbone, protocol=protocol)
        for data in ("scenes", "tags", "sentences"):
            yield CanonicalRun("dvsh", SENTENCE, backbone=backbone, protocol="top-500", data=data)
        yield CanonicalRun("dvsh", SENTENCE | {"epoch_choice": "best"}, backbone=backbone, data="tags")


def shallow_runs() -> Iterator[CanonicalRun]:
    """The shallow methods with each of their variants."""
    options = {
        "cca": ({},),
        "cmfh": ({}, {"database_codes": "per-modality"}),
        "scm": ({}, {"variant": "orthogonal"}),
        "stmh": ({}, {"tolerance": 0.0}, {"start": "random"}, {"centred": False}),
        "seph": (
            {},
            {"database_codes": "per-modality"},
            {"database_codes": "combined"},
            {"penalty": "kernel"},
            {"width": "pairs"},
            {"anchors": "kmeans"},
            {"max_train": 100},
        ),
        "label-scores": ({},),
    }
    small = {"seph": {"anchor_count": 50}}
    for method, variants in options.items():
        yield from (CanonicalRun(method, small.get(method, {}) | variant) for variant in variants)


def image_runs() -> Iterator[CanonicalRun]:
    """The methods for images alone, on a network's features and on GIST; the deep ones with and without a generator."""
    for backbone in ("gist", "efficientnet_lite0_pooled"):
        for method in ("lsh", "sh", "itq", "itq-labelled"):
            yield CanonicalRun(method, backbone=backbone)
        yield CanonicalRun("sdh", {"anchors": 50}, backbone=backbone)
    for method in ("bgdh", "cnnh", "ninh", "ssdh"):
        yield CanonicalRun(method, HEAD)
    for method in ("cnnh", "ninh"):
        yield CanonicalRun(method, HEAD | {"network": "own"})
    yield from (CanonicalRun("ssgah", GAN | {"variant": variant}) for variant in ("baseline", "ssr", "ar", "full"))
    yield CanonicalRun("dsh-gans", GAN)
    late = WHOLE | {"fine_tune_from": 12}
    yield from (CanonicalRun(method, HEAD | late) for method in ("bgdh", "cnnh", "ninh", "ssdh"))
    yield from (CanonicalRun(method, GAN | late) for method in ("dsh-gans", "ssgah"))
    yield CanonicalRun("ssgah", GAN | late | {"variant": "ssr"})
    yield CanonicalRun("ssdh", HEAD | WHOLE | {"epochs": 1, "hidden": 0})


PARTS = (adah_runs, deep_runs, shallow_runs, image_runs)


def write_data(folder: Path) -> None:
    """Write the clean files that canonical runs learn from: scenes.h5, tags.h5 and sentences.h5."""
    pairs = load_scenes(SceneOptions(scenes=SCENES))
    split = make_split(pairs, QUERIES, TRAINING, VALIDATION)
    words = [[pairs.vocabulary[i] for i in row.indices[::-1]] for row in pairs.tags]  # not the order of columns
    write_pairs(named(pairs, "scenes"), folder / "scenes.h5", split)
    about: dict[str, Any] = {"provenance": pairs.provenance | {"captions": TAGS_IN_ORDER}, "masks": None}
    in_order = replace(named(pairs, "tags"), captions=tuple("\n".join(row) for row in words), **about)
    write_pairs(in_order, folder / "tags.h5", split)
    captions = tuple(f"Here are {' and '.join(row[1:] + row[:1])}." for row in words)
    write_pairs(replace(named(pairs, "sentences"), captions=captions), folder / "sentences.h5", split)


def named(pairs: ImageTextPairs, name: str) -> ImageTextPairs:
    """Return the pairs under another name."""
    return replace(pairs, name=f"canonical-{name}")
