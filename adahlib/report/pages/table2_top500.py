"""Page ``table2_top500``: which methods the differences of top-500 MAP are between."""

from adahlib.report.titles import FROZEN_TITLES, METHOD_TITLES

OTHERS = ("dvsh", "dcmh")


def method_pairs() -> dict[str, tuple[str, str, str]]:
    """Return what ``gain_table`` compares: ADAH less each other method of Table 2, of the paper and of ours."""
    titles = {"paper": METHOD_TITLES, "ours": METHOD_TITLES | FROZEN_TITLES}
    return {
        f"{METHOD_TITLES['adah']} less {titles[whose][other]}, {whose}": (whose, "adah", other)
        for other in OTHERS
        for whose in titles
    }
