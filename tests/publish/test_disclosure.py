"""Can a count of 1 to 7 people be read, or worked out, anywhere in a book?"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from book_pages import headings_of, page_of, rows_of
from candela.association import Panel
from candela.participation import Concentration, Rate
from candela.publish.disclosure import (
    hidden_counts,
    hidden_doses,
    is_small,
    protected,
    rounded_total,
    stand_ins,
)
from candela.publish.figures import figures_of
from candela.publish.findings import Findings
from candela.tables import Period
from small_nation import ACTIVITY, EIGHT, FEW, NONE, SEVEN, YEAR, MadeUp


def plain(name: str, value: float, words: str) -> str:
    return words


PER = {
    "staff_clinical_fte": 100,
    "staff_total_fte": 100,
    "beds_general_acute": 100,
    "spells": 10_000,
}
INTERVENTIONAL = "participants_interventional"
OBSERVATIONAL = "participants_observational"


def shown(book: Path, code: str, measure: str) -> dict[str, str]:
    """Return what is shown of one count of the planted year, by denominator."""
    return {
        row["denominator"]: row["value"]
        for row in rows_of(book, "tables/participation")
        if (row["org_code"], row["measure"], row["period_start"])
        == (code, measure, YEAR)
    }


def counts_in_the_files(made_up: MadeUp, measure: str, start: str) -> dict[str, int]:
    with (made_up.files / ACTIVITY).open(encoding="utf-8", newline="") as file:
        return {
            row["org_code"]: int(row["value"])
            for row in csv.DictReader(file)
            if (row["measure"], row["period_start"]) == (measure, start)
        }


@pytest.mark.parametrize("count", range(1, 8))
def test_one_to_seven_people_are_too_few_to_show(count: int) -> None:
    assert is_small(INTERVENTIONAL, count)


@pytest.mark.parametrize("count", [0, 8, 9, 500])
def test_none_and_eight_or_more_are_shown(count: int) -> None:
    assert not is_small(INTERVENTIONAL, count)


@pytest.mark.parametrize("measure", ["studies_recruiting", "sponsored_trials", "other"])
def test_studies_and_trials_are_not_people(measure: str) -> None:
    assert not is_small(measure, 3)


def test_a_part_of_a_person_is_still_too_few() -> None:
    # Half of 15 participants of a trust that was divided between two.
    assert is_small(INTERVENTIONAL, 7.5)


@pytest.mark.parametrize(("total", "told"), [(1232, 1230), (1233, 1235), (4, 5)])
def test_a_total_of_people_is_told_to_the_nearest_five(total: int, told: int) -> None:
    assert rounded_total(INTERVENTIONAL, total) == told
    assert rounded_total("studies_recruiting", total) == total


# The planted counts in the book.


def test_the_files_do_hold_the_small_counts(made_up: MadeUp) -> None:
    counts = counts_in_the_files(made_up, INTERVENTIONAL, YEAR)
    assert (counts[FEW], counts[EIGHT], counts[NONE]) == (3, 8, 0)
    commercial = counts_in_the_files(made_up, "participants_commercial", YEAR)
    assert commercial[SEVEN] == 7


@pytest.mark.parametrize(
    ("code", "measure"),
    [(FEW, INTERVENTIONAL), (SEVEN, "participants_commercial")],
)
def test_a_hidden_count_takes_its_rates_with_it(
    made_up: MadeUp, code: str, measure: str
) -> None:
    assert set(shown(made_up.book, code, measure).values()) == {"*"}
    assert set(PER) <= set(shown(made_up.book, code, measure))


def test_none_stays_none_and_eight_stays_eight(made_up: MadeUp) -> None:
    assert set(shown(made_up.book, NONE, INTERVENTIONAL).values()) == {"0"}
    assert shown(made_up.book, EIGHT, INTERVENTIONAL)["none"] == "8"
    assert "*" not in shown(made_up.book, EIGHT, INTERVENTIONAL).values()


def test_small_numbers_of_studies_are_shown(made_up: MadeUp) -> None:
    values = {
        float(row["value"])
        for row in rows_of(made_up.book, "tables/participation")
        if row["measure"] == "studies_commercial" and row["denominator"] == "none"
    }
    assert values & {1, 2, 3, 4, 5, 6, 7}


def test_the_other_part_of_a_total_is_hidden_and_not_the_total(
    made_up: MadeUp,
) -> None:
    # 201 participants in all, 3 of them interventional: 198 would give the 3 away.
    assert set(shown(made_up.book, FEW, OBSERVATIONAL).values()) == {"*"}
    total = shown(made_up.book, FEW, "participants_recruited")["none"]
    assert (
        int(total) == counts_in_the_files(made_up, "participants_recruited", YEAR)[FEW]
    )


def test_no_hidden_count_is_a_total_less_its_other_part(made_up: MadeUp) -> None:
    by_key: dict[tuple[str, str], dict[str, str]] = {}
    for row in rows_of(made_up.book, "tables/participation"):
        if row["denominator"] == "none":
            key = row["org_code"], row["period_start"]
            by_key.setdefault(key, {})[row["measure"]] = row["value"]
    triples = [
        (m["participants_recruited"], m[INTERVENTIONAL], m[OBSERVATIONAL])
        for m in by_key.values()
        if {"participants_recruited", INTERVENTIONAL, OBSERVATIONAL} <= set(m)
    ]
    assert len(triples) > 100
    for triple in triples:
        assert list(triple).count("*") != 1, triple


def test_a_dose_of_a_hidden_count_is_hidden_in_the_panel(made_up: MadeUp) -> None:
    # Deaths of 2017/18 are compared with research of 2016/17, the planted year.
    doses = {
        row["org_code"]: row["dose"]
        for row in rows_of(made_up.book, "tables/association_panel")
        if row["period_start"] == "2017-04-01"
    }
    assert doses[FEW] == "*"
    assert doses[NONE] == "0"
    assert float(doses[EIGHT]) > 0


def hidden_rates(made_up: MadeUp) -> dict[str, float]:
    """Return every rate of the hidden 3, worked out by hand.

    The size is taken from a count that is shown: size = count / rate * per.
    """
    studies = shown(made_up.book, FEW, "studies_recruiting")
    return {
        name: 3 / (float(studies["none"]) / float(studies[name]) * per) * per
        for name, per in PER.items()
    }


NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")


def texts_of(book: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(book.rglob("*")):
        if path.suffix in (".csv", ".json", ".html", ".svg"):
            yield path.relative_to(book).as_posix(), path.read_text(encoding="utf-8")


def test_no_rate_of_a_hidden_count_is_anywhere_in_the_book(made_up: MadeUp) -> None:
    wanted = hidden_rates(made_up)
    # The rate of the 8 is found by the same search, in tables and in the panel.
    studies = shown(made_up.book, EIGHT, "studies_recruiting")
    per_100 = 8 * float(studies["staff_clinical_fte"]) / float(studies["none"])
    seen: set[str] = set()
    for name, text in texts_of(made_up.book):
        # Downloads in the page are those of charts/, read here as files.
        text = re.sub(r'href="data:[^"]*"', "", text)
        for found in NUMBER.findall(text):
            if "." not in found:
                continue
            value = float(found)
            if abs(value - per_100) < 1e-7 * per_100:
                seen.add(name)
            for size, rate in wanted.items():
                assert abs(value - rate) > 1e-5 * rate, (name, size, found)
    assert {"tables/participation.csv", "tables/association_panel.csv"} <= seen


def test_the_curve_has_no_mark_at_a_hidden_dose(made_up: MadeUp) -> None:
    found = made_up.found.association
    assert found is not None
    hidden = hidden_doses(found.panel, hidden_counts(made_up.found.rates))
    assert hidden.sum() == 1  # the 3 of the planted year; others have 8 or more
    drawn = (made_up.book / "charts" / "dose_response.svg").read_text(encoding="utf-8")
    ticks = re.search(r'class="mark-rect role-mark[^>]*>(.*?)</g>', drawn)
    assert ticks is not None
    low, high = found.curve.dose.min(), found.curve.dose.max()  # type: ignore[union-attr]
    inside = (found.panel.dose >= low) & (found.panel.dose <= high) & ~hidden
    assert ticks.group(1).count("<path") == inside.sum()


def third_names(found: Findings) -> list[str]:
    (chart,) = [c for c in figures_of(found, plain) if c.name == "trusts_by_third"]
    return [str(row[0]) for row in chart.more[0].rows]


def with_few_people_at(found: Findings, dose_rank: int) -> Findings:
    """Return findings in which one trust's last dose was made of 3 people."""
    association = found.association
    assert association is not None
    panel = association.panel
    last = [n for n, p in enumerate(panel.periods) if p == panel.distinct_periods[-1]]
    ordered = sorted(last, key=lambda n: panel.dose[n])
    activity = panel.activity.copy()
    activity[ordered[dose_rank]] = 3.0
    changed = replace(association, panel=replace(panel, activity=activity))
    return replace(found, association=changed)


