"""Which sum of coefficients is asked for, and does the model have them?"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import numpy.typing as npt

from candela.errors import InputError
from candela.stats.count_fit import checked_contrast

__all__ = ["Contrast", "chosen_contrast", "place_of"]

Contrast = str | Mapping[str, float] | npt.ArrayLike
"""A label; labels with multipliers; or the multipliers in order, shape (p,)."""


def chosen_contrast(
    labels: tuple[str, ...], contrast: Contrast, dropped: Collection[str] = ()
) -> npt.NDArray[np.float64]:
    """Return what each coefficient is multiplied by, shape (p,).

    Parameters
    ----------
    dropped
        Labels of coefficients that could not be found and were left out.

    Raises
    ------
    InputError
        If a label has no coefficient, or the multipliers are not a contrast.
    """
    if isinstance(contrast, str):
        contrast = {contrast: 1.0}
    if not isinstance(contrast, Mapping):
        return checked_contrast(contrast, len(labels))
    out = np.zeros(len(labels))
    for label, times in contrast.items():
        out[place_of(label, labels, dropped)] += times
    return checked_contrast(out, len(labels))


def place_of(label: str, labels: tuple[str, ...], dropped: Collection[str] = ()) -> int:
    """Return where a coefficient stands.

    Raises
    ------
    InputError
        If there is none of that label.
    """
    if label in labels:
        return labels.index(label)
    why = (
        "it was left out, since its rows cannot tell it"
        if label in dropped
        else "the model has no such term"
    )
    raise InputError(f"there is no coefficient of `{label}`: {why}.")
