"""Which figures of a study could tell something about a person?

This is the only place where small numbers are hidden, by the rule for Hospital Episode
Statistics: a count of 1 to 7 people becomes ``*``, any other but 0 is to the nearest 5,
and totals are rounded on their own.  Four things go beyond that rule, because the
figures of a study are differences of one another.

* Where the count of a step or a class is hidden, four stands in for it in every total,
  so that the same is said whichever of 1 to 7 it was.
* Totals of an outcome, and counts of a class in two analyses, that differ by 1 to 7
  people are shown as one number.
* What is made of a hidden count (a rate, a ratio, the estimate of its class) is
  absent, and rates and ratios are made of the rounded counts.
* Survival is given at quarters of a year, and only where nobody or at least eight
  people died since the last point.

Model results rest on everyone and are shown, to six digits; to three where nothing is
adjusted for, since those are made of counts alone.  A count within a text is
treated as any other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import floor, log10

import numpy as np

from candela.association import NotDone
from candela.association.patients.result import (
    AdjustedRisk,
    Calibration,
    Contrast,
    DoseShape,
    FlowStep,
    OutcomeResult,
    PatientInput,
    StudyAnalysis,
    StudyResult,
    SurvivalCurve,
    TrustOutcome,
)
from candela.errors import InputError
from candela.publish.disclosure import (
    HIDDEN,
    MIDDLE_HIDDEN,
    ROUNDING_BASE,
    SMALLEST_SHOWN,
)
from candela.publish.study.shown import (
    Count,
    ShownAnalysis,
    ShownCalibration,
    ShownContrast,
    ShownCurve,
    ShownInput,
    ShownOutcome,
    ShownRisk,
    ShownShape,
    ShownStep,
    ShownStudy,
    ShownTrial,
    ShownTrust,
    least_first,
)
from candela.stats.estimate import Estimate
from candela.stats.evalue import EValues

__all__ = ["NOTE", "is_small", "protected", "protected_words", "shown_count"]

PROFILE = "hes"
DIGITS = 6
# Of what is not adjusted for anything: it is made of counts alone, and six digits would
# give them back as they were before they were rounded.
PLAIN_DIGITS = 3
UNADJUSTED = "unadjusted"
QUARTER_DAYS = 365.25 / 4
NOTE = (
    f"`{HIDDEN}` means 1 to {SMALLEST_SHOWN - 1} people. Other counts of people are to "
    f"the nearest {ROUNDING_BASE}, so they may not add up; a figure that would give a "
    "hidden count away is left empty."
)
PEOPLE = re.compile(
    r"(?<![\w.,:-])(\d{1,3}(?:,\d{3})+|\d+)(?= (?:\w+ )?(?:patients?|people|persons?|"
    r"deaths?|rows?|spells?|stays?|admissions?|tumours?|events?|survivors?|operations?|"
    r"participants?|died|records?)\b)"
)


def is_small(count: float) -> bool:
    """Say whether a count of people must not be shown."""
    return 0 < count < SMALLEST_SHOWN


def shown_count(count: float) -> Count:
    """Return a count of people as it may be shown."""
    if is_small(count):
        return "*"
    return ROUNDING_BASE * round(count / ROUNDING_BASE)


def protected_words(text: str) -> str:
    """Return a text whose counts of people are treated as those of a table."""

    def treated(found: re.Match[str]) -> str:
        count = int(found.group().replace(",", ""))
        if is_small(count):
            return f"fewer than {SMALLEST_SHOWN}"
        return f"{shown_count(count):,}"

    return PEOPLE.sub(treated, text)


def protected(found: StudyResult) -> ShownStudy:
    """Return a study as it may leave the house.

    Raises
    ------
    InputError
        If the protocol asks for another rule than that of Hospital Episode Statistics.
    """
    if found.protocol.disclosure != PROFILE:
        raise InputError(
            f"the protocol {found.protocol.name} asks for the disclosure rule "
            f"`{found.protocol.disclosure}`; expected `{PROFILE}`. A study of patients "
            "is not written without it."
        )
    flow, shift = _flow(found.flow, 0.0)
    return ShownStudy(
        protocol=found.protocol,
        inputs=tuple(_input(one) for one in found.inputs),
        engine=found.engine,
        made_up=found.made_up,
        policy=found.policy,
        first_month=_month(found.first_day),
        last_month=_month(found.last_day),
        flow=flow,
        outcomes=tuple(_outcome(found, one, shift) for one in found.outcomes),
        names=dict(found.names),
        cautions=_texts(found.cautions),
        cannot_tell=_texts(found.cannot_tell),
    )


def _texts(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(protected_words(text) for text in texts)


def _month(day: str) -> str:
    """Return the month of a day: the first and last days of data are of one person."""
    try:
        found = date.fromisoformat(day)
    except ValueError:
        return ""
    return f"{found:%B %Y}"


def _input(one: PatientInput) -> ShownInput:
    return ShownInput(
        one.file,
        one.sha256,
        one.size_bytes,
        one.layout,
        one.table,
        ROUNDING_BASE * max(1, round(one.rows / ROUNDING_BASE)) if one.rows else 0,
        _texts(one.notes),
    )


def _flow(
    steps: Sequence[FlowStep], shift: float
) -> tuple[tuple[ShownStep, ...], float]:
    """Return the steps as shown, and by how much the last total differs from the true.

    Four stands in for each hidden count, so that what remains after it says nothing of
    which of 1 to 7 it was.
    """
    shown = []
    for step in steps:
        left = step.count if step.kind == "left" else 0
        before = shown_count(step.remaining + left + shift)
        if is_small(left):
            shift += left - MIDDLE_HIDDEN
        shown.append(
            ShownStep(
                step.name,
                protected_words(step.label),
                step.kind,
                shown_count(step.count),
                before,
                shown_count(step.remaining + shift),
                step.remaining_organisations,
            )
        )
    return tuple(shown), shift


def _outcome(study: StudyResult, found: OutcomeResult, shift: float) -> ShownOutcome:
    plan = next((o for o in study.protocol.outcomes if o.name == found.name), None)
    classes = found.primary.contrasts
    flow, shift = _flow(found.flow, shift)
    people = found.patients + shift + _stood_in(c.patients for c in classes)
    dead = found.events + _stood_in(c.events for c in classes)
    totals = _Totals(
        {found.patients: shown_count(max(people, 0))},
        (a.estimate.observations for a in found.analyses),
    )
    beside = _Beside(
        {c.label: c for c in classes},
        frozenset(edge for e in study.protocol.exposures for edge in e.edges),
        DIGITS if plan is None or plan.adjust_for else PLAIN_DIGITS,
    )
    primary = _analysis(found.primary, totals, beside)
    hidden = {c.label for c in primary.contrasts if c.hidden}
    secondary = tuple(_analysis(a, totals, beside) for a in found.secondary)
    if primary.estimate is None:
        # They rest on the same classes, whose counts they would give away.
        same = found.primary.exposure
        secondary = tuple(
            replace(a, estimate=None, p_holm=None) if a.exposure == same else a
            for a in secondary
        )
    return ShownOutcome(
        name=found.name,
        label=found.label,
        question=found.question,
        kind=found.kind,
        horizon_days=plan.horizon_days if plan is not None else 0,
        patients=totals.shown(found.patients),
        events=shown_count(max(dead, 0)),
        organisations=found.organisations,
        primary=primary,
        secondary=secondary,
        not_done=tuple(
            NotDone(n.name, n.label, protected_words(n.reason)) for n in found.not_done
        ),
        risks=tuple(
            _risk(r, totals, beside.digits)
            for r in found.risks
            if r.label not in hidden
        ),
        verdict=None if primary.estimate is None else found.verdict,
        trusts=tuple(_trust(t) for t in found.trusts),
        limits_method=protected_words(found.limits_method),
        calibration=_calibration(found.calibration),
        median_odds_ratio=_estimate(found.median_odds_ratio, totals),
        shape=None if primary.estimate is None else _shape(found.shape),
        curves=tuple(
            _curve(c, beside.primary.get(c.label))
            for c in found.curves
            if c.label not in hidden
        ),
        proportional_hazards=tuple(
            (term, _digits(chi2), freedom, _digits(p))
            for term, chi2, freedom, p in found.proportional_hazards
        ),
        published=found.published,
        cautions=_texts(found.cautions),
        flow=flow,
        monotone=found.monotone,
        e_values=None
        if primary.estimate is None or found.e_values is None
        else EValues(*(_digits(e, beside.digits) for e in found.e_values)),
        trial=_trial(found),
    )


def _trial(found: OutcomeResult) -> ShownTrial | None:
    """Return the participants in trials; no share that is of 1 to 7 of them."""
    trial = found.trial
    if trial is None:
        return None
    ends = sorted(
        found.primary.contrasts, key=lambda c: float("-inf") if c.low is None else c.low
    )
    shares: list[float | None] = []
    for share, of in ((trial.share_highest, ends[-1:]), (trial.share_lowest, ends[:1])):
        few = share is not None and any(is_small(round(share * c.patients)) for c in of)
        shares.append(None if few or share is None else round(share, 3))
    hidden = None in shares or is_small(trial.participants)
    bound = None if hidden or trial.bound is None else round(trial.bound, 3)
    return ShownTrial(
        shown_count(trial.participants),
        shown_count(trial.events),
        shown_count(trial.unknown),
        shares[0],
        shares[1],
        bound,
    )


def _stood_in(counts: Iterable[int]) -> float:
    """Return what a total gains when four stands in for each of its hidden parts."""
    return sum(MIDDLE_HIDDEN - count for count in counts if is_small(count))


class _Totals:
    """How many people an analysis rests on, where all analyses are shown together."""

    def __init__(self, known: dict[int, Count], others: Iterable[int]) -> None:
        self._known = dict(known)
        for total in sorted(set(others), reverse=True):
            near = next((k for k in self._known if is_small(abs(k - total))), None)
            shown = shown_count(total) if near is None else self._known[near]
            self._known.setdefault(total, shown)

    def shown(self, total: int) -> Count:
        return self._known.get(total, shown_count(total))


@dataclass(frozen=True)
class _Beside:
    """What a class is shown beside: the primary classes, and the edges declared."""

    primary: Mapping[str, Contrast]
    declared: frozenset[float]
    digits: int

    def count(self, label: str, what: str, count: int) -> int:
        """Return a count, or that of the primary class if they differ by few people."""
        main = self.primary.get(label)
        known = count if main is None else int(getattr(main, what))
        return known if is_small(abs(known - count)) else count

    def edge(self, value: float | None, *, outermost: bool) -> float | None:
        """Return where a class begins or ends, as it was declared, or to two digits.

        An edge that was cut from the data is the dose of one trust in one year, and may
        be of few participants; the outermost two are left open.
        """
        if value is None or value in self.declared:
            return value
        return None if outermost else _digits(value, 2)


def _estimate(
    found: Estimate | None, totals: _Totals, digits: int = DIGITS
) -> Estimate | None:
    """Return an estimate with its people rounded; nothing if they are too few."""
    if found is None:
        return None
    people = totals.shown(found.observations)
    if people == HIDDEN:
        return None
    return replace(
        found,
        value=_digits(found.value, digits),
        lower=_digits(found.lower, digits),
        upper=_digits(found.upper, digits),
        standard_error=None
        if found.standard_error is None
        else _digits(found.standard_error, digits),
        p_value=None if found.p_value is None else _digits(found.p_value, digits),
        observations=int(people),
        cautions=_texts(found.cautions),
    )


def _digits(value: float, digits: int = DIGITS) -> float:
    """Return a number to so many digits."""
    if value == 0 or not np.isfinite(value):
        return float(value)
    return round(float(value), digits - 1 - floor(log10(abs(value))))


def _analysis(found: StudyAnalysis, totals: _Totals, beside: _Beside) -> ShownAnalysis:
    digits = PLAIN_DIGITS if found.name == UNADJUSTED else beside.digits
    reference_hidden = any(_rests_on_few(c) for c in found.contrasts if c.reference)
    lows = [c.low for c in found.contrasts if c.low is not None]
    highs = [c.high for c in found.contrasts if c.high is not None]
    contrasts = tuple(
        replace(
            _contrast(c, totals, beside, reference_hidden, digits),
            low=beside.edge(c.low, outermost=c.low == min(lows, default=None)),
            high=beside.edge(c.high, outermost=c.high == max(highs, default=None)),
        )
        for c in found.contrasts
    )
    ends = least_first(contrasts)
    hidden = reference_hidden or any(c.hidden for c in (*ends[:1], *ends[-1:]))
    estimate = None if hidden else _estimate(found.estimate, totals, digits)
    return ShownAnalysis(
        name=found.name,
        label=protected_words(found.label),
        primary=found.primary,
        outcome=found.outcome,
        exposure=found.exposure,
        cohort=protected_words(found.cohort),
        model=found.model,
        ratio=found.ratio,
        target=found.target,
        naive=found.naive,
        estimate=estimate,
        contrasts=contrasts,
        p_holm=None
        if estimate is None or found.p_holm is None
        else _digits(found.p_holm, digits),
        notes=_texts(found.notes),
    )


def _rests_on_few(found: Contrast) -> bool:
    """Say whether an odds ratio of this class would give a small count away."""
    alive = found.patients - found.events
    return any(map(is_small, (found.patients, found.events, alive)))


def _contrast(
    found: Contrast,
    totals: _Totals,
    beside: _Beside,
    reference_hidden: bool,
    digits: int,
) -> ShownContrast:
    people = shown_count(beside.count(found.label, "patients", found.patients))
    dead = shown_count(beside.count(found.label, "events", found.events))
    hidden = _rests_on_few(found)
    risk: float | None = None
    if not hidden and isinstance(people, int) and isinstance(dead, int) and people:
        # Of a survival curve it is not events by patients; three digits are enough.
        plain = abs(found.crude_risk - found.events / found.patients) < 1e-9
        risk = dead / people if plain else round(found.crude_risk, 3)
    return ShownContrast(
        found.label,
        found.reference,
        found.low,
        found.high,
        found.organisations,
        people,
        dead,
        risk,
        None
        if hidden or reference_hidden
        else _estimate(found.estimate, totals, digits),
        hidden,
    )


def _risk(found: AdjustedRisk, totals: _Totals, digits: int) -> ShownRisk:
    difference = _estimate(found.difference, totals, digits)
    return ShownRisk(found.label, _digits(found.risk, digits), difference)


def _trust(found: TrustOutcome) -> ShownTrust:
    patients, observed = shown_count(found.patients), shown_count(found.observed)
    shown = patients != HIDDEN
    expected = round(found.expected, 1) if shown else None
    ratio: float | None = None
    if shown and isinstance(observed, int) and found.ratio is not None and expected:
        ratio = _digits(observed / expected)
    limits = (found.lower95, found.upper95, found.lower998, found.upper998)
    return ShownTrust(
        found.org_code,
        found.period,
        found.outcome,
        patients,
        observed if shown or observed == 0 else "*",
        expected,
        ratio,
        *(
            None if limit is None or not shown else _digits(limit, 3)
            for limit in limits
        ),
    )


def _calibration(found: Calibration | None) -> ShownCalibration | None:
    if found is None:
        return None
    tenths = []
    for predicted, patients, events in zip(
        found.predicted, found.patients, found.events, strict=True
    ):
        people, dead = shown_count(int(patients)), shown_count(int(events))
        few = is_small(int(patients) - int(events)) or HIDDEN in (people, dead)
        observed = None if few or not people else int(dead) / int(people)
        tenths.append((round(float(predicted), 4), observed, people, dead))
    return ShownCalibration(
        tuple(tenths),
        round(found.c_statistic, 4),
        round(found.brier, 5),
        round(found.slope, 4),
        round(found.in_the_large, 4),
    )


def _shape(found: DoseShape | None) -> ShownShape | None:
    if found is None:
        return None
    columns = (found.dose, found.ratio, found.lower, found.upper)
    points = tuple(
        (_digits(a), _digits(b), _digits(c), _digits(d))
        for a, b, c, d in zip(*columns, strict=True)
    )
    return ShownShape(
        points, found.reference, found.knots, found.p_bent, found.monotone, found.unit
    )


def _curve(found: SurvivalCurve, whole: Contrast | None = None) -> ShownCurve:
    """Return a curve at quarters of a year, no step of which is of 1 to 7 deaths.

    All curves of a class begin with its patients, ``whole``, whichever day is their
    first: two counts of nearly the same people would tell of those between.
    """
    days, at_risk = found.days, found.at_risk
    if not len(days):
        return ShownCurve(found.label, found.kind, ())
    began = int(at_risk[0]) if whole is None else whole.patients
    points: list[tuple[int, float, float, float, Count]] = [
        (0, 1.0, 1.0, 1.0, shown_count(began))
    ]
    last = 1.0
    for day in _quarters(int(days[-1])):
        here = int(np.searchsorted(days, day, side="right")) - 1
        if here < 0:
            continue
        remaining = int(at_risk[here])
        if remaining < SMALLEST_SHOWN:
            break
        value = float(found.survival[here])
        # At least so many died since the last point: as many as it takes of those
        # still at risk at the end, who are the fewest of the time between.
        died = remaining * (1 - value / last) if last else 0.0
        if value < last and died < SMALLEST_SHOWN:
            continue
        low, high = float(found.lower[here]), float(found.upper[here])
        drawn = (round(value, 3), round(low, 3), round(high, 3))
        points.append((day, *drawn, shown_count(remaining)))
        last = value
    return ShownCurve(found.label, found.kind, tuple(points))


def _quarters(last_day: int) -> list[int]:
    count = floor(last_day / QUARTER_DAYS + 0.05)
    return [min(round(QUARTER_DAYS * n), last_day) for n in range(1, count + 1)]