def test_a_third_does_not_begin_at_a_hidden_dose(made_up: MadeUp) -> None:
    before = third_names(made_up.found)
    after = third_names(with_few_people_at(made_up.found, 0))
    assert re.fullmatch(r"bottom third: [\d.]+ to [\d.]+ \(14 trusts\)", before[0])
    assert re.fullmatch(r"bottom third: up to [\d.]+ \(14 trusts\)", after[0])
    assert before[0].split(" to ")[1] == after[0].split(" to ")[1]
    assert before[1:] == after[1:]


def test_a_third_does_not_end_at_a_hidden_dose(made_up: MadeUp) -> None:
    assert third_names(with_few_people_at(made_up.found, -1))[2] == (
        "top third (14 trusts)"
    )


def test_a_table_with_the_mark_says_what_it_means(made_up: MadeUp) -> None:
    for name in ("participation", "association_panel"):
        path = made_up.book / "tables" / f"{name}.csv-metadata.json"
        notes = json.loads(path.read_bytes())["notes"]
        assert any(note.startswith("`*` means 1 to 7 people") for note in notes)


def test_neither_page_nor_drawing_shows_any_count_of_people(made_up: MadeUp) -> None:
    # The charts' tables hold doses of nobody in particular, ratios and deaths.
    headings = {
        heading
        for path in (made_up.book / "charts").glob("*.csv")
        for heading in headings_of(made_up.book, f"charts/{path.stem}")
    }
    assert not headings & {"activity", "participants", "value", "total"}
    page = page_of(made_up.book)
    assert 'data-table="participation"' not in page
    assert 'data-table="association_panel"' not in page


