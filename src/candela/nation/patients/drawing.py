"""How is one of several values drawn for each of a hundred million rows?

By a table of 65,536 places, filled in proportion, and a random place in it: a draw
costs one random number of two bytes and one look-up.  Shares are thereby rounded to
the nearest 1 in 65,536.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Choice", "chance", "choice", "spread_choice"]

PLACES = 65_536

Whole = npt.NDArray[np.uint16]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Choice:
    """One value of several, by shares that may differ between classes of rows.

    Attributes
    ----------
    places : ndarray, shape (classes * 65,536,)
    """

    places: Whole

    def draw(
        self, rows: int, rng: np.random.Generator, *, within: Whole | None = None
    ) -> Whole:
        """Return a value for each row; ``within`` is the class of each."""
        drawn = rng.integers(0, PLACES, rows, dtype=np.uint16)
        if within is None:
            return self.places[drawn]
        found: Whole = self.places[within.astype(np.int32) * PLACES + drawn]
        return found


def choice(weights: npt.ArrayLike) -> Choice:
    """Return the choice of 0, 1, ... by weights, shape (values,) or (classes, values).

    A value whose weight is not 0 may be left out if it is rarer than 1 in 65,536.
    """
    each = np.atleast_2d(np.asarray(weights, dtype=np.float64))
    edges = np.rint(each.cumsum(axis=1) / each.sum(axis=1, keepdims=True) * PLACES)
    counts = np.diff(edges.astype(np.int64), axis=1, prepend=0)
    values = np.arange(each.shape[1], dtype=np.uint16)
    return Choice(np.concatenate([np.repeat(values, row) for row in counts]))


def spread_choice(means: npt.ArrayLike) -> Choice:
    """Return whole days spread exponentially about a mean, for each class of rows."""
    upper = -np.log1p(-(np.arange(PLACES) + 0.5) / PLACES)
    each = np.atleast_1d(np.asarray(means, dtype=np.float64))
    days = np.floor(each[:, None] * upper)
    return Choice(days.astype(np.uint16).ravel())


def chance(
    share: float | npt.NDArray[np.float32], rows: int, rng: np.random.Generator
) -> Flags:
    """Return which rows something happens to, with a probability of ``share``."""
    drawn: Flags = rng.random(rows, dtype=np.float32) < share
    return drawn
