"""Cluster-robust intervals of a Cox model."""

from __future__ import annotations

import numpy as np
import pytest

from candela.errors import TooFewData
from candela.stats.cox import fit_cox
from candela.stats.cox_robust import cox_robust
from survival_cases import levels, made_up_patients


def test_cr1_is_the_plain_sandwich_times_clusters_by_clusters_less_one() -> None:
    rows = made_up_patients(1)
    fit = fit_cox(rows.design, rows.stop, rows.event)
    plain = cox_robust(fit, rows.trust, kind="plain")
    cr1 = cox_robust(fit, rows.trust)
    np.testing.assert_allclose(cr1.covariance, plain.covariance * 20 / 19)
    assert (cr1.clusters, cr1.degrees_of_freedom) == (20, 19)
    found = cr1.estimate("dose")
    # t on 19 degrees of freedom ends at 2.093 standard errors.
    half = (found.upper - found.lower) / 2
    assert half / found.standard_error == pytest.approx(2.093, abs=1e-3)
    assert found.organisations == 20
    assert found.cautions == ()


def test_the_jackknife_is_close_to_leaving_each_trust_out() -> None:
    rows = made_up_patients(2, spread=0.3)
    fit = fit_cox(rows.design, rows.stop, rows.event)
    refits = np.array(
        [
            fit_cox(
                rows.design, rows.stop, rows.event, keep=rows.trust.codes != g
            ).coefficients
            for g in range(20)
        ]
    )
    away = refits - refits.mean(axis=0)
    expected = 19 / 20 * away.T @ away
    found = cox_robust(fit, rows.trust, kind="jackknife").covariance
    # One Newton step from the whole fit.
    np.testing.assert_allclose(
        np.sqrt(np.diag(found)), np.sqrt(np.diag(expected)), rtol=2e-3
    )


def test_trusts_that_differ_widen_the_interval_of_a_dose_of_trusts() -> None:
    rows = made_up_patients(3, rows=4000, spread=0.5, trusts=40)
    fit = fit_cox(rows.design, rows.stop, rows.event)
    robust = cox_robust(fit, rows.trust)
    assert robust.covariance[1, 1] > 4 * fit.covariance[1, 1]


def test_every_row_its_own_cluster_is_the_sandwich_of_rows() -> None:
    rows = made_up_patients(4, rows=200)
    fit = fit_cox(rows.design, rows.stop, rows.event)
    own = cox_robust(fit, levels("person", np.arange(200)), kind="plain")
    scores = fit.at.scores_by(np.arange(200), 200)
    np.testing.assert_allclose(scores.sum(axis=0), 0, atol=1e-8)
    np.testing.assert_allclose(
        own.covariance, fit.covariance @ scores.T @ scores @ fit.covariance
    )


def test_one_trust_alone_cannot_say_how_much_trusts_differ() -> None:
    rows = made_up_patients(5)
    fit = fit_cox(rows.design, rows.stop, rows.event)
    with pytest.raises(TooFewData, match="1 cluster of trust"):
        cox_robust(fit, levels("trust", np.zeros(600)))


def test_few_trusts_are_said_to_be_few() -> None:
    rows = made_up_patients(6, trusts=5)
    fit = fit_cox(rows.design, rows.stop, rows.event)
    assert (
        "Only 5 organisations"
        in cox_robust(fit, rows.trust).estimate("dose").cautions[0]
    )
