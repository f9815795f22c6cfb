"""Is the dose of each organisation and year that of the years before, and no other?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from candela.association.patients.exposure import (
    Sizes,
    classes_of,
    doses_of,
    high_years_of,
    highest_reached,
)
from candela.association.patients.places import Units, places_of
from candela.association.patients.protocol import ResearchExposure
from candela.errors import TooFewData
from candela.participation import Figures, figures_of
from candela.tables import (
    ORGANISATION_MEASURES,
    Period,
    Policy,
    Succession,
    Table,
)

EXPOSURE = ResearchExposure(
    name="recruits",
    label="recruits per bed",
    measure="participants_recruited",
    design="all",
    specialty="all",
    denominator="beds_general_acute",
    lag_years=1,
    window_years=1,
    same_year_reason="",
    form="thirds",
    edges=(),
    high_from=None,
    most_years=None,
    unit=1.0,
)
YEARS = range(2010, 2016)


def figures(measure: str, values: dict[str, dict[int, float]], kind: str) -> Figures:
    made = Period.financial_year if kind == "financial" else Period.calendar_year
    rows = [
        {
            "org_code": code,
            "period_start": made(year).start,
            "period_end": made(year).end,
            "measure": measure,
            "value": value,
            "value_status": "ok",
            "source_file": "made.csv",
            "source_row": number,
        }
        for number, (code, year, value) in enumerate(
            ((c, y, v) for c, by_year in values.items() for y, v in by_year.items()), 1
        )
    ]
    return figures_of(
        Table.from_rows(ORGANISATION_MEASURES, rows),
        measure,
        policy=Policy("as_reported"),
        succession=Succession(),
    )


def units(codes: str = "AB", years: range = YEARS, kind: str = "financial") -> Units:
    names = tuple(codes)
    return Units(
        names,
        np.repeat(np.arange(len(names)), len(years)),
        np.tile(np.array(years), len(names)),
        kind,  # type: ignore[arg-type]
    )


def sizes(values: dict[str, dict[int, float]]) -> Sizes:
    return Sizes(figures("beds_general_acute", values, "financial"), {})


BEDS = {"A": dict.fromkeys(YEARS, 100.0), "B": dict.fromkeys(YEARS, 200.0)}
RECRUITS = {"A": {y: 10.0 * (y - 2009) for y in YEARS}, "B": {2010: 50.0, 2012: 60.0}}


def test_the_dose_is_of_the_year_before() -> None:
    recruits = figures("participants_recruited", RECRUITS, "financial")
    found = doses_of(EXPOSURE, units("A"), recruits, sizes(BEDS))
    # 2010/11 has none before; 2011/12 has 10 recruits of 2010/11 by 100 beds.
    expected = [np.nan, 0.1, 0.2, 0.3, 0.4, 0.5]
    np.testing.assert_allclose(found, expected)


def test_a_year_that_nobody_published_is_not_known_and_not_none() -> None:
    recruits = figures("participants_recruited", RECRUITS, "financial")
    found = doses_of(EXPOSURE, units("B"), recruits, sizes(BEDS))
    np.testing.assert_allclose(found, [np.nan, 0.25, np.nan, 0.3, np.nan, np.nan])


def test_two_years_before_is_one_year_further_back() -> None:
    recruits = figures("participants_recruited", RECRUITS, "financial")
    later = replace(EXPOSURE, lag_years=2)
    found = doses_of(later, units("A"), recruits, sizes(BEDS))
    np.testing.assert_allclose(found[2:], [0.1, 0.2, 0.3, 0.4])


def test_a_window_is_all_recruits_by_all_beds() -> None:
    recruits = figures("participants_recruited", RECRUITS, "financial")
    wide = replace(EXPOSURE, window_years=2)
    found = doses_of(wide, units("A"), recruits, sizes(BEDS))
    # 2012/13: (10 + 20) recruits by (100 + 100) beds.
    assert found[2] == pytest.approx(30 / 200)


def test_financial_years_that_ended_stand_before_a_calendar_year() -> None:
    recruits = figures("participants_recruited", RECRUITS, "financial")
    found = doses_of(
        EXPOSURE, units("A", range(2012, 2013), "calendar"), recruits, sizes(BEDS)
    )
    # 2010/11 ended in March 2011; 2011/12 was not over on 1 January 2012.
    np.testing.assert_allclose(found, [0.1])


def test_patients_of_the_year_that_shares_most_days_are_the_size() -> None:
    patients = {("A", Period.calendar_year(2011)): 50.0, ("A", Period(
        date(2012, 1, 1), date(2012, 12, 31))): 80.0}  # fmt: skip
    found = Sizes(None, patients).of("A", Period.financial_year(2011))
    assert found == 50.0  # nine months of 2011/12 lie in 2011
    assert Sizes(None, patients).of("B", Period.calendar_year(2011)) is None


HIGH = replace(
    EXPOSURE, form="high_years", high_from=0.3, most_years=2, denominator="beds"
)


def test_high_years_are_counted_from_the_past_only_and_up_to_the_most() -> None:
    recruits = figures("participants_recruited", RECRUITS, "financial")
    found = high_years_of(HIGH, units("A"), recruits, sizes(BEDS))
    # Rates 0.1 to 0.6 in 2010/11 to 2015/16; 0.3 is reached in 2012/13.
    np.testing.assert_allclose(found, [np.nan, 0, 0, 1, 2, 2])


def test_the_wrong_way_gives_every_year_the_most_ever_reached() -> None:
    recruits = figures("participants_recruited", RECRUITS, "financial")
    right = high_years_of(HIGH, units("A"), recruits, sizes(BEDS))
    np.testing.assert_allclose(highest_reached(right, units("A")), [2] * 6)


def test_a_dose_on_an_edge_is_in_the_band_below_and_none_is_a_band() -> None:
    bands = replace(
        EXPOSURE, form="bands", edges=(0.0, 0.05, 0.1), denominator="cohort_patients"
    )
    doses = np.array([0.0, 0.01, 0.05, 0.06, 0.1, 0.2])
    found = classes_of(bands, doses, units("A"), np.ones(6, dtype=np.int64))
    assert found.of_unit.tolist() == [0, 1, 1, 2, 2, 3]
    assert found.labels == ("0%", "above 0% to 5%", "above 5% to 10%", "above 10%")


def test_thirds_are_cut_among_trust_years_that_have_patients() -> None:
    doses = np.array([1.0, 2, 3, 4, 5, 99])
    patients = np.array([5, 5, 5, 5, 5, 0])
    doses[4] = np.nan
    found = classes_of(EXPOSURE, doses, units("A"), patients)
    # Of 1, 2, 3 and 4: no patient has 99, and a dose that is not known has no class.
    assert found.of_unit.tolist() == [0, 1, 1, 2, -1, -1] or found.of_unit[4] == -1
    assert found.classes[2].high == 4.0


def test_thirds_of_trusts_keep_a_trust_in_one_class() -> None:
    doses = np.array([1.0, 9, 2, 2, 8, 8])
    three = units("ABC", range(2012, 2014))
    found = classes_of(
        replace(EXPOSURE, cut_at="trusts"), doses, three, np.ones(6, dtype=np.int64)
    )
    # Means are 5, 2 and 8.
    assert found.of_unit.tolist() == [1, 1, 0, 0, 2, 2]


def test_doses_that_nobody_has_are_refused() -> None:
    with pytest.raises(TooFewData, match="no patient's organisation has a known dose"):
        classes_of(EXPOSURE, np.full(6, np.nan), units("A"), np.ones(6, dtype=np.int64))


def succession(*steps: tuple[str, str, date, float | None]) -> Succession:
    found: dict[str, tuple[tuple[date, str, float | None], ...]] = {}
    for before, after, day, share in steps:
        found[before] = (*found.get(before, ()), (day, after, share))
    return Succession(found)


def test_a_successor_stands_for_a_trust_before_and_after_the_merger() -> None:
    found = places_of(
        [("A", 2012), ("B", 2012), ("B", 2013)],
        kind="financial",
        policy=Policy("successor_at", date(2014, 1, 1)),
        succession=succession(("A", "B", date(2013, 4, 1), None)),
    )
    assert found.stands_for == {("A", 2012): "B", ("B", 2012): "B", ("B", 2013): "B"}
    assert found.moved == (("A", "B"),)
    made, unit_of = found.units()
    assert made.codes == ("B", "B")
    assert unit_of[found.number("A", 2012)] == unit_of[found.number("B", 2012)]


def test_a_trust_that_was_split_is_left_out_even_where_shares_are_known() -> None:
    found = places_of(
        [("A", 2012), ("B", 2012)],
        kind="financial",
        policy=Policy("successor_at", date(2014, 1, 1)),
        succession=succession(
            ("A", "B", date(2013, 4, 1), 0.5), ("A", "C", date(2013, 4, 1), 0.5)
        ),
    )
    # Half a patient cannot go anywhere.
    assert found.left_out == (("A", 2012),)
    assert found.refused[0].successors == ("B", "C")


def test_the_year_of_a_merger_can_be_left_out() -> None:
    found = places_of(
        [("A", 2012), ("B", 2012), ("B", 2013)],
        kind="financial",
        policy=Policy("drop_year_of_merger"),
        succession=succession(("A", "B", date(2012, 10, 1), None)),
    )
    assert found.left_out == (("A", 2012), ("B", 2012))
    assert found.refused == ()
