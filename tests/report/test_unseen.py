"""A table of trained and unseen database items, from rows as the benchmark keeps them."""

from adahlib.report.unseen import unseen_table


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
