"""Which organisations are most alike in size?

Features are the sizes at hand, each on the log scale, so that twice as large counts the
same wherever one starts, and divided by its standard deviation between organisations.
The distance of two organisations is their difference on one feature, or the root of the
mean square of their differences over all that both have.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from candela.participation import Figures
from candela.participation.rates import NEAR_DAYS
from candela.tables import Measure, Period

__all__ = ["ALL", "PLACES", "Feature", "Peer", "features_of", "peers_of"]

Floats = npt.NDArray[np.float64]
ALL = "all"
PLACES = 15
NOTHING = 1e-9  # a spread below this is rounding
FEWEST_SHARED = 0.5  # of the features, for two organisations to be compared on all


@dataclass(frozen=True)
class Feature:
    """One size of one organisation, and the period it is of."""

    org_code: str
    measure: Measure
    value: float
    period: Period
    rows: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Peer:
    """The organisation in the n-th place (from 1) of those most like another."""

    org_code: str
    basis: str
    place: int
    peer_code: str
    distance: float


def features_of(
    sizes: Iterable[Figures], organisations: Iterable[str], *, period: Period
) -> tuple[Feature, ...]:
    """Return the sizes of these organisations in a period, or nearest to it.

    A size that nobody has near that period is taken at its own last one.
    """
    codes = sorted(organisations)
    found: list[Feature] = []
    for size in sizes:
        at = _features(size, codes, period)
        if not at and (published := _yearly(size)):
            at = _features(size, codes, published[-1])
        found += at
    return tuple(found)


def _yearly(size: Figures) -> tuple[Period, ...]:
    """Return the periods that a size is given for: years, or any for a stock."""
    return size.years if size.measure.summed_over_time else size.periods


def _features(size: Figures, codes: Sequence[str], period: Period) -> list[Feature]:
    figures = [(c, size.near(c, period, within_days=NEAR_DAYS)) for c in codes]
    return [
        Feature(code, size.measure, figure.value, figure.period, figure.rows)
        for code, figure in figures
        if figure is not None and figure.value > 0
    ]


def peers_of(features: Sequence[Feature]) -> tuple[Peer, ...]:
    """Return the nearest organisations of each, by each feature and by all of them.

    A feature that does not differ between organisations is left out.  Equal distances
    are told in the order of codes.
    """
    codes = sorted({f.org_code for f in features})
    names = list(dict.fromkeys(f.measure.name for f in features))
    logs = np.full((len(codes), len(names)), np.nan)
    place = {code: n for n, code in enumerate(codes)}
    for f in features:
        logs[place[f.org_code], names.index(f.measure.name)] = np.log(f.value)
    kept = [n for n in range(len(names)) if _spread(logs[:, n]) > NOTHING]
    names, logs = [names[n] for n in kept], logs[:, kept]
    if not names:
        return ()
    z = logs / np.array([_spread(column) for column in logs.T])
    squares = (z[:, None, :] - z[None, :, :]) ** 2
    found: list[Peer] = []
    for n, name in enumerate(names):
        found += _nearest(codes, name, np.sqrt(squares[:, :, n]))
    found += _nearest(codes, ALL, _over_all(squares))
    return tuple(found)


def _spread(column: Floats) -> float:
    known = column[~np.isnan(column)]
    return float(known.std(ddof=1)) if len(known) > 1 else 0.0


def _over_all(squares: Floats) -> Floats:
    """Return distances over the features both have; NaN where they share too few."""
    shared = ~np.isnan(squares)
    count = shared.sum(axis=2)
    total = np.where(shared, squares, 0.0).sum(axis=2)
    enough = count >= max(1.0, FEWEST_SHARED * squares.shape[2])
    mean = np.full(count.shape, np.nan)
    np.divide(total, count, out=mean, where=enough)
    return np.sqrt(mean)


def _nearest(codes: Sequence[str], basis: str, distance: Floats) -> list[Peer]:
    """Return the nearest of each organisation; codes are in order."""
    found = []
    for n, code in enumerate(codes):
        row = distance[n].copy()
        row[n] = np.nan
        known = int((~np.isnan(row)).sum())
        # A stable sort keeps the order of codes among equals, and puts NaN last.
        for place, other in enumerate(
            np.argsort(row, kind="stable")[: min(PLACES, known)].tolist(), start=1
        ):
            found.append(Peer(code, basis, place, codes[other], float(row[other])))
    return found
