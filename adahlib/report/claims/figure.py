"""The forest plot of claims: each effect with its interval, coloured by the verdict, beside the line at zero."""

from IPython.display import Markdown

from adahlib.report.claims import Evidence, claims_of
from adahlib.report.claims.claim import Claim
from adahlib.report.claims.verdict import CONTRADICTED, NOT_SUPPORTED, SUPPORTED, Verdict
from adahlib.report.drawing import COLUMN, INK, PALETTE, Chart, new_figure, wrapped

LOOKS = {SUPPORTED: (PALETTE[2], "o"), NOT_SUPPORTED: (INK, "s"), CONTRADICTED: (PALETTE[3], "D")}
UNMEASURED = "Not measured yet: of none of these claims there is an effect with an interval."
LINE, GAP, LETTERS = 0.19, 0.8, 62  # inches of a line of a sentence, lines between two of them, letters of a line


def claims_figure(page: str, *names: str, evidence: Evidence | None = None) -> Chart | Markdown:
    """Return the forest plot of a page's claims whose effect has an interval, a row each, in the page's order.

    Where none has one, as without records or with stale ones, there is a sentence in its place.

    Args:
        page: its stem.
        names: of some of its claims; none of them: all.
        evidence: the records that judge them (default: the project's).
    """
    evidence = evidence or Evidence()
    judged = [(claim, claim.verdict(evidence)) for claim in claims_of(page, *names)]
    judged = [(claim, verdict) for claim, verdict in judged if verdict.interval]
    if not judged:
        return Markdown(UNMEASURED)
    figure = forest(judged)
    figure.alt = in_words(judged)
    return figure


def forest(judged: list[tuple[Claim, Verdict]]) -> Chart:
    """Return the forest plot of at least one claim; every verdict has an interval."""
    labels = [wrapped(claim.filled(verdict), LETTERS, 4) for claim, verdict in judged]
    heights = [LINE * (label.count("\n") + 1.0 + GAP) for label in labels]
    figure, axes = new_figure(COLUMN, 1.1 + sum(heights), 1, 1)
    axis, top = axes[0, 0], 0.0
    middles = []
    for (_, verdict), height in zip(judged, heights, strict=True):
        middles.append(top + height / 2)
        draw_interval(axis, verdict, middles[-1])
        top += height
    axis.axvline(0, color=INK, linewidth=1)
    axis.set(ylim=(top, 0), xlabel="effect, with its 95 % interval")
    axis.set_yticks(middles, labels, fontsize=9, ha="left")
    axis.tick_params(axis="y", pad=310)
    handles, shown = axis.get_legend_handles_labels()
    unique = dict(zip(shown, handles, strict=True))
    figure.legend(unique.values(), unique, loc="outside lower center", ncols=3, fontsize=9)
    return figure


def draw_interval(axis, verdict: Verdict, height: float) -> None:
    """Draw an effect in the middle of its interval, which Student's is symmetric about."""
    low, high = verdict.interval  # type: ignore[misc]
    colour, marker = LOOKS[verdict.state]
    middle, half = (low + high) / 2, (high - low) / 2
    axis.errorbar(middle, height, xerr=half, color=colour, marker=marker, markersize=6, label=verdict.state)


def in_words(judged: list[tuple[Claim, Verdict]]) -> str:
    """Return how many claims have which verdict, and which effect is the largest."""
    states = [verdict.state for _, verdict in judged]
    counts = ", ".join(f"{states.count(state)} {state}" for state in LOOKS if state in states)
    largest, verdict = max(judged, key=lambda each: abs(sum(each[1].interval)))  # type: ignore[arg-type]
    return f"Differences with 95 % intervals: {counts}. The largest, {verdict.effect}: {largest.filled(verdict)}"
