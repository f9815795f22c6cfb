"""What was the risk in each class, before anything is adjusted for?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from candela.association.patients.protocol import OutcomePlan
from candela.association.patients.rows import OutcomeRows
from candela.association.patients.tallies import looked_up, masked_by
from candela.stats.coded import CodeColumn

if TYPE_CHECKING:
    from candela.association.patients.analyses import Classed
    from candela.stats.kaplan_meier import KaplanMeier

__all__ = ["class_column", "crude_risks"]

Mask = npt.NDArray[np.uint8]


def class_column(classed: Classed, rows: OutcomeRows) -> CodeColumn:
    """Return the class of each row, 0 for those without one."""
    table = np.maximum(classed.classes.of_unit, 0)
    return looked_up("class", rows.unit.codes, table, len(classed.classes.classes))


def crude_risks(
    outcome: OutcomePlan, classed: Classed, rows: OutcomeRows, keep: Mask
) -> dict[int, float] | None:
    """Return 1 less Kaplan-Meier at the horizon for each class of a survival outcome.

    ``None`` for mortality, where deaths by patients say it.
    """
    if outcome.kind == "mortality":
        return None
    from candela.stats.kaplan_meier import kaplan_meier

    assert rows.stop is not None
    column = class_column(classed, rows)
    inside = masked_by(rows.unit.codes, classed.classes.of_unit >= 0, keep)
    curves = kaplan_meier(
        rows.stop,
        rows.event,
        group=column,
        labels=classed.classes.labels,
        keep=inside,
    )
    place = {label: n for n, label in enumerate(classed.classes.labels)}
    return {
        place[curve.label]: 1 - _survival_at(curve, outcome.horizon_days)
        for curve in curves
    }


def _survival_at(curve: KaplanMeier, day: int) -> float:
    """Return survival to a day, or to the last day on which anybody was followed."""
    place = int(np.searchsorted(curve.days, day, side="right")) - 1
    return float(curve.survival[max(place, 0)])
