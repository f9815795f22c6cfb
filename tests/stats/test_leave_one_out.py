"""Leaving out one organisation is fitting without it."""

from __future__ import annotations

import numpy as np
import pytest

from candela.errors import InputError, TooFewData
from candela.stats.count_models import fit_poisson, leave_one_out
from stats_cases import Rows, made_up_trusts

DOSE = [0, 1, 0]


@pytest.fixture
def trusts() -> Rows:
    """Twelve made-up trusts over four years."""
    return made_up_trusts(1, trusts=12)


def test_each_value_is_the_fit_without_that_cluster(trusts: Rows) -> None:
    found = leave_one_out(trusts.y, trusts.X, **trusts.by_name(), contrast=DOSE)
    for label, value in zip(found.labels, found.values, strict=True):
        rest = trusts.taken(trusts.clusters != label)
        fit = fit_poisson(rest.y, rest.X, **rest.by_name())
        # Both are within a last Newton step of the same maximum.
        assert value == pytest.approx(fit.coefficients[1], abs=1e-9)
    fit = fit_poisson(trusts.y, trusts.X, **trusts.by_name())
    assert found.all_in == pytest.approx(fit.coefficients[1], abs=1e-12)


def test_the_trust_that_makes_the_result_is_named(trusts: Rows) -> None:
    dose = np.where(trusts.clusters == 7, 10.0, trusts.X[:, 1])
    y = np.where(trusts.clusters == 7, 2 * trusts.y, trusts.y)
    X = np.column_stack([trusts.X[:, 0], dose, trusts.X[:, 2]])
    found = leave_one_out(y, X, **trusts.by_name(), contrast=DOSE)
    assert found.labels[found.most_influential] == 7
    assert found.lowest == found.values[7] < found.all_in
    assert found.highest == found.values.max()


def test_the_jackknife_covariance_is_the_spread_of_the_refits(trusts: Rows) -> None:
    found = leave_one_out(trusts.y, trusts.X, **trusts.by_name(), contrast=DOSE)
    fit = fit_poisson(trusts.y, trusts.X, **trusts.by_name(), robust="jackknife")
    spread = 11 / 12 * ((found.values - found.all_in) ** 2).sum()
    # One Newton step instead of full refits: within 3% of the variance even
    # with as few as twelve trusts.
    assert fit.covariance[1, 1] == pytest.approx(spread, rel=0.03)


def test_a_column_of_one_cluster_is_left_out_with_it(trusts: Rows) -> None:
    X = np.column_stack([trusts.X, trusts.clusters == 4])
    found = leave_one_out(trusts.y, X, **trusts.by_name(), contrast=[0, 1, 0, 0])
    # Its own column explains trust 4 wholly but for the years: leaving both out says
    # what the other trusts say.
    rest = trusts.taken(trusts.clusters != 4)
    fit = fit_poisson(rest.y, rest.X, **rest.by_name())
    assert found.values[4] == pytest.approx(fit.coefficients[1], abs=1e-9)


def test_a_contrast_that_needs_one_cluster_is_refused_by_its_label(
    trusts: Rows,
) -> None:
    X = np.column_stack([trusts.X, trusts.clusters == 4])
    with pytest.raises(TooFewData, match="without cluster 4 the contrast"):
        leave_one_out(trusts.y, X, **trusts.by_name(), contrast=[0, 0, 0, 1])


def test_a_design_that_needs_one_cluster_is_refused_by_its_label() -> None:
    rows = made_up_trusts(2, trusts=4)
    # Without trust 3 this column is twice the dose.
    X = np.column_stack(
        [rows.X[:, :2], 2 * rows.X[:, 1] + (rows.clusters == 3) * rows.X[:, 2]]
    )
    with pytest.raises(TooFewData, match="without cluster 3: column index 2"):
        leave_one_out(rows.y, X, **rows.by_name(), contrast=DOSE)


def test_text_labels_are_kept(trusts: Rows) -> None:
    names = np.array([f"ZA{c:02d}" for c in trusts.clusters])
    found = leave_one_out(
        trusts.y, trusts.X, offset=trusts.offset, clusters=names, contrast=DOSE
    )
    assert list(found.labels[:2]) == ["ZA00", "ZA01"]


def test_a_vector_that_is_no_contrast_is_refused(trusts: Rows) -> None:
    with pytest.raises(InputError, match="contrast"):
        leave_one_out(trusts.y, trusts.X, **trusts.by_name(), contrast=[1])
