"""The search for a maximum arrives, or says that it did not."""

from __future__ import annotations

import math

import numpy as np
import pytest

from candela.errors import NotConverged
from candela.stats import negative_binomial, newton, random_intercept
from candela.stats.count_data import CountData
from candela.stats.intervals import critical_value, f_tail, two_sided_p
from stats_cases import Rows, made_up_trusts


@pytest.fixture
def trusts() -> Rows:
    """Thirty made-up trusts over four years."""
    return made_up_trusts(1)


@pytest.mark.parametrize("start", [[0, 0, 0], [-6, 0, 0], [3, 0.5, -1], [-9, 2, 1]])
@pytest.mark.parametrize("alpha", [0.0, 0.05])
def test_the_maximum_is_one_wherever_the_search_begins(
    trusts: Rows, start: list[float], alpha: float
) -> None:
    y, X, offset = trusts.y, trusts.X, trusts.offset
    near = newton.starting_coefficients(y, X, offset)
    best = newton.maximise(y, X, offset, near, alpha=alpha)
    far = newton.maximise(y, X, offset, np.array(start, dtype=float), alpha=alpha)
    # Both stop within 1e-5 of a standard error, which is 1e-8 or so here.
    np.testing.assert_allclose(far.coefficients, best.coefficients, atol=1e-7)
    score = X.T @ ((y - best.mu) / (1 + alpha * best.mu))
    assert np.abs(score).max() < 1e-4


def test_a_start_that_expects_infinitely_many_events_is_given_up(trusts: Rows) -> None:
    with pytest.raises(NotConverged, match="no step that improves"):
        newton.maximise(trusts.y, trusts.X, trusts.offset, np.array([900.0, 0, 0]))


def test_a_search_without_shorter_steps_is_given_up(
    trusts: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(newton, "MAXIMUM_HALVINGS", 0)
    with pytest.raises(NotConverged, match="no step that improves"):
        newton.maximise(trusts.y, trusts.X, trusts.offset, np.array([-3.0, 0, 0]))


def test_a_group_already_at_nothing_is_told_as_a_group_without_events(
    trusts: Rows,
) -> None:
    silent = trusts.clusters == 3
    X = np.column_stack([trusts.X, silent])
    start = np.array([0.0, 0, 0, -2000])
    with pytest.raises(NotConverged, match="column index 3 has no finite value"):
        newton.maximise(np.where(silent, 0, trusts.y), X, trusts.offset, start)


def test_a_search_that_runs_out_of_steps_says_so(
    trusts: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = np.array([-3.0, 0, 0])
    monkeypatch.setattr(newton, "MAXIMUM_STEPS", 2)
    with pytest.raises(NotConverged, match="did not settle in 2 steps"):
        newton.maximise(trusts.y, trusts.X, trusts.offset, start)


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        ("MAXIMUM_ROUNDS", "negative binomial model did not settle"),
        ("MAXIMUM_ALPHA_STEPS", "extra variation .* did not settle"),
    ],
)
def test_a_negative_binomial_that_does_not_settle_points_to_poisson(
    trusts: Rows, monkeypatch: pytest.MonkeyPatch, limit: str, words: str
) -> None:
    monkeypatch.setattr(negative_binomial, limit, 1)
    with pytest.raises(NotConverged, match=words):
        negative_binomial.maximise_negative_binomial(trusts.y, trusts.X, trusts.offset)


@pytest.mark.parametrize("log_alpha", [-25.0, -8.0, 0.0, 10.0])
def test_the_best_alpha_is_one_wherever_the_search_begins(
    trusts: Rows, log_alpha: float
) -> None:
    best = negative_binomial.maximise_negative_binomial(
        trusts.y, trusts.X, trusts.offset
    )
    found = negative_binomial._improved_log_alpha(trusts.y, best.mu, log_alpha)
    assert found == pytest.approx(math.log(best.alpha), abs=1e-8)


@pytest.mark.parametrize("first", [1e-4, 3.0, 40.0])
def test_the_random_intercept_is_found_wherever_the_search_begins(
    trusts: Rows, monkeypatch: pytest.MonkeyPatch, first: float
) -> None:
    given = {"offset": trusts.offset, "clusters": trusts.clusters}
    best = random_intercept.fit_poisson_random_intercept(trusts.y, trusts.X, **given)
    monkeypatch.setattr(random_intercept, "_moment_sd", lambda data, mu: first)
    far = random_intercept.fit_poisson_random_intercept(trusts.y, trusts.X, **given)
    assert far.intercept_sd == pytest.approx(best.intercept_sd, rel=1e-5)


@pytest.mark.parametrize(
    ("limit", "words"),
    [("MAXIMUM_STEPS", "use the Poisson model"), ("MAXIMUM_HALVINGS", "better step")],
)
def test_a_random_intercept_that_does_not_settle_says_so(
    trusts: Rows, monkeypatch: pytest.MonkeyPatch, limit: str, words: str
) -> None:
    monkeypatch.setattr(random_intercept, limit, 0)
    with pytest.raises(NotConverged, match=words):
        random_intercept.fit_poisson_random_intercept(
            trusts.y, trusts.X, offset=trusts.offset, clusters=trusts.clusters
        )


def test_levels_that_expect_infinitely_many_events_are_never_an_improvement(
    trusts: Rows,
) -> None:
    data = CountData.checked(
        trusts.y, trusts.X, offset=trusts.offset, clusters=trusts.clusters
    )
    rule = np.polynomial.hermite.hermgauss(3)
    far = random_intercept._surface(data, np.array([900.0, 0, 0]), -1.0, rule)
    assert far.value == -math.inf


def test_tables_of_t_and_f_are_those_printed_in_books() -> None:
    assert critical_value(0.95) == pytest.approx(1.959964, abs=1e-6)
    assert critical_value(0.95, 10) == pytest.approx(2.228139, abs=1e-6)
    assert two_sided_p(-1.959964) == pytest.approx(0.05, abs=1e-6)
    assert two_sided_p(2.228139, 10) == pytest.approx(0.05, abs=1e-6)
    assert f_tail(4.102821, 2, 10) == pytest.approx(0.05, abs=1e-6)


def test_a_level_in_per_cent_is_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and 1, not 95"):
        critical_value(95)
