"""Paired bootstrap over queries: is one method's MAP higher than another's, or are these queries only kind to it?"""

import numpy as np
from scipy.stats import bootstrap

from adahlib.errors import AdahError, check_whole

BLOCK = 1000  # resamples at a time


def paired_bootstrap(
    first: np.ndarray, second: np.ndarray, samples: int = 10_000, level: float = 0.95, seed: int = 0
) -> tuple[float, float, float]:
    """Return the difference of two methods' MAP and its percentile interval, by a paired bootstrap over queries.

    Queries are drawn with replacement, the same ones for both methods (Efron, 1979).

    Args:
        first, second: average precision of each query, (n,), in the same order of queries.
        samples: number of resamples.
        level: confidence level of the interval, in (0, 1).
        seed: of the resamples.

    Returns:
        Difference, low and high end.

    Raises:
        AdahError: not one value a query for both methods, NaN, ``samples`` below 1, or ``level`` outside (0, 1).
        ValueError: a single query, which has no spread.

    Example:
        >>> import numpy as np
        >>> from adahlib.retrieval import paired_bootstrap
        >>> rng = np.random.default_rng(0)
        >>> first = rng.random(200)
        >>> second = first - rng.normal(0.05, 0.1, 200)  # lower by .05 in the mean, and by .1 to either side
        >>> difference, low, high = paired_bootstrap(first, second)
        >>> 0 < low < difference < high < 0.1
        True
    """
    first, second = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    if first.ndim != 1 or first.shape != second.shape or not len(first):
        raise AdahError(f"average precisions have shapes {first.shape} and {second.shape}; give one value a query.")
    difference = first - second
    if np.isnan(difference).any():
        raise AdahError("average precisions hold NaN; give every query a value.")
    samples = check_whole("samples", samples, 1)
    if not 0 < level < 1:
        raise AdahError(f"level={level!r} must lie between 0 and 1.")
    found = bootstrap(
        (difference,), np.mean, n_resamples=samples, confidence_level=level, method="percentile", batch=BLOCK,
        rng=np.random.default_rng(seed), vectorized=True,
    )  # fmt: skip
    return float(difference.mean()), float(found.confidence_interval.low), float(found.confidence_interval.high)
