"""Do positions and changes say what they rest on, and give no hidden count away?"""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from book_pages import rows_of
from candela.association import shipped_protocol
from candela.build import analysis
from candela.build.analysis import findings_of
from candela.errors import TooFewData
from candela.indicators import Change, Indicator
from candela.indicators.activity import activity_limits
from candela.indicators.trend import Signal, Swings
from candela.publish.book_tables import all_tables
from candela.publish.book_tables.positions import change_table, position_table
from candela.publish.csv_tables import csv_text
from candela.publish.disclosure import hidden_counts, stand_ins
from candela.publish.indicator_words import ACTIVITY_WORDS, indicator_words
from candela.sources import read_folder
from candela.tables import DENOMINATORS, MEASURES, Period
from small_nation import (
    EIGHT,
    FEW,
    NONE,
    SEVEN,
    YEAR,
    MadeUp,
    count_in,
    with_other_counts,
)

INTERVENTIONAL = "participants_interventional_by_staff_clinical_fte"
OBSERVATIONAL = "participants_observational_by_staff_clinical_fte"
COMMERCIAL = "participants_commercial_by_staff_clinical_fte"
ALL_STUDIES = "participants_recruited_by_staff_clinical_fte"
STUDIES = "studies_recruiting_by_staff_clinical_fte"
FIGURES = ("count", "value", "lower", "upper")


def position(
    book: Path, code: str, indicator: str, start: str = YEAR
) -> dict[str, str]:
    (found,) = [
        row
        for row in rows_of(book, "tables/position")
        if (row["org_code"], row["indicator"], row["period_start"])
        == (code, indicator, start)
    ]
    return found


# What is told.


def test_every_indicator_is_a_question_with_a_definition_of_25_words(
    made_up: MadeUp,
) -> None:
    found = {row["indicator"]: row for row in rows_of(made_up.book, "tables/indicator")}
    assert {"shmi", INTERVENTIONAL, STUDIES} <= set(found)
    assert found["shmi"]["label"] == "Deaths compared with expected (SHMI)"
    assert found["shmi"]["question"] == "Do as many people die as would be expected?"
    assert found[INTERVENTIONAL]["counts_people"] == "yes"
    assert found[STUDIES]["counts_people"] == "no"
    assert found[INTERVENTIONAL]["per"] == "100"


def test_every_measure_of_activity_has_words_for_every_size() -> None:
    activity = {m.name for m in MEASURES.values() if m.kind == "activity"}
    assert set(ACTIVITY_WORDS) == activity
    for measure in activity:
        for size in DENOMINATORS:
            words = indicator_words(Indicator("key", "activity", measure, size, 100))
            assert words.question.endswith(", for our size?")
            assert len(words.definition.split()) <= 25, words.definition


@pytest.mark.parametrize("measure", ["SHMI", "HSMR"])
def test_deaths_have_a_definition_of_25_words(measure: str) -> None:
    words = indicator_words(Indicator("key", "outcome", measure, "expected", 1))
    assert len(words.definition.split()) <= 25
    assert words.label == f"Deaths compared with expected ({measure})"


def test_a_figure_is_that_of_the_participation_table(made_up: MadeUp) -> None:
    rates = {
        (row["org_code"], row["period_start"]): row["value"]
        for row in rows_of(made_up.book, "tables/participation")
        if (row["measure"], row["denominator"])
        == ("participants_interventional", "staff_clinical_fte")
    }
    told = {
        (row["org_code"], row["period_start"]): row["value"]
        for row in rows_of(made_up.book, "tables/position")
        if row["indicator"] == INTERVENTIONAL and row["value"]
    }
    assert len(told) > 100
    assert told.keys() == rates.keys()
    for key, value in told.items():
        if value == "*":
            assert rates[key] == "*"
        else:
            assert float(value) == pytest.approx(float(rates[key]), rel=1e-9)


def test_thirds_and_years_running_are_those_of_the_participation_table(
    made_up: MadeUp,
) -> None:
    for column, measure in (
        ("third", "third_"),
        ("sustained_years", "sustained_years_"),
    ):
        other = {
            (row["org_code"], row["period_start"]): float(row["value"])
            for row in rows_of(made_up.book, "tables/participation")
            if (row["measure"], row["denominator"])
            == (f"{measure}participants_interventional", "staff_clinical_fte")
        }
        told = {
            (row["org_code"], row["period_start"]): float(row[column])
            for row in rows_of(made_up.book, "tables/position")
            if row["indicator"] == INTERVENTIONAL and row[column]
        }
        assert len(told) > 100
        assert {key: other[key] for key in told} == told


