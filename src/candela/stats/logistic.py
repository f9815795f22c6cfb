"""By what factor do the odds of an event differ between patients who differ in this?

Logistic regression on a coded design (see ``coded``) by maximum likelihood.  The
covariance believes the model and takes rows as independent; patients of one trust
resemble each other, so an exposure of trusts needs ``logistic_robust`` or a random
intercept.

What cannot be told is said.  A level without rows, or a column that does not vary, is
left out and named.  Columns that repeat one another are refused.  A level where nobody,
or everybody, has the event has no finite coefficient and is refused.

References
----------
McCullagh P, Nelder JA. Generalized Linear Models, 2nd ed, 1989, chapter 4.
doi:10.1201/9780203753736
Albert A, Anderson JA. Biometrika 1984;71:1-10. doi:10.1093/biomet/71.1.1
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from candela.errors import InputError
from candela.stats.coded import CodeColumn, CodedDesign, Floats
from candela.stats.coded_joint import checked_codes, packed
from candela.stats.coded_sums import Sizes, risks_of, sum_by
from candela.stats.logistic_fit import INTERCEPT, LogisticFit
from candela.stats.logistic_newton import Diverging
from candela.stats.logistic_rows import LogisticRows, Solution, solved
from candela.stats.logistic_trouble import (
    check_separation,
    collinear,
    diverging,
    separations,
    within_terms,
)

__all__ = ["LogisticFit", "expected_by", "fit_logistic", "predicted_risks"]

Events = npt.NDArray[np.uint8] | npt.NDArray[np.uint32]
Keep = npt.NDArray[np.uint8] | npt.NDArray[np.bool_]


def fit_logistic(
    design: CodedDesign,
    events: Events,
    *,
    trials: npt.NDArray[np.uint32] | None = None,
    keep: Keep | None = None,
) -> LogisticFit:
    """Return the logistic regression of events on a coded design.

    Parameters
    ----------
    design
        The covariates, n rows; the intercept is added.
    events : ndarray of uint8 or uint32, shape (n,)
        0 or 1; with ``trials``, how many of them.
    trials : ndarray of uint32, shape (n,)
        How many patients each row stands for; one without.
    keep : ndarray of uint8, shape (n,)
        1 for rows to be used; all without.

    Raises
    ------
    InputError
        If arrays differ in length, or terms repeat one another (they are named).
    TooFewData
        If no rows are left, or all of them have the event, or none.
    NotConverged
        If an odds ratio has no finite value; its level is named.
    """
    sizes = checked_sizes(design, events, trials, keep)
    rows = LogisticRows.counted(packed(design), events, sizes)
    rows.check()
    check_separation(
        separations(design, rows.joint, rows.trial_levels, rows.event_levels)
    )

    def judge(aliased: dict[int, list[int]]) -> None:
        if not within_terms(design, aliased):
            raise collinear(design, aliased)

    try:
        best = solved(rows, judge=judge)
    except Diverging as error:
        raise diverging(design, error.column) from None
    return _fit_of(design, rows, best)


def _fit_of(design: CodedDesign, rows: LogisticRows, best: Solution) -> LogisticFit:
    kept = np.flatnonzero(best.active)
    labels = (INTERCEPT, *design.labels)
    dropped = tuple(labels[k] for k in np.flatnonzero(~best.active))
    cautions: tuple[str, ...] = ()
    if dropped:
        cautions = (
            "No coefficient could be found for "
            f"{', '.join(dropped)}: no rows there, or no variation.",
        )
    return LogisticFit(
        labels=tuple(labels[k] for k in kept),
        coefficients=best.beta[kept],
        covariance=best.covariance[np.ix_(kept, kept)],
        log_likelihood=best.log_likelihood,
        null_log_likelihood=rows.null_log_likelihood(),
        observations=round(rows.trials),
        events=round(rows.found),
        iterations=best.steps,
        dropped=dropped,
        cautions=cautions,
    )


def expected_by(
    fit: LogisticFit,
    design: CodedDesign,
    column: CodeColumn,
    *,
    trials: npt.NDArray[np.uint32] | None = None,
    keep: Keep | None = None,
) -> Floats:
    """Return expected events by level of a column, shape (levels,).

    Parameters
    ----------
    design
        Rows and terms as fitted; the rows may be others.
    column
        Any column of as many rows, in the design or not.
    trials, keep
        As for ``fit_logistic``.
    """
    checked_codes(column)
    sizes = checked_sizes(design, column.codes, trials, keep)
    return sum_by(packed(design), fit.aligned(design), sizes, column)


def predicted_risks(fit: LogisticFit, design: CodedDesign) -> Floats:
    """Return the risk of each row, between 0 and 1, shape (n,).

    Eight bytes a row: prefer ``expected_by`` where sums are enough.
    """
    return risks_of(packed(design), fit.aligned(design))


def checked_sizes(
    design: CodedDesign,
    values: npt.NDArray[np.generic],
    trials: npt.NDArray[np.uint32] | None,
    keep: Keep | None,
) -> Sizes:
    """Return the sizes of rows, or refuse arrays that are not of one length.

    Raises
    ------
    InputError
        If lengths differ.
    """
    lengths = {len(part) for part in (values, trials, keep) if part is not None}
    if design.columns:
        lengths.add(design.rows)
    if len(lengths) > 1:
        raise InputError(
            f"columns of one design have lengths {sorted(lengths)}; expected one."
        )
    return Sizes(trials, keep)
