"""How claims on choices are judged: an option against its alternatives on validation pairs, length, parts, masks.

Most rest on one seed of the quick profile. A difference of one seed has no interval and supports nothing; what is said
of single runs (a count, a range, an order) is judged as it stands.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd

from adahlib.experiments.grids.alternatives import RATES_OF_ATTENTION, decisions
from adahlib.experiments.grids.usual import BITS, PHOTOS, SCENES
from adahlib.experiments.profiles import CHOSEN
from adahlib.report.claims.claim import Predicate, positive
from adahlib.report.claims.evidence import (
    VALIDATION,
    Evidence,
    Measure,
    Quantity,
    arm,
    less,
    mask_gap,
    measured,
    table1_arm,
)
from adahlib.report.claims.verdict import CONTRADICTED, NOT_SUPPORTED, SUPPORTED, Verdict
from adahlib.report.summary import is_unlearned
from adahlib.report.text import signed

QUICK_BITS = 16
LITTLE = 0.01


def quick(dataset: str, attention: str = "both", profile: str = "quick", measures=VALIDATION, **fields) -> Quantity:
    """Return what a run of the page of decisions measured on validation pairs: 16 bits, one seed."""
    runs = arm(dataset, attention=attention, profile=profile, **fields)
    return measured(runs, (QUICK_BITS,), measures, seeds=(0,))


def alternatives(evidence: Evidence, dataset: str) -> tuple[pd.Series, pd.DataFrame]:
    """Return the chosen setting's row and those of the grid's alternatives to it, with column ``score``.

    The chosen setting is ADAH's with both attentions, so that runs of other methods, and of other attentions, are no
    alternatives to it. The score is the validation MAP, mean of both directions.

    Raises:
        NotMeasuredError: the choice or an alternative is missing or stale.
    """
    own = (spec for spec in decisions() if (spec.dataset, spec.method, spec.attention) == (dataset, "adah", "both"))
    rows = pd.DataFrame(evidence.rows(own))
    rows["score"] = rows[["validation_map_t2i", "validation_map_i2t"]].mean(axis=1)
    chosen = str(arm(dataset, profile="quick")(QUICK_BITS, 0).record_path())
    return rows.loc[chosen], rows.drop(index=chosen)


def best_of_all(dataset: str) -> Predicate:
    """Return the predicate that no alternative of the quick profile has a higher validation MAP than the choice."""

    def judge(evidence: Evidence) -> Verdict:
        choice, others = alternatives(evidence, dataset)
        ahead = int((others["score"] > choice["score"]).sum())
        shown = f"{ahead} of {len(others)} are ahead"
        return Verdict(CONTRADICTED if ahead else SUPPORTED, shown, seeds=1, facts={"ahead": shown})

    return judge


def by_hand_over_chosen(dataset: str, method: str, attention: str) -> Quantity:
    """Return the MAP with the options set by hand less that with those of the search, over the seeds that both have."""
    return less(*(measured(arm(dataset, method, attention=attention, profile=name)) for name in ("cpu", CHOSEN)))


def all_learned(evidence: Evidence) -> Verdict:
    """Judge that every alternative on the scenes learned something."""
    _, others = alternatives(evidence, SCENES)
    lost = [label.removeprefix("adah-both~quick~") for label in others.loc[is_unlearned(others), "label"]]
    facts = {"lost": ", ".join(f"`{name}`" for name in lost) or "none"}
    return Verdict(CONTRADICTED if lost else SUPPORTED, f"{len(lost)} of {len(others)} did not", seeds=1, facts=facts)


def rates_matter_little(evidence: Evidence) -> Verdict:
    """Judge that on the photos validation MAP has a range below ``LITTLE`` over the rates of G, 0 among them."""
    rates = [{"attention_learning_rate": rate} for rate in RATES_OF_ATTENTION]
    chosen = arm(PHOTOS, profile="quick")(QUICK_BITS, 0).resolved_options()["attention_learning_rate"]
    options = [{} if rate["attention_learning_rate"] == chosen else rate for rate in rates]
    values = np.array([quick(PHOTOS, options=each)(evidence).mean() for each in options])
    return Verdict(CONTRADICTED if np.ptp(values) >= LITTLE else SUPPORTED, f"range {np.ptp(values):.4f}", seeds=1)


def masks_and_map_rise(evidence: Evidence) -> Verdict:
    """Judge that on the scenes MAP and mask gap rise together with G's rate: rank correlation of at least .8."""
    choice, others = alternatives(evidence, SCENES)
    label = others["label"].str.fullmatch(r"adah-both~quick~attention_learning_rate=[^~]+")
    rows = pd.concat([others[label], choice.to_frame().T])
    gaps = rows.apply(mask_gap, axis=1).astype(float)
    rho = float(gaps.corr(rows["score"].astype(float), method="spearman"))
    return Verdict(SUPPORTED if rho >= 0.8 else NOT_SUPPORTED, f"ρ = {rho:.2f}", seeds=1)


