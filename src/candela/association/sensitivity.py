"""Does the answer hang on a choice?  Every secondary analysis of a protocol.

Each asks the primary question in another way: another model, another time, another
definition.  An analysis that cannot be done is kept with its reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from candela.association import models
from candela.association.gathering import build_panel
from candela.association.material import Material
from candela.association.models import Contrast
from candela.association.panel import Panel
from candela.association.primary import OBSERVATION, describe
from candela.association.protocol import Exposure, Protocol
from candela.association.result import Analysis, DoseCurve, NotDone, Third, p_words
from candela.errors import InputError, NotConverged, TooFewData
from candela.participation import DoseDesign
from candela.stats.count_models import leave_one_out
from candela.stats.estimate import Estimate
from candela.stats.multiplicity import holm
from candela.stats.pooled_ratio import pooled_ratio
from candela.stats.thirds import thirds
from candela.tables import DENOMINATORS, MEASURES, Policy

__all__ = [
    "NEGATIVE_CONTROL",
    "Run",
    "latest_thirds",
    "other_definitions",
    "other_models",
    "other_timings",
    "rank_correlations",
    "with_holm",
    "without_each",
]

NEGATIVE_CONTROL = "negative_control_after"


@dataclass
class Run:
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
        make: Callable[[Panel], Estimate],
        *,
        design: str,
        exposure: str = "",
        cautions: tuple[str, ...] = (),
        panel: Callable[[], Panel] | None = None,
        more_rows: tuple[tuple[str, int], ...] = (),
    ) -> None:
        """Do one secondary analysis, or note why it could not be done.

        ``panel`` makes the panel it is done on, where that is not the primary one;
        ``more_rows`` are those it rests on besides that panel's.
        """
        try:
            used = self.panel if panel is None else panel()
            estimate = make(used)
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
                estimate.with_cautions(OBSERVATION, *used.cautions, *cautions),
                tuple(sorted({*used.rows, *more_rows})),
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


def other_models(run: Run) -> None:
    contrast, level = run.contrast, run.protocol.level

    def curve(panel: Panel) -> Estimate:
        estimate, run.curve = models.bent_curve(
            panel, contrast, n_knots=run.protocol.spline_knots, level=level
        )
        return estimate.with_cautions(
            f"Test of a bent line against a straight one: {p_words(run.curve.p_bent)}."
        )

    if run.panel.covariate_names:
        run.attempt(
            "unadjusted",
            f"not adjusted for {', '.join(run.panel.covariate_names)}",
            lambda panel: models.linear_unadjusted(panel, contrast, level=level),
            design="Poisson, log-linear, adjusted for year only",
        )
    run.attempt(
        "negative_binomial",
        "negative binomial instead of Poisson",
        lambda panel: models.linear_negative_binomial(panel, contrast, level=level),
        design="negative binomial, log-linear",
    )
    run.attempt(
        "random_intercept",
        "a random level for each organisation",
        lambda panel: models.linear_random_intercept(panel, contrast, level=level),
        design="Poisson with normal random intercept, log-linear",
    )
    for third, name in ((1, "middle"), (2, "top")):
        run.attempt(
            f"{name}_third",
            f"{name} third against the bottom third",
            partial(models.thirds_compared, third=third, level=level),
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
        lambda panel: models.between(panel, contrast, level=level),
        design="Poisson, within-between",
    )
    run.attempt(
        "within_organisations",
        "between years of the same organisation",
        lambda panel: models.within(panel, contrast, level=level),
        design="Poisson, within-between",
    )


def other_timings(run: Run) -> None:
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
        run.attempt(
            "latest_period",
            f"deaths of {last} only",
            lambda panel: models.linear(panel, run.contrast, level=protocol.level),
            design="Poisson, log-linear, one period",
            panel=lambda: run.panel.in_period(last),
        )


def _negative_control(run: Run) -> None:
    """Ask whether research after the deaths goes with them, given research before."""
    protocol, design = run.protocol, run.panel.design
    after = replace(
        design,
        # the whole window lies after the outcome, however long it is
        lag_years=protocol.negative_control_lag_years - (design.window_years - 1),
        reason=protocol.negative_control_reason,
    )

    def given(other: Panel) -> Estimate:
        return models.given_dose(run.panel, other, run.contrast, level=protocol.level)

    run.attempt(
        NEGATIVE_CONTROL,
        "research activity after the deaths, allowing for that before (negative "
        "control)",
        given,
        design="Poisson, log-linear in both doses",
        exposure=describe(after),
        cautions=(protocol.negative_control_reason,),
        panel=lambda: run.other_panel(after),
        more_rows=run.panel.rows,
    )


def other_definitions(run: Run) -> None:
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
    run: Run,
    name: str,
    label: str,
    design: DoseDesign,
    *,
    policy: Policy | None = None,
) -> None:
    """Do the primary analysis on another panel, over that panel's own quartiles."""

    def over_own_quartiles(panel: Panel) -> Estimate:
        contrast = Contrast(*panel.quartiles())
        return models.linear(panel, contrast, level=run.protocol.level)

    run.attempt(
        name,
        label,
        over_own_quartiles,
        design="Poisson, log-linear, over its own quartiles"
        + (f"; policy {policy}" if policy else ""),
        exposure=describe(design),
        panel=lambda: run.other_panel(design, policy),
    )


