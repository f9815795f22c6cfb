"""What else could explain the result, what was done about it, and what remains?

What remains is chosen by rule, as on every page of results: little where the check's
interval holds the main result and leaves its side unchanged, much where the main result
lies outside it, some where the check alone cannot tell.  Of a check that counts another
distance in research, only the direction is compared.
"""

from __future__ import annotations

from dataclasses import dataclass

from candela.publish.csv_tables import PublishedColumn, PublishedTable
from candela.publish.pages.explanations import LITTLE, MUCH, SOME, Ratio, remains
from candela.publish.study.drawn import drawn_table
from candela.publish.study.shown import ShownAnalysis, ShownOutcome, ShownStudy
from candela.stats.estimate import Estimate

__all__ = ["OTHER_UNIT", "Explanation", "explanations_of", "explanations_table"]


@dataclass(frozen=True)
class Explanation:
    """One other explanation, and what is left of it."""

    what: str
    did: str
    result: str
    left: str


@dataclass(frozen=True)
class _Check:
    """One explanation: how the names of the analyses that look at it begin."""

    what: str
    did: str
    names: tuple[str, ...]


CHECKS = (
    _Check(
        "Patients of one trust are alike",
        "Took patients as independent, as papers may have done",
        ("naive",),
    ),
    _Check(
        "Participants in trials do better by themselves",
        "Looked with and without patients in a trial by the first day",
        ("without_trial", "with_trial"),
    ),
    _Check(
        "Patients differ",
        "Looked without the case mix, or without a part of it",
        ("unadjusted", "without_"),
    ),
    _Check(
        "Trusts differ in lasting ways",
        "Compared trusts, and years of the same trust",
        ("within", "between"),
    ),
    _Check(
        "The model",
        "Took another model",
        ("random_intercept", "frailty", "robust", "marginal"),
    ),
    _Check(
        "Where classes are cut",
        "Drew a line or a curve through all doses",
        ("dose", "spline"),
    ),
    _Check(
        "The time between research and deaths", "Took research of other years", ("lag",)
    ),
    _Check("What counts as research", "Counted other research", ("by_",)),
)
OTHER_UNIT = ("dose", "within", "between", "spline")
CONTROL = "negative_control"


def explanations_of(found: ShownOutcome) -> tuple[Explanation, ...]:
    """Return each explanation that an analysis of the study looks at."""
    main = found.primary.estimate
    if main is None:
        return ()
    luck = Explanation(
        "Luck",
        "An interval that counts trusts, not patients",
        f"{_words(main)}",
        "None beyond the interval."
        if main.lower > 1 or main.upper < 1
        else "Some: the interval holds no difference.",
    )
    told = [luck]
    seen: set[str] = set()
    for check in CHECKS:
        for a in found.secondary:
            if a.name.startswith(check.names) and a.name not in seen and a.estimate:
                seen.add(a.name)
                told.append(_explained(check, main, a))
    control = next((a for a in found.secondary if a.name.startswith(CONTROL)), None)
    if control is not None and control.estimate is not None:
        told.append(_control(control.estimate))
    return tuple(told)


def _explained(check: _Check, main: Estimate, analysis: ShownAnalysis) -> Explanation:
    e = analysis.estimate
    assert e is not None
    did = f"{check.did}: {analysis.label}"
    if analysis.name.startswith(OTHER_UNIT):
        return Explanation(check.what, did, _words(e), _of_unit(main, e))
    result = f"{main.value:.3f} became {_words(e)}"
    return Explanation(check.what, did, result, remains(_ratio(main), _ratio(e)))


def _of_unit(main: Estimate, e: Estimate) -> str:
    """Return what remains where only the direction can be compared."""
    if e.lower <= 1 <= e.upper:
        return SOME
    return LITTLE if (e.value < 1) == (main.value < 1) else MUCH


def _control(e: Estimate) -> Explanation:
    quiet = e.lower <= 1 <= e.upper
    return Explanation(
        "Good care came first, and research followed",
        "Looked at research done after the deaths, which cannot have changed them",
        _words(e),
        "Some: this check found no sign of it, and cannot rule it out."
        if quiet
        else "Much: something else that goes with research is at work.",
    )


def _ratio(e: Estimate) -> Ratio:
    return Ratio(e.value, e.lower, e.upper)


def _words(e: Estimate) -> str:
    return f"{e.value:.3f} ({e.lower:.3f} to {e.upper:.3f})"


def explanations_table(found: ShownStudy) -> PublishedTable:
    """Return the explanations of every outcome."""
    return drawn_table(
        found,
        "explanations",
        "What else could explain the result",
        (
            PublishedColumn("outcome", "what was counted"),
            PublishedColumn("explanation", "what else could explain it"),
            PublishedColumn("check", "what was done"),
            PublishedColumn("result", "what that did to the result"),
            PublishedColumn("remains", "what remains of it"),
        ),
        [
            (o.name, e.what, e.did, e.result, e.left)
            for o in found.outcomes
            for e in explanations_of(o)
        ],
        "Ratios are of most research against least, with their 95% intervals; those of "
        "a line or a curve, and of years and trusts, are of other distances.",
    )
