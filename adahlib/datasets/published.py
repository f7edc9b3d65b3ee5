"""The counts by which the literature knows its cuts; a cut with others is not called by that name."""

from adahlib.errors import AdahError


def check_counts(name: str, found: dict[str, int], published: dict[str, int]) -> None:
    """Raise AdahError unless a release gave the published counts.

    Args:
        name: of the cut, e.g. ``"nus-wide-tc21"``.
        found: what the release gave, before pairs without a readable image are left out.
        published: what the literature counts; the same keys.
    """
    if found != published:
        counts = (", ".join(f"{count:,} {what}" for what, count in each.items()) for each in (found, published))
        raise AdahError("this is not {}: found {}, where the published cut has {}.".format(name, *counts))
