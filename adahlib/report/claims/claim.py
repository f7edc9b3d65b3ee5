"""A claim: a sentence with a predicate on records, and the predicates that most claims need."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from adahlib.report.claims.evidence import Evidence, Quantity, less
from adahlib.report.claims.verdict import (
    CONTRADICTED,
    NOT_MEASURED,
    NOT_SUPPORTED,
    SUPPORTED,
    NotMeasuredError,
    Verdict,
    interval,
    of_closeness,
    of_difference,
)
from adahlib.report.text import EMPTY, signed

Predicate = Callable[[Evidence], Verdict]
READ_OFF = "this book, read off these runs"  # the source of claims that were written when their records were there
COUNTED = ": it holds in {cells} cells"  # how the sentences end that count cells


@dataclass(frozen=True)
class Claim:
    """A sentence about results, and how it is judged.

    Attributes:
        name: its own, for tests and lists.
        sentence: what is claimed, with ``{names}`` for numbers, which the verdict's facts fill in.
        pages: the pages that show it.
        source: where it is claimed: a table or figure of a paper, or this book: of runs before those that judge it,
            before any run, or ``READ_OFF``.
        judge: the predicate on records.
    """

    name: str
    sentence: str
    pages: tuple[str, ...]
    source: str
    judge: Predicate

    def verdict(self, evidence: Evidence) -> Verdict:
        """Return what the records say, "not measured" where one is missing or stale."""
        try:
            return self.judge(evidence)
        except NotMeasuredError as reason:
            return Verdict(NOT_MEASURED, why=str(reason))

    def filled(self, verdict: Verdict) -> str:
        """Return the sentence with the verdict's numbers, without its count of cells where nothing was measured."""
        facts = verdict.facts | ({"effect": verdict.effect} if verdict.effect else {})
        sentence = self.sentence if "cells" in facts else self.sentence.replace(COUNTED, "")
        return sentence.format_map(defaultdict(lambda: EMPTY, facts))


def positive(quantity: Quantity, decimals: int = 3) -> Predicate:
    """Return the predicate that a quantity is above zero."""
    return lambda evidence: shown(values := quantity(evidence), of_difference(values), decimals)


def near_zero(quantity: Quantity, tolerance: float, decimals: int = 3) -> Predicate:
    """Return the predicate that the mean of a quantity is at most ``tolerance`` from zero."""
    return lambda evidence: shown(values := quantity(evidence), of_closeness(values, tolerance), decimals)


def each_within(quantity: Quantity, tolerance: float) -> Predicate:
    """Return the predicate that in every cell the mean over seeds is at most ``tolerance`` from zero.

    Contradicted: it is in none.
    """

    def judge(evidence: Evidence) -> Verdict:
        values = quantity(evidence)
        holds = np.abs(values.mean(axis=0)) <= tolerance
        state = SUPPORTED if holds.all() else NOT_SUPPORTED if holds.any() else CONTRADICTED
        return counted(state, holds, len(values))

    return judge


def shown(values: np.ndarray, state: str, decimals: int = 3, between: tuple[float, float] | None = None) -> Verdict:
    """Return the verdict of a quantity (seeds, cells): its mean, interval and number of seeds.

    Args:
        values: of the quantity.
        state: as it was judged.
        decimals: of the mean and of the interval, as they are shown.
        between: the interval, where it is not that of ``interval``.
    """
    between = between or interval(values)
    why = "" if between else "one seed has no interval"
    return Verdict(state, signed(float(values.mean()), decimals), between, len(values), why=why)


def always_above(pairs: Sequence[tuple[Quantity, Quantity]]) -> Predicate:
    """Return the predicate that in every cell the first of each pair has the higher mean over seeds.

    Contradicted: the interval of one of the differences, over all cells, lies below zero.
    """

    def judge(evidence: Evidence) -> Verdict:
        differences = [less(*pair)(evidence) for pair in pairs]
        holds = np.all([values.mean(axis=0) > 0 for values in differences], axis=0)
        states = [of_difference(values) for values in differences]
        state = SUPPORTED if holds.all() and set(states) == {SUPPORTED} else NOT_SUPPORTED
        return counted(CONTRADICTED if CONTRADICTED in states else state, holds, len(differences[0]))

    return judge


def ordered_as(reference: Mapping[str, Quantity], ours: Mapping[str, Quantity]) -> Predicate:
    """Return the predicate that in every cell rows have the same order by mean as the reference's rows of their names.

    Rows that the reference has equal, as two printed numbers can be, may come in either order; where ours alone are
    equal the order is another one. Contradicted: it is another one in every cell.
    """

    def judge(evidence: Evidence) -> Verdict:
        values = [quantity(evidence) for quantity in ours.values()]
        found = signs([each.mean(axis=0) for each in values])
        wanted = signs([reference[name](evidence).mean(axis=0) for name in ours])
        same = ((wanted == 0) | (wanted == found)).all(axis=(0, 1))
        state = SUPPORTED if same.all() else NOT_SUPPORTED if same.any() else CONTRADICTED
        return counted(state, same, min(map(len, values)))

    return judge


def signs(means: Sequence[np.ndarray]) -> np.ndarray:
    """Return for each pair of rows, in each cell, which is above: 1, 0 or −1, of shape (rows, rows, cells)."""
    rows = np.array(means)
    return np.sign(rows[:, None] - rows[None])


def with_facts(judge: Predicate, more: Callable[[Evidence, Verdict], dict[str, str]]) -> Predicate:
    """Return a predicate with more facts for its sentence, which follow from the records and its verdict."""

    def judged(evidence: Evidence) -> Verdict:
        verdict = judge(evidence)
        return replace(verdict, facts=verdict.facts | more(evidence, verdict))

    return judged


def with_order(judge: Predicate, rows: Mapping[str, Quantity]) -> Predicate:
    """Return a predicate that also says what was found: the fact ``order``, rows by their mean over all cells."""

    def order(evidence: Evidence, verdict: Verdict) -> dict[str, str]:
        means = {name: float(quantity(evidence).mean()) for name, quantity in rows.items()}
        return {"order": " > ".join(sorted(means, key=lambda name: -means[name]))}

    return with_facts(judge, order)


def counted(state: str, holds: np.ndarray, seeds: int) -> Verdict:
    """Return the verdict of a claim that holds in some cells."""
    cells = f"{int(holds.sum())} of {len(holds)}"
    return Verdict(state, f"{cells} cells", seeds=seeds, facts={"cells": cells})
