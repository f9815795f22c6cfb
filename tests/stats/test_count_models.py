"""Count models: the numbers of R, and what must not change them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candela.errors import InputError, NotConverged, TooFewData
from candela.stats.count_models import fit_negative_binomial, fit_poisson
from stats_cases import Rows, made_up_trusts, reference_cases, reference_rows

# Both programs stop within rounding of the maximum; R's own stopping rule (a relative
# change of deviance of 1e-13) leaves about 1e-8 in a coefficient.
SAME = {"rtol": 1e-7, "atol": 1e-9}
# theta is found by a flat maximum, where R stops at a change of 1e-8 or so.
NEARLY = {"rtol": 1e-5, "atol": 1e-8}

POISSON = reference_cases(
    "poisson_glm", {"equal clusters", "unequal clusters", "small counts"}
)
NEGATIVE_BINOMIAL = reference_cases(
    "negative_binomial", {"large counts", "small counts"}
)
BIAS_REDUCED = reference_cases(
    "bias_reduced", {"equal clusters", "unequal clusters", "few clusters"}
)


@pytest.mark.parametrize("case", POISSON.values(), ids=POISSON)
def test_poisson_coefficients_and_cr1_are_those_of_r(case: dict[str, Any]) -> None:
    rows, expected = reference_rows(case), case["expected"]
    fit = fit_poisson(rows.y, rows.X, **rows.by_name(), robust="cr1")
    np.testing.assert_allclose(fit.coefficients, expected["coefficients"], **SAME)
    np.testing.assert_allclose(
        fit.model_covariance, expected["model_covariance"], **SAME
    )
    np.testing.assert_allclose(fit.covariance, expected["hc1"], **SAME)
    assert fit.log_likelihood == pytest.approx(expected["log_likelihood"], rel=1e-10)
    assert fit.dispersion == pytest.approx(expected["pearson"], rel=1e-8)


@pytest.mark.parametrize("case", POISSON.values(), ids=POISSON)
def test_cr1_is_the_plain_sandwich_times_its_two_corrections(
    case: dict[str, Any],
) -> None:
    rows = reference_rows(case)
    fit = fit_poisson(rows.y, rows.X, **rows.by_name(), robust="cr1")
    n, p = rows.X.shape
    factor = fit.clusters / (fit.clusters - 1) * (n - 1) / (n - p)
    plain = np.array(case["expected"]["hc0"])
    np.testing.assert_allclose(fit.covariance, factor * plain, **SAME)


@pytest.mark.parametrize("case", NEGATIVE_BINOMIAL.values(), ids=NEGATIVE_BINOMIAL)
def test_negative_binomial_is_that_of_r(case: dict[str, Any]) -> None:
    rows, expected = reference_rows(case), case["expected"]
    fit = fit_negative_binomial(rows.y, rows.X, **rows.by_name(), robust="cr1")
    np.testing.assert_allclose(fit.coefficients, expected["coefficients"], **NEARLY)
    np.testing.assert_allclose(
        fit.model_covariance, expected["model_covariance"], **NEARLY
    )
    np.testing.assert_allclose(fit.covariance, expected["hc1"], **NEARLY)
    assert 1 / fit.dispersion == pytest.approx(expected["theta"], rel=1e-5)
    assert fit.log_likelihood == pytest.approx(expected["log_likelihood"], rel=1e-10)


@pytest.mark.parametrize("kind", ["cr2", "cr3"])
@pytest.mark.parametrize("case", BIAS_REDUCED.values(), ids=BIAS_REDUCED)
def test_cr2_and_the_jackknife_are_those_of_clubsandwich(
    case: dict[str, Any], kind: str
) -> None:
    rows, expected = reference_rows(case), case["expected"][kind]
    fit = fit_poisson(
        rows.y,
        rows.X,
        **rows.by_name(),
        robust="cr2" if kind == "cr2" else "jackknife",
    )
    groups = fit.clusters
    # The jackknife's (G-1)/G is not in CR3.
    factor = 1.0 if kind == "cr2" else (groups - 1) / groups
    np.testing.assert_allclose(
        fit.covariance, factor * np.array(expected["covariance"]), **SAME
    )
    # clubSandwich builds G x G arrays by another route: seven digits remain.
    freedoms = [fit.robust.degrees_of_freedom(c) for c in np.eye(3)]
    np.testing.assert_allclose(freedoms, expected["degrees_of_freedom"], rtol=1e-6)
    statistic, df1, df2, p = fit.wald(np.eye(3)[1:])
    f, q, nu, tail = expected["wald"]
    assert (statistic * factor, df1, df2) == pytest.approx((f, q, nu), rel=1e-6)
    if kind == "cr2":
        assert p == pytest.approx(tail, rel=1e-5)


def test_the_model_of_two_rates_is_worked_by_hand() -> None:
    # 30 + 50 events where 100 were expected, against 60 + 80 where 100 were.
    fit = fit_poisson(
        [30, 50, 60, 80],
        [[1, 0], [1, 0], [1, 1], [1, 1]],
        offset=np.log([50, 50, 50, 50]),
        clusters=["a", "b", "c", "d"],
        robust="cr1",
    )
    assert np.exp(fit.coefficients) == pytest.approx([0.8, 140 / 80])
    # The sandwich of a log rate of one group is the sum of squares of what its
    # clusters have too much over the square of its events; the difference adds both.
    plain = (10**2 + 10**2) / 80**2 + (10**2 + 10**2) / 140**2
    assert fit.covariance[1, 1] == pytest.approx(plain * (4 / 3) * (3 / 2))
    # Chi-squared: 2 x 10^2 / 40 + 2 x 10^2 / 70, on 4 rows less 2 coefficients.
    assert fit.dispersion == pytest.approx((200 / 40 + 200 / 70) / 2)
    assert fit.fitted == pytest.approx([40, 40, 70, 70])
    assert fit.degrees_of_freedom == 2


def test_fitted_counts_come_back_in_the_order_of_the_rows(trusts: Rows) -> None:
    fit = fit_poisson(trusts.y, trusts.X, **trusts.by_name())
    mixed = np.random.default_rng(2).permutation(trusts.y.size)
    rows = trusts.taken(mixed)
    again = fit_poisson(rows.y, rows.X, **rows.by_name())
    np.testing.assert_allclose(again.fitted, fit.fitted[mixed], rtol=1e-10)


@pytest.fixture
def trusts() -> Rows:
    """Thirty made-up trusts over four years."""
    return made_up_trusts(1)


ROBUST = ["cr1", "cr2", "jackknife"]


@pytest.mark.parametrize("robust", ROBUST)
def test_the_order_of_rows_changes_nothing(trusts: Rows, robust: Any) -> None:
    mixed = trusts.taken(np.random.default_rng(3).permutation(trusts.y.size))
    one = fit_poisson(trusts.y, trusts.X, **trusts.by_name(), robust=robust)
    two = fit_poisson(mixed.y, mixed.X, **mixed.by_name(), robust=robust)
    np.testing.assert_allclose(one.coefficients, two.coefficients, rtol=1e-9)
    np.testing.assert_allclose(one.covariance, two.covariance, rtol=1e-7, atol=1e-14)
    assert one.contrast([0, 1, 0]).lower == pytest.approx(
        two.contrast([0, 1, 0]).lower, rel=1e-8
    )


@pytest.mark.parametrize("fitter", [fit_poisson, fit_negative_binomial])
@settings(derandomize=True, max_examples=8, deadline=None)
@given(factor=st.floats(0.01, 100))
def test_expecting_more_everywhere_moves_only_the_intercept(
    fitter: Any, factor: float
) -> None:
    rows = made_up_trusts(4)
    one = fitter(rows.y, rows.X, offset=rows.offset, clusters=rows.clusters)
    two = fitter(
        rows.y, rows.X, offset=rows.offset + np.log(factor), clusters=rows.clusters
    )
    moved = [np.log(factor), 0, 0]
    # Newton's last step is below 1e-5 of a standard error, near 1e-8 here.
    np.testing.assert_allclose(one.coefficients - two.coefficients, moved, atol=1e-8)
    np.testing.assert_allclose(one.covariance, two.covariance, rtol=1e-6, atol=1e-12)


@settings(derandomize=True, max_examples=8, deadline=None)
@given(row=st.integers(0, 119))
def test_a_row_split_in_two_of_the_same_trust_changes_no_poisson_result(
    row: int,
) -> None:
    rows = made_up_trusts(5)
    halved = rows.taken(np.append(np.arange(rows.y.size), row))
    y, offset = halved.y.copy(), halved.offset.copy()
    y[[row, -1]] = y[row] / 2
    offset[[row, -1]] = offset[row] - np.log(2)
    one = fit_poisson(rows.y, rows.X, **rows.by_name(), robust="jackknife")
    two = fit_poisson(
        y, halved.X, offset=offset, clusters=halved.clusters, robust="jackknife"
    )
    np.testing.assert_allclose(one.coefficients, two.coefficients, atol=1e-9)
    np.testing.assert_allclose(one.covariance, two.covariance, rtol=1e-6, atol=1e-12)
    assert two.observations == one.observations + 1


def test_a_dose_in_other_units_gives_the_same_contrast(trusts: Rows) -> None:
    scaled = trusts.X * [1, 1000, 1]
    one = fit_poisson(trusts.y, trusts.X, **trusts.by_name()).contrast([0, 1, 0])
    two = fit_poisson(trusts.y, scaled, **trusts.by_name()).contrast([0, 1000, 0])
    assert (one.lower, one.value, one.upper, one.p_value) == pytest.approx(
        (two.lower, two.value, two.upper, two.p_value), rel=1e-6
    )


def test_doubling_every_trust_narrows_cr1_by_the_root_of_two(trusts: Rows) -> None:
    twice = trusts.taken(np.tile(np.arange(trusts.y.size), 2))
    other = np.where(np.arange(twice.y.size) < trusts.y.size, 0, 1000)
    one = fit_poisson(trusts.y, trusts.X, **trusts.by_name(), robust="cr1")
    two = fit_poisson(
        twice.y,
        twice.X,
        offset=twice.offset,
        clusters=twice.clusters + other,
        robust="cr1",
    )
    small = (30 / 29 * 119 / 117) / (60 / 59 * 239 / 237)
    np.testing.assert_allclose(one.covariance / two.covariance, 2 * small, rtol=1e-6)


def test_a_contrast_uses_t_on_the_clusters_less_one_under_cr1(trusts: Rows) -> None:
    fit = fit_poisson(trusts.y, trusts.X, **trusts.by_name(), robust="cr1")
    found = fit.contrast([0, 1, 0])
    assert found.standard_error is not None
    # t(29) holds 95% within 2.0452.
    half = (found.upper - found.lower) / 2
    assert half / found.standard_error == pytest.approx(2.0452, abs=1e-4)
    assert (found.scale, found.organisations, found.observations) == (
        "log_ratio",
        30,
        120,
    )


def test_a_wider_level_gives_a_wider_interval(trusts: Rows) -> None:
    fit = fit_poisson(trusts.y, trusts.X, **trusts.by_name())
    wide, narrow = fit.contrast([0, 1, 0], 0.99), fit.contrast([0, 1, 0], 0.8)
    assert wide.lower < narrow.lower < narrow.upper < wide.upper


@pytest.mark.parametrize("robust", ROBUST)
def test_a_wald_test_of_one_contrast_is_its_t_test(trusts: Rows, robust: Any) -> None:
    fit = fit_poisson(trusts.y, trusts.X, **trusts.by_name(), robust=robust)
    found, test = fit.contrast([0, 1, 0]), fit.wald([[0, 1, 0]])
    assert found.standard_error is not None
    t = found.value / found.standard_error
    assert test.statistic == pytest.approx(t**2, rel=1e-8)
    assert test.p == pytest.approx(found.p_value, rel=1e-6)
    assert test.df2 == pytest.approx(fit.robust.degrees_of_freedom(np.eye(3)[1]))


def test_a_dose_of_few_trusts_has_few_degrees_of_freedom_and_says_so() -> None:
    rows = made_up_trusts(6)
    rare = np.isin(rows.clusters, [3, 9]).astype(float)
    X = np.column_stack([rows.X[:, 0], rare])
    found = fit_poisson(rows.y, X, **rows.by_name()).contrast([0, 1])
    assert "A few organisations carry this result" in found.cautions[0]


@pytest.mark.parametrize("robust", ROBUST)
def test_a_column_of_one_trust_is_cautioned_and_has_no_interval(robust: Any) -> None:
    rows = made_up_trusts(7)
    X = np.column_stack([rows.X, rows.clusters == 3])
    fit = fit_poisson(rows.y, X, **rows.by_name(), robust=robust)
    assert "carried by single organisations (1 of 30)" in fit.cautions[0]
    with pytest.raises(TooFewData, match="rests on a single cluster"):
        fit.contrast([0, 0, 0, 1])
    with pytest.raises(TooFewData, match="rests on a single cluster"):
        fit.wald([[0, 1, 0, 0], [0, 0, 1, -1]])
    rest = rows.taken(rows.clusters != 3)
    without = fit_poisson(rest.y, rest.X, **rest.by_name(), robust=robust)
    found, other = fit.contrast([0, 1, 0, 0]), without.contrast([0, 1, 0])
    # The trust with its own column says nothing of the dose but for its years.
    assert found.value == pytest.approx(other.value, abs=2e-3)
    assert found.standard_error == pytest.approx(other.standard_error, rel=0.1)


def test_a_level_for_every_trust_leaves_the_within_contrast_estimable() -> None:
    rows = made_up_trusts(8, trusts=12)
    trust = (rows.clusters[:, None] == np.arange(12)).astype(float)
    X = np.column_stack([trust, rows.X[:, 2]])
    year = np.eye(13)[-1]
    one = fit_poisson(rows.y, X, **rows.by_name(), robust="cr2").contrast(year)
    two = fit_poisson(rows.y, X, **rows.by_name(), robust="jackknife").contrast(year)
    assert one.standard_error is not None
    # Twelve clusters: the jackknife is the larger by construction, and not by much.
    assert two.standard_error == pytest.approx(one.standard_error, rel=0.15)
    assert 5 < fit_df(rows, X, year) < 12


def fit_df(rows: Rows, X: Any, contrast: Any) -> float:
    fit = fit_poisson(rows.y, X, **rows.by_name(), robust="cr2")
    return fit.robust.degrees_of_freedom(contrast)


def test_few_organisations_are_cautioned() -> None:
    rows = made_up_trusts(9, trusts=6)
    fit = fit_poisson(rows.y, rows.X, **rows.by_name())
    assert fit.cautions[0].startswith("Only 6 organisations")


def test_fractions_of_events_are_accepted(trusts: Rows) -> None:
    fit = fit_poisson(trusts.y + 0.25, trusts.X, **trusts.by_name())
    assert fit.fitted.sum() == pytest.approx(trusts.y.sum() + 0.25 * trusts.y.size)


def test_counts_that_vary_less_than_chance_make_alpha_zero() -> None:
    X = np.column_stack([np.ones(20), np.arange(20) % 5])
    y = np.round(100 * np.exp(0.1 * X[:, 1]))
    fit = fit_negative_binomial(y, X, offset=np.zeros(20), clusters=np.arange(20))
    plain = fit_poisson(y, X, offset=np.zeros(20), clusters=np.arange(20))
    assert fit.dispersion == 0
    assert "no more than chance" in fit.cautions[0]
    np.testing.assert_allclose(fit.coefficients, plain.coefficients)
    assert fit.log_likelihood == pytest.approx(plain.log_likelihood)


def test_negative_binomial_recovers_a_planted_dispersion() -> None:
    rng = np.random.default_rng(10)
    n, alpha = 4000, 0.04
    X = np.column_stack([np.ones(n), rng.normal(size=n)])
    mu = np.exp(4 + 0.1 * X[:, 1])
    y = rng.poisson(mu * rng.gamma(1 / alpha, alpha, n))
    fit = fit_negative_binomial(y, X, offset=np.zeros(n), clusters=np.arange(n) % 400)
    # The standard error of alpha is about alpha x sqrt(2/n), 2% of it, and more for
    # chance; three of them.
    assert fit.dispersion == pytest.approx(alpha, rel=0.12)
    assert fit.coefficients == pytest.approx([4, 0.1], abs=0.02)


def changed(rows: Rows, **changes: Any) -> dict[str, Any]:
    return {"y": rows.y, "X": rows.X, **rows.by_name(), **changes}


def with_value(values: Any, where: Any, value: float) -> Any:
    out = np.array(values, dtype=float)
    out[where] = value
    return out


REFUSED: list[tuple[Any, str]] = [
    (lambda r: {"y": with_value(r.y, 7, -1)}, "y, row index 7, is -1"),
    (lambda r: {"y": with_value(r.y, 7, np.nan)}, "y, row index 7, is nan"),
    (lambda r: {"y": r.y[1:]}, r"y has shape \(119,\)"),
    (lambda r: {"offset": with_value(r.offset, 2, -np.inf)}, "offset, row index 2"),
    (lambda r: {"clusters": r.clusters[:5]}, "clusters has shape"),
    (lambda r: {"X": r.X[:, 0]}, "rows and columns"),
    (lambda r: {"X": with_value(r.X, (4, 1), np.nan)}, "row index 4, column index 1"),
    (lambda r: {"X": np.column_stack([r.X, r.X[:, 1] * 2])}, "column index 3"),
    (lambda r: {"X": np.column_stack([r.X, np.zeros(120)])}, "index 3 .*all zeros"),
    (
        lambda r: {"clusters": with_value(r.clusters, 3, np.nan)},
        "clusters, row index 3, has no label",
    ),
    (
        lambda r: {"clusters": np.array([None, *r.clusters[1:]], dtype=object)},
        "none missing",
    ),
]


@pytest.mark.parametrize(("change", "words"), REFUSED)
def test_rows_unfit_to_model_are_refused_by_index(
    trusts: Rows, change: Any, words: str
) -> None:
    with pytest.raises(InputError, match=words):
        fit_poisson(**changed(trusts, **change(trusts)))


TOO_FEW: list[tuple[Any, str]] = [
    (lambda r: {"clusters": np.zeros(120)}, "at least two"),
    (lambda r: {"y": np.zeros(120)}, "every count is 0"),
    (lambda r: {"X": np.eye(120)}, "120 rows cannot estimate 120"),
]


@pytest.mark.parametrize(("change", "words"), TOO_FEW)
def test_too_few_data_are_told_from_bad_input(
    trusts: Rows, change: Any, words: str
) -> None:
    with pytest.raises(TooFewData, match=words):
        fit_poisson(**changed(trusts, **change(trusts)))


@pytest.mark.parametrize("fitter", [fit_poisson, fit_negative_binomial])
def test_a_group_without_events_has_no_finite_coefficient(
    trusts: Rows, fitter: Any
) -> None:
    silent = np.isin(trusts.clusters, [2, 5])
    X = np.column_stack([trusts.X, silent])
    with pytest.raises(NotConverged, match="column index 3 has no finite value"):
        fitter(np.where(silent, 0, trusts.y), X, **trusts.by_name())


def test_an_unknown_kind_of_covariance_is_refused(trusts: Rows) -> None:
    with pytest.raises(ValueError, match="robust is one of"):
        fit_poisson(trusts.y, trusts.X, **trusts.by_name(), robust="hc3")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "vector", [[0, 1], [0, 0, 0], [0, np.nan, 1], [[0, 1, 0]]], ids=str
)
def test_a_vector_that_is_no_contrast_is_refused(trusts: Rows, vector: Any) -> None:
    fit = fit_poisson(trusts.y, trusts.X, **trusts.by_name())
    with pytest.raises(InputError, match="contrast"):
        fit.contrast(vector)


def test_contrasts_that_repeat_one_another_are_not_tested_together(
    trusts: Rows,
) -> None:
    fit = fit_poisson(trusts.y, trusts.X, **trusts.by_name())
    with pytest.raises(InputError, match="repeat"):
        fit.wald([[0, 1, 0], [0, 2, 0]])


@pytest.mark.parametrize("robust", ROBUST)
def test_more_contrasts_than_clusters_can_bear_are_not_tested(robust: Any) -> None:
    rows = made_up_trusts(11, trusts=3, years=6)
    X = np.column_stack([rows.X[:, 0], np.eye(6)[rows.X[:, 2].astype(int)][:, 1:]])
    fit = fit_poisson(rows.y, X, **rows.by_name(), robust=robust)
    with pytest.raises(TooFewData, match="contrasts"):
        fit.wald(np.eye(6)[1:])


def test_a_covariance_without_width_tests_nothing(trusts: Rows) -> None:
    fit = fit_poisson(trusts.y, trusts.X, **trusts.by_name())
    flat = replace(fit.robust, covariance=np.zeros((3, 3)))
    with pytest.raises(TooFewData, match="cannot test"):
        replace(fit, robust=flat).wald(np.eye(3)[1:])


@pytest.mark.parametrize("robust", ["cr2", "jackknife"])
def test_contrasts_that_few_clusters_carry_are_not_tested_together(robust: Any) -> None:
    rows = made_up_trusts(12, trusts=4)
    X = np.column_stack([rows.X[:, 0], np.isin(rows.clusters, (0, 1)), rows.X[:, 1:]])
    fit = fit_poisson(rows.y, X, **rows.by_name(), robust=robust)
    with pytest.raises(TooFewData, match="too few clusters carry these 3"):
        fit.wald(np.eye(4)[1:])


def test_a_hair_more_variation_than_chance_settles_near_poisson() -> None:
    # Squares of 10.0001 against a variance of 100: alpha would be near 2e-7.
    y = 100 + np.tile([10.0001, -10.0001], 10)
    given = {"offset": np.zeros(20), "clusters": np.arange(20)}
    fit = fit_negative_binomial(y, np.ones((20, 1)), **given)
    assert 0 < fit.dispersion <= 1.01e-6
    assert np.exp(fit.coefficients[0]) == pytest.approx(100, rel=1e-9)
