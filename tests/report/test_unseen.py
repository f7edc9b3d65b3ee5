"""A table of trained and unseen database items, from rows as the benchmark keeps them."""

from adahlib.experiments import RunSpec
from adahlib.report.records import existing_records
from adahlib.report.unseen import true_mask_table, unseen_table


def test_gain_by_part_of_the_database():
    values = {"trained": (0.8, 0.79), "unseen": (0.6, 0.63)}
    same = {"dataset": "emoji-scenes", "bits": 16, "n": 3}
    rows = [
        same | {"attention": attention, "task": task, "part": part, "map": value}
        for part, pair in values.items()
        for attention, value in zip(("none", "both"), pair, strict=True)
        for task in ("t2i", "i2t")
    ]
    table = unseen_table({"rows": rows})
    assert list(table["Database"]) == ["trained", "unseen"] and list(table["n"]) == [3, 3]
    assert list(table["T→I none"]) == ["0.800", "0.600"]
    assert list(table["I→T both − none"]) == ["−0.010", "+0.030"]


def test_masks_that_are_true_beside_those_that_are_learnt(results):
    specs = [RunSpec("emoji-scenes", "adah", 16, attention=attention) for attention in ("none", "visual")]
    for spec, t2i in zip(specs, (0.6, 0.62), strict=True):
        results(spec, t2i, 0.5)
    rows = [{"dataset": "emoji-scenes", "bits": 16, "seed": s, "map_t2i": 0.7, "map_i2t": 0.8} for s in (0, 1)]
    table = true_mask_table({"share": 0.3, "rows": rows}, existing_records(specs))
    assert list(table["T→I"]) == ["0.600", "0.620", "0.700\u00a0±\u00a00.000"]
    assert list(table["n"]) == ["1", "1", "2"] and "30%" in table.iloc[2]["Masks of images"]
