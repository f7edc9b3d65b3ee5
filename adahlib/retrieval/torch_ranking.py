"""The histograms on a torch device: distances and shared labels as matrix products, block by block."""

import numpy as np
import torch
from numpy.typing import ArrayLike

from adahlib.retrieval.codes import BinaryCodes
from adahlib.retrieval.inputs import as_zero_one

PAIRS = 2**24  # pairs held at once


def torch_key_counts(
    query: BinaryCodes, database: BinaryCodes, query_labels: ArrayLike, database_labels: ArrayLike, device: str
) -> np.ndarray:
    """Return int64 (n_query, 2 · (q + 1)): items by 2 · distance + relevance.

    Products of ±1 and of 0/1 are small whole numbers, which float32 holds exactly.
    """
    kinds = 2 * (query.bits + 1)
    own, codes = (torch.from_numpy(side.signs()).to(device, torch.float32) for side in (query, database))
    labels = as_zero_one(query_labels, "query labels", 2), as_zero_one(database_labels, "database labels", 2)
    tags, stored = (torch.from_numpy(side).to(device, torch.float32) for side in labels)
    rows, step = [], max(1, PAIRS // max(len(codes), kinds))
    for start in range(0, len(own), step):
        distance = (query.bits - own[start : start + step] @ codes.T).div(2).round().long()
        keys = 2 * distance + (tags[start : start + step] @ stored.T > 0)
        keys += kinds * torch.arange(len(keys), device=keys.device)[:, None]
        rows.append(torch.bincount(keys.flatten(), minlength=kinds * len(keys)).view(-1, kinds).cpu().numpy())
    return np.concatenate(rows)
