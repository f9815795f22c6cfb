"""What does a declared trust-level protocol find, and how firm is it?

One primary contrast: an organisation three quarters of the way up in research activity
against one a quarter of the way up.  Everything else is secondary, says so, and carries
a p-value adjusted for how many there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from candela.association import models
from candela.association.models import Contrast
from candela.association.panel import Material, Panel, build_panel
from candela.association.protocol import Exposure, Protocol
from candela.association.result import Analysis, Association, DoseCurve, NotDone
from candela.association.verdict import verdict_of
from candela.errors import InputError, NotConverged, TooFewData
from candela.participation import DoseDesign
from candela.stats.count_models import leave_one_out
from candela.stats.estimate import Estimate
from candela.stats.multiplicity import holm
from candela.tables import DENOMINATORS, MEASURES, Policy

__all__ = [
    "NEGATIVE_CONTROL",
    "associate",
    "declared_policy",
    "describe",
    "primary_analysis",
    "primary_panel",
]

ECOLOGICAL = (
    "The unit is the organisation and its year: nothing here is about single patients."
)
NEGATIVE_CONTROL = "negative_control_after"
OBSERVATION = "An association observed, not an experiment: no cause is claimed."


@dataclass
class _Run:
    """One run of a protocol: what is known so far."""

    material: Material
    protocol: Protocol
    panel: Panel
    contrast: Contrast
    exposure: Exposure
    done: list[Analysis] = field(default_factory=list)
    not_done: list[NotDone] = field(default_factory=list)
    curve: DoseCurve | None = None

    def attempt(
        self,
        name: str,
        label: str,
        make: Callable[[], Estimate],
        *,
        design: str,
        exposure: str = "",
        cautions: tuple[str, ...] = (),
    ) -> None:
        """Do one secondary analysis, or note why it could not be done."""
        try:
            estimate = make()
        except (InputError, TooFewData, NotConverged) as error:
            # InputError: a design whose columns cannot be told apart in these data.
            self.not_done.append(NotDone(name, label, str(error)))
            return
        self.done.append(
            Analysis(
                name,
                label,
                False,
                design,
                exposure or describe(self.panel.design),
                self.protocol.indicator,
                estimate.with_cautions(OBSERVATION, *self.panel.cautions, *cautions),
            )
        )

    def other_panel(self, design: DoseDesign, policy: Policy | None = None) -> Panel:
        """Return the panel of another dose or policy."""
        return build_panel(
            self.material,
            indicator=self.protocol.indicator,
            design=design,
            policy=policy or self.panel.policy,
            adjust_for=self.protocol.adjust_for,
            fewest_organisations=self.protocol.fewest_organisations,
            least_coverage=self.protocol.least_coverage,
        )


def describe(design: DoseDesign) -> str:
    """Return a dose in words."""
    lag, window = design.lag_years, design.window_years
    if lag < 0:
        when = "the year after" if window == 1 else f"the {window} years after"
    else:
        when = {1: "the year before", 0: "the same year"}.get(
            lag, f"{lag} years before"
        )
        if window > 1:
            when = f"{window} years, the last of them {when}"
    return (
        f"{MEASURES[design.measure].label} {DENOMINATORS[design.denominator].label}, "
        f"{when}"
    )


def declared_policy(material: Material, protocol: Protocol) -> Policy:
    """Return the protocol's policy, with ``latest`` resolved to a day."""
    return Policy.parse(protocol.policy, latest=material.succession.latest)


def primary_panel(
    material: Material, protocol: Protocol, policy: Policy
) -> tuple[Panel, Exposure]:
    """Return the panel of the first declared exposure that the files can answer.

    Raises
    ------
    TooFewData
        If none can; the message says why for each.
    """
    why: list[str] = []
    for exposure in protocol.exposures:
        for denominator in exposure.denominators:
            design = DoseDesign(
                exposure.measure,
                denominator,
                exposure.lag_years,
                exposure.window_years,
            )
            try:
                panel = build_panel(
                    material,
                    indicator=protocol.indicator,
                    design=design,
                    policy=policy,
                    adjust_for=protocol.adjust_for,
                    fewest_organisations=protocol.fewest_organisations,
                    least_coverage=protocol.least_coverage,
                )
                panel.quartiles()
            except TooFewData as error:
                why.append(f"{describe(design)}: {error}")
                continue
            return panel, exposure
    raise TooFewData(
        "none of the declared exposures can be related to the outcome. " + " ".join(why)
    )


