"""What do we say, and how?

Sentences are chosen by rule from results.  Association, never effect; different from
expected, never failing; "we cannot tell" where we cannot.
"""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import dataclass

from candela.association import Association, Verdict
from candela.association.sensitivity import NEGATIVE_CONTROL
from candela.association.verdict import Kind
from candela.indicators import Funnel
from candela.publish.disclosure import Count, hidden_doses
from candela.stats.estimate import Estimate
from candela.tables import DENOMINATORS, MEASURES, span_words

__all__ = [
    "CANNOT_TELL_YOU",
    "Per1000",
    "Show",
    "comparison_words",
    "control_sentence",
    "decimals_for",
    "dose_words",
    "finding",
    "funnel_sentence",
    "official_sentence",
    "stand_in_words",
    "verdict_sentence",
]

Show = Callable[[str, float, str], str]
"""Takes the name of a number, its value and its words; returns what to print."""


CANNOT_TELL_YOU = (
    "Whether research activity changes deaths. Trusts that do more research differ in "
    "size, teaching, staff and patients, and only some of that can be allowed for.",
    "Anything about single patients, or about those who took part in research: the "
    "figures are of whole trusts, and people in studies are among their patients.",
    "Whether a trust's care is good. Deaths compared with expected (SHMI) also depend "
    "on how patients are recorded and on what is available outside hospital.",
    "Why a single trust is different from expected. A figure is a reason to ask, not "
    "an answer.",
    "What would happen if research were paid for or ranked.",
)


@dataclass(frozen=True)
class Per1000:
    """A ratio as deaths more or fewer for every 1,000 expected."""

    value: float
    lower: float
    upper: float

    @classmethod
    def of(cls, ratio: Estimate) -> Per1000:
        """Return it for a ratio."""
        return cls(*(1000 * (r - 1) for r in (ratio.value, ratio.lower, ratio.upper)))

    @property
    def decimals(self) -> int:
        """Digits after the point that the interval deserves."""
        return decimals_for(self.upper - self.lower)

    def words(self, value: float) -> str:
        """Return one of the three as ``21 fewer`` or ``5 more``."""
        size = f"{abs(value):,.{self.decimals}f}"
        if float(size.replace(",", "")) == 0:
            return "no fewer or more"
        return f"{size} {'fewer' if value < 0 else 'more'}"


def decimals_for(width: float) -> int:
    """Return how many decimals an interval of this width deserves (0 to 3)."""
    for decimals, limit in ((0, 10), (1, 1), (2, 0.1)):
        if width >= limit:
            return decimals
    return 3


def dose_words(found: Association) -> tuple[str, str]:
    """Return what the dose counts and by what size, in words."""
    design = found.panel.design
    return (
        MEASURES[design.measure].label,
        DENOMINATORS[design.denominator].label,
    )


def finding(found: Association, show: Show) -> str:
    """Return the finding as one sentence, every number through ``show``."""
    per = Per1000.of(found.primary.estimate)
    value = show("primary.per_1000", per.value, per.words(per.value))
    low = show("primary.per_1000.lower", per.lower, per.words(per.lower))
    high = show("primary.per_1000.upper", per.upper, per.words(per.upper))
    kind = found.verdict.kind
    if kind is Kind.CANNOT_TELL:
        return (
            "We cannot tell whether more research goes with more or fewer deaths: "
            f"anything from {low} to {high} for every 1,000 expected fits."
        )
    if kind is Kind.LITTLE_OR_NONE:
        return (
            "More research went with little or no difference in deaths (95% interval "
            f"{low} to {high} for every 1,000 expected)."
        )
    direction = "fewer" if per.value < 0 else "more"
    return (
        f"More research went with {direction} deaths: {value} for every 1,000 expected "
        f"(95% interval {low} to {high})."
    )


def verdict_sentence(verdict: Verdict, per: Per1000, show: Show) -> str:
    """Return what the interval allows to be said of the size."""
    matters = show(
        "smallest_that_matters",
        1000 * (1 - verdict.smallest_ratio_that_matters),
        f"{1000 * (1 - verdict.smallest_ratio_that_matters):.0f}",
    )
    near, far = sorted((per.lower, per.upper), key=abs)
    nearest = show("primary.per_1000.nearest", near, per.words(near))
    furthest = show("primary.per_1000.furthest", far, per.words(far))
    match verdict.kind:
        case Kind.MATTERS:
            return f"At least {nearest} for every 1,000 fits the data."
        case Kind.SIZE_UNSURE:
            return (
                f"It could be too small to matter ({nearest}) or as large as "
                f"{furthest}; what matters was set beforehand at {matters} in 1,000."
            )
        case Kind.TOO_SMALL:
            return (
                "There is a difference, but it is smaller than what was set beforehand "
                f"to matter ({matters} in 1,000)."
            )
        case Kind.LITTLE_OR_NONE:
            return (
                f"Any difference is smaller than {matters} in 1,000 expected deaths. "
                "That is an answer, not a lack of one."
            )
        case Kind.CANNOT_TELL:
            times = show(
                "times_information",
                verdict.times_information,
                f"{verdict.times_information:.1f}",
            )
            return (
                f"To settle it would take about {times} times as much information "
                "(trusts or years), if the estimate stayed where it is; what matters "
                f"was set beforehand at {matters} in 1,000."
            )
    raise AssertionError(f"unhandled verdict {verdict.kind!r}")


