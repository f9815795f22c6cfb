"""Deaths observed and expected, by trust and period."""

from __future__ import annotations

from datetime import date

import numpy as np
import numpy.typing as npt
import pytest

from candela.errors import InputError
from candela.outcomes import TrustMortality, standardised_mortality
from candela.stats.coded import CodeColumn, CodedDesign
from candela.stats.funnel import FunnelMethod, funnel_limits
from candela.stats.logistic import expected_by, fit_logistic
from candela.tables import Period

YEAR = Period(date(2023, 4, 1), date(2024, 3, 31))
NEXT = Period(date(2024, 4, 1), date(2025, 3, 31))
Bytes = npt.NDArray[np.uint8]


def places(trusts: int, *periods: Period) -> list[tuple[str, Period]]:
    """Return the place of each level: trust by trust within each period."""
    return [(f"Z{n:02d}", period) for period in periods for n in range(trusts)]


def rows(deaths: list[int], patients: list[int]) -> tuple[CodeColumn, Bytes]:
    """Return rows of so many deaths and patients by level."""
    codes = np.repeat(np.arange(len(patients)), patients).astype(np.uint8)
    died = np.concatenate(
        [np.arange(n) < d for d, n in zip(deaths, patients, strict=True)]
    )
    return CodeColumn("trust", codes, len(patients)), died.astype(np.uint8)


def of(found: tuple[TrustMortality, ...], code: str) -> TrustMortality:
    """Return one trust."""
    return next(trust for trust in found if trust.org_code == code)


DEATHS = [8, 12, 9, 11, 10, 14, 6, 10, 13, 7, 10, 20]
PATIENTS = [100] * 12
EXPECTED = np.full(12, 10.0)


@pytest.mark.parametrize("method", ["trim-consistent", "shmi", "poisson", "cqc"])
def test_counts_ratios_and_limits_of_twelve_trusts(method: FunnelMethod) -> None:
    column, died = rows(DEATHS, PATIENTS)
    found = standardised_mortality(
        column, died, EXPECTED, places=places(12, YEAR), method=method
    )
    last = of(found.trusts, "Z11")
    assert (last.patients, last.observed, last.expected) == (100, 20, 10.0)
    assert last.ratio == 20 / 10
    limits = funnel_limits(DEATHS, EXPECTED, method=method)
    assert last.lower95 == pytest.approx(limits.lower95[11])
    assert last.upper95 == pytest.approx(limits.upper95[11])
    assert last.lower998 == pytest.approx(limits.lower998[11])
    assert last.upper998 == pytest.approx(limits.upper998[11])
    assert found.between_sd == ((YEAR, limits.between_sd),)
    assert found.method == method


def test_what_a_model_expects_adds_up_to_what_happened() -> None:
    rng = np.random.default_rng(1)
    trust = CodeColumn("trust", rng.integers(0, 12, 3000).astype(np.uint8), 12)
    design = CodedDesign.of_values({}, {"age": rng.integers(0, 4, 3000)})
    died = (rng.random(3000) < 0.05 + 0.05 * design.columns[0].codes).astype(np.uint8)
    fit = fit_logistic(design, died)
    expected = expected_by(fit, design, trust)
    found = standardised_mortality(trust, died, expected, places=places(12, YEAR))
    assert sum(t.expected for t in found.trusts) == pytest.approx(float(died.sum()))
    assert sum(t.observed for t in found.trusts) == died.sum()
    assert sum(t.patients for t in found.trusts) == 3000


def test_each_period_has_limits_of_its_own() -> None:
    column, died = rows(DEATHS + [10] * 12, PATIENTS * 2)
    found = standardised_mortality(
        column, died, np.full(24, 10.0), places=places(12, YEAR, NEXT), method="dl"
    )
    assert [period for period, _ in found.between_sd] == [YEAR, NEXT]
    assert found.between_sd[1][1] == 0
    assert [t.org_code for t in found.trusts[:12]] == [f"Z{n:02d}" for n in range(12)]
    assert all(t.period == NEXT for t in found.trusts[12:])


def test_levels_of_one_place_are_added_up() -> None:
    column, died = rows([*DEATHS, 3], [*PATIENTS, 50])
    where = [*places(12, YEAR), ("Z00", YEAR)]
    found = standardised_mortality(column, died, np.append(EXPECTED, 5.0), places=where)
    first = of(found.trusts, "Z00")
    # 8 + 3 deaths of 100 + 50 patients, 10 + 5 expected
    assert (first.patients, first.observed, first.expected) == (150, 11, 15.0)
    assert len(found.trusts) == 12