def primary_analysis(panel: Panel, protocol: Protocol) -> tuple[Analysis, Contrast]:
    """Return the primary analysis of a panel, and the contrast it is quoted over."""
    contrast = Contrast(*panel.quartiles())
    estimate = models.linear(panel, contrast, level=protocol.level).with_cautions(
        OBSERVATION, ECOLOGICAL, *panel.cautions
    )
    adjusted = ", ".join(panel.covariate_names) or "nothing"
    return (
        Analysis(
            "primary",
            "three quarters of the way up against a quarter of the way up",
            True,
            f"Poisson, log-linear in the dose, adjusted for year and {adjusted}; "
            f"policy {panel.policy}",
            describe(panel.design),
            protocol.indicator,
            estimate,
        ),
        contrast,
    )


def associate(material: Material, protocol: Protocol) -> Association:
    """Return everything the protocol declares.

    Raises
    ------
    TooFewData
        If the primary analysis cannot be done.  A secondary analysis that cannot be
        done is reported with its reason.
    """
    policy = declared_policy(material, protocol)
    panel, exposure = primary_panel(material, protocol, policy)
    primary, contrast = primary_analysis(panel, protocol)
    run = _Run(material, protocol, panel, contrast, exposure)
    _other_models(run)
    _other_timings(run)
    _other_definitions(run)
    _rank_correlations(run)
    left_out_one = _without_each(run)
    run.attempt(
        "e_value",
        "how strong an unmeasured cause would have to be",
        lambda: models.e_value(primary.estimate),
        design="E-value",
    )
    return Association(
        protocol=protocol,
        panel=panel,
        dose_low=contrast.low,
        dose_high=contrast.high,
        primary=primary,
        secondary=_adjusted_for_number(run.done),
        not_done=tuple(run.not_done),
        curve=run.curve,
        left_out_one=left_out_one,
        verdict=verdict_of(
            primary.estimate,
            smallest_ratio_that_matters=protocol.smallest_ratio_that_matters,
        ),
    )


def _other_models(run: _Run) -> None:
    panel, contrast, level = run.panel, run.contrast, run.protocol.level

    def curve() -> Estimate:
        estimate, run.curve = models.bent_curve(
            panel, contrast, n_knots=run.protocol.spline_knots, level=level
        )
        return estimate.with_cautions(
            f"Test of a bent line against a straight one: p = {run.curve.p_bent:.3f}."
        )

    if panel.covariate_names:
        run.attempt(
            "unadjusted",
            f"not adjusted for {', '.join(panel.covariate_names)}",
            lambda: models.linear_unadjusted(panel, contrast, level=level),
            design="Poisson, log-linear, adjusted for year only",
        )
    run.attempt(
        "negative_binomial",
        "negative binomial instead of Poisson",
        lambda: models.linear_negative_binomial(panel, contrast, level=level),
        design="negative binomial, log-linear",
    )
    run.attempt(
        "random_intercept",
        "a random level for each organisation",
        lambda: models.linear_random_intercept(panel, contrast, level=level),
        design="Poisson with normal random intercept, log-linear",
    )
    for third, name in ((1, "middle"), (2, "top")):
        run.attempt(
            f"{name}_third",
            f"{name} third against the bottom third",
            lambda third=third: models.thirds_compared(  # type: ignore[misc]
                panel, third=third, level=level
            ),
            design="Poisson, dose in thirds",
        )
    run.attempt(
        "spline",
        "a curve instead of a straight line",
        curve,
        design=f"Poisson, restricted cubic spline, {run.protocol.spline_knots} knots",
    )
    run.attempt(
        "between_organisations",
        "between organisations with different mean activity",
        lambda: models.between(panel, contrast, level=level),
        design="Poisson, within-between",
    )
    run.attempt(
        "within_organisations",
        "between years of the same organisation",
        lambda: models.within(panel, contrast, level=level),
        design="Poisson, within-between",
    )


def _other_timings(run: _Run) -> None:
    design, protocol = run.panel.design, run.protocol
    for lag in protocol.lags_years:
        _refitted(
            run,
            f"lag_{lag}",
            f"research activity {lag} years before",
            replace(design, lag_years=lag),
        )
    _negative_control(run)
    last = run.panel.distinct_periods[-1]
    if len(run.panel.distinct_periods) > 1:
        latest = run.panel.in_period(last)
        run.attempt(
            "latest_period",
            f"deaths of {last} only",
            lambda: models.linear(latest, run.contrast, level=protocol.level),
            design="Poisson, log-linear, one period",
        )