def rank_correlations(run: Run) -> None:
    for period in run.panel.distinct_periods:
        run.attempt(
            f"spearman_{period.start:%Y%m}_{period.end:%Y%m}",
            f"rank correlation with the published ratio, {period}",
            partial(models.rank_correlation, level=run.protocol.level),
            design="Spearman, unadjusted, for comparison with published figures",
            panel=partial(run.panel.in_period, period),
        )


def without_each(run: Run) -> tuple[tuple[str, float], ...]:
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
    codes = panel.organisations
    furthest = codes[found.most_influential]
    others = np.array([code != furthest for code in panel.codes])
    run.attempt(
        "without_most_influential",
        f"without {furthest}, the organisation that moves the result most",
        lambda rest: models.linear(rest, run.contrast, level=run.protocol.level),
        design="Poisson, log-linear, one organisation left out",
        panel=lambda: panel.where(others),
    )
    return tuple(zip(codes, np.exp(found.values).tolist(), strict=True))


def latest_thirds(panel: Panel, *, level: float) -> tuple[Third, ...]:
    """Return the thirds of the last outcome period; none where they cannot be made."""
    latest = panel.in_period(panel.distinct_periods[-1])
    try:
        group = thirds(latest.dose)
    except TooFewData:
        return ()
    return tuple(_third(latest.where(group == g), level=level) for g in range(3))


def _third(members: Panel, *, level: float) -> Third:
    try:
        pooled = pooled_ratio(members.observed, members.expected, level=level)
        interval = (pooled.lower, pooled.upper)
    except TooFewData:
        return Third(
            members.codes, float(members.observed.sum() / members.expected.sum()), None
        )
    return Third(members.codes, pooled.value, interval)


def with_holm(done: list[Analysis]) -> Iterator[Analysis]:
    """Yield the analyses with Holm-adjusted p-values and a word on how many."""
    tested = [a for a in done if a.estimate.p_value is not None]
    adjusted = holm(np.array([a.estimate.p_value for a in tested], np.float64))
    holms = {a.name: float(p) for a, p in zip(tested, adjusted, strict=True)}
    for analysis in done:
        p = holms.get(analysis.name)
        words = f"Secondary: one of {len(done)} analyses beside the primary one"
        words += f"; by Holm's method {p_words(p)}." if p is not None else "."
        yield replace(
            analysis, p_holm=p, estimate=analysis.estimate.with_cautions(words)
        )
