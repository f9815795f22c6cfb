"""Studies of patients as a run would hand them over, written by hand.

One is like Ozdemir and others: thirds of trusts and deaths, against the highest third.
The other is like Downing and others: bands, deaths after surgery and survival.  Every
organisation is made up.  ``few`` is put wherever a count of 1 to 7 people could stand:
so many leave at one step of the flow, of a number of rows that is always the same.
"""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

import numpy as np

from candela.association import NotDone, verdict_of
from candela.association.patients import read_protocol
from candela.association.patients.protocol import StudyProtocol
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
    TrialParticipants,
    TrustOutcome,
)
from candela.stats.estimate import Estimate, Scale
from candela.stats.evalue import EValues
from candela.tables import Period

__all__ = ["TRUSTS", "downing_like", "ozdemir_like", "ratio"]

TRUSTS = 24
METHOD = "logistic regression, robust by organisation"
YEARS = (Period.financial_year(2016), Period.financial_year(2017))


def ratio(
    value: float,
    half: float = 0.02,
    *,
    people: int = 612_345,
    scale: Scale = "ratio",
    p: float | None = 0.012,
) -> Estimate:
    """Return an estimate with a plain interval about it."""
    ends = (value - half, value + half)
    if scale == "ratio":
        ends = (value * math.exp(-half), value * math.exp(half))
    return Estimate(
        value=value,
        lower=ends[0],
        upper=ends[1],
        scale=scale,
        organisations=TRUSTS,
        observations=people,
        method=METHOD,
        reference="Liang and Zeger 1986, doi:10.1093/biomet/73.1.13",
        p_value=p,
    )


def analysis(
    name: str, label: str, estimate: Estimate, **more: object
) -> StudyAnalysis:
    """Return one analysis with the choices of the primary one unless told."""
    told: dict[str, object] = {
        "primary": name == "primary",
        "outcome": "deaths",
        "exposure": "recruits per bed",
        "cohort": "everyone",
        "model": "robust",
        "ratio": "odds ratio",
        "target": "marginal",
        "naive": False,
        **more,
    }
    return StudyAnalysis(name=name, label=label, estimate=estimate, **told)  # type: ignore[arg-type]


def trusts(outcome: str, few: int) -> tuple[TrustOutcome, ...]:
    """Return trusts in two years; one has ``few`` deaths, one no patient who died."""
    found = []
    for n in range(TRUSTS):
        for year in YEARS:
            patients = 400 + 911 * n
            expected = patients * 0.047
            observed = round(expected * (1 + 0.06 * ((n * 7) % 5 - 2)))
            if n == 0 and year is YEARS[0]:
                patients, observed, expected = 88, few, 4.14
            if n == 1 and year is YEARS[0]:
                patients, observed, expected = few, 0, 0.31
            spread = 2 * math.sqrt(1 / expected + 0.02)
            found.append(
                TrustOutcome(
                    f"ZT{n:02d}",
                    year,
                    outcome,
                    patients,
                    observed,
                    expected,
                    observed / expected,
                    *(math.exp(k * spread) for k in (-1.0, 1.0, -1.55, 1.55)),
                )
            )
    return tuple(found)


def flow(few: int, people: int) -> tuple[FlowStep, ...]:
    """Return a flow to ``people`` less ``few``, who leave at one step."""
    steps = (
        ("not_emergency", "Not admitted as an emergency", "left", 25_113, None),
        ("discharge", "Discharged before the day of admission", "left", few, None),
        (
            "stage",
            "Deprivation unknown, kept as a class of its own",
            "changed",
            4_402,
            None,
        ),
        ("age", "Age under 18 or not known", "left", 2_204, None),
        (
            "exposure",
            "No research activity known for the trust and year",
            "left",
            330,
            TRUSTS,
        ),
    )
    found, remaining = [], people + 25_113 + 2_204 + 330
    for name, label, kind, count, organisations in steps:
        remaining -= count if kind == "left" else 0
        found.append(FlowStep(name, label, kind, count, remaining, organisations))  # type: ignore[arg-type]
    return tuple(found)


def thirds(few: int | None = None) -> tuple[Contrast, ...]:
    """Return the classes of the paper, against the highest; ``few`` in the middle."""
    lowest = ratio(1.060, people=612_345)
    middle = ratio(1.071, people=612_345)
    events = 10_032 if few is None else few
    return (
        Contrast("lowest third", False, 0.0, 1.2, 8, 204_113, 10_411, 0.0510, lowest),
        Contrast(
            "middle third",
            False,
            1.2,
            3.4,
            9,
            204_120,
            events,
            events / 204_120,
            middle,
        ),
        Contrast("highest third", True, 3.4, None, 8, 204_112, 9_712, 0.04758, None),
    )


