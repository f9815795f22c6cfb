"""One logistic model for each stratum: R's expected numbers, and small strata."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from candela.errors import InputError
from candela.stats.coded import CodeColumn, CodedDesign
from candela.stats.logistic import fit_logistic
from candela.stats.stratified_logistic import StratifiedFit, fit_by_stratum
from stats_cases import reference_cases

CASES = reference_cases(
    "logistic", {"rows", "rows of few trusts", "cells", "groups", "risks"}
)


def coded(name: str, values: npt.NDArray[Any]) -> CodeColumn:
    return CodeColumn(name, values.astype(np.uint8), int(values.max()) + 1)


def made_up(seed: int, rows: int, strata: int) -> dict[str, npt.NDArray[Any]]:
    rng = np.random.default_rng(seed)
    data = {
        "age": rng.integers(0, 4, rows),
        "sex": rng.integers(0, 2, rows),
        "group": rng.integers(0, strata, rows),
        "trust": rng.integers(0, 7, rows),
    }
    eta = -1.5 + 0.3 * data["age"] - 0.2 * data["sex"] + 0.1 * (data["group"] % 5)
    data["y"] = (rng.random(rows) < 1 / (1 + np.exp(-eta))).astype(np.uint8)
    return data


def fitted(data: dict[str, npt.NDArray[Any]], **more: Any) -> StratifiedFit:
    design = CodedDesign.of_values({}, {k: data[k] for k in ("age", "sex")})
    return fit_by_stratum(
        design, data["y"].astype(np.uint8), coded("group", data["group"]), **more
    )


def test_expected_events_are_those_of_a_glm_for_each_group() -> None:
    case = CASES["groups"]
    data = {key: np.array(values) for key, values in case["data"].items()}
    fit = fitted(data)
    # glm stops where the risk of those set apart is about 1e-13.
    np.testing.assert_allclose(
        fit.expected_by(coded("trust", data["trust"]))[1:],
        case["expected"]["by_trust"],
        rtol=1e-7,
    )
    np.testing.assert_allclose(
        fit.expected_by(coded("group", data["group"]))[1:],
        case["expected"]["by_group"],
        rtol=1e-7,
        atol=1e-9,
    )
    oldest = (data["group"] == 4) & (data["age"] == 3)
    third = data["group"] == 3
    assert [(d.stratum, d.kind, d.label, d.rows) for d in fit.decisions] == [
        (3, "no_events", "", third.sum()),
        (4, "separated", "age 3", oldest.sum()),
    ]


@pytest.mark.parametrize("rows", [3000, 60])
def test_each_model_is_that_of_its_stratum_alone(rows: int) -> None:
    # 3,000 rows are counted as cells; 60 rows have too many cells and stay rows.
    strata = 3
    data = made_up(1, rows, strata)
    fit = fitted(data)
    design = CodedDesign.of_values({}, {k: data[k] for k in ("age", "sex")})
    for g in range(strata):
        keep = (data["group"] == g).astype(np.uint8)
        if any(decision.stratum == g for decision in fit.decisions):
            continue
        alone = fit_logistic(design, data["y"], keep=keep)
        np.testing.assert_allclose(fit.coefficients[g], alone.coefficients, rtol=1e-8)
        assert fit.log_likelihood[g] == pytest.approx(alone.log_likelihood, rel=1e-10)
    assert fit.trials.sum() == rows
    assert fit.events.sum() == data["y"].sum()


def test_expected_add_up_to_observed_in_every_stratum_whatever_was_decided() -> None:
    # Two hundred strata of ten rows: almost all of them need a decision.
    data = made_up(2, 2000, 200)
    fit = fitted(data)
    kinds = {decision.kind for decision in fit.decisions}
    assert {"no_events", "separated"} <= kinds
    np.testing.assert_allclose(
        fit.expected_by(coded("group", data["group"])), fit.events, atol=1e-6
    )
    risk = fit.risks()
    assert ((risk >= 0) & (risk <= 1)).all()
    np.testing.assert_allclose(
        fit.expected_by(coded("trust", data["trust"])),
        np.bincount(data["trust"], risk),
        rtol=1e-12,
    )


def test_rows_and_cells_of_them_expect_the_same() -> None:
    data = made_up(3, 4000, 4)
    names = ("age", "sex", "group", "trust")
    keys, member = np.unique(
        np.column_stack([data[k] for k in names]), axis=0, return_inverse=True
    )
    cells = dict(zip(names, keys.T, strict=True))
    cells["y"] = np.bincount(member.ravel(), data["y"])
    design = CodedDesign.of_values({}, {k: cells[k] for k in ("age", "sex")})
    counted = fit_by_stratum(
        design,
        cells["y"].astype(np.uint32),
        coded("group", cells["group"]),
        trials=np.bincount(member.ravel()).astype(np.uint32),
    )
    np.testing.assert_allclose(
        counted.expected_by(coded("trust", cells["trust"])),
        fitted(data).expected_by(coded("trust", data["trust"])),
        rtol=1e-9,
    )


def test_rows_left_out_are_neither_fitted_nor_expected() -> None:
    data = made_up(4, 3000, 3)
    keep = (np.arange(3000) % 4 > 0).astype(np.uint8)
    chosen = {key: values[keep > 0] for key, values in data.items()}
    some, alone = fitted(data, keep=keep), fitted(chosen)
    np.testing.assert_allclose(some.coefficients, alone.coefficients, rtol=1e-9)
    np.testing.assert_allclose(
        some.expected_by(coded("trust", data["trust"])),
        alone.expected_by(coded("trust", chosen["trust"])),
        rtol=1e-9,
    )


def test_a_stratum_where_everybody_has_the_event_expects_all_of_them() -> None:
    data = made_up(5, 600, 3)
    data["y"][data["group"] == 1] = 1
    fit = fitted(data)
    size = int((data["group"] == 1).sum())
    assert [(d.kind, d.rows) for d in fit.decisions] == [("all_events", size)]
    expected = fit.expected_by(coded("group", data["group"]))
    assert expected[1] == pytest.approx(size)


def test_levels_that_together_set_rows_apart_are_held_and_counted() -> None:
    # No row of the old men has an event, though some old and some men have.
    data = made_up(6, 800, 1)
    data["y"][:] = np.arange(800) % 2
    data["y"][(data["age"] == 3) & (data["sex"] == 1)] = 0
    design = CodedDesign.of_values(
        {"old men": ((data["age"] == 3) & (data["sex"] == 1)) * 1.0 + data["age"] / 10},
        {"age": data["age"], "sex": data["sex"]},
    )
    fit = fit_by_stratum(design, data["y"], coded("group", data["group"]))
    assert [decision.kind for decision in fit.decisions] == ["steadied"]
    assert fit.expected_by(coded("group", data["group"]))[0] == pytest.approx(
        data["y"].sum(), rel=1e-6
    )


def test_a_stratum_without_rows_expects_nothing_and_is_no_decision() -> None:
    data = made_up(7, 500, 2)
    design = CodedDesign.of_values({}, {k: data[k] for k in ("age", "sex")})
    wide = CodeColumn("group", (2 * data["group"]).astype(np.uint8), 4)
    fit = fit_by_stratum(design, data["y"], wide)
    assert fit.decisions == ()
    assert np.isnan(fit.coefficients[1]).all()
    assert fit.expected_by(wide)[[1, 3]].tolist() == [0, 0]


def test_a_column_of_another_length_is_refused() -> None:
    data = made_up(8, 500, 2)
    with pytest.raises(InputError, match="expected 500"):
        fitted(data).expected_by(CodeColumn("trust", np.zeros(4, np.uint8), 1))
