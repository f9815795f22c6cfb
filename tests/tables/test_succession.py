"""Who stands for a trust after a merger, and who is refused?"""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candela.errors import InputError
from candela.tables import (
    ORGANISATION_MEASURES,
    SUCCESSIONS,
    Period,
    Policy,
    Refusal,
    Succession,
    Table,
)

NOW = date(2022, 4, 1)
LONG_AGO = date(1990, 4, 1)

Step = tuple[str, str, date] | tuple[str, str, date, float]


def succession(*steps: Step) -> Succession:
    rows = [
        {
            "predecessor_code": step[0],
            "successor_code": step[1],
            "effective_date": step[2],
            "share": step[3] if len(step) > 3 else None,
            "source_file": "succ.csv",
            "source_row": number,
        }
        for number, step in enumerate(steps, 1)
    ]
    return Succession.from_table(Table.from_rows(SUCCESSIONS, rows))


def figures(*rows: tuple[str, Period]) -> Table:
    return Table.from_rows(
        ORGANISATION_MEASURES,
        [
            {
                "org_code": code,
                "period_start": period.start,
                "period_end": period.end,
                "measure": "spells",
                "value": 1,
                "value_status": "ok",
                "source_file": "a.csv",
                "source_row": number,
            }
            for number, (code, period) in enumerate(rows, 2)
        ],
    )


def to(day: date = NOW) -> Policy:
    return Policy("successor_at", day)


YEAR = Period.financial_year(2015)
MERGER = date(2017, 4, 1)


def test_a_merged_trust_stands_as_its_successor_from_that_day() -> None:
    list_ = succession(("ZA1", "ZA2", MERGER))
    assert list_.standing("ZA1", since=LONG_AGO, at=MERGER) == (("ZA2", 1.0),)
    eve = date(2017, 3, 31)
    assert list_.standing("ZA1", since=LONG_AGO, at=eve) == (("ZA1", 1.0),)
    assert list_.standing("ZA9", since=LONG_AGO, at=NOW) == (("ZA9", 1.0),)


def test_several_successors_without_shares_are_refused_by_name() -> None:
    list_ = succession(("ZA1", "ZA2", MERGER), ("ZA1", "ZA3", MERGER))
    refusal = list_.standing("ZA1", since=LONG_AGO, at=NOW)
    assert refusal == Refusal("ZA1", ("ZA2", "ZA3"), MERGER)
    assert "ZA1 became ZA2 and ZA3 on 2017-04-01" in str(refusal)
    carried = list_.carry(figures(("ZA1", YEAR), ("ZA2", YEAR)), to())
    assert carried.rows == (1,)
    assert carried.refused == (refusal,)


def test_shares_that_sum_to_one_are_used() -> None:
    list_ = succession(("ZA1", "ZA2", MERGER, 0.25), ("ZA1", "ZA3", MERGER, 0.75))
    carried = list_.carry(figures(("ZA1", YEAR)), to())
    assert carried.rows == (0, 0)
    assert carried.codes == ("ZA2", "ZA3")
    assert carried.shares == (0.25, 0.75)
    assert carried.moved == (("ZA1", "ZA2"), ("ZA1", "ZA3"))


@pytest.mark.parametrize("shares", [(0.25, 0.5), (0.75, 0.75)])
def test_shares_that_do_not_sum_to_one_are_refused(
    shares: tuple[float, float],
) -> None:
    list_ = succession(
        ("ZA1", "ZA2", MERGER, shares[0]), ("ZA1", "ZA3", MERGER, shares[1])
    )
    assert isinstance(list_.standing("ZA1", since=LONG_AGO, at=NOW), Refusal)


def test_a_chain_is_followed_in_the_order_of_its_days() -> None:
    list_ = succession(
        ("ZA2", "ZA3", date(2019, 4, 1)), ("ZA1", "ZA2", date(2013, 4, 1))
    )
    assert list_.standing("ZA1", since=LONG_AGO, at=NOW) == (("ZA3", 1.0),)
    at_2015 = list_.standing("ZA1", since=LONG_AGO, at=date(2015, 4, 1))
    assert at_2015 == (("ZA2", 1.0),)


def test_what_a_successor_had_given_away_before_is_not_followed() -> None:
    # ZA2 gave something to ZA3 in 2010; ZA1 came to ZA2 only in 2013.
    list_ = succession(
        ("ZA2", "ZA3", date(2010, 4, 1)), ("ZA1", "ZA2", date(2013, 4, 1))
    )
    assert list_.standing("ZA1", since=LONG_AGO, at=NOW) == (("ZA2", 1.0),)


def test_a_single_successor_of_a_part_is_refused_too() -> None:
    steps = succession(("ZA1", "ZA2", MERGER, 0.3))
    standing = steps.standing("ZA1", since=LONG_AGO, at=NOW)
    assert isinstance(standing, Refusal)


def test_shares_multiply_along_a_chain() -> None:
    later = date(2019, 4, 1)
    list_ = succession(
        ("ZA1", "ZA2", MERGER, 0.5),
        ("ZA1", "ZA3", MERGER, 0.5),
        ("ZA2", "ZA4", later, 0.2),
        ("ZA2", "ZA3", later, 0.8),
    )
    standing = list_.standing("ZA1", since=LONG_AGO, at=NOW)
    assert isinstance(standing, tuple)
    assert dict(standing) == pytest.approx({"ZA3": 0.5 + 0.5 * 0.8, "ZA4": 0.5 * 0.2})


