"""Small data and options that several test modules share: toy pairs, random codes, networks that train in seconds."""

from pathlib import Path

import numpy as np
from PIL import Image
from scipy.sparse import csr_matrix

from adahlib.datasets import convert_own
from adahlib.retrieval import BinaryCodes, chance_level, mean_average_precision

# Options for ``toy_pairs``: networks small enough, and rates high enough, to learn its classes in a few epochs.
TINY_ADAH = {
    "text_hidden": 32,
    "text_features": 24,
    "image_hidden": (32,),
    "head": "pool",
    "text_init": "default",
    "standardise": True,
    "image_dropout": 0.1,
    "schedule": "cosine",
    "learning_rate": 3e-3,
    "attention_learning_rate": 1e-3,
    "batch_size": 32,
    "epochs": 6,
}
TINY_DCMH = {  # PRDH's too
    "text_hidden": 32,
    "image_hidden": (32,),
    "head": "pool",
    "init": "default",
    "standardise": True,
    "image_dropout": 0.1,
    "text_dropout": 0.1,
    "word_dropout": 0.1,
    "optimizer": "adam",
    "learning_rate": 1e-2,
    "final_learning_rate": 1e-4,
    "weight_decay": 0.0,
    "eta": 0.0,
    "batch_size": 32,
    "epochs": 6,
}
TINY_DVSH = {
    "sentence_width": 24,
    "image_hidden": (32,),
    "head": "pool",
    "standardise": True,
    "learning_rate": 1e-2,
    "batch_size": 32,
    "epochs": 12,
}

# Options that make a run of ADAH on a whole data set as short as it can be; its codes are better than chance.
# of methods for images alone
TINY_IMAGES = {"epochs": 6, "batch_size": 20, "learning_rate": 5e-3}
TINY_SSGAH = {
    **{"epochs": 4, "batch_size": 20, "hidden": 32, "learning_rate": 5e-3, "pool": 40},
    **{"condition": 8, "noise": 4, "generator_width": 16, "judge_width": 4, "gan_epochs": 1, "gan_batch": 20},
}
TINY_DSH_GANS = {
    **{"epochs": 4, "batch_size": 20, "hidden": 32, "learning_rate": 5e-3},
    **{"noise": 4, "generator_width": 16, "judge_width": 4, "gan_epochs": 1, "gan_batch": 20},
}
TINY_GAN = {"gan_epochs": 2, "gan_batch": 20, "noise": 4, "generator_width": 16, "judge_width": 4}
TINY_RUN = {"epochs": 1, "text_hidden": 16, "text_features": 16, "image_hidden": (16,), "image_adapter": 0}


def settings_of(options):
    """Return a run's options as arguments of ``adah run``: ``--set NAME=VALUE`` for each."""
    return [part for name, value in options.items() for part in ("--set", f"{name}={value}")]


def toy_pairs(n=160, seed=0):
    """Return maps (n, 6, 4, 4), sparse texts (n, 12) and labels (n, 4) of pairs of four classes.

    Each class has a channel that fires in one row of cells, and a word; the rest is noise.
    """
    rng = np.random.default_rng(seed)
    classes = rng.integers(0, 4, n)
    maps = rng.standard_normal((n, 6, 4, 4)).astype(np.float16)
    maps[np.arange(n), classes, rng.integers(0, 4, n)] += 3
    texts = (rng.random((n, 12)) < 0.1).astype(np.uint8)
    texts[np.arange(n), classes] = 1
    return maps, csr_matrix(texts), np.eye(4, dtype=np.uint8)[classes]


def retrieval_maps(method, maps, texts, labels, query, database):
    """Return MAP less chance, of images asking for texts and of texts asking for images.

    Args:
        method: a fitted method.
        maps, texts, labels: pairs, as ``toy_pairs`` returns them.
        query, database: the rows that ask and those that are ranked.
    """
    images, words = method.encode_images(maps), method.encode_texts(texts)
    chance = chance_level(labels[query], labels[database])
    return [
        mean_average_precision(asking[query], ranked[database], labels[query], labels[database]) - chance
        for asking, ranked in ((images, words), (words, images))
    ]


