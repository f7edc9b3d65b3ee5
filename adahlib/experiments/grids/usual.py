"""What the grids have in common: the data sets, code lengths and seeds of the tables."""

PHOTOS, SCENES = "mirflickr25k", "emoji-scenes"
DATASETS = (PHOTOS, SCENES)
BITS = (16, 32, 64)
SEEDS = (0, 1, 2)
