"""Is the hazard the same in each group?

References
----------
Peto R, Peto J. J R Stat Soc A 1972;135:185-207. doi:10.2307/2344317
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from candela.errors import TooFewData
from candela.stats.coded import CodeColumn
from candela.stats.cox_rows import Mask, kept_rows
from candela.stats.day_counts import DayCounts

__all__ = ["LogRank", "log_rank"]

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class LogRank:
    """The log-rank test: chi-squared ``statistic`` on ``degrees_of_freedom``.

    ``observed`` and ``expected`` events are by level of the group.
    """

    statistic: float
    degrees_of_freedom: int
    p_value: float
    observed: Whole
    expected: Floats


def log_rank(
    stop: CodeColumn,
    event: npt.NDArray[np.uint8],
    group: CodeColumn,
    *,
    start: CodeColumn | None = None,
    strata: CodeColumn | None = None,
    keep: Mask | None = None,
) -> LogRank:
    """Return the test that all groups have one hazard.

    Raises
    ------
    TooFewData
        If fewer than two groups are ever compared.

    Notes
    -----
    R: ``survival::survdiff(Surv(stop, event) ~ group + strata(strata))``.  Patients are
    taken as independent; for groups of trusts use ``cox_robust``.
    """
    from scipy import special

    groups = group.levels
    observed, expected = np.zeros(groups, np.int64), np.zeros(groups)
    variance = np.zeros((groups, groups))
    every = kept_rows(len(stop.codes), keep)
    for s in range(strata.levels if strata else 1):
        chosen = every & (strata.codes == s) if strata else every
        if not chosen.any():
            continue
        counts = DayCounts.of(stop, event, group=group, start=start, keep=chosen)
        d, n = counts.events.sum(axis=0), counts.at_risk.sum(axis=0)
        days = np.flatnonzero(d)
        share = counts.at_risk[:, days] / n[days]
        observed += counts.events.sum(axis=1)
        expected += share @ d[days]
        left = d[days] * (n[days] - d[days]) / np.maximum(n[days] - 1, 1)
        variance += np.diag(share @ left) - (share * left) @ share.T
    compared = np.flatnonzero(expected > 0)
    freedom = len(compared) - 1
    if freedom < 1:
        raise TooFewData(f"{group.name} has fewer than two groups to compare.")
    away = (observed - expected)[compared[1:]]
    matrix = variance[np.ix_(compared[1:], compared[1:])]
    try:
        statistic = float(away @ np.linalg.solve(matrix, away))
    except np.linalg.LinAlgError:
        raise TooFewData(
            f"groups of {group.name} are never at risk together."
        ) from None
    return LogRank(
        statistic=statistic,
        degrees_of_freedom=freedom,
        p_value=float(special.chdtrc(freedom, statistic)),
        observed=observed,
        expected=expected,
    )
