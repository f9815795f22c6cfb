"""Does a page of one indicator answer a board, a manager and an analyst, in order?"""

from __future__ import annotations

from typing import Any

import pytest

from candela.publish.pages.indicator import IndicatorPage, indicator_page
from candela.publish.pages.parts import Number, Target, plain
from page_cases import (
    HIDDEN,
    JOINED,
    MERGED,
    OLD,
    A,
    B,
    book,
    change,
    deaths,
    joined,
    summary,
)


def page_of(contents: Any, indicator: str = "shmi", **more: Any) -> IndicatorPage:
    page = indicator_page(contents, A, indicator, **more)
    assert page is not None
    return page


def test_the_finding_holds_value_interval_period_verdict_and_change_in_order() -> None:
    page = page_of(book(deaths(), change=[change("short")]))
    assert plain(page.finding) == (
        "1,050 deaths for every 1,000 expected (95% interval 987 to 1,115) in 2022/23. "
        "Not different from expected. 8 periods are too few to tell change from chance."
    )


def test_a_manager_reads_counts_size_what_is_usual_and_what_to_do() -> None:
    page = page_of(book(joined(), position_summary=[summary(JOINED)]), JOINED)
    assert [plain(s) for s in page.means_here] == [
        "415 participants recruited in 2022/23, with 2,000 doctors and nurses.",
        # 8.0 to 51.2 per 100, of 2,000
        "Organisations of this size usually have 160 to 1,024 participants recruited.",
    ]
    assert plain(page.next_step) == "Nothing from this figure alone."


def test_a_figure_outside_is_told_beside_how_many_would_be_by_chance() -> None:
    page = page_of(book(deaths(verdict="higher"), position_summary=[summary()]))
    assert [plain(s) for s in page.means_here][-1] == (
        "3 of 141 organisations lie outside the outer limits; fewer than 1 would by "
        "chance."
    )
    assert plain(page.next_step) == (
        "Ask what the reviews of deaths in these months found, and whether the "
        "recording of patients changed."
    )
    possibly = page_of(
        book(deaths(verdict="possibly_lower"), position_summary=[summary()])
    )
    assert [plain(s) for s in possibly.means_here][-1] == (
        "14 of 141 organisations lie outside the inner limits; about 7 would by chance."
    )


def test_deaths_are_told_as_people_and_beside_those_expected() -> None:
    page = page_of(book(deaths()))
    assert [plain(s) for s in page.means_here] == [
        "1,050 people died in 2022/23; 1,000 deaths would be expected from who was "
        "admitted.",
        "Organisations with as many deaths expected usually have 830 to 1,200 deaths.",
    ]


def test_an_analyst_reads_the_ratio_the_limits_and_the_spread() -> None:
    page = page_of(book(deaths(), position_summary=[summary()]))
    facts = {fact.term: plain(fact.words) for fact in page.numbers}
    assert facts == {
        "Period": "2022/23",
        "Deaths": "1,050",
        "Deaths expected": "1,000.0",
        "Observed over expected": "1.0500",
        "95% interval, exact Poisson": "0.9870 to 1.1150",
        "Inner (95%) limits": "830 to 1,200 for every 1,000 expected",
        "Outer (99.8%) limits": "750 to 1,330 for every 1,000 expected",
        "Organisations": "141",
        "Outside the inner limits": "14; by chance 7.0",
        "Outside the outer limits": "3; by chance 0.3",
        "Spread between organisations (log scale)": "0.089",
        "Middle organisation": "1.00; half of all lie from 0.935 to 1.05",
    }


def test_an_analyst_reads_the_third_and_the_years_running_of_activity() -> None:
    facts = {
        fact.term: plain(fact.words) for fact in page_of(book(joined()), JOINED).numbers
    }
    assert facts["Third of research activity"] == "middle third for its size"
    assert facts["Years running at or above the middle organisation"] == "3"
    # 4.0 wide deserves no digit; an analyst gets one more
    assert facts["95% interval, exact Poisson"] == "18.8 to 22.8"


