"""Do the days on which it is worth asking follow from a study's dates?"""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from candela.impact.milestones import Point, StudyDates, due_days, months_after

DAYS = st.dates(min_value=date(1990, 1, 1), max_value=date(2090, 1, 1))


def test_a_year_after_a_leap_day_is_the_last_day_of_february() -> None:
    assert months_after(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert months_after(date(2024, 2, 29), 48) == date(2028, 2, 29)


def test_the_end_of_a_long_month_becomes_the_end_of_a_short_one() -> None:
    assert months_after(date(2026, 8, 31), 18) == date(2028, 2, 29)
    assert months_after(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert months_after(date(2026, 12, 31), 2) == date(2027, 2, 28)
    assert months_after(date(2026, 10, 15), 2) == date(2026, 12, 15)


@given(DAYS, st.integers(min_value=0, max_value=120))
def test_the_month_is_right_and_the_day_never_later(day: date, months: int) -> None:
    after = months_after(day, months)
    assert (after.year * 12 + after.month) - (day.year * 12 + day.month) == months
    assert after.day == day.day or (after + timedelta(days=1)).day == 1
    assert after.day <= day.day


def test_a_closed_study_has_its_close_and_one_and_two_years_after() -> None:
    dates = StudyDates(date(2023, 3, 1), date(2024, 1, 31), date(2024, 2, 29))
    assert due_days(dates) == {
        Point.CLOSE_RECRUITMENT: date(2024, 1, 31),
        Point.CLOSE_OUT: date(2024, 2, 29),
        Point.PLUS_12: date(2025, 2, 28),
        Point.PLUS_24: date(2026, 2, 28),
    }


def test_a_study_is_asked_half_way_only_if_it_recruits_longer_than_18_months() -> None:
    start = date(2024, 1, 1)
    just = StudyDates(start, date(2025, 7, 1))  # 18 months to the day
    longer = StudyDates(start, date(2025, 7, 2))
    assert Point.MIDDLE not in due_days(just)
    # 548 days, of which half are 274: 1 January 2024 and 274 days.
    assert due_days(longer)[Point.MIDDLE] == date(2024, 10, 1)


def test_half_way_is_to_the_close_where_nothing_else_is_known() -> None:
    dates = StudyDates(date(2020, 1, 1), None, date(2024, 1, 1))
    assert due_days(dates)[Point.MIDDLE] == date(2021, 12, 31)


def test_one_day_is_one_reason_to_ask() -> None:
    day = date(2026, 5, 5)
    found = due_days(StudyDates(None, day, day))
    assert Point.CLOSE_RECRUITMENT not in found
    assert found[Point.CLOSE_OUT] == day


def test_nothing_follows_from_nothing_or_from_dates_out_of_order() -> None:
    assert due_days(StudyDates()) == {}
    assert due_days(StudyDates(opened_on=date(2026, 1, 1))) == {}
    backwards = StudyDates(date(2026, 1, 1), date(2020, 1, 1))
    assert Point.MIDDLE not in due_days(backwards)


@given(DAYS, DAYS, DAYS)
def test_half_way_lies_between_and_the_rest_in_order(a: date, b: date, c: date) -> None:
    opened, recruited, closed = sorted((a, b, c))
    found = due_days(StudyDates(opened, recruited, closed))
    assert closed < found[Point.PLUS_12] < found[Point.PLUS_24]
    if Point.MIDDLE in found:
        assert opened < found[Point.MIDDLE] < recruited
