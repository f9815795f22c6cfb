"""How much of a difference could participants in trials make by themselves?

They are chosen to be fitter.  If no participant had died, and care were the same
everywhere, the risk in a class would be lower by the share of its participants: no
larger difference can come from them alone.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from candela.association.patients.main_analysis import Primary
from candela.association.patients.result import TrialParticipants
from candela.association.patients.rows import OutcomeRows
from candela.association.patients.tallies import tally

__all__ = ["bound_of", "trial_participants"]

PARTICIPANT, NOT_KNOWN = 1, 2


def trial_participants(rows: OutcomeRows, primary: Primary) -> TrialParticipants | None:
    """Return who was in a trial by the index day, and what they could explain.

    Where follow-up tells when each joined, those who joined later are participants for
    the bound as well: it is then of all who ever joined within the follow-up.
    """
    if rows.trial is None:
        return None
    flags = rows.trial
    if rows.joined is not None:
        never = rows.joined.levels - 1
        joined = (rows.joined.codes < never) & (flags != PARTICIPANT)
        flags = np.where(joined, PARTICIPANT, flags).astype(np.uint8)
    by_unit = tally([(rows.unit.codes, rows.unit.levels), (flags, 3), (rows.event, 2)])
    total = by_unit.sum(axis=(0, 2))
    lowest, highest = _shares(by_unit.sum(axis=2), primary)
    return TrialParticipants(
        participants=int(total[PARTICIPANT]),
        events=int(by_unit[:, PARTICIPANT, 1].sum()),
        unknown=int(total[NOT_KNOWN]),
        share_highest=highest,
        share_lowest=lowest,
        bound=bound_of(lowest=lowest, highest=highest),
    )


def bound_of(*, lowest: float | None, highest: float | None) -> float | None:
    """Return the ratio of risks that participants alone could make, none of them dying.

    Parameters
    ----------
    lowest, highest
        Share of participants in the lowest and in the highest class.
    """
    if lowest is None or highest is None or lowest == 1:
        return None
    return (1 - highest) / (1 - lowest)


def _shares(
    by_unit: npt.NDArray[np.int64], primary: Primary
) -> tuple[float | None, float | None]:
    """Return the share of participants in the lowest and highest class."""
    classed = primary.comparison.patients
    if classed is None:
        return None, None
    found: list[float | None] = []
    for number in (classed.told[0], classed.told[-1]):
        counts = by_unit[classed.classes.of_unit == number].sum(axis=0)
        known = counts[0] + counts[PARTICIPANT]
        found.append(float(counts[PARTICIPANT] / known) if known else None)
    return found[0], found[1]
