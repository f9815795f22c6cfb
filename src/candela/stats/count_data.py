"""Are these counts, this design and these clusters fit to be modelled?

Rows are put in cluster order once, so that everything later works on whole blocks.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from candela.errors import InputError, TooFewData

__all__ = ["CountData", "Floats", "blocks_by_size", "check_rank"]

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]

# A column is refused when what the earlier columns leave of it is smaller than this
# share of it.  A calendar year beside an intercept keeps about 1e-3.
RANK_TOLERANCE = 1e-9


@dataclass(frozen=True, eq=False)
class CountData:
    """Counts, design, log exposure and clusters, checked and in cluster order.

    Parameters
    ----------
    y : ndarray of float, shape (n,)
        Counts, 0 or more.  They may be fractional: when organisations merge, a
        predecessor's events are shared out.
    X : ndarray of float, shape (n, p)
        Design of full column rank, the intercept included.
    offset : ndarray of float, shape (n,)
        Logarithm of the expected count or exposure.
    codes : ndarray of int, shape (n,)
        Cluster of each row, 0 to ``n_clusters - 1``, never falling.
    labels : ndarray, shape (n_clusters,)
        What the caller calls each cluster, sorted.
    order : ndarray of int, shape (n,)
        The caller's row number of each row.
    """

    y: Floats
    X: Floats
    offset: Floats
    codes: Indices
    labels: npt.NDArray[Any]
    order: Indices

    @classmethod
    def checked(
        cls,
        y: npt.ArrayLike,
        X: npt.ArrayLike,
        *,
        offset: npt.ArrayLike,
        clusters: npt.ArrayLike,
    ) -> CountData:
        """Return the data in cluster order.

        Raises
        ------
        InputError
            If shapes disagree, a number is missing or infinite, a count is negative,
            a cluster has no label, or a column of the design repeats earlier ones.
        TooFewData
            If there are fewer than two clusters, no more rows than columns, or no
            events.
        """
        counts, design = np.asarray(y, dtype=float), np.asarray(X, dtype=float)
        exposure, groups = np.asarray(offset, dtype=float), np.asarray(clusters)
        _check_shapes(counts, design, exposure, groups)
        _check_values(counts, design, exposure)
        labels, codes = _coded(groups)
        if len(labels) < 2:
            raise TooFewData(
                "a model that allows for organisations needs at least two of them."
            )
        if design.shape[0] <= design.shape[1]:
            raise TooFewData(
                f"{design.shape[0]} rows cannot estimate {design.shape[1]} "
                "coefficients; use fewer columns."
            )
        if not counts.any():
            raise TooFewData("every count is 0: there is no rate to compare.")
        check_rank(design)
        order = np.argsort(codes, kind="stable")
        return cls(
            counts[order], design[order], exposure[order], codes[order], labels, order
        )

    @property
    def n_clusters(self) -> int:
        """Number of clusters."""
        return len(self.labels)

    @cached_property
    def starts(self) -> Indices:
        """First row of each cluster, and one past the last row."""
        return np.searchsorted(self.codes, np.arange(self.n_clusters + 1))

    def cluster_sums(self, values: Floats) -> Floats:
        """Return sums over the rows of each cluster, along the first axis."""
        return np.asarray(np.add.reduceat(values, self.starts[:-1], axis=0))

    def in_given_order(self, values: Floats) -> Floats:
        """Return row values in the order in which the caller gave the rows."""
        out = np.empty_like(values)
        out[self.order] = values
        return out


def blocks_by_size(starts: Indices) -> list[tuple[Indices, Indices]]:
    """Return clusters of one size together: (clusters (k,), their rows (k, size)).

    Clusters of one size make one array, so that their small matrices are worked on
    at once.
    """
    sizes = np.diff(starts)
    blocks = []
    for size in np.unique(sizes):
        members = np.flatnonzero(sizes == size)
        blocks.append((members, starts[members][:, None] + np.arange(size)))
    return blocks


def _check_shapes(
    y: Floats, X: Floats, offset: Floats, clusters: npt.NDArray[Any]
) -> None:
    if X.ndim != 2 or X.shape[1] == 0:
        raise InputError(
            f"the design must have rows and columns; it has shape {X.shape}."
        )
    for name, values in (("y", y), ("offset", offset), ("clusters", clusters)):
        if values.shape != (X.shape[0],):
            raise InputError(
                f"{name} has shape {values.shape}; the design has {X.shape[0]} rows, "
                f"so {name} must have shape ({X.shape[0]},)."
            )


def _check_values(y: Floats, X: Floats, offset: Floats) -> None:
    for name, values in (("y", y), ("offset", offset)):
        if not np.isfinite(values).all():
            row = int(np.argmin(np.isfinite(values)))
            raise InputError(
                f"{name}, row index {row}, is {values[row]}: leave out rows without a "
                "number, and rows that expect no events."
            )
    if not np.isfinite(X).all():
        row, column = (int(i) for i in np.argwhere(~np.isfinite(X))[0])
        raise InputError(
            f"the design, row index {row}, column index {column}, is "
            f"{X[row, column]}: leave out rows without a number."
        )
    if (y < 0).any():
        row = int(np.argmax(y < 0))
        raise InputError(
            f"y, row index {row}, is {y[row]:g}: a count cannot be below 0."
        )


def _coded(clusters: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], Indices]:
    if clusters.dtype.kind == "f" and np.isnan(clusters).any():
        raise InputError(
            f"clusters, row index {int(np.argmax(np.isnan(clusters)))}, has no label."
        )
    try:
        labels, codes = np.unique(clusters, return_inverse=True)
    except TypeError:
        raise InputError(
            "cluster labels must all be text or all be numbers, none missing."
        ) from None
    return labels, codes


def check_rank(X: Floats) -> None:
    """Refuse a design whose columns repeat one another.

    Raises
    ------
    InputError
        Naming by index the first column that is all zeros or a sum of multiples of
        the columns before it.
    """
    length = np.sqrt(np.einsum("ij,ij->j", X, X))
    if (length == 0).any():
        raise InputError(
            f"column index {int(np.argmax(length == 0))} of the design is all zeros; "
            "leave it out."
        )
    left_over = np.abs(np.diag(np.linalg.qr(X / length, mode="r")))
    if (left_over < RANK_TOLERANCE).any():
        raise InputError(
            f"column index {int(np.argmax(left_over < RANK_TOLERANCE))} of the design "
            "is a combination of the columns before it; leave it out."
        )