def test_a_published_ratio_is_the_figure_of_deaths(made_up: MadeUp) -> None:
    published = {
        (row["org_code"], row["period_start"], row["period_end"]): row["ratio"]
        for row in rows_of(made_up.book, "tables/published_outcome")
    }
    told = [
        r for r in rows_of(made_up.book, "tables/position") if r["indicator"] == "shmi"
    ]
    assert len(told) > 100
    for row in told:
        key = row["org_code"], row["period_start"], row["period_end"]
        assert row["value"] == published[key]
        assert float(row["lower"]) < float(row["value"]) < float(row["upper"])
        assert row["expected"] == "1"
        assert row["third"] == ""


def test_the_summary_counts_the_verdicts_of_the_positions(made_up: MadeUp) -> None:
    positions = rows_of(made_up.book, "tables/position")
    summaries = rows_of(made_up.book, "tables/position_summary")
    assert any(row["outside95"] for row in summaries)
    for row in summaries:
        here = [
            p["verdict"]
            for p in positions
            if (p["indicator"], p["period_start"], p["period_end"])
            == (row["indicator"], row["period_start"], row["period_end"])
            and p["nothing"] == ""
        ]
        assert int(row["organisations"]) == len(here)
        if row["why_no_limits"]:
            assert set(here) == {"no_limits"}
            assert row["outside95"] == row["expected_outside95"] == ""
            continue
        outer = sum(verdict in ("higher", "lower") for verdict in here)
        inner = outer + sum(verdict.startswith("possibly_") for verdict in here)
        assert (int(row["outside998"]), int(row["outside95"])) == (outer, inner)
        assert float(row["expected_outside95"]) == pytest.approx(0.05 * len(here))


def test_quartiles_have_three_digits_and_stand_in_order(made_up: MadeUp) -> None:
    names = ("lower_quartile", "median", "upper_quartile")
    rows = [r for r in rows_of(made_up.book, "tables/position_summary") if r["median"]]
    assert rows
    for row in rows:
        low, middle, high = (float(row[name]) for name in names)
        assert low <= middle <= high
        for name in names:
            assert len(row[name].replace(".", "").lstrip("0")) <= 3, row[name]


def test_peers_are_organisations_with_a_size_and_never_oneself(made_up: MadeUp) -> None:
    sized = {row["org_code"] for row in rows_of(made_up.book, "tables/feature")}
    bases = {row["feature"] for row in rows_of(made_up.book, "tables/feature")} | {
        "all"
    }
    peers = rows_of(made_up.book, "tables/peers")
    assert {row["basis"] for row in peers} == bases
    assert {row["org_code"] for row in peers} <= sized
    assert {row["peer_code"] for row in peers} <= sized
    assert all(row["org_code"] != row["peer_code"] for row in peers)


# Hidden counts.


@pytest.mark.parametrize(
    ("code", "indicator"),
    [(FEW, INTERVENTIONAL), (FEW, OBSERVATIONAL), (SEVEN, COMMERCIAL)],
)
def test_a_hidden_count_takes_its_position_with_it(
    made_up: MadeUp, code: str, indicator: str
) -> None:
    row = position(made_up.book, code, indicator)
    assert [row[name] for name in FIGURES] == ["*"] * 4
    assert (row["verdict"], row["nothing"]) == ("no_limits", "hidden")
    assert (row["third"], row["sustained_years"]) == ("", "")
    assert float(row["size"]) > 0


def test_a_small_count_is_hidden_even_where_nothing_stood_in(made_up: MadeUp) -> None:
    # The last gate: positions made without any stand-in are hidden all the same.
    bare = tuple(
        replace(
            standing,
            positions=tuple(replace(p, stood_in=False) for p in standing.positions),
        )
        for standing in made_up.found.standings
    )
    table = position_table(replace(made_up.found, standings=bare))
    written = rows_of(made_up.book, "tables/position")
    assert list(csv.DictReader(io.StringIO(csv_text(table)))) == written


@pytest.mark.parametrize(
    ("code", "indicator"),
    [(FEW, INTERVENTIONAL), (FEW, OBSERVATIONAL), (SEVEN, COMMERCIAL)],
)
def test_a_series_with_a_hidden_count_shows_no_figure(
    made_up: MadeUp, code: str, indicator: str
) -> None:
    (row,) = [
        row
        for row in rows_of(made_up.book, "tables/change")
        if (row["org_code"], row["indicator"]) == (code, indicator)
    ]
    assert (row["previous"], row["latest"]) == ("*", "*")
    assert row["kind"] == "short"


def test_none_and_eight_have_positions(made_up: MadeUp) -> None:
    none = position(made_up.book, NONE, INTERVENTIONAL)
    eight = position(made_up.book, EIGHT, INTERVENTIONAL)
    assert (none["count"], none["value"], none["lower"]) == ("0", "0", "0")
    assert (eight["count"], eight["nothing"]) == ("8", "")
    assert position(made_up.book, FEW, STUDIES)["nothing"] == ""