def test_a_trust_of_one_patient_and_one_without_deaths_have_limits() -> None:
    column, died = rows([*DEATHS, 1, 0], [*PATIENTS, 1, 40])
    expected = np.append(EXPECTED, [0.08, 3.0])
    found = standardised_mortality(column, died, expected, places=places(14, YEAR))
    one = of(found.trusts, "Z12")
    assert one.ratio == 1 / 0.08
    assert one.upper998 is not None
    assert one.upper998 > one.ratio
    none = of(found.trusts, "Z13")
    assert none.ratio == 0
    # The spread is that of the 13 with deaths; the limits are of 3 expected deaths.
    spread = funnel_limits([*DEATHS, 1], expected[:13], method="trim-consistent")
    half = 1.959963984540054 * np.sqrt(1 / 3 + spread.between_sd**2)
    assert none.upper95 == pytest.approx(float(np.exp(half)))


def test_outer_limits_of_the_official_rule_are_of_chance_for_all() -> None:
    column, died = rows([*DEATHS, 0], [*PATIENTS, 40])
    found = standardised_mortality(
        column, died, np.append(EXPECTED, 10.0), places=places(13, YEAR), method="shmi"
    )
    none, first = of(found.trusts, "Z12"), of(found.trusts, "Z00")
    assert none.upper998 == first.upper998
    assert none.upper95 == first.upper95


def test_without_expected_deaths_there_is_no_ratio_and_it_is_said() -> None:
    column, died = rows([*DEATHS, 0], [*PATIENTS, 40])
    found = standardised_mortality(
        column, died, np.append(EXPECTED, 0.0), places=places(13, YEAR)
    )
    none = of(found.trusts, "Z12")
    assert none.patients == 40
    assert none.ratio is None
    assert none.lower95 is None
    assert of(found.trusts, "Z00").lower95 is not None
    assert found.cautions[1].endswith("without a ratio: 1 of 13 organisations.")


def test_fewer_than_ten_trusts_have_ratios_but_no_limits() -> None:
    column, died = rows(DEATHS[:9], PATIENTS[:9])
    found = standardised_mortality(column, died, EXPECTED[:9], places=places(9, YEAR))
    assert of(found.trusts, "Z01").ratio == 12 / 10
    assert all(t.lower95 is None and t.upper998 is None for t in found.trusts)
    assert found.between_sd == ()
    assert any("Fewer than 10 organisations" in words for words in found.cautions)


def test_kept_and_grouped_rows_are_counted_as_they_are() -> None:
    column, died = rows(DEATHS, PATIENTS)
    keep = np.ones(1200, np.uint8)
    keep[:100] = 0
    found = standardised_mortality(
        column, died, EXPECTED, places=places(12, YEAR), keep=keep
    )
    # The first trust has no row left.
    assert len(found.trusts) == 11
    cells = CodeColumn("trust", np.arange(12, dtype=np.uint8), 12)
    grouped = standardised_mortality(
        cells,
        np.array(DEATHS, np.uint32),
        EXPECTED,
        places=places(12, YEAR),
        trials=np.array(PATIENTS, np.uint32),
    )
    assert grouped == standardised_mortality(
        column, died, EXPECTED, places=places(12, YEAR)
    )


def test_rows_are_counted_alike_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    column, died = rows(DEATHS, PATIENTS)
    whole = standardised_mortality(column, died, EXPECTED, places=places(12, YEAR))
    monkeypatch.setattr("candela.outcomes.mortality.BLOCK_ROWS", 70)
    assert whole == standardised_mortality(
        column, died, EXPECTED, places=places(12, YEAR)
    )


def test_what_does_not_fit_together_is_refused() -> None:
    column, died = rows(DEATHS, PATIENTS)
    with pytest.raises(InputError, match="expected as many places"):
        standardised_mortality(column, died, EXPECTED, places=places(11, YEAR))
    with pytest.raises(InputError, match="negative or missing"):
        standardised_mortality(
            column, died, np.append(EXPECTED[1:], -1.0), places=places(12, YEAR)
        )
    with pytest.raises(InputError, match="negative or missing"):
        standardised_mortality(
            column, died, np.append(EXPECTED[1:], np.nan), places=places(12, YEAR)
        )
    with pytest.raises(InputError, match="lengths"):
        standardised_mortality(column, died[1:], EXPECTED, places=places(12, YEAR))


def test_next_to_no_expected_deaths_are_none_and_no_limit_is_infinite() -> None:
    # exp(3.09 / sqrt(1e-6)) is more than a number can be.
    column, died = rows([*DEATHS, 0], [*PATIENTS, 50])
    expected = np.append(EXPECTED, 1e-6)
    found = standardised_mortality(column, died, expected, places=places(13, YEAR))
    last = of(found.trusts, "Z12")
    assert (last.ratio, last.lower998, last.upper998) == (None, None, None)
    assert found.cautions[1].endswith("1 of 13 organisations.")
    assert of(found.trusts, "Z11").upper998 is not None
