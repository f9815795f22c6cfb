"""How do tables become a panel, and what did not get in?

Everything that is left out is counted, with its reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from candela.association.material import Material
from candela.association.panel import Left, Panel
from candela.association.protocol import Covariate
from candela.errors import TooFewData
from candela.outcomes import Outcomes, PublishedOutcome
from candela.participation import Dose, DoseDesign, Figures, doses
from candela.participation.rates import NEAR_DAYS
from candela.tables import MEASURES, Period, Policy, Refusal

__all__ = ["build_panel"]

Floats = npt.NDArray[np.float64]
MANY_NONE = 0.25  # from this share on a reader must know how many did none


def build_panel(
    material: Material,
    *,
    indicator: str,
    design: DoseDesign,
    policy: Policy,
    adjust_for: Sequence[Covariate] = (),
    fewest_organisations: int = 30,
    least_coverage: float = 0.5,
) -> Panel:
    """Return the panel of one exposure and one outcome over independent periods.

    Raises
    ------
    TooFewData
        If too few organisations have both a dose and an outcome.
    """
    for measure in (design.measure, design.denominator):
        if not material.has(measure):
            raise TooFewData(f"no file gives {MEASURES[measure].label}.")
    outcomes = material.outcomes_of(indicator, policy)
    activity = material.figures_of(design.measure, policy)
    size = material.figures_of(design.denominator, policy)
    rows = outcomes.of(*outcomes.independent)
    found = _doses_by_row(activity, size, design, outcomes)
    keep, left = _with_dose(rows, found, activity, size)
    reached = {period for _, period in found}
    rows = tuple(row for row in rows if row.period in reached)
    adjusted = _adjusted(material, keep, found, adjust_for, policy)
    keep = adjusted.rows
    _check_coverage(
        {row.org_code for row in keep},
        {row.org_code for row in rows},
        design,
        fewest=fewest_organisations,
        least_coverage=least_coverage,
    )
    used = [found[row.org_code, row.period] for row in keep]
    return Panel(
        codes=tuple(row.org_code for row in keep),
        periods=tuple(row.period for row in keep),
        observed=np.array([row.observed for row in keep]),
        expected=np.array([row.expected for row in keep]),
        published_ratio=np.array([row.ratio for row in keep]),
        dose=np.array([dose.value for dose in used]),
        activity=np.array([dose.activity for dose in used]),
        covariates=adjusted.covariates,
        covariate_names=adjusted.names,
        design=design,
        policy=policy,
        exposure_windows=tuple(
            sorted({(d.outcome_period, d.exposure_start, d.exposure_end) for d in used})
        ),
        outcome_rows=_distinct(row.rows for row in keep),
        dose_rows=_distinct(dose.rows for dose in used),
        covariate_rows=_distinct(adjusted.source_rows),
        left=(*left, *adjusted.left),
        refused=_distinct_refusals(
            outcomes, activity, size, {row.org_code for row in keep}
        ),
        cautions=tuple(
            filter(
                None,
                (
                    activity.measure.caution,
                    *_dose_cautions(used, design),
                    *adjusted.cautions,
                    *outcomes.cautions,
                ),
            )
        ),
    )


def _doses_by_row(
    activity: Figures, size: Figures, design: DoseDesign, outcomes: Outcomes
) -> dict[tuple[str, Period], Dose]:
    """Return the dose of each organisation and independent outcome period."""
    found = doses(
        activity,
        size,
        design=design,
        organisations={row.org_code for row in outcomes.of(*outcomes.independent)},
        outcome_periods=outcomes.independent,
    )
    if not found:
        raise TooFewData(
            f"no organisation has {MEASURES[design.measure].label} and, within a year "
            f"and a half of them, {MEASURES[design.denominator].label}."
        )
    return {(dose.org_code, dose.outcome_period): dose for dose in found}


def _dose_cautions(used: Sequence[Dose], design: DoseDesign) -> list[str]:
    """Return what must be said of doses of none, and of sizes that came late."""
    found = []
    none = sum(dose.value == 0 for dose in used)
    if none >= MANY_NONE * len(used):
        found.append(
            f"In {100 * none / len(used):.0f}% of the trust-years there was none of "
            "the research counted here."
        )
    late = sum(dose.late_size for dose in used)
    if late and design.lag_years >= 1:
        found.append(
            f"Research is counted before the deaths; the size it is divided by "
            f"({MEASURES[design.denominator].label}) is of the year of the deaths in "
            f"{100 * late / len(used):.0f}% of the trust-years, for want of an earlier "
            "one."
        )
    return found


def _check_coverage(
    having: set[str],
    possible: set[str],
    design: DoseDesign,
    *,
    fewest: int,
    least_coverage: float,
) -> None:
    """Refuse a panel of too few organisations, or of too small a share of them."""
    if len(having) < max(fewest, least_coverage * len(possible)):
        raise TooFewData(
            f"{len(having)} of {len(possible)} organisations have "
            f"{MEASURES[design.measure].label} by {MEASURES[design.denominator].label} "
            "before their outcome; at least "
            f"{max(fewest, round(least_coverage * len(possible)))} are needed."
        )


def _with_dose(
    rows: Sequence[PublishedOutcome],
    found: dict[tuple[str, Period], Dose],
    activity: Figures,
    size: Figures,
) -> tuple[list[PublishedOutcome], list[Left]]:
    keep: list[PublishedOutcome] = []
    lost: list[PublishedOutcome] = []
    for row in rows:
        (keep if (row.org_code, row.period) in found else lost).append(row)
    windows = {
        dose.outcome_period: Period(dose.exposure_start.start, dose.exposure_end.end)
        for dose in found.values()
    }
    reasons: dict[str, list[PublishedOutcome]] = {}
    for row in lost:
        window = windows.get(row.period)
        reason = _why_no_dose(row.org_code, window, activity, size)
        reasons.setdefault(reason, []).append(row)
    return keep, [_left(reason, found_) for reason, found_ in reasons.items()]


def _why_no_dose(
    org_code: str, window: Period | None, activity: Figures, size: Figures
) -> str:
    done = activity.measure.label
    if window is None:
        return f"no year of {done} at the lag"
    if any(code == org_code and window.contains(p) for code, p in activity.hidden):
        return f"a hidden, blank or left-out figure for {done}"
    years = [year for year in activity.years if window.contains(year)]
    if any(activity.over(org_code, year) is None for year in years):
        return f"no figure for {done} in the window"
    return f"no figure for {size.measure.label}"


def _left(reason: str, rows: Sequence[PublishedOutcome]) -> Left:
    return Left(reason, len(rows), tuple(sorted({row.org_code for row in rows})))


@dataclass(frozen=True)
class _Adjusted:
    """Centred covariates, the rows that have them, and what was lost."""

    covariates: Floats
    names: tuple[str, ...]
    rows: list[PublishedOutcome]
    source_rows: list[tuple[tuple[str, int], ...]]
    left: list[Left]
    cautions: list[str]


def _adjusted(
    material: Material,
    rows: list[PublishedOutcome],
    found: dict[tuple[str, Period], Dose],
    adjust_for: Sequence[Covariate],
    policy: Policy,
) -> _Adjusted:
    """Return the rows with every covariate that at least half of them have.

    A covariate that no file gives, or that fewer than half of the rows have, is not
    adjusted for, and the result says so.
    """
    cautions: list[str] = []
    columns: list[dict[int, tuple[float, tuple[tuple[str, int], ...]]]] = []
    names: list[str] = []
    for covariate in adjust_for:
        values = _covariate(material, rows, found, covariate, policy)
        if len(values) < len(rows) / 2:
            cautions.append(
                f"Not adjusted for {covariate.name}: the files do not give it for "
                "these organisations and years."
            )
            continue
        columns.append(values)
        names.append(covariate.name)
    whole = [n for n in range(len(rows)) if all(n in column for column in columns)]
    kept = set(whole)
    lost = [row for n, row in enumerate(rows) if n not in kept]
    matrix = np.array(
        [[column[n][0] for column in columns] for n in whole], dtype=np.float64
    ).reshape(len(whole), len(columns))
    return _Adjusted(
        matrix - matrix.mean(axis=0) if len(whole) else matrix,
        tuple(names),
        [rows[n] for n in whole],
        [column[n][1] for column in columns for n in whole],
        [_left(f"no figure for {' or '.join(names)}", lost)] if lost else [],
        cautions,
    )


def _covariate(
    material: Material,
    rows: list[PublishedOutcome],
    found: dict[tuple[str, Period], Dose],
    covariate: Covariate,
    policy: Policy,
) -> dict[int, tuple[float, tuple[tuple[str, int], ...]]]:
    """Return the log of a covariate, and the rows it came from, by number of row."""
    if not (material.has(covariate.measure) and material.has(covariate.denominator)):
        return {}
    top = material.figures_of(covariate.measure, policy)
    bottom = material.figures_of(covariate.denominator, policy)
    values = {}
    for n, row in enumerate(rows):
        at = found[row.org_code, row.period].exposure_end
        a = top.near(row.org_code, at, within_days=NEAR_DAYS)
        b = bottom.near(row.org_code, at, within_days=NEAR_DAYS)
        if a is not None and b is not None and a.value > 0 and b.value > 0:
            values[n] = float(np.log(a.value / b.value)), a.rows + b.rows
    return values


def _distinct(
    groups: Iterable[tuple[tuple[str, int], ...]],
) -> tuple[tuple[str, int], ...]:
    return tuple(sorted({row for group in groups for row in group}))


def _distinct_refusals(
    outcomes: Outcomes, activity: Figures, size: Figures, codes: set[str]
) -> tuple[Refusal, ...]:
    """Return the refusals that touch these organisations.

    An organisation whose deaths were refused, and one whose research or size was and
    would have counted for an organisation of the panel.
    """
    found = {
        refusal.org_code: refusal
        for carried in (size.carried, activity.carried)
        for refusal in carried.refused
        if codes & set(refusal.successors)
    }
    found |= {refusal.org_code: refusal for refusal in outcomes.carried.refused}
    return tuple(found[code] for code in sorted(found))
