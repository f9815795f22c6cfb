"""How did each organisation's patients fare, against what their case mix would suggest?

Expected events come from a model of the case mix without the exposure, over all
patients: research is then neither credited nor blamed.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from candela.association.patients.places import Units
from candela.association.patients.result import TrustOutcome
from candela.errors import InputError, TooFewData
from candela.stats.funnel import FunnelLimits, FunnelMethod, funnel_limits
from candela.tables import Period

__all__ = ["LIMITS", "trust_outcomes"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
FIRST_CHOICE: FunnelMethod = "trim-consistent"
WHERE_NONE: FunnelMethod = "cqc"
LIMITS = (
    "Limits allow for ordinary variation between organisations in the same year "
    "(log ratio, spread from the middle 80%)"
)
LIMITS_WITH_NONE = (
    "; in years in which an organisation had no event, on the square-root scale"
)


def trust_outcomes(
    outcome: str, units: Units, patients: Ints, observed: Ints, expected: Floats
) -> tuple[tuple[TrustOutcome, ...], str]:
    """Return each organisation in each year, and how limits were made.

    Parameters
    ----------
    patients, observed, expected : shape (units,)
    """
    found: list[TrustOutcome] = []
    with_none = False
    for year in np.unique(units.year[patients > 0]):
        here = np.flatnonzero((units.year == year) & (patients > 0))
        limits, method = _limits(observed[here], expected[here])
        with_none |= method == WHERE_NONE
        found += _of_year(outcome, units, here, patients, observed, expected, limits)
    found.sort(key=lambda one: (one.org_code, one.period))
    return tuple(found), LIMITS + (LIMITS_WITH_NONE if with_none else "")


def _limits(
    observed: Ints, expected: Floats
) -> tuple[FunnelLimits | None, FunnelMethod | None]:
    told = expected > 0
    for method in (FIRST_CHOICE, WHERE_NONE):
        try:
            limits = funnel_limits(observed[told], expected[told], method=method)
        except (TooFewData, InputError):
            continue
        return limits, method
    return None, None


def _of_year(
    outcome: str,
    units: Units,
    here: npt.NDArray[np.intp],
    patients: Ints,
    observed: Ints,
    expected: Floats,
    limits: FunnelLimits | None,
) -> Iterator[TrustOutcome]:
    place = -1
    for unit in here:
        told = expected[unit] > 0
        place += bool(told)
        ends: tuple[float | None, ...] = (None,) * 4
        if told and limits is not None:
            ends = tuple(
                float(end[place])
                for end in (
                    limits.lower95,
                    limits.upper95,
                    limits.lower998,
                    limits.upper998,
                )
            )
        period: Period = units.periods[unit]
        yield TrustOutcome(
            units.codes[unit],
            period,
            outcome,
            int(patients[unit]),
            int(observed[unit]),
            float(expected[unit]),
            float(observed[unit] / expected[unit]) if told else None,
            *ends,
        )
