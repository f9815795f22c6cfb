"""Who does least, who is in between, and who does most?"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from candela.errors import InputError, TooFewData

__all__ = ["thirds"]


def thirds(x: npt.ArrayLike) -> npt.NDArray[np.intp]:
    """Return 0, 1 or 2 for the lowest, middle and highest third of each dose.

    Parameters
    ----------
    x : shape (n,)
        Doses.

    Raises
    ------
    InputError
        If a dose is missing or infinite.
    TooFewData
        If there are fewer than three different doses.

    Notes
    -----
    Equal doses are never split.  Both cuts fall between different values, where the
    numbers below them come nearest to n/3 and 2n/3 (the lower place when two are as
    near).  With many equal doses the groups are therefore uneven: of 10 doses with six
    zeros the groups hold 6, 1 and 3.
    """
    doses = np.asarray(x, dtype=float)
    if doses.ndim != 1 or not np.isfinite(doses).all():
        raise InputError("doses must be a row of numbers, none missing.")
    values, counts = np.unique(doses, return_counts=True)
    if values.size < 3:
        raise TooFewData(
            f"{values.size} different doses cannot make three groups; compare two, or "
            "use the dose as it is."
        )
    below = np.cumsum(counts)[:-1]  # how many doses lie below each possible cut
    first, second = _cuts(below, doses.size)
    return np.searchsorted(values[[first, second]], doses, side="left")


def _cuts(below: npt.NDArray[np.intp], n: int) -> tuple[int, int]:
    """Return the places of the two cuts in ``below``, the first before the second."""
    from_first = np.abs(3 * below - n)
    from_second = np.abs(3 * below - 2 * n)
    first, second = int(np.argmin(from_first)), int(np.argmin(from_second))
    if first < second:
        return first, second
    # One place is nearest to both: move whichever cut loses less.
    earlier = from_first[first - 1] if first > 0 else np.inf
    later = from_second[second + 1] if second + 1 < below.size else np.inf
    if earlier - from_first[first] <= later - from_second[second]:
        return first - 1, second
    return first, second + 1