# What could be worked out.


def test_totals_in_a_book_are_to_the_nearest_five(made_up: MadeUp) -> None:
    for row in rows_of(made_up.book, "tables/concentration"):
        if row["measure"].startswith("participants"):
            assert float(row["total"]) % 5 == 0


def test_a_hidden_count_cannot_be_worked_out_from_the_share_of_ten(
    made_up: MadeUp,
) -> None:
    (row,) = [
        row
        for row in rows_of(made_up.book, "tables/concentration")
        if (row["measure"], row["period_start"]) == (INTERVENTIONAL, YEAR)
    ]
    values = [
        row["value"]
        for row in rows_of(made_up.book, "tables/participation")
        if (row["measure"], row["period_start"], row["denominator"])
        == (INTERVENTIONAL, YEAR, "none")
    ]
    known = sorted((float(v) for v in values if v != "*"), reverse=True)
    assert len(known) == len(values) - 1
    # The ten largest are shown; divided by their share they give the total, and the
    # total less all that is shown is the hidden count.  The last digit of the share
    # must leave room for every count from 1 to 7.
    share = row["top_ten_share"]
    half = 0.5 * 10.0 ** -len(share.partition(".")[2])
    most = sum(known[:10]) / (float(share) - half) - sum(known)
    least = sum(known[:10]) / (float(share) + half) - sum(known)
    assert least <= 1
    assert most >= 7


def concentration(measure: str, total: float) -> Concentration:
    return Concentration(
        measure,
        Period.financial_year(2016),
        40,
        total,
        0.5494043335,
        0.4685252493,
        0.6068760616,
        0.5229623965,
        0.4432815183,
        0.6006256644,
    )


@pytest.mark.parametrize(
    ("total", "share"),
    # 44,466 has 4,446 tens: three digits.  152 has 15: one digit.
    [(44_466.0, 0.523), (152.0, 0.5), (30.0, 1.0)],
)
def test_shares_are_cut_to_what_the_total_may_tell(total: float, share: float) -> None:
    told = protected(concentration(INTERVENTIONAL, total))
    assert told.top_ten_share == share


def test_shares_of_studies_keep_their_digits() -> None:
    found = concentration("studies_recruiting", 152.0)
    assert protected(found) == found


# The rules one by one, on counts made for them.


def rate(measure: str, activity: float, code: str = "ZA1") -> Rate:
    return Rate(
        code,
        Period.financial_year(2016),
        measure,
        "none",
        activity,
        "count",
        activity,
        (),
    )


def hidden_measures(*rates: Rate) -> set[str]:
    return {measure for _, _, measure in hidden_counts(rates)}


def test_both_parts_are_hidden_where_the_total_is_known() -> None:
    assert hidden_measures(
        rate("participants_recruited", 100),
        rate(INTERVENTIONAL, 3),
        rate(OBSERVATIONAL, 97),
    ) == {INTERVENTIONAL, OBSERVATIONAL}


def test_without_the_total_the_other_part_is_shown() -> None:
    assert hidden_measures(rate(INTERVENTIONAL, 3), rate(OBSERVATIONAL, 97)) == {
        INTERVENTIONAL
    }


