"""How research-active is this organisation?"""

from __future__ import annotations

from candela.participation.concentration import Concentration, concentration
from candela.participation.dose import Dose, DoseDesign, doses, exposure_periods
from candela.participation.figures import Figure, Figures, figures_of
from candela.participation.rates import (
    Rate,
    rates,
    sustained_years,
    thirds_by_year,
)

__all__ = [
    "Concentration",
    "Dose",
    "DoseDesign",
    "Figure",
    "Figures",
    "Rate",
    "concentration",
    "doses",
    "exposure_periods",
    "figures_of",
    "rates",
    "sustained_years",
    "thirds_by_year",
]