def test_a_split_further_on_is_refused_for_those_who_came_before() -> None:
    list_ = succession(
        ("ZA1", "ZA2", date(2013, 4, 1)),
        ("ZA2", "ZA3", MERGER),
        ("ZA2", "ZA4", MERGER),
    )
    refusal = list_.standing("ZA1", since=LONG_AGO, at=NOW)
    assert refusal == Refusal("ZA1", ("ZA3", "ZA4"), MERGER)


def test_a_code_used_again_is_not_carried_by_its_old_step() -> None:
    list_ = succession(("ZA1", "ZA2", date(1998, 4, 1)))
    old, new = Period.financial_year(1996), Period.financial_year(2010)
    carried = list_.carry(figures(("ZA1", old), ("ZA1", new)), to())
    assert carried.codes == ("ZA2", "ZA1")


def test_two_codes_that_took_each_other_over_do_not_go_round_for_ever() -> None:
    list_ = succession(
        ("ZA1", "ZA2", date(2013, 4, 1)), ("ZA2", "ZA1", date(2016, 4, 1))
    )
    assert list_.standing("ZA1", since=LONG_AGO, at=NOW) == (("ZA1", 1.0),)
    same_day = succession(("ZA1", "ZA2", MERGER), ("ZA2", "ZA1", MERGER))
    assert same_day.standing("ZA1", since=LONG_AGO, at=NOW) == (("ZA2", 1.0),)


CODES = st.sampled_from(["ZA1", "ZA2", "ZA3", "ZA4"])
DAYS = st.dates(date(2000, 1, 1), date(2020, 1, 1))
STEPS = st.lists(st.tuples(CODES, CODES, DAYS), max_size=6, unique=True)


@settings(derandomize=True, max_examples=100, deadline=None)
@given(STEPS, CODES)
def test_the_shares_of_whoever_stands_sum_to_one(
    steps: list[tuple[str, str, date]], code: str
) -> None:
    standing = succession(*steps).standing(code, since=LONG_AGO, at=NOW)
    if isinstance(standing, Refusal):
        assert len(standing.successors) > 1
    else:
        assert sum(share for _, share in standing) == pytest.approx(1)


@settings(derandomize=True, max_examples=60, deadline=None)
@given(STEPS, CODES)
def test_as_reported_each_code_stands_for_itself(
    steps: list[tuple[str, str, date]], code: str
) -> None:
    carried = succession(*steps).carry(figures((code, YEAR)), Policy("as_reported"))
    assert carried.codes == (code,)
    assert carried.shares == (1.0,)
    assert carried.refused == ()


def test_the_year_of_a_merger_is_dropped_for_both_sides() -> None:
    list_ = succession(("ZA1", "ZA2", date(2015, 10, 1)))
    before, after = Period.financial_year(2014), Period.financial_year(2016)
    table = figures(
        ("ZA1", before), ("ZA1", YEAR), ("ZA2", YEAR), ("ZA2", after), ("ZA3", YEAR)
    )
    carried = list_.carry(table, Policy("drop_year_of_merger"))
    assert carried.rows == (0, 3, 4)
    assert carried.codes == ("ZA1", "ZA2", "ZA3")
    assert carried.dropped == (("ZA1", YEAR), ("ZA2", YEAR))


def test_a_merger_on_the_first_day_of_a_year_does_not_drop_it() -> None:
    list_ = succession(("ZA1", "ZA2", YEAR.start))
    assert not list_.changed_during("ZA2", YEAR)
    assert list_.changed_during("ZA2", Period.calendar_year(2015))
    on_the_last = succession(("ZA1", "ZA2", YEAR.end))
    assert on_the_last.changed_during("ZA2", YEAR)


def test_the_days_of_a_code_are_those_of_both_sides_in_order() -> None:
    list_ = succession(
        ("ZA2", "ZA3", MERGER), ("ZA1", "ZA2", date(2013, 4, 1)), ("ZA4", "ZA5", NOW)
    )
    assert list_.merger_days("ZA2") == (date(2013, 4, 1), MERGER)
    assert list_.merger_days("ZA9") == ()
    assert list_.latest == NOW
    assert Succession().latest is None


def test_a_policy_is_written_and_read_the_same() -> None:
    for text in ("as_reported", "drop_year_of_merger", "successor_at=2022-04-01"):
        assert str(Policy.parse(text)) == text


def test_the_latest_day_is_that_of_the_lists_at_hand() -> None:
    latest = Policy.parse("successor_at=latest", latest=NOW)
    assert latest == Policy("successor_at", NOW)
    assert Policy.parse("successor_at=latest") == Policy("as_reported")


@pytest.mark.parametrize(
    "text", ["", "successor_at", "successor_at=soon", "as_reported=2020-01-01", "new"]
)
def test_what_is_not_a_policy_is_refused_with_those_there_are(text: str) -> None:
    with pytest.raises(InputError, match=r"is not a policy\. Write as_reported, drop"):
        Policy.parse(text)


def test_only_successor_at_takes_a_date() -> None:
    with pytest.raises(InputError, match="needs a date, and only it takes one"):
        Policy("as_reported", NOW)
    with pytest.raises(InputError, match="needs a date"):
        Policy("successor_at")
