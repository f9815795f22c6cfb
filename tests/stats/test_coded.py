"""Coded designs: what is refused, how columns are packed, what passes add up."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candela.errors import InputError
from candela.stats.coded import CodeColumn, CodedDesign, Term, factor_term, numeric_term
from candela.stats.coded_cells import Cells, Keys
from candela.stats.coded_joint import packed
from candela.stats.coded_sums import Sizes, sum_by, sum_rows


def made_up(seed: int, levels: list[int], rows: int = 400) -> CodedDesign:
    rng = np.random.default_rng(seed)
    columns = tuple(
        CodeColumn(
            f"c{k}",
            rng.integers(0, n, rows).astype(np.uint16 if n > 256 else np.uint8),
            n,
        )
        for k, n in enumerate(levels)
    )
    terms = [
        factor_term(c.name, c, [str(i) for i in range(c.levels)])
        if c.levels < 30
        else numeric_term(c.name, c, rng.normal(size=c.levels))
        for c in columns
    ]
    return CodedDesign(columns, tuple(terms))


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.sampled_from([1, 2, 3, 7, 12, 40, 300]), min_size=1, max_size=6),
    st.integers(0, 1000),
    st.sampled_from([10, 10_000, 100_000_000]),
)
def test_sums_of_a_packed_design_are_those_of_the_matrix(
    levels: list[int], seed: int, rows: int
) -> None:
    # However many rows it is packed for, and so however it is packed.
    design = made_up(seed, levels)
    rng = np.random.default_rng(seed)
    X = np.column_stack([np.ones(design.rows), design.matrix()])
    beta = rng.normal(0, 0.3, X.shape[1])
    trials = rng.integers(0, 4, design.rows).astype(np.uint32)
    risk = 1 / (1 + np.exp(-X @ beta))
    joint = packed(design, rows)
    sums = sum_rows(joint, beta, Sizes(trials), pairs=True)
    mu, w = trials * risk, trials * risk * (1 - risk)
    np.testing.assert_allclose(
        joint.gradient(sums.events, sums.event_levels), X.T @ mu, atol=1e-9
    )
    np.testing.assert_allclose(
        joint.information(sums.weight, sums.weight_levels, sums.pairs),
        X.T @ (w[:, None] * X),
        atol=1e-9,
    )
    assert sums.loss == pytest.approx(-(trials * np.log(1 - risk)).sum(), rel=1e-10)


def test_small_columns_share_a_column_when_rows_are_many() -> None:
    design = made_up(1, [2, 3, 4, 10])
    joint = packed(design, 10_000_000)
    assert [column.levels for column in joint.columns] == [2 * 3 * 4 * 10]
    assert joint.columns[0].codes.dtype == np.uint8


def test_a_column_alone_is_not_copied() -> None:
    design = made_up(2, [200, 250])
    joint = packed(design, 100_000_000)
    assert {id(column.codes) for column in joint.columns} == {
        id(column.codes) for column in design.columns
    }


def test_columns_without_terms_cost_nothing() -> None:
    design = made_up(3, [3, 4])
    joint = packed(design.with_terms(design.terms[:1]))
    assert [column.names for column in joint.columns] == [("c0",)]


def test_a_column_may_carry_several_terms() -> None:
    column = CodeColumn("unit", np.array([0, 1, 2, 3], np.uint8), 4)
    year = factor_term("year", column, ["a", "b", "a", "b"])
    year = Term("year", "unit", ("year b",), year.basis[:, :1] + year.basis[:, 2:])
    dose = numeric_term("dose", column, np.array([0.5, 1.5, 2.5, 3.5]))
    joint = packed(CodedDesign((column,), (year, dose)))
    linear = joint.linear(np.array([9.0, 10.0, 1.0]))[0]
    assert linear.tolist() == [0.5, 11.5, 2.5, 13.5]


def test_codes_beyond_their_levels_are_refused_before_a_table_is_overrun() -> None:
    column = CodeColumn("age", np.array([0, 3], np.uint8), 3)
    term = numeric_term("age", column, np.arange(3.0))
    with pytest.raises(ValueError, match="codes of age go beyond its 3 levels"):
        packed(CodedDesign((column,), (term,)))


def test_two_coefficients_of_one_label_are_refused() -> None:
    column = CodeColumn("age", np.array([0, 1], np.uint8), 2)
    term = numeric_term("age", column, np.arange(2.0))
    with pytest.raises(ValueError, match="one label"):
        packed(CodedDesign((column,), (term, term)))


@pytest.mark.parametrize("levels", [0, 65_537])
def test_levels_out_of_range_are_refused_by_name(levels: int) -> None:
    with pytest.raises(InputError, match=f"age has {levels} levels"):
        CodeColumn("age", np.zeros(3, np.uint8), levels)


def test_rows_alike_are_counted_once() -> None:
    design = made_up(4, [2, 3], rows=500)
    joint = packed(design)
    events = np.random.default_rng(5).integers(0, 2, 500).astype(np.uint8)
    keep = (np.arange(500) % 2).astype(np.uint8)
    cells = Cells(Keys.of(joint), joint.cells, 500, events, Sizes(None, keep))
    assert cells.trials.sum() == 250
    assert cells.events.sum() == events[keep > 0].sum()
    assert len(cells.key) <= 6
    assert (np.diff(cells.key) > 0).all()


def test_expected_events_can_be_added_up_by_a_column_outside_the_design() -> None:
    design = made_up(6, [4, 5])
    beta = np.linspace(-1, 1, 1 + len(design.labels))
    trust = CodeColumn("trust", (np.arange(400) % 9).astype(np.uint8), 9)
    X = np.column_stack([np.ones(400), design.matrix()])
    risk = 1 / (1 + np.exp(-X @ beta))
    np.testing.assert_allclose(
        sum_by(packed(design), beta, Sizes(), trust), np.bincount(trust.codes, risk)
    )


def test_odds_of_any_size_are_risks_between_0_and_1() -> None:
    design = made_up(7, [5, 5])
    for far in (-5000.0, 5000.0):
        beta = np.full(1 + len(design.labels), far)
        sums = sum_rows(packed(design), beta, Sizes(), pairs=True)
        assert sums.events == pytest.approx(400 * (far > 0))
        assert np.isfinite(sums.loss)


def test_importing_the_models_of_patients_starts_neither_numba_nor_scipy() -> None:
    names = ("logistic", "logistic_robust", "stratified_logistic", "standardised")
    code = (
        f"import sys; {'; '.join(f'import candela.stats.{name}' for name in names)}; "
        "print([m for m in sys.modules if m.split('.')[0] in ('numba', 'scipy')])"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "[]"
