"""How strong would something unmeasured have to be to explain this away?

References
----------
VanderWeele TJ, Ding P. Ann Intern Med 2017;167:268-274. doi:10.7326/M16-2607
"""

from __future__ import annotations

import math
from typing import NamedTuple

__all__ = ["EValues", "e_value", "e_values"]


class EValues(NamedTuple):
    """E-values of an estimate and of the limit of its interval nearest to 1."""

    point: float
    limit: float


def e_value(ratio: float) -> float:
    """Return the least risk ratio that could by itself explain ``ratio``, 1 or more.

    An unmeasured cause would have to be associated by this ratio both with the exposure
    and with the outcome, beyond what was measured.

    Parameters
    ----------
    ratio
        A rate or risk ratio, or a hazard or odds ratio of a rare outcome; > 0.

    Raises
    ------
    ValueError
        If the ratio is not above 0 and finite.
    """
    if not (math.isfinite(ratio) and ratio > 0):
        raise ValueError(f"a ratio is above 0 and finite, not {ratio}")
    away = max(ratio, 1 / ratio)
    return away + math.sqrt(away * (away - 1))


def e_values(ratio: float, lower: float, upper: float) -> EValues:
    """Return the E-values of a ratio and of its interval.

    The second is 1 when the interval includes 1: nothing unmeasured is needed.

    Raises
    ------
    ValueError
        If the numbers are not above 0, finite and in order.
    """
    if not 0 < lower <= ratio <= upper:
        raise ValueError(f"{lower} to {upper} is not an interval around {ratio}")
    if lower <= 1 <= upper:
        return EValues(e_value(ratio), 1.0)
    return EValues(e_value(ratio), e_value(lower if lower > 1 else upper))
