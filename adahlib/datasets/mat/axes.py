"""Which axis of a MATLAB export is which: photos N, C, H, W and matrices samples first or last.

MATLAB stores the first axis fastest, HDF5 the last, so that an array (H, W, 3, N) of a v7.3 file reads as (N, 3, W, H)
in Python. Shapes alone do not tell a photo from its mirror image at the diagonal. What tells is who wrote the file
(MATLAB leaves a mark on every set) and whether the matrices beside the photos have their samples first or last.
Every reading of the matrices is tried, then every order of the photos; exactly one may remain.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from adahlib.datasets.mat.variables import Variable
from adahlib.errors import AdahError

Parts = dict[str, dict[str, Variable]]  # part (all, train, query, database) -> role (photos, features, …) -> variable


@dataclass(frozen=True)
class Axes:
    """The one reading that fits.

    Attributes:
        counts: samples of each part.
        matrices: by version of the file, the axis of the samples in matrices: 0 or 1.
        photos: the order of the photos' axes as they are seen, e.g. ``"NCWH"``; None without photos.
    """

    counts: dict[str, int]
    matrices: dict[str, int]
    photos: str | None


def photo_orders(photos: Variable, samples: int | None) -> tuple[str, ...]:
    """Return the orders that photos may have, given the axis of the samples in the matrices of the same version.

    Where MATLAB wrote samples last (HDF5: first) or (N, 3, H, W), published readers disagree with MATLAB's own order:
    such a file is in doubt.
    """
    if photos.version == "v7":
        return ("HWCN", "NHWC", "NCHW")
    if photos.marked:
        return () if samples == 0 else ("NCWH", "CWHN")
    if samples == 0:  # written outside MATLAB with samples first: as it stands
        return ("NCHW", "NHWC", "HWCN")
    return ("NCWH", "NHWC", "HWCN", "CWHN")


def find_axes(path: Path, parts: Parts, order: str | None = None) -> Axes:
    """Return the axes of a file's variables.

    Args:
        path: for messages.
        parts: the variables by part and role.
        order: the photos' axes where the user knows them, such as ``"NCHW"``.

    Raises:
        AdahError: no reading fits the shapes, or several do.
    """
    if order is not None and sorted(order) != sorted("NCHW"):
        raise AdahError(f"axes={order!r}: give the photos' axes as they are seen in Python, such as 'NCHW' or 'NCWH'.")
    found = ", ".join(str(variable) for roles in parts.values() for variable in roles.values())
    readings = list(_matrix_readings(parts))
    if len(readings) != 1:
        ways = "in no way" if not readings else "with the samples first or last"
        raise AdahError(
            f"{path}: found {found}, which can be read {ways}; expected matrices (N, width) or (width, N) with one and "
            "the same N, which no two of them have in common as a width."
        )
    counts, matrices = readings[0]
    photos = [(counts[part], roles["photos"]) for part, roles in parts.items() if "photos" in roles]
    if not photos:
        return Axes(counts, matrices, None)
    orders = [order] if order else photo_orders(photos[0][1], matrices.get(photos[0][1].version))
    orders = [one for one in orders if all(_fits(variable.shape, one, count) for count, variable in photos)]
    certain = order or any(_certain(variable.shape, count) for count, variable in photos)
    if len(orders) == 1 and certain:
        return Axes(counts, matrices, orders[0])
    raise AdahError(
        f"{path}: found {found}; expected photos with axes N (the {photos[0][0]} pairs), C = 3, H and W, of which N "
        "and C are like no other, in an order that is not in doubt"
        + ("." if order else "; if you know the photos' axes, give them, such as axes='NCWH'.")
    )


def _matrix_readings(parts: Parts) -> Iterator[tuple[dict[str, int], dict[str, int]]]:
    """Yield the samples of each part and their axis in matrices, for every way in which the matrices agree."""
    matrices = [v for roles in parts.values() for role, v in roles.items() if role != "photos" and v.kind == "numeric"]
    versions = sorted({matrix.version for matrix in matrices})
    for choice in itertools.product((0, 1), repeat=len(versions)):
        axes = dict(zip(versions, choice, strict=True))
        common = {part: _common_count(roles, axes) for part, roles in parts.items()}
        counts = {part: count for part, count in common.items() if count is not None}
        if counts.keys() == common.keys() and _same_widths(parts, axes):
            yield counts, axes


def _common_count(roles: dict[str, Variable], axes: dict[str, int]) -> int | None:
    """Return the N on which a part's matrices and texts agree; None if they do not.

    Labels alone may be a vector, of one class a pair, which lies either way; beside another vector nothing is certain.
    """
    counts = set()
    vectors = [role for role, v in roles.items() if v.kind == "numeric" and role != "photos" and 1 in v.shape]
    if vectors not in ([], ["labels"]):
        return None
    for role, v in roles.items():
        if role == "photos":
            continue
        if len(v.shape) != 2:
            return None
        if 1 in v.shape and v.kind != "char":
            counts.add(max(v.shape))
        elif v.kind == "numeric":
            counts.add(v.shape[axes[v.version]])
        else:
            counts.add(v.shape[0 if v.version == "v7" else 1])
    return counts.pop() if len(counts) == 1 and counts != {0} else None


def _same_widths(parts: Parts, axes: dict[str, int]) -> bool:
    widths: dict[str, set[int]] = {}
    for roles in parts.values():
        for role, v in roles.items():
            if role != "photos" and v.kind == "numeric":
                widths.setdefault(role, set()).add(1 if 1 in v.shape else v.shape[1 - axes[v.version]])
    return all(len(found) == 1 for found in widths.values())


def _fits(shape: tuple[int, ...], order: str, count: int) -> bool:
    return len(shape) == 4 and shape[order.index("N")] == count and shape[order.index("C")] == 3 and min(shape) > 0


def _certain(shape: tuple[int, ...], count: int) -> bool:
    """Return whether neither N nor C may be taken for another axis."""
    return shape.count(count) == 1 and shape.count(3) == 1
