"""A metric for training loops, used as those of torchmetrics are: update with batches, compute, reset.

Every query is compared with every item of the database, so the codes themselves are kept, packed: 8 bytes for 64 bits
and one for eight labels. Pairs are counted when the value is asked for. Where several processes evaluate together
(``torch.distributed``), each counts its own part of the database for the queries of all, and the counts are added.
"""

import sys

import numpy as np
from numpy.typing import ArrayLike

from adahlib.errors import AdahError, unknown_name
from adahlib.retrieval.average_precision import check_choice
from adahlib.retrieval.codes import BinaryCodes
from adahlib.retrieval.hamming_ranking import HammingRanking
from adahlib.retrieval.inputs import as_zero_one
from adahlib.retrieval.ranking import distance_histograms

SIDES = ("query", "database")


class HammingMetric:
    """Mean average precision of codes that arrive in batches; ``ranking`` has the other metrics.

    It is plain Python with the methods of a ``torchmetrics.Metric``: ``update``, ``compute``, ``reset``,
    ``metric_state``, ``merge_state``; it can be pickled and copied. Use one for each direction, I→T and
    T→I.

    A sampler that gives some items to two processes, as PyTorch's ``DistributedSampler`` does to even their shares, has
    them counted twice: divide the data without it.

    Args:
        k, convention, ties: as in ``mean_average_precision``. With ``ties="stable"`` the order is that of the
            updates, and of several processes that of their ranks.
        sync_on_compute: add up what all processes of ``torch.distributed`` hold, where it is initialised; then all of
            them must call ``compute`` or ``ranking``. False: this process' own part alone.

    Raises:
        AdahError: ``k``, ``convention`` or ``ties`` is unknown or out of range.

    Example:
        >>> from adahlib.retrieval import HammingMetric
        >>> metric = HammingMetric()
        >>> metric.update([[0.3, 1.2], [-0.1, 2.0]], [[1, 0], [0, 1]], "database")
        >>> metric.update([[0.9, 0.4]], [[1, 0]], "query")
        >>> metric.compute()
        1.0
    """

    def __init__(
        self, k: int | None = None, convention: str = "all", ties: str = "expected", sync_on_compute: bool = True
    ):
        check_choice(k, convention, ties)
        self.k, self.convention, self.ties, self.sync_on_compute = k, convention, ties, sync_on_compute
        self.reset()

    def reset(self) -> None:
        """Forget all codes and labels."""
        self._widths: tuple[int, int] | None = None  # code length and number of labels
        self._parts: dict[str, list] = {side: [] for side in SIDES}

    def update(self, outputs: ArrayLike | BinaryCodes, labels: ArrayLike, side: str) -> None:
        """Add a batch of n items.

        Args:
            outputs: (n, q) real values whose signs are the bits, an array or a tensor on any device; or codes.
            labels: (n, c) of 0/1.
            side: ``"query"`` or ``"database"``.

        Raises:
            AdahError: outputs or labels are wrong, or have another width than those before; nothing is added.
        """
        if side not in SIDES:
            raise unknown_name("side", side, SIDES)
        codes = outputs if isinstance(outputs, BinaryCodes) else BinaryCodes.from_signs(outputs)
        tags = as_zero_one(labels, "labels", dimensions=2)
        if len(tags) != len(codes) or not tags.shape[1]:
            raise AdahError(f"labels are {tags.shape} for {len(codes)} codes; give a row a code, and a label or more.")
        batch = {"widths": (codes.bits, tags.shape[1]), **dict.fromkeys(SIDES)}
        self.merge_state(batch | {side: (codes.packed, np.packbits(tags, axis=1))})

    @property
    def metric_state(self) -> dict:
        """What was added, in plain values: ``widths`` (q, c) or None, and a side's packed codes and labels or None."""
        return {"widths": self._widths} | {side: joined(self._parts[side]) for side in SIDES}

    def merge_state(self, incoming: "dict | HammingMetric") -> None:
        """Add behind one's own items those of another metric, or of its ``metric_state``, as from another process.

        Raises:
            AdahError: its codes or labels have another width, or it is none of the two.
        """
        state = incoming.metric_state if isinstance(incoming, HammingMetric) else incoming
        if not isinstance(state, dict) or not {"widths", *SIDES} <= state.keys():
            raise AdahError(f"a {type(incoming).__name__} cannot be merged; give a HammingMetric or its metric_state.")
        if state["widths"] is not None:
            self._agree(state["widths"])
        for side in SIDES:
            if state[side] is not None and len(state[side][0]):  # a process may have no share of a side
                self._parts[side].append(state[side])

    def compute(self) -> float:
        """Return the mean average precision of all queries over the whole database, a float in 0..1.

        Raises:
            AdahError: as ``ranking``.
        """
        return float(self.ranking().average_precision(self.k, self.convention, self.ties).mean())

    def ranking(self) -> HammingRanking:
        """Return the ranking of all items that were added, in all processes, with every metric.

        Stable ties are there in one process, and in several where ``ties="stable"`` was set.

        Raises:
            AdahError: there is no query or no item in the database yet, or the processes' widths differ.
        """
        state, several = self.metric_state, self.sync_on_compute and processes() > 1
        own = state["database"]
        if several and self.ties != "stable":  # the database stays where it is
            state = state | {"database": None}
        every = HammingMetric()
        for each in gathered(state) if several else [state]:
            every.merge_state(each)
        if several and self.ties != "stable":
            return HammingRanking.from_histograms(*every._shared_counts(own))
        query, query_labels = every._side("query", every.metric_state["query"])
        database, database_labels = every._side("database", every.metric_state["database"])
        return HammingRanking(query, database, query_labels, database_labels)

    def _shared_counts(self, own: tuple | None) -> np.ndarray:
        """Return both histograms (2, n_query, q + 1) of the queries here, summed over all processes' databases."""
        query, query_labels = self._side("query", self.metric_state["query"])
        counts = np.zeros((2, len(query), query.bits + 1), np.int64)
        if own is not None:
            database, database_labels = self._side("database", own)
            counts += distance_histograms(query, database, query_labels, database_labels)
        counts = sum(gathered(counts))
        if not counts.any():
            raise AdahError("the database holds no item yet; call update(outputs, labels, 'database') first.")
        return counts

    def _side(self, side: str, state: tuple | None) -> tuple[BinaryCodes, np.ndarray]:
        if state is None or not len(state[0]):
            raise AdahError(f"the {side} holds no item yet; call update(outputs, labels, {side!r}) first.")
        bits, columns = self._widths  # type: ignore[misc]  # set with the first items
        return BinaryCodes(state[0], bits), np.unpackbits(state[1], axis=1, count=columns).view(bool)

    def _agree(self, widths: tuple[int, int]) -> None:
        if self._widths not in (None, tuple(widths)):
            before, now = (f"{bits} bits and {columns} labels" for bits, columns in (self._widths, widths))
            raise AdahError(f"items have {now}, and those before {before}; give all of them the same.")
        self._widths = widths[0], widths[1]


def joined(parts: list[tuple[np.ndarray, np.ndarray]]) -> tuple[np.ndarray, np.ndarray] | None:
    """Return the packed codes and labels of all batches as one array each, or None."""
    if not parts:
        return None
    codes, labels = (np.concatenate(each) for each in zip(*parts, strict=True))
    return codes, labels


def processes() -> int:
    """Return how many processes evaluate together; without PyTorch there is one."""
    if "torch" not in sys.modules:
        return 1
    from adahlib.distributed import processes

    return processes()


def gathered(value: object) -> list:
    """Return the values that all processes give, in the order of their ranks."""
    import torch.distributed as dist

    values = [None] * dist.get_world_size()
    dist.all_gather_object(values, value)
    return values
