"""Does the ratio change evenly over the range of doses?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from candela.association.patients.analyses import Run
from candela.association.patients.fitting import asked
from candela.association.patients.main_analysis import Primary
from candela.association.patients.result import DoseShape, StudyAnalysis
from candela.association.result import p_words
from candela.errors import TooFewData
from candela.stats.coded import Term
from candela.stats.splines import restricted_cubic_spline, spline_knots

__all__ = ["dose_shape"]

Floats = npt.NDArray[np.float64]
DRAWN = (0.025, 0.975)  # centiles of the doses of trust-years
POINTS = 21
MONOTONE_TOLERANCE = 1e-9


def dose_shape(run: Run, primary: Primary) -> tuple[DoseShape, StudyAnalysis]:
    """Return the curve over the doses, and its contrast between the quartiles.

    Knots stand at Harrell's centiles of the doses of organisations in years: of the
    doses above 0 where many are 0.

    Raises
    ------
    TooFewData
        If the doses are years, or too few of them differ.

    References
    ----------
    Harrell FE. Regression Modeling Strategies, 2nd ed, 2015, section 2.4.
    doi:10.1007/978-3-319-19425-7
    """
    if run.primary.form == "high_years":
        raise TooFewData("years of high participation are too few for a curve.")
    prepared, unit = primary.comparison.prepared, run.primary.unit
    used = prepared.known & (run.patients_by_unit() > 0)
    doses = prepared.doses[used] / unit
    knots = _knots(doses, run.protocol.sensitivity.spline_knots)
    labels = tuple(f"curve {n}" for n in range(1, len(knots)))
    values = np.where(prepared.known, prepared.doses, 0.0) / unit
    term = Term("curve", "unit", labels, restricted_cubic_spline(values, knots))
    question = replace(primary.comparison.answer.question, asked=(term,))
    answer = asked(question, run.outcome.model, level=run.level)
    p_bent = answer.p_of(labels[1:])
    # To three figures: more could be the exact dose of one organisation.
    middle, low, high, first, last = (
        float(f"{dose:.3g}") for dose in np.quantile(doses, [0.5, *DRAWN, 0.25, 0.75])
    )
    at = np.unique(np.append(np.linspace(low, high, POINTS), middle))
    ratios = np.ones((len(at), 3))
    for place, dose in enumerate(at):
        if dose != middle:
            found = answer.of(_between(dose, middle, knots, labels))
            ratios[place] = found.value, found.lower, found.upper
    steps = np.diff(ratios[:, 0])
    shape = DoseShape(
        dose=at * unit,
        ratio=ratios[:, 0],
        lower=ratios[:, 1],
        upper=ratios[:, 2],
        reference=middle * unit,
        knots=tuple(float(knot) * unit for knot in knots),
        p_bent=p_bent,
        monotone=bool(
            (steps >= -MONOTONE_TOLERANCE).all() or (steps <= MONOTONE_TOLERANCE).all()
        ),
        unit=run.primary.label,
    )
    if last <= first:
        raise TooFewData("the quartiles of the doses are the same.")
    estimate = answer.of(_between(last, first, knots, labels))
    analysis = run.analysis(
        "spline",
        "a curve in the dose: three quarters of the way up against a quarter",
        estimate,
        answer,
        notes=(f"Test of a bent line against a straight one: {p_words(p_bent)}.",),
    )
    return shape, analysis


def _between(
    dose: float, reference: float, knots: Floats, labels: tuple[str, ...]
) -> dict[str, float]:
    ends = restricted_cubic_spline(np.array([dose, reference]), knots)
    return dict(zip(labels, (ends[0] - ends[1]).tolist(), strict=True))


def _knots(doses: Floats, number: int) -> Floats:
    try:
        return spline_knots(doses, number)
    except TooFewData:
        return spline_knots(doses[doses > 0], number)