def _negative_control(run: _Run) -> None:
    """Ask whether research after the deaths goes with them, given research before."""
    protocol, design = run.protocol, run.panel.design
    after = replace(
        design,
        # the whole window lies after the outcome, however long it is
        lag_years=protocol.negative_control_lag_years - (design.window_years - 1),
        reason=protocol.negative_control_reason,
    )

    def make() -> Estimate:
        other = run.other_panel(after)
        return models.given_dose(run.panel, other, run.contrast, level=protocol.level)

    run.attempt(
        NEGATIVE_CONTROL,
        "research activity after the deaths, allowing for that before (negative "
        "control)",
        make,
        design="Poisson, log-linear in both doses",
        exposure=describe(after),
        cautions=(protocol.negative_control_reason,),
    )


def _other_definitions(run: _Run) -> None:
    design, protocol = run.panel.design, run.protocol
    for denominator in run.exposure.denominators:
        if denominator != design.denominator:
            _refitted(
                run,
                f"by_{denominator}",
                f"activity {DENOMINATORS[denominator].label}",
                replace(design, denominator=denominator),
            )
    for measure in protocol.measures:
        if measure != design.measure:
            _refitted(
                run,
                measure,
                f"{MEASURES[measure].label} instead",
                replace(design, measure=measure),
            )
    for text in protocol.policies:
        policy = Policy.parse(text, latest=run.material.succession.latest)
        if policy != run.panel.policy:
            _refitted(
                run,
                f"policy_{policy.kind}",
                f"organisations followed by the policy {policy}",
                design,
                policy=policy,
            )


def _refitted(
    run: _Run,
    name: str,
    label: str,
    design: DoseDesign,
    *,
    policy: Policy | None = None,
    cautions: tuple[str, ...] = (),
) -> None:
    """Do the primary analysis on another panel, over that panel's own quartiles."""

    def make() -> Estimate:
        panel = run.other_panel(design, policy)
        contrast = Contrast(*panel.quartiles())
        return models.linear(panel, contrast, level=run.protocol.level)

    run.attempt(
        name,
        label,
        make,
        design="Poisson, log-linear, over its own quartiles"
        + (f"; policy {policy}" if policy else ""),
        exposure=describe(design),
        cautions=cautions,
    )


def _rank_correlations(run: _Run) -> None:
    for period in run.panel.distinct_periods:
        here = run.panel.in_period(period)
        run.attempt(
            f"spearman_{period.start:%Y%m}_{period.end:%Y%m}",
            f"rank correlation with the published ratio, {period}",
            lambda here=here: models.rank_correlation(  # type: ignore[misc]
                here, level=run.protocol.level
            ),
            design="Spearman, unadjusted, for comparison with published figures",
        )


def _without_each(run: _Run) -> tuple[tuple[str, float], ...]:
    """Return the primary ratio without each organisation in turn.

    The organisation that moves it furthest is refitted in full.
    """
    panel = run.panel
    X = np.column_stack([models._nuisance(panel), panel.dose])
    vector = np.zeros(X.shape[1])
    vector[-1] = run.contrast.width
    try:
        found = leave_one_out(
            panel.observed,
            X,
            offset=np.log(panel.expected),
            clusters=np.array(panel.codes),  # sorted, as the organisations are
            contrast=vector,
        )
    except (TooFewData, NotConverged) as error:
        run.not_done.append(
            NotDone(
                "without_most_influential",
                "without the organisation that moves the result most",
                str(error),
            )
        )
        return ()
    ratios = np.exp(found.values)
    codes = panel.organisations
    whole = float(np.exp(found.all_in))
    furthest = codes[int(np.argmax(np.abs(np.log(ratios / whole))))]
    rest = panel.where(np.array([code != furthest for code in panel.codes]))
    run.attempt(
        "without_most_influential",
        f"without {furthest}, the organisation that moves the result most",
        lambda: models.linear(rest, run.contrast, level=run.protocol.level),
        design="Poisson, log-linear, one organisation left out",
    )
    return tuple(zip(codes, ratios.tolist(), strict=True))


def _adjusted_for_number(done: list[Analysis]) -> tuple[Analysis, ...]:
    """Return the analyses with Holm-adjusted p-values and a word on multiplicity."""
    return tuple(_with_holm(done))


def _with_holm(done: list[Analysis]) -> Iterator[Analysis]:
    tested = [a for a in done if a.estimate.p_value is not None]
    adjusted = holm(np.array([a.estimate.p_value for a in tested], np.float64))
    holms = {a.name: float(p) for a, p in zip(tested, adjusted, strict=True)}
    for analysis in done:
        p = holms.get(analysis.name)
        words = f"Secondary: one of {len(done)} analyses beside the primary one"
        words += f"; p adjusted by Holm's method {p:.3f}." if p is not None else "."
        yield replace(
            analysis, p_holm=p, estimate=analysis.estimate.with_cautions(words)
        )