def secondary(exposure: str = "recruits per bed") -> tuple[StudyAnalysis, ...]:
    """Return the analyses that a protocol declares beside the primary one."""
    return (
        analysis(
            "naive", "Patients taken as independent", ratio(0.943, 0.008), naive=True
        ),
        analysis(
            "unadjusted",
            "Without case mix",
            ratio(0.902, 0.03),
            model="robust, nothing adjusted for",
        ),
        analysis(
            "random_intercept",
            "A random level for each organisation",
            ratio(0.951, 0.018),
            model="random intercept",
            target="conditional",
        ),
        analysis(
            "lag_2",
            "Research two years before",
            ratio(0.948, 0.021, people=560_031),
            exposure=f"{exposure}, two years before",
            p_holm=0.04,
        ),
        analysis(
            "within",
            "Between years of one organisation",
            ratio(0.993, 0.024),
            model="within organisations",
        ),
        analysis(
            "negative_control",
            "Research after the deaths",
            ratio(0.981, 0.022),
            exposure=f"{exposure}, the year after",
        ),
        analysis(
            "without_trial_participants",
            "Without those in a trial",
            ratio(0.944, 0.02, people=612_342),
            cohort="without trial participants",
        ),
    )


def calibration(few: int) -> Calibration:
    """Return ten tenths, the first of which has ``few`` deaths."""
    patients = np.full(10, 61_234, np.int64)
    predicted = np.array(
        [0.0001, 0.004, 0.008, 0.012, 0.02, 0.03, 0.05, 0.08, 0.12, 0.2]
    )
    events = np.round(predicted * patients * 1.02).astype(np.int64)
    events[0] = few
    return Calibration(
        predicted, events / patients, patients, events, 0.812, 0.0391, 1.01, -0.002
    )


def shape() -> DoseShape:
    """Return a curve that falls and levels off."""
    dose = np.linspace(0.2, 8.0, 60)
    value = np.exp(-0.05 * (1 - np.exp(-dose / 2)) + 0.02)
    return DoseShape(
        dose,
        value,
        value * 0.98,
        value * 1.02,
        2.1,
        (0.5, 1.5, 3.0, 7.0),
        0.21,
        True,
        "participants recruited per general and acute bed",
    )


def study(
    protocol: StudyProtocol,
    outcomes: tuple[OutcomeResult, ...],
    few: int,
    people: int,
    *,
    made_up: bool = True,
) -> StudyResult:
    """Return a study with everything about it that is not its outcomes."""
    return StudyResult(
        protocol=protocol,
        inputs=(
            PatientInput(
                "admission_spell/part-00000.parquet",
                "ab" * 32,
                48_113_201,
                "plain layout",
                "admission_spell",
                640_001,
                (f"{few} rows have a day of death before admission",),
            ),
            PatientInput(
                "research_activity.csv",
                "cd" * 32,
                40_113,
                "plain layout",
                "research_activity",
                480,
            ),
        ),
        engine="DuckDB 2.0",
        made_up=made_up,
        policy="successor_at=2019-04-01",
        first_day="2016-04-03",
        last_day="2018-03-30",
        flow=flow(few, people),
        outcomes=outcomes,
        names={f"ZT{n:02d}": f"ELDER{n} HOSPITALS" for n in range(TRUSTS)},
        cautions=(
            "The files give no day of death: only deaths in hospital are counted.",
        ),
        cannot_tell=("Whether starting trials would lower deaths.",),
    )


def ozdemir_like(
    few: int = 3,
    *,
    value: float = 1 / 1.060,
    half: float = 0.02,
    few_in_class: bool = False,
) -> StudyResult:
    """Return a study of deaths by thirds of research activity.

    ``few_in_class`` puts the few among those who died in the middle third, too.
    """
    protocol = read_protocol("ozdemir_2015")
    plan = protocol.outcomes[0]
    contrasts = thirds(few if few_in_class else None)
    main = ratio(value, half)
    primary = analysis(
        "primary", "Highest third against lowest third", main, contrasts=contrasts
    )
    difference = ratio(0.00273, 0.0009, scale="difference", p=None)
    outcome = OutcomeResult(
        name=plan.name,
        label=plan.label,
        question=plan.question,
        kind="mortality",
        patients=612_348 - few,
        events=sum(c.events for c in contrasts),
        organisations=TRUSTS,
        primary=primary,
        secondary=secondary(),
        not_done=(NotDone("by_site", "By site", f"{few} patients have a known site"),),
        risks=(
            AdjustedRisk("lowest third", 0.0505, difference),
            AdjustedRisk(
                "middle third",
                0.0509,
                ratio(0.0031, 0.0009, scale="difference", p=None),
            ),
            AdjustedRisk("highest third", 0.04777, None),
        ),
        verdict=verdict_of(
            main, smallest_ratio_that_matters=plan.smallest_ratio_that_matters
        ),
        trusts=trusts(plan.name, few),
        limits_method="over-dispersed limits (additive)",
        calibration=calibration(few),
        median_odds_ratio=ratio(1.12, 0.03, p=None),
        shape=shape(),
        curves=(),
        proportional_hazards=(),
        published=tuple(p for p in protocol.published if p.outcome == plan.name),
        cautions=(f"{few} deaths could not be linked.",),
        monotone=False,
        e_values=EValues(1.31, 1.22),
        trial=TrialParticipants(few, few, 12_004, 0.031, 0.00001, 0.969),
    )
    return study(protocol, (outcome,), few, 612_348)