def gains_more_later(dataset: str) -> Quantity:
    """Return how much larger the gain of both over none is in the long profile than in the profile of the pages."""
    gains = [less(quick(dataset, "both", profile), quick(dataset, "none", profile)) for profile in ("long", "cpu")]
    return less(*gains)


def by_part(task: str, part: str) -> Callable[[Evidence], float]:
    """Return what both attentions add to none on a part of the scenes' database, from the analysis ``unseen``."""

    def gain(evidence: Evidence) -> float:
        rows = pd.DataFrame(evidence.analysis("unseen")["rows"]).set_index(["task", "part", "attention"])["map"]
        return float(rows[task, part, "both"] - rows[task, part, "none"])

    return gain


def more_on_unseen(task: str) -> Predicate:
    """Return the predicate that attention adds more on database items that did not train than on those that did.

    The analysis keeps means over seeds, of which there is no interval: it shows a difference and supports nothing.
    """

    def judge(evidence: Evidence) -> Verdict:
        trained, unseen = (by_part(task, part)(evidence) for part in ("trained", "unseen"))
        facts = {"trained": signed(trained), "unseen": signed(unseen)}
        seeds = min(row["n"] for row in evidence.analysis("unseen")["rows"])
        why = "its analysis keeps means over seeds, without an interval"
        return Verdict(NOT_SUPPORTED, signed(unseen - trained), seeds=seeds, facts=facts, why=why)

    return judge


def true_masks_give_more(evidence: Evidence) -> Verdict:
    """Judge that the true foreground in place of G^I gives more than the masks that it learns."""
    given = pd.DataFrame(evidence.analysis("true_masks")["rows"]).sort_values("seed")
    found = measured(arm(SCENES, attention="visual"), (QUICK_BITS,))
    return positive(lambda _: given[["map_t2i", "map_i2t"]].to_numpy() - found(evidence))(evidence)


def falls_with_bits(dataset: str) -> Predicate:
    """Return the predicate that the MAP of CCA falls from each code length to the next."""
    short, long = (measured(table1_arm(dataset, "cca"), bits) for bits in (BITS[:-1], BITS[1:]))
    return positive(less(short, long), 4)


def term_over_likelihood(name: str) -> Measure:
    """Return a term of PRDH's objective as a share of the likelihood, both modalities, in the last epoch."""

    def measure(row: pd.Series) -> float:
        last = row["record"]["history"][-1]
        term, likelihood = (
            sum(last[f"{each}, {side}"] for side in ("images", "texts")) for each in (name, "likelihood")
        )
        return term / likelihood

    return measure


def term_acts(dataset: str) -> Predicate:
    """Return the predicate that PRDH's decorrelation is above a hundredth of the likelihood at the end of training."""
    share = measured(table1_arm(dataset, "prdh"), measures=(term_over_likelihood("decorrelation"),))
    return positive(lambda evidence: share(evidence) - LITTLE, 4)


def alternative(dataset: str, **options) -> Quantity:
    """Return how much the choice is ahead of an alternative on validation pairs."""
    return less(quick(dataset), quick(dataset, options=options))