def test_every_number_of_the_page_can_be_traced() -> None:
    page = page_of(book(deaths(verdict="higher"), position_summary=[summary()]))
    sentences = [page.finding, *page.means_here, *(f.words for f in page.numbers)]
    names = [p.name for s in sentences for p in s if isinstance(p, Number)]
    assert len(names) > 12
    assert all(name.startswith("table:") for name in names)


def test_a_hidden_figure_shows_no_number_of_it_anywhere() -> None:
    page = page_of(book(joined(**HIDDEN), position_summary=[summary(JOINED)]), JOINED)
    assert page.nothing == "hidden"
    assert plain(page.finding).startswith("Fewer than 8 people were counted in 2022/23")
    assert page.means_here == ()
    assert [f.term for f in page.numbers][:2] == ["Period", "Organisations"]
    assert plain(page.next_step) == (
        "See a measure that counts more people, or look again when 8 or more were "
        "counted."
    )


def test_none_is_told_as_none_and_still_has_a_verdict() -> None:
    zero = joined(count=0.0, value=0.0, lower=0.0, upper=0.2, verdict="lower")
    page = page_of(book(zero), JOINED)
    assert page.nothing == "none"
    assert plain(page.finding) == (
        "Participants recruited in 2022/23: none. Different from expected: lower."
    )
    assert plain(page.means_here[0]) == (
        "No participants recruited in 2022/23, with 2,000 doctors and nurses."
    )


def test_the_latest_period_is_shown_first_and_others_can_be_chosen() -> None:
    contents = book(deaths(A, 2021), deaths(A, 2022), change=[change("two_points")])
    page = page_of(contents)
    assert [(p.key, p.words, p.chosen) for p in page.periods] == [
        ("2022-04-01_2023-03-31", "2022/23", True),
        ("2021-04-01_2022-03-31", "2021/22", False),
    ]
    earlier = page_of(contents, period="2021-04-01_2022-03-31")
    assert earlier.period == "2021/22"
    # a verdict on change is about the latest figures, not about an earlier one
    assert "then" in plain(page.finding)
    assert "then" not in plain(earlier.finding)


def test_a_period_to_come_has_a_page_and_one_that_never_was_has_none() -> None:
    contents = book(deaths())
    page = page_of(contents, period="2023-04-01_2024-03-31")
    assert page.nothing == "not_yet"
    assert plain(page.finding) == "Figures for 2023/24 are not in this book yet."
    for key in ("2019-04-01_2020-03-31", "rubbish", "2023-04-01", "2022-13-01_x"):
        assert indicator_page(contents, A, "shmi", key) is None


@pytest.mark.parametrize(("code", "indicator"), [("nobody", "shmi"), (A, "nothing")])
def test_what_the_book_does_not_know_has_no_page(code: str, indicator: str) -> None:
    assert indicator_page(book(deaths()), code, indicator) is None


def test_an_earlier_code_is_told_by_its_own_last_period() -> None:
    contents = book(deaths(OLD, 2020), deaths(A, 2022), succession=MERGED)
    page = indicator_page(contents, OLD, "shmi")
    assert page is not None
    assert page.period == "2020/21"


def test_links_go_by_kind_and_key() -> None:
    page = page_of(book(deaths(), deaths(B)))
    assert page.method == Target("method", "shmi")
    assert page.funnel == Target("funnel", "shmi")


def test_the_page_ends_with_what_it_cannot_tell() -> None:
    assert "SHMI" in " ".join(page_of(book(deaths())).cannot_tell)
    told = " ".join(page_of(book(joined()), JOINED).cannot_tell)
    assert "whether those who joined did better" in told.replace("or ", "")


def test_trials_sponsored_carry_their_caution() -> None:
    trials = {
        "indicator": "trials",
        "label": "Medicine trials sponsored",
        "kind": "activity",
        "measure": "sponsored_trials",
        "denominator": "staff_clinical_fte",
        "per": 100.0,
    }
    page = page_of(book(joined(indicator="trials"), indicator=[trials]), "trials")
    assert any("sponsoring is not recruiting" in text for text in page.cannot_tell)
