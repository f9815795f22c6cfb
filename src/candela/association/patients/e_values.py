"""How strong would an unmeasured cause have to be to explain a ratio?

E-values are of risk ratios.  An odds or hazard ratio of a rare outcome is near enough
to one; for a common outcome it is turned into one first.
"""

from __future__ import annotations

import math

from candela.association.patients.result import Ratio
from candela.stats.estimate import Estimate
from candela.stats.evalue import EValues, e_values

__all__ = ["COMMON", "e_values_of"]

COMMON = 0.15  # from this risk on an outcome is common


def e_values_of(estimate: Estimate, ratio: Ratio, risk: float) -> EValues:
    """Return the E-values of an odds or hazard ratio.

    Parameters
    ----------
    risk
        Share of patients with the outcome, 0 to 1.

    References
    ----------
    VanderWeele TJ, Ding P. Ann Intern Med 2017;167:268-274, table 2.
    doi:10.7326/M16-2607
    """

    def as_risk_ratio(value: float) -> float:
        if risk < COMMON:
            return value
        if ratio == "odds ratio":
            return math.sqrt(value)
        return (1 - math.pow(0.5, math.sqrt(value))) / (
            1 - math.pow(0.5, math.sqrt(1 / value))
        )

    return e_values(
        as_risk_ratio(estimate.value),
        as_risk_ratio(estimate.lower),
        as_risk_ratio(estimate.upper),
    )