def test_a_small_total_is_hidden_with_its_small_parts() -> None:
    assert hidden_measures(
        rate("participants_recruited", 7),
        rate(INTERVENTIONAL, 0),
        rate(OBSERVATIONAL, 7),
    ) == {"participants_recruited", INTERVENTIONAL, OBSERVATIONAL}


def numbers_standing_in(*rates: Rate) -> dict[str, float]:
    found = stand_ins(rates, hidden_counts(rates))
    return {measure: value for (_, _, measure), value in found.items()}


@pytest.mark.parametrize("few", range(1, 8))
def test_what_stands_in_is_the_same_whichever_count_is_hidden(few: int) -> None:
    assert numbers_standing_in(
        rate("participants_recruited", 100),
        rate(INTERVENTIONAL, few),
        rate(OBSERVATIONAL, 100 - few),
    ) == {INTERVENTIONAL: 4, OBSERVATIONAL: 96}
    assert numbers_standing_in(rate(INTERVENTIONAL, few)) == {INTERVENTIONAL: 4}


@pytest.mark.parametrize("part", range(1, 15))
def test_where_either_part_could_be_the_small_one_each_is_half(part: int) -> None:
    # Of 10 people 4 and 6 would say that one part has 1 or 2, and 4 and 4 that both
    # have 3 or more.  Of 15 one has 1 to 7, and 7.5 each does not say which.
    assert numbers_standing_in(
        rate("participants_recruited", 15),
        rate(INTERVENTIONAL, part),
        rate(OBSERVATIONAL, 15 - part),
    ) == {INTERVENTIONAL: 7.5, OBSERVATIONAL: 7.5}


def test_from_sixteen_on_the_larger_part_is_the_total_less_four() -> None:
    assert numbers_standing_in(
        rate("participants_recruited", 16),
        rate(INTERVENTIONAL, 9),
        rate(OBSERVATIONAL, 7),
    ) == {INTERVENTIONAL: 12, OBSERVATIONAL: 4}


def test_two_small_parts_of_a_total_that_nobody_gives_are_four_each() -> None:
    assert numbers_standing_in(rate(INTERVENTIONAL, 3), rate(OBSERVATIONAL, 5)) == {
        INTERVENTIONAL: 4,
        OBSERVATIONAL: 4,
    }


@pytest.mark.parametrize("few", range(1, 8))
def test_where_the_total_is_hidden_four_stands_in_for_all(few: int) -> None:
    # None of one part would otherwise be told apart from some of it.
    assert numbers_standing_in(
        rate("participants_recruited", few),
        rate(INTERVENTIONAL, 0),
        rate(OBSERVATIONAL, few),
    ) == {"participants_recruited": 4, INTERVENTIONAL: 4, OBSERVATIONAL: 4}


def test_nothing_stands_in_where_nothing_is_hidden() -> None:
    assert numbers_standing_in(rate(INTERVENTIONAL, 8), rate(OBSERVATIONAL, 0)) == {}


def test_one_trust_hides_nothing_of_another() -> None:
    found = hidden_counts(
        (
            rate("participants_recruited", 100),
            rate(INTERVENTIONAL, 3),
            rate("participants_recruited", 100, "ZA2"),
            rate(OBSERVATIONAL, 97, "ZA2"),
        )
    )
    assert {code for code, _, _ in found} == {"ZA1"}


def three_year_panel(panel: Panel) -> Panel:
    """Return one row of a panel whose dose is of three years with 120 people."""
    one = panel.where(np.arange(len(panel)) == 0)
    outcome = one.periods[0]
    windows = ((outcome, Period.financial_year(2014), Period.financial_year(2016)),)
    return replace(one, activity=np.array([120.0]), exposure_windows=windows)


def test_a_dose_of_three_years_is_hidden_for_one_small_year(made_up: MadeUp) -> None:
    found = made_up.found.association
    assert found is not None
    panel = three_year_panel(found.panel)
    code, measure = panel.codes[0], panel.design.measure
    # 120 in three years; the 57 and 60 of the other years are shown: 3 are left.
    small = frozenset({(code, Period.financial_year(2015), measure)})
    before = frozenset({(code, Period.financial_year(2013), measure)})
    assert hidden_doses(panel, small).tolist() == [True]
    assert hidden_doses(panel, before).tolist() == [False]
    assert hidden_doses(panel, frozenset()).tolist() == [False]


def test_the_planted_year_is_the_year_before_the_first_deaths(made_up: MadeUp) -> None:
    found = made_up.found.association
    assert found is not None
    outcome, first, last = found.panel.exposure_windows[0]
    assert outcome.start == date(2017, 4, 1)
    assert first == last == Period.financial_year(2016)
