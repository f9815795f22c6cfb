"""How long did patients of each trust live, and how many deaths would be expected?

Expected deaths come from a Cox model of the case mix: what each patient's own
follow-up leads one to expect, added up by trust and period.  Patients followed longer
are expected to die more, so trusts with early and late patients can be compared.
Survival to a fixed day is shown beside it, as it was, without adjustment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from candela.errors import TooFewData
from candela.outcomes.mortality import StandardisedMortality, standardised_mortality
from candela.stats.coded import CodeColumn
from candela.stats.cox import CoxFit
from candela.stats.funnel import FunnelMethod
from candela.stats.kaplan_meier import IntervalScale, SurvivalPoint, kaplan_meier
from candela.tables import Period

__all__ = ["TrustSurvival", "standardised_deaths", "survival_by_trust"]

FOLLOW_UP = (
    "Expected deaths allow for how long each patient was followed, and take leaving "
    "follow-up to say nothing of a patient's outlook."
)


@dataclass(frozen=True)
class TrustSurvival:
    """Unadjusted survival of one trust's patients of one period.

    Attributes
    ----------
    patients, deaths
        Counts over all of the follow-up; true, to be protected where published.
    point
        Survival to the day asked for; ``None`` where nobody was followed for so long.
    """

    org_code: str
    period: Period
    patients: int
    deaths: int
    point: SurvivalPoint | None


def standardised_deaths(
    fit: CoxFit,
    column: CodeColumn,
    event: npt.NDArray[np.uint8],
    *,
    places: Sequence[tuple[str, Period]],
    method: FunnelMethod = "trim-consistent",
) -> StandardisedMortality:
    """Return observed and expected deaths by trust and period, with limits.

    Parameters
    ----------
    fit
        Of the case mix alone, one row a patient: an exposure in it would be taken for
        case mix.
    column
        The trust and period of each row; several levels may be one place.
    event : ndarray of uint8, shape (n,)
        As the fit was given.
    places
        Organisation code and period of each level.
    method
        How the limits are made; see ``candela.stats.funnel``.

    Raises
    ------
    InputError
        If lengths differ.

    References
    ----------
    Berry G. Biometrics 1983;39:173-184. doi:10.2307/2530817
    """
    keep = np.zeros(len(event), np.uint8)
    keep[fit.rows.order] = 1
    found = standardised_mortality(
        column,
        event,
        fit.expected_by(column),
        places=places,
        keep=keep,
        method=method,
    )
    return StandardisedMortality(
        found.trusts, found.method, found.between_sd, (*found.cautions, FOLLOW_UP)
    )


def survival_by_trust(
    stop: CodeColumn,
    event: npt.NDArray[np.uint8],
    column: CodeColumn,
    *,
    places: Sequence[tuple[str, Period]],
    day: int,
    keep: npt.NDArray[np.uint8] | None = None,
    level: float = 0.95,
    scale: IntervalScale = "log-log",
) -> tuple[TrustSurvival, ...]:
    """Return Kaplan-Meier survival to a day by trust and period, in order of code.

    Parameters
    ----------
    stop, event, keep
        As for ``fit_cox``, one row a patient.
    column, places
        The trust and period of each row, and the code and period of each level; each
        level is one place.
    day
        Days to survive.
    """
    names = [f"{code} {period}" for code, period in places]
    curves = kaplan_meier(
        stop, event, group=column, labels=names, keep=keep, level=level, scale=scale
    )
    known = dict(zip(names, places, strict=True))
    found = []
    for curve in curves:
        try:
            point = curve.at(day)
        except TooFewData:
            point = None
        code, period = known[curve.label]
        found.append(TrustSurvival(code, period, curve.rows, curve.total_events, point))
    return tuple(sorted(found, key=lambda one: (one.period, one.org_code)))
