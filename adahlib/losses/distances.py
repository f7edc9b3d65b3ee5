"""Distances between real-valued codes: the ‖·‖ of eq. 5 and 6, and its relatives."""

import torch
from torch import Tensor

from adahlib.deprecation import renamed_arguments
from adahlib.errors import unknown_name

#: Distances between real-valued codes that ``pairwise_distance`` knows.
DISTANCES = ("euclidean", "squared", "hamming")


@renamed_arguments("1.0", queries="query", candidates="database")
def pairwise_distance(query: Tensor, database: Tensor, distance: str = "euclidean") -> Tensor:
    """Return the distances (n, m) between real-valued codes of queries (n, q) and of a database (m, q).

    Args:
        query: real-valued codes H^A in [-1, 1], (n, q).
        database: real-valued codes H^B in [-1, 1], (m, q).
        distance: ``"euclidean"``, ‖a − b‖ as printed in eq. 5; ``"squared"``, ‖a − b‖²; or ``"hamming"``,
            (q − a·b)/2, which is the Hamming distance when the codes are ±1.

    The squared distance is at least the machine epsilon of its type, so that the root has a finite slope: by
    ``"euclidean"`` equal codes in float32 are 3.5e-4 apart.

    Raises:
        AdahError: the distance is unknown.

    Example:
        >>> import torch
        >>> from adahlib.losses import pairwise_distance
        >>> codes = torch.tensor([[1.0, 1.0, 1.0], [1.0, -1.0, 1.0]])
        >>> pairwise_distance(codes, codes, "hamming").tolist()
        [[0.0, 1.0], [1.0, 0.0]]
        >>> pairwise_distance(codes[:1], codes, "squared").round(decimals=3).tolist()
        [[0.0, 4.0]]
    """
    if distance not in DISTANCES:
        raise unknown_name("distance", distance, DISTANCES)
    product = query @ database.T  # (n, m)
    if distance == "hamming":
        return (query.shape[1] - product) / 2
    squared = query.square().sum(1, keepdim=True) + database.square().sum(1) - 2 * product
    # A zero distance has no gradient of its own: the floor keeps the root's slope finite there.
    squared = squared.clamp_min(torch.finfo(squared.dtype).eps)
    return squared if distance == "squared" else squared.sqrt()