def random_sides(bits=5, n_query=9, n_database=120, n_labels=6, seed=7):
    """Return query codes, database codes, query labels and database labels, as the metrics take them.

    Labels are as dense as makes two items share 0.6 of them on average, however many there are; the first query has
    none, so that nothing is relevant to it.
    """
    generator = np.random.default_rng(seed)
    codes = [BinaryCodes.from_signs(generator.standard_normal((n, bits))) for n in (n_query, n_database)]
    density = (0.6 / n_labels) ** 0.5
    labels = [(generator.random((n, n_labels)) < density).astype(int) for n in (n_query, n_database)]
    labels[0][0] = 0
    return (*codes, *labels)


def random_codes(n, bits, seed=0, centres=0):
    """Return n random codes; with ``centres``, each near one of so many, as the hash codes of classes are."""
    generator = np.random.default_rng(seed)
    signs = generator.standard_normal((n, bits))
    if centres:
        middle = np.sign(np.random.default_rng(99).standard_normal((centres, bits)))
        signs = middle[generator.integers(0, centres, n)] * np.where(generator.random((n, bits)) < 0.1, -1, 1)
    return BinaryCodes.from_signs(signs)


# Distances of a query to the items of a database, and their relevance: few enough items to permute all ties.
SMALL_RANKINGS = {
    "all tie": ([2] * 6, [1, 0, 1, 0, 0, 1]),
    "all tie and all relevant": ([1] * 5, [1] * 5),
    "nothing relevant": ([0, 1, 1, 2, 3], [0] * 5),
    "one relevant item": ([3], [1]),
    "one irrelevant item": ([3], [0]),
    "no ties": ([2, 0, 3, 1], [1, 0, 1, 1]),
    "two levels": ([0, 0, 0, 2, 2, 2], [0, 1, 0, 1, 1, 0]),
    "relevant last": ([0, 1, 1, 3, 3, 3], [0, 0, 0, 1, 0, 1]),
    "a late hit lowers the mean": ([0, 1, 3, 3], [1, 0, 1, 0]),
    "duplicates of a level inside": ([0, 1, 1, 1, 1, 3], [1, 0, 1, 1, 0, 0]),
}


def one_query(distances, relevant, bits):
    """Return the sides, as ``random_sides`` does, of a query and a database with these distances and relevance."""
    database = np.where(np.arange(bits) < np.array(distances)[:, None], 1.0, -1.0)
    labels = np.array([[1, 0] if hit else [0, 1] for hit in relevant])
    return BinaryCodes.from_signs(-np.ones((1, bits))), BinaryCodes.from_signs(database), [[1, 0]], labels


def levels_of(query, database, query_labels, database_labels):
    """Yield, per query, its distances to the database and the relevance of its items, as plain arrays."""
    for code, wanted in zip(query.signs(), query_labels, strict=True):
        yield (database.signs() != code).sum(axis=1), (database_labels @ wanted > 0).astype(int)


def colours_file(folder: Path, side: int) -> Path:
    """Return a clean file of sixty pictures of three colours, ``side`` px high and wide, each with a sentence."""
    pictures = folder / "pictures"
    pictures.mkdir()
    noise = np.random.default_rng(0).integers(0, 60, size=(60, side, side, 3))
    rows = ["image,text,labels"]
    for number in range(60):
        name = ("red", "green", "blue")[number % 3]
        colour = np.array(Image.new("RGB", (side, side), name), dtype=int)
        Image.fromarray(np.clip(colour + noise[number], 0, 255).astype(np.uint8)).save(pictures / f"{number:02d}.png")
        rows.append(f"{number:02d}.png,a {name} wall number {number % 7},{name}")
    (pictures / "texts.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    convert_own(pictures, folder / "colours.h5")
    return folder / "colours.h5"
