"""What the grids have in common: the data sets, code lengths and seeds of the tables."""

PHOTOS, SCENES = "mirflickr25k", "emoji-scenes"
DATASETS = (PHOTOS, SCENES)
BITS = (16, 32, 64)
SEEDS = (0, 1, 2)
MORE_SEEDS = (0, 1, 2, 3, 4)  # of the arms whose difference most claims are about: ADAH without and with attention


def seeds_of(method: str, attention: str = "both") -> tuple[int, ...]:
    """Return the seeds of a row of Tables 1, 2 and 4."""
    return MORE_SEEDS if method == "adah" and attention in ("none", "both") else SEEDS
