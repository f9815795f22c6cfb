"""Which of several tests still surprise us once we admit how many we made?"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from candela.errors import InputError

__all__ = ["benjamini_hochberg", "holm"]

Floats = npt.NDArray[np.float64]


def holm(p: npt.ArrayLike) -> Floats:
    """Return p-values adjusted so that any false claim among them is kept rare.

    Holds whatever the dependence between tests.

    Parameters
    ----------
    p : shape (n,)
        Each between 0 and 1.

    References
    ----------
    Holm S. Scand J Stat 1979;6:65-70.
    """
    values = _checked(p)
    order = np.argsort(values, kind="stable")
    raised = np.maximum.accumulate(values[order] * np.arange(values.size, 0, -1))
    return _placed(raised, order)


def benjamini_hochberg(p: npt.ArrayLike) -> Floats:
    """Return p-values adjusted to control the share of false claims among claims.

    Holds for independent or positively dependent tests.

    Parameters
    ----------
    p : shape (n,)
        Each between 0 and 1.

    References
    ----------
    Benjamini Y, Hochberg Y. J R Stat Soc B 1995;57:289-300.
    doi:10.1111/j.2517-6161.1995.tb02031.x
    """
    values = _checked(p)
    order = np.argsort(values, kind="stable")
    raised = values[order] * values.size / np.arange(1, values.size + 1)
    return _placed(np.minimum.accumulate(raised[::-1])[::-1], order)


def _checked(p: npt.ArrayLike) -> Floats:
    values = np.asarray(p, dtype=float)
    if values.ndim != 1 or not ((values >= 0) & (values <= 1)).all():
        raise InputError("p-values must be a row of numbers from 0 to 1.")
    return values


def _placed(raised: Floats, order: npt.NDArray[np.intp]) -> Floats:
    out = np.empty_like(raised)
    out[order] = np.minimum(raised, 1.0)
    return out