def comparison_words(found: Association, show: Show) -> str:
    """Return what was compared with what, when, and how much it rests on."""
    what, by = dose_words(found)
    digits = decimals_for((found.dose_high - found.dose_low) * 10)
    estimate, periods = found.primary.estimate, found.panel.distinct_periods
    high = show("dose.high", found.dose_high, f"{found.dose_high:.{digits}f}")
    low = show("dose.low", found.dose_low, f"{found.dose_low:.{digits}f}")
    trusts = show("primary.n", estimate.organisations, f"{estimate.organisations}")
    years = show("primary.years", len(periods), f"{len(periods)}")
    rows = show("primary.rows", estimate.observations, f"{estimate.observations:,}")
    adjusted = html.escape(" and ".join(("the year", *found.panel.covariate_names)))
    return (
        "The comparison is of a trust three quarters of the way up in research "
        f"activity ({high} {what} {by} a year) with one a quarter of the way up "
        f"({low}), counted before the deaths. It rests on {trusts} trusts over {years} "
        f"separate years ({span_words(periods)}), {rows} trust-years in all. Adjusted "
        f"for {adjusted}. Every figure is of a trust, not of a patient."
    )


def control_sentence(found: Association, show: Show) -> str:
    """Return what the negative control says of other causes; nothing if not done."""
    control = next((a for a in found.secondary if a.name == NEGATIVE_CONTROL), None)
    if control is None:
        return ""
    per = Per1000.of(control.estimate)
    value, low, high = (
        show(f"control.per_1000.{part}", number, per.words(number))
        for part, number in (
            ("value", per.value),
            ("lower", per.lower),
            ("upper", per.upper),
        )
    )
    told = (
        "Research done after the deaths cannot have changed them. Allowing for "
        f"research done before, it went with {value} for every 1,000 expected (95% "
        f"interval {low} to {high})"
    )
    if per.lower <= 0 <= per.upper:
        return (
            f"{told}: this check found no sign of another cause, and cannot rule one "
            "out."
        )
    return (
        f"{told}: so something else that goes with research activity is at work, too."
    )


def stand_in_words(found: Association, hidden: frozenset[Count], show: Show) -> str:
    """Return how much rests on numbers in the place of hidden counts, if any does."""
    if not hidden:
        return ""
    doses = int(hidden_doses(found.panel, hidden).sum())
    told = (
        "Wherever an analysis meets a hidden count of people it takes four in its "
        "place, or a number worked out from a shown total, so that nobody can find the "
        "count by trying."
    )
    if not doses:
        return told
    n = show("hidden.doses", doses, f"{doses}")
    years = "trust-year" if doses == 1 else "trust-years"
    return (
        f"In {n} {years} of the comparison, research activity is a hidden count of "
        f"people. {told}"
    )


def funnel_sentence(funnel: Funnel, show: Show) -> str:
    """Return how many trusts differ from expected, beside how many would by chance."""
    n = show("funnel.organisations", len(funnel.rows), f"{len(funnel.rows)}")
    inner = show("funnel.outside95", funnel.outside95, f"{funnel.outside95}")
    outer = show("funnel.outside998", funnel.outside998, f"{funnel.outside998}")
    chance = show(
        "funnel.expected_outside95",
        funnel.expected_outside95,
        f"{funnel.expected_outside95:.0f}",
    )
    rare = show(
        "funnel.expected_outside998",
        funnel.expected_outside998,
        "fewer than 1"
        if funnel.expected_outside998 < 1
        else f"about {funnel.expected_outside998:.0f}",
    )
    verb = "was" if funnel.outside998 == 1 else "were"
    return (
        f"{outer} of {n} trusts {verb} different from expected, where {rare} would be "
        f"if none differed; {inner} were outside the inner limits, where about "
        f"{chance} would be."
    )


def official_sentence(official: Funnel, show: Show) -> str:
    """Return how many the official rule puts outside its 95% limits."""
    higher = sum(row.band == "higher" for row in official.rows)
    lower = sum(row.band == "lower" for row in official.rows)
    a = show("official.higher", higher, f"{higher}")
    b = show("official.lower", lower, f"{lower}")
    c = show(
        "official.chance",
        official.expected_outside95,
        f"{official.expected_outside95:.0f}",
    )
    return (
        f"By the official rule for the same deaths, {a} trusts were higher and {b} "
        f"lower than expected, where its 95% limits promise about {c} in all."
    )