def test_a_hidden_series_of_twelve_shows_neither_mean_nor_swings() -> None:
    made = Change(
        "ZA1",
        INTERVENTIONAL,
        12,
        "signal",
        5.5,
        6.5,
        Swings(6.0, 1.0, 11.0, Signal(2, 2, "one point above the limits")),
        Period.financial_year(2016),
        True,
        (),
    )
    shown = dict(zip(*_one_row(made), strict=True))
    for name in ("previous", "latest", "mean", "lower", "upper"):
        assert shown[name] == "*"
    assert (shown["kind"], shown["points"]) == ("signal", 12)


def _one_row(change: Change) -> tuple[list[str], tuple[object, ...]]:
    class Found:
        changes = (change,)

    table = change_table(Found())  # type: ignore[arg-type]
    return table.headings, tuple(table.rows[0])


NEW = ("indicator", "position", "position_summary", "change", "feature", "peers")
Tables = dict[str, list[dict[str, str]]]


def in_another_country(
    made_up: MadeUp, place: Path, interventional: int, commercial: int
) -> Tables:
    """Return the tables with other hidden counts, and all that is shown the same.

    Nobody has none of the planted year, so that there are limits.
    """
    total = count_in(made_up.files, FEW, "participants_recruited")
    others = {
        (FEW, "participants_interventional"): interventional,
        (FEW, "participants_observational"): total - interventional,
        (SEVEN, "participants_commercial"): commercial,
        (NONE, "participants_interventional"): 90,
    }
    files = with_other_counts(made_up.files, place, others)

    def cannot(*args: object) -> None:
        raise TooFewData("the analyses are not asked for here")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(analysis, "associate", cannot)
        found = findings_of(read_folder(files), shipped_protocol("jonker_2018"))
    return {
        table.name: list(csv.DictReader(io.StringIO(csv_text(table))))
        for table in all_tables(found)
        if table.name in (*NEW, "participation")
    }


@pytest.fixture(scope="module")
def planted(made_up: MadeUp, tmp_path_factory: pytest.TempPathFactory) -> Tables:
    """The tables with the planted counts: 3 and 7."""
    return in_another_country(made_up, tmp_path_factory.mktemp("a") / "files", 3, 7)


@pytest.mark.parametrize(("interventional", "commercial"), [(1, 4), (4, 1), (7, 6)])
def test_whatever_a_hidden_count_is_the_tables_are_the_same_to_the_last_digit(
    made_up: MadeUp,
    planted: Tables,
    tmp_path: Path,
    interventional: int,
    commercial: int,
) -> None:
    # So nobody can find it by trying all seven.
    other = in_another_country(made_up, tmp_path / "files", interventional, commercial)
    assert set(other) == {*NEW, "participation"}
    for name, rows in planted.items():
        assert other[name] == rows, name


def fitting(planted: Tables, indicator: str, counts: dict[int, float]) -> list[int]:
    """Return which of these counts of the hidden trust give the limits published.

    This is what anybody can do who has the table: the counts of all others are in it.
    """
    rows = [
        row
        for row in planted["position"]
        if (row["indicator"], row["period_start"]) == (indicator, YEAR) and row["count"]
    ]
    (place,) = [n for n, row in enumerate(rows) if row["count"] == "*"]
    assert rows[place]["org_code"] == FEW
    sizes = np.array([float(row["size"]) for row in rows]) / 100
    shown = np.array([float("nan" if r["count"] == "*" else r["count"]) for r in rows])
    fits = []
    for tried, count in counts.items():
        shown[place] = count
        middle, limits = activity_limits(shown, sizes)
        made = middle * limits.upper998[place]
        if made == pytest.approx(float(rows[place]["upper998"]), rel=1e-9):
            fits.append(tried)
    return fits


def test_trying_all_seven_against_the_limits_finds_the_stand_in_not_the_count(
    planted: Tables,
) -> None:
    (total,) = [
        int(row["count"])
        for row in planted["position"]
        if (row["org_code"], row["indicator"], row["period_start"])
        == (FEW, ALL_STUDIES, YEAR)
    ]
    tried = {x: float(total - x) for x in range(1, 8)}
    assert fitting(planted, OBSERVATIONAL, tried) == [4]
    # Of interventional ones the trust is among those trimmed away: all seven fit.
    assert 4 in fitting(planted, INTERVENTIONAL, {x: float(x) for x in range(1, 8)})


# What stands in.


def test_four_stands_in_and_the_other_part_is_the_shown_total_less_four(
    made_up: MadeUp,
) -> None:
    rates = made_up.found.rates
    found = stand_ins(rates, hidden_counts(rates))
    year = Period.financial_year(2016)
    total = next(
        r.activity
        for r in rates
        if (r.org_code, r.period, r.measure) == (FEW, year, "participants_recruited")
    )
    assert found[FEW, year, "participants_interventional"] == 4
    assert found[FEW, year, "participants_observational"] == total - 4
    assert found[SEVEN, year, "participants_commercial"] == 4
    assert found.keys() == hidden_counts(rates)
