"""What would be expected if every stratum had a logistic model of its own?

Indirect standardisation as the SHMI does it: one model for each diagnosis group, the
same terms in all of them, and expected deaths of a trust added up over groups.

Strata are small and many, so some cannot be fitted as they are.  What is done then is
part of the answer, counted in ``decisions``:

no_events, all_events
    Nobody, or everybody, in the stratum has the event: the expected risk is 0, or 1.
separated
    Nobody, or everybody, at a level of a term has the event.  The likelihood is highest
    with a risk of 0, or 1, there, which is where R's ``glm`` stops on its way to it; so
    these rows get it, and the model is of the others.
steadied
    Levels together set apart rows without events.  Coefficients are held by a weak
    penalty, the intercept is not, and expected still add up to observed.

References
----------
NHS England. Summary Hospital-level Mortality Indicator (SHMI): methodology.
Albert A, Anderson JA. Biometrika 1984;71:1-10. doi:10.1093/biomet/71.1.1
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from candela.stats.coded import CodeColumn, CodedDesign, Floats
from candela.stats.coded_cells import Cells, Keys
from candela.stats.coded_joint import checked_codes, packed
from candela.stats.coded_sums import Sizes, thread_count
from candela.stats.logistic import Events, Keep, checked_sizes
from candela.stats.logistic_fit import INTERCEPT
from candela.stats.logistic_newton import Diverging
from candela.stats.logistic_rows import LogisticRows, solved
from candela.stats.logistic_trouble import Separation, separations
from candela.stats.stratified_fit import Decision, DecisionKind, StratifiedFit

__all__ = ["Decision", "DecisionKind", "StratifiedFit", "fit_by_stratum"]

# Cells are counted when there are no more than this (270 MB) and fewer than rows.
MOST_CELLS = 1 << 25
ROWS_FOR_THREADS = 30_000
# Penalty on coefficients that rows alone do not hold; see ``maximise``.
STEADY = 0.05
# What stands for minus and plus infinity in log odds.  A level's outweighs a stratum's.
NEVER = 300.0
SET_ASIDE = 2 * NEVER


def fit_by_stratum(
    design: CodedDesign,
    events: Events,
    strata: CodeColumn,
    *,
    trials: npt.NDArray[np.uint32] | None = None,
    keep: Keep | None = None,
) -> StratifiedFit:
    """Return a logistic model of each stratum.

    Parameters
    ----------
    design
        The covariates of every model; the stratum is not among them.
    events, trials, keep
        As for ``fit_logistic``.
    strata
        A code column of as many rows.

    Raises
    ------
    InputError
        If arrays differ in length.
    """
    checked_codes(strata)
    checked_sizes(design, strata.codes, trials, keep)
    sizes = checked_sizes(design, events, trials, keep)
    joint = packed(design, max(1, len(events) // strata.levels))
    joint = replace(joint, rows=len(events))
    rows = LogisticRows(joint, events, sizes, 0.0, 0.0, [], [])
    ordered, starts = _by_stratum(rows, strata)

    def work(g: int) -> _Stratum:
        part = slice(starts[g], starts[g + 1])
        return _fitted(ordered.changed(lambda values: values[part]), design, g)

    # Small models are mostly talk with the interpreter, which threads would queue for.
    many = ordered.joint.rows > ROWS_FOR_THREADS * strata.levels
    with ThreadPoolExecutor(thread_count() if many else 1) as pool:
        found = list(pool.map(work, range(strata.levels)))
    return StratifiedFit(
        labels=(INTERCEPT, *design.labels),
        coefficients=np.array([one.coefficients for one in found]),
        trials=np.array([one.trials for one in found]),
        events=np.array([one.events for one in found]),
        log_likelihood=np.array([one.log_likelihood for one in found]),
        decisions=tuple(decision for one in found for decision in one.decisions),
        joint=joint,
        strata=strata,
        sizes=sizes,
        baselines=np.exp(np.array([one.baseline for one in found])),
        factors=tuple(
            np.exp(np.concatenate([one.linear[k] for one in found]))
            for k in range(len(joint.columns))
        ),
    )


def _by_stratum(
    rows: LogisticRows, strata: CodeColumn
) -> tuple[LogisticRows, list[int]]:
    """Return rows, or cells of rows alike, in order of strata; where each begins."""
    from candela.stats.coded_kernels import group_order

    joint = rows.joint
    count = strata.levels * joint.cells
    if count <= min(MOST_CELLS, joint.rows):
        cells = Cells(
            Keys.of(joint, strata), count, joint.rows, rows.events, rows.sizes
        )
        columns = tuple(
            replace(column, codes=codes)
            for column, codes in zip(joint.columns, cells.codes[1:], strict=True)
        )
        found = replace(joint, columns=columns, rows=len(cells.key))
        starts = np.searchsorted(cells.codes[0], np.arange(strata.levels + 1))
        return (
            replace(rows, joint=found, events=cells.events, sizes=Sizes(cells.trials)),
            starts.tolist(),
        )
    order, starts = group_order(strata.codes, strata.levels, 0)
    found = joint.with_codes(lambda codes: codes[order])
    return (
        replace(
            rows,
            joint=found,
            events=rows.events[order],
            sizes=rows.sizes.changed(lambda values: values[order]),
        ),
        starts.tolist(),
    )


@dataclass(frozen=True, eq=False)
class _Stratum:
    """One stratum's model: log odds by level of each joint column."""

    coefficients: Floats
    trials: float
    events: float
    log_likelihood: float
    decisions: tuple[Decision, ...]
    baseline: float
    linear: list[Floats]