def downing_like(few: int = 3) -> StudyResult:
    """Return a study of survival, and of deaths after surgery, by bands of joining."""
    protocol = read_protocol("downing_2017")
    labels = ("0%", "above 0% to 5%", "above 5% to 10%", "above 10%")
    edges = (None, 0.0, 0.05, 0.10)
    found = []
    for plan in protocol.outcomes:
        survival = plan.kind == "survival"
        risk = 0.58 if survival else 0.061
        ratios = (1.0, 1.0, 1.01, 0.97) if survival else (1.0, 0.93, 0.94, 0.89)
        people = (12_763, 13_366, 8_586, 7_282)
        contrasts = tuple(
            Contrast(
                label,
                n == 0,
                edges[n],
                edges[n + 1] if n < 3 else None,
                20 - n,
                people[n],
                round(people[n] * risk),
                risk,
                None if n == 0 else ratio(ratios[n], 0.03, people=sum(people)),
            )
            for n, label in enumerate(labels)
        )
        main = ratio(ratios[-1], 0.03, people=sum(people), p=0.06)
        words = "hazard ratio" if survival else "odds ratio"
        found.append(
            OutcomeResult(
                name=plan.name,
                label=plan.label,
                question=plan.question,
                kind=plan.kind,
                patients=sum(people) + 3 - few,
                events=sum(round(n * risk) for n in people),
                organisations=TRUSTS,
                primary=analysis(
                    "primary",
                    "Above 10% against 0%",
                    main,
                    contrasts=contrasts,
                    outcome=plan.name,
                    exposure="share joining trials",
                    ratio=words,
                    target="" if survival else "marginal",
                ),
                secondary=tuple(
                    replace(
                        a,
                        outcome=plan.name,
                        ratio=words,
                        estimate=replace(
                            a.estimate,
                            observations=min(
                                a.estimate.observations, sum(people) - few
                            ),
                        ),
                    )  # type: ignore[arg-type]
                    for a in secondary("share joining trials")
                ),
                not_done=(),
                risks=tuple(
                    AdjustedRisk(
                        label,
                        risk * ratios[n],
                        None
                        if n == 0
                        else ratio(
                            risk * (ratios[n] - 1), 0.01, scale="difference", p=None
                        ),
                    )
                    for n, label in enumerate(labels)
                ),
                verdict=verdict_of(
                    main, smallest_ratio_that_matters=plan.smallest_ratio_that_matters
                ),
                trusts=() if survival else trusts(plan.name, few),
                limits_method="" if survival else "over-dispersed limits (additive)",
                calibration=None if survival else calibration(few),
                median_odds_ratio=None,
                shape=None,
                curves=curves(labels, people, few) if survival else (),
                proportional_hazards=(
                    ("share joining trials", 3.1, 3.0, 0.38),
                    ("global", 21.4, 14.0, 0.09),
                )
                if survival
                else (),
                published=tuple(
                    p for p in protocol.published if p.outcome == plan.name
                ),
            )
        )
    return study(protocol, tuple(found), few, sum(people) + 3)


def curves(
    labels: tuple[str, ...], people: tuple[int, ...], few: int
) -> tuple[SurvivalCurve, ...]:
    """Return curves by class; in one, few die in the last quarter."""
    days = np.arange(0, 1827)
    found = []
    for n, label in enumerate(labels):
        for kind in ("observed", "adjusted"):
            survival = np.exp(-(0.9 - 0.03 * n) * (days / 1826) ** 0.7)
            if n == 2:
                # Nobody dies from day 1,640 on but for the few on day 1,800.
                still = survival[1640]
                survival = np.where(days < 1640, survival, still)
                alive = people[n] * still
                survival = np.where(days < 1800, survival, still * (1 - few / alive))
            at_risk = np.round(people[n] * survival).astype(np.int64)
            found.append(
                SurvivalCurve(
                    label,
                    kind,
                    days,
                    survival,
                    survival * 0.985,
                    np.minimum(survival * 1.015, 1),
                    at_risk,
                )  # type: ignore[arg-type]
            )
    return tuple(found)


TODAY = date(2026, 5, 1)
