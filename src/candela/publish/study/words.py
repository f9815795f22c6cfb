"""What do we say of a study of patients, and how?

Absolute before relative, association and never effect, and one of five verdicts chosen
by rule from the interval.  Every number goes through ``Show``.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass

from candela.association.verdict import Kind
from candela.publish.study.shown import (
    Count,
    ShownAnalysis,
    ShownContrast,
    ShownOutcome,
    ShownStudy,
)
from candela.publish.words import Per1000, Show
from candela.stats.estimate import Estimate

__all__ = [
    "CANNOT_TELL_YOU",
    "HIDDEN_RESULT",
    "NOT_CAUSE",
    "absolute",
    "capitalised",
    "compared_sentence",
    "count_words",
    "ends_of",
    "estimate_words",
    "finding",
    "flow_sentence",
    "in_1000",
    "key_of",
    "outcome_flow",
    "relative_sentence",
    "sufficiency",
    "verdict_sentence",
]

NOT_CAUSE = "This does not show that one caused the other."
HIDDEN_RESULT = (
    "The result is not shown: fewer than 8 people stand behind one of its figures, and "
    "it would tell how many. More years or fewer classes would give one that can be "
    "shown."
)
CANNOT_TELL_YOU = (
    "Whether doing more research would change what happens to patients. Trusts with "
    "more research differ in size, staff and patients; only some of that is known.",
    "Whether those who took part in research did better for it. Where files say who "
    "did, the result is shown with and without them.",
    "Anything about a single patient, or whether a death could have been avoided.",
    "Whether a trust's care is good. A figure that is different from expected is a "
    "reason to ask, not an answer.",
    "What would happen if research were paid for or ranked.",
)


def key_of(name: str) -> str:
    """Return a name as part of a file's name or of a number's."""
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")


def capitalised(text: str) -> str:
    """Return a text with a capital at its start."""
    return text[:1].upper() + text[1:]


def count_words(count: Count) -> str:
    """Return a count as it stands in a sentence."""
    if isinstance(count, str):
        return "fewer than 8"
    return f"{count:,}" if count else "none"


@dataclass(frozen=True)
class Ends:
    """The class with most research against the class with least."""

    most: ShownContrast
    least: ShownContrast


def ends_of(found: ShownOutcome) -> Ends | None:
    """Return the two classes compared; nothing where the exposure is not in classes."""
    classes = found.classes
    return Ends(classes[-1], classes[0]) if len(classes) > 1 else None


def absolute(found: ShownOutcome) -> Per1000 | None:
    """Return the difference in adjusted risk, most research less least, per 1,000.

    It has its interval only where one of the two is the reference class.
    """
    ends = ends_of(found)
    risks = {risk.label: risk for risk in found.risks}
    if ends is None or found.primary.estimate is None:
        return None
    most, least = risks.get(ends.most.label), risks.get(ends.least.label)
    if most is None or least is None:
        return None
    if most.difference is not None and least.difference is None:
        return _per_1000(most.difference, 1)
    if least.difference is not None and most.difference is None:
        return _per_1000(least.difference, -1)
    return None


def _per_1000(difference: Estimate, sign: int) -> Per1000:
    low, high = sorted(
        1000 * sign * end for end in (difference.lower, difference.upper)
    )
    return Per1000(1000 * sign * difference.value, low, high)


def in_1000(difference: Estimate) -> str:
    """Return a difference in risk as deaths more or fewer in 1,000."""
    per = _per_1000(difference, 1)
    low, high = per.words(per.lower), per.words(per.upper)
    return f"{per.words(per.value)} ({low} to {high})"


def finding(found: ShownOutcome, show: Show) -> str:
    """Return the finding as one sentence, absolute where it can be."""
    estimate, verdict = found.primary.estimate, found.verdict
    what = html.escape(found.label)
    if estimate is None or verdict is None:
        return f"More or less research, and {what}: the result cannot be shown."
    per = absolute(found)
    if per is None:
        value, low, high = _ratio(found, show)
        base = f"{estimate_words(found.primary)} {value}"
        interval = f"{low} to {high}"
    else:
        value, low, high = _per(found, per, show)
        base = f"{value} for every 1,000 patients"
        interval = f"{low} to {high}"
    if verdict.kind is Kind.CANNOT_TELL:
        unit = f"{low} to {high}"
        of = "fits" if per is None else "for every 1,000 patients fits"
        if per is None:
            unit = f"{estimate_words(found.primary)} of {low} to {high}"
        return (
            f"We cannot tell whether more research goes with more or fewer {what}: "
            f"anything from {unit} {of}."
        )
    if verdict.kind is Kind.LITTLE_OR_NONE:
        of = "" if per is None else " for every 1,000 patients"
        return (
            f"More research went with little or no difference in {what} (95% interval "
            f"{interval}{of})."
        )
    direction = "fewer" if estimate.value < 1 else "more"
    return (
        f"More research went with {direction} {what}: {base} (95% interval {interval})."
    )


def estimate_words(analysis: ShownAnalysis) -> str:
    """Return what the estimate is a ratio of."""
    kind = {"marginal": "marginal ", "conditional": "conditional ", "": ""}
    return f"{kind[analysis.target]}{analysis.ratio}"


def _ratio(found: ShownOutcome, show: Show) -> tuple[str, str, str]:
    e = found.primary.estimate
    assert e is not None
    name = f"{key_of(found.name)}.ratio"
    digits = _digits(e)
    return (
        show(name, e.value, f"{e.value:.{digits}f}"),
        show(f"{name}.lower", e.lower, f"{e.lower:.{digits}f}"),
        show(f"{name}.upper", e.upper, f"{e.upper:.{digits}f}"),
    )


def _digits(e: Estimate) -> int:
    return 3 if e.upper - e.lower < 0.1 else 2


def _per(found: ShownOutcome, per: Per1000, show: Show) -> tuple[str, str, str]:
    name = f"{key_of(found.name)}.per_1000"
    return (
        show(name, per.value, per.words(per.value)),
        show(f"{name}.lower", per.lower, per.words(per.lower)),
        show(f"{name}.upper", per.upper, per.words(per.upper)),
    )


def relative_sentence(found: ShownOutcome, show: Show) -> str:
    """Return the result as a ratio, with what it is a ratio of."""
    if found.primary.estimate is None:
        return HIDDEN_RESULT
    value, low, high = _ratio(found, show)
    ends = ends_of(found)
    compared = html.escape(found.primary.label)
    if ends is not None:
        compared = html.escape(f"{ends.most.label} against {ends.least.label}")
    words = {
        "marginal": " Over all patients (marginal).",
        "conditional": " Within a trust of a given level (conditional).",
        "": "",
    }[found.primary.target]
    return (
        f"{capitalised(found.primary.ratio)}, {compared}: {value} (95% interval {low} "
        f"to {high}).{words}"
    )


def verdict_sentence(found: ShownOutcome, show: Show) -> str:
    """Return what the interval allows to be said of the size."""
    verdict, estimate = found.verdict, found.primary.estimate
    if verdict is None or estimate is None:
        return HIDDEN_RESULT
    matters = show(
        f"{key_of(found.name)}.smallest_that_matters",
        verdict.smallest_ratio_that_matters,
        f"{verdict.smallest_ratio_that_matters:g}",
    )
    beforehand = f"what matters was set beforehand at a ratio of {matters}"
    match verdict.kind:
        case Kind.MATTERS:
            near, _ = _ends_of_interval(found)
            return f"At least {near(show)} fits the data; {beforehand}."
        case Kind.SIZE_UNSURE:
            near, far = _ends_of_interval(found)
            return (
                f"It could be too small to matter ({near(show)}) or as large as "
                f"{far(show)}; {beforehand}."
            )
        case Kind.TOO_SMALL:
            return (
                f"There is a difference, but it is smaller than matters; {beforehand}."
            )
        case Kind.LITTLE_OR_NONE:
            return (
                f"Any difference is smaller than matters; {beforehand}. That is an "
                "answer, not a lack of one."
            )
        case Kind.CANNOT_TELL:
            times = show(
                f"{key_of(found.name)}.times_information",
                verdict.times_information,
                f"{max(1.1, verdict.times_information):.1f}",
            )
            return (
                f"To settle it would take about {times} times as much information "
                "(trusts or years), if the estimate stayed where it is; "
                f"{beforehand}."
            )
    raise AssertionError(f"unhandled verdict {verdict.kind!r}")


def _ends_of_interval(
    found: ShownOutcome,
) -> tuple[Callable[[Show], str], Callable[[Show], str]]:
    """Return how each end of the interval is said, nearest to no difference first.

    Only what is said stands in the ledger.
    """
    per, e, key = absolute(found), found.primary.estimate, key_of(found.name)
    assert e is not None
    if per is None:
        near, far = sorted((e.lower, e.upper), key=lambda r: max(r, 1 / r))
        names = (f"{key}.ratio.nearest", f"{key}.ratio.furthest")
        return (
            lambda show: f"a ratio of {show(names[0], near, f'{near:.3f}')}",
            lambda show: f"a ratio of {show(names[1], far, f'{far:.3f}')}",
        )
    near, far = sorted((per.lower, per.upper), key=abs)
    names = (f"{key}.per_1000.nearest", f"{key}.per_1000.furthest")
    return (
        lambda show: f"{show(names[0], near, per.words(near))} for every 1,000",
        lambda show: show(names[1], far, per.words(far)),
    )


def flow_sentence(found: ShownStudy, show: Show) -> str:
    """Return how many began, how many are studied, and why most left."""
    if not found.flow:
        return "No step of the cohort was counted."
    steps = found.flow
    if len(found.outcomes) == 1:
        steps = (*steps, *found.outcomes[0].flow)
    began = _count(show, "flow.began", steps[0].before)
    stayed = _count(show, "flow.studied", steps[-1].remaining)
    left = [s for s in steps if s.kind == "left" and isinstance(s.count, int)]
    most = max(left, key=lambda s: int(s.count), default=None)
    told = f"{began} rows began and {stayed} are studied"
    if most is None or not most.count:
        return f"{told}."
    count = _count(show, "flow.most", most.count)
    return f"{told}; most left because: {html.escape(_lowered(most.label))} ({count})."


def outcome_flow(found: ShownOutcome, show: Show) -> str:
    """Return how many of those studied an outcome is counted of."""
    if not found.flow:
        return ""
    key, what = key_of(found.name), html.escape(found.label)
    before = _count(show, f"{key}.flow.began", found.flow[0].before)
    after = _count(show, f"{key}.flow.studied", found.flow[-1].remaining)
    return f"Of {before} rows studied, {after} are in the analysis of {what}."


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:]


def _count(show: Show, name: str, count: Count) -> str:
    if isinstance(count, str):
        return count_words(count)
    return show(name, count, count_words(count))


def compared_sentence(found: ShownOutcome, show: Show) -> str:
    """Return what is compared with what, and among whom."""
    key, ends = key_of(found.name), ends_of(found)
    people = _count(show, f"{key}.patients", found.patients)
    dead = _count(show, f"{key}.events", found.events)
    trusts = show(f"{key}.organisations", found.organisations, f"{found.organisations}")
    what = "Patients are compared by how much research their trust did before."
    if ends is not None:
        most, least = html.escape(ends.most.label), html.escape(ends.least.label)
        what = (
            "Patients of trusts with most research before "
            f"({most}) are compared with like patients of those with least ({least})."
        )
    return f"{what} There were {people} patients in {trusts} trusts, and {dead} deaths."


def sufficiency(found: ShownOutcome, show: Show) -> tuple[str, ...]:
    """Return what the result rests on, and whether that is enough to tell."""
    key = key_of(found.name)
    trusts = show(f"{key}.organisations", found.organisations, f"{found.organisations}")
    told = [
        f"{_count(show, f'{key}.patients', found.patients)} patients and "
        f"{_count(show, f'{key}.events', found.events)} deaths, in {trusts} trusts. "
        "Research differs between trusts and not between their patients, so that "
        "trusts, and not patients, are what the interval counts."
    ]
    between = found.median_odds_ratio
    if between is not None:
        middle = show(f"{key}.median_odds_ratio", between.value, f"{between.value:.2f}")
        told.append(
            "Between two trusts drawn at random the odds of death of like patients "
            f"differ by {middle} times in the middle case (median odds ratio)."
        )
    if found.e_values is not None:
        point = show(
            f"{key}.e_value", found.e_values.point, f"{found.e_values.point:.2f}"
        )
        limit = show(
            f"{key}.e_value.limit", found.e_values.limit, f"{found.e_values.limit:.2f}"
        )
        told.append(
            "An unmeasured cause would have to go with research and with death by a "
            f"ratio of {point} each to explain the estimate, and of {limit} to bring "
            "its interval to no difference (E-value)."
        )
    return tuple(told)