def _fitted(rows: LogisticRows, design: CodedDesign, stratum: int) -> _Stratum:
    joint = rows.joint
    decisions: list[Decision] = []
    aside = [np.zeros(column.levels) for column in joint.columns]
    left, ways = rows, set[bool]()
    while 0 < left.found < left.trials:
        apart = list(separations(design, joint, left.trial_levels, left.event_levels))
        # Rows set aside one way could be called back by a level set aside the other.
        together = ways | {one.all_events for one in apart}
        if not apart or (ways and len(together) > 1):
            break
        for one in apart:
            decisions.append(Decision(stratum, "separated", one.label, one.rows))
        left, ways = _without(left, apart, aside), together
    beta, value, kind = _coefficients(left)
    if kind is not None:
        decisions.append(Decision(stratum, kind, "", round(left.trials)))
    known = np.nan_to_num(beta, nan=0.0)
    return _Stratum(
        coefficients=beta,
        trials=rows.trials,
        events=rows.found,
        log_likelihood=value,
        decisions=tuple(decisions),
        baseline=float(known[0]),
        linear=[a + b for a, b in zip(joint.linear(known), aside, strict=True)],
    )


def _without(
    rows: LogisticRows, apart: list[Separation], aside: list[Floats]
) -> LogisticRows:
    """Return rows without the levels set apart, whose log odds go into ``aside``."""
    gone = np.zeros(rows.joint.rows, np.bool_)
    for one in apart:
        for k, column in enumerate(rows.joint.columns):
            if one.column not in column.names:
                continue
            digits = np.unravel_index(np.arange(column.levels), column.sizes)
            own = np.isin(digits[column.names.index(one.column)], one.levels)
            aside[k][own] = SET_ASIDE if one.all_events else -SET_ASIDE
            gone |= own[column.codes]
    keep = ~gone if rows.sizes.keep is None else ~gone & (rows.sizes.keep > 0)
    sizes = Sizes(rows.sizes.trials, keep)
    return LogisticRows.counted(rows.joint, rows.events, sizes)


def _coefficients(
    rows: LogisticRows,
) -> tuple[Floats, float, DecisionKind | None]:
    """Return coefficients, the log-likelihood, and what had to be decided if any."""
    beta = np.full(rows.joint.coefficients, np.nan)
    if rows.trials == 0:
        return beta, 0.0, None
    if rows.found == 0:
        beta[0] = -NEVER
        return beta, 0.0, "no_events"
    if rows.found == rows.trials:
        beta[0] = NEVER
        return beta, 0.0, "all_events"
    kind: DecisionKind | None = None
    try:
        best = solved(rows)
    except Diverging:
        kind = "steadied"
        best = solved(rows, ridge=STEADY)
    beta[best.active] = best.beta[best.active]
    return beta, best.log_likelihood, kind
