"""Does an organisation's page put first what is worth a question, and say the rest?"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from candela.publish.pages.indicator import indicator_page
from candela.publish.pages.organisation import OrganisationPage, organisation_page
from candela.publish.pages.parts import Target, plain
from page_cases import (
    DIVIDED,
    HIDDEN,
    JOINED,
    MERGED,
    NOT_REPORTED,
    OLD,
    A,
    B,
    C,
    book,
    change,
    deaths,
    joined,
    summary,
)

HIGH = {"value": 1.4, "lower": 1.3, "upper": 1.5, "verdict": "higher"}
VERY_LOW = {"value": 2.0, "lower": 1.5, "upper": 2.6, "verdict": "lower"}


def page_of(*positions: dict[str, Any], **more: Any) -> OrganisationPage:
    page = organisation_page(book(*positions, **more), A)
    assert page is not None
    return page


def both(**more: Any) -> list[dict[str, Any]]:
    return [summary(**more), summary(JOINED, **more)]


def test_the_finding_counts_what_differs_beside_what_would_by_chance() -> None:
    page = page_of(deaths(**HIGH), joined(), position_summary=both())
    assert plain(page.finding) == (
        # 0.282 of 141 organisations on each of two indicators: 0.004 in all
        "Quillmere Hospitals: 1 of 2 indicators is different from expected (fewer than "
        "1 would be by chance). The one worth a question first is deaths compared "
        "with expected (SHMI)."
    )


def test_what_lies_furthest_outside_comes_first() -> None:
    # deaths: (1.4 - 1) / (1.33 - 1) = 1.2; joined: (20.2 - 2) / (20.2 - 4.7) = 1.17
    page = page_of(deaths(**HIGH), joined(**VERY_LOW), position_summary=both())
    assert [line.indicator for line in page.worth_a_question] == ["shmi", JOINED]
    nearer = deaths(**{**HIGH, "value": 1.35})  # 0.35 / 0.33 = 1.06
    page = page_of(nearer, joined(**VERY_LOW), position_summary=both())
    assert [line.indicator for line in page.worth_a_question] == [JOINED, "shmi"]
    assert plain(page.finding).startswith("Quillmere Hospitals: 2 of 2 indicators are")


def test_a_line_holds_value_interval_period_range_and_change() -> None:
    page = page_of(
        deaths(**HIGH),
        joined(),
        position_summary=both(),
        change=[
            change("short"),
            change("two_points", A, JOINED, previous=18.0, latest=20.75),
        ],
    )
    line, alike = page.worth_a_question[0], page.not_different[0]
    assert plain(line.sentence) == (
        "1,400 deaths for every 1,000 expected (95% interval 1,300 to 1,500) in "
        "2022/23. Higher than expected (expected 830 to 1,200). 8 periods: too few to "
        "tell change."
    )
    assert line.target == Target("indicator", A, "shmi")
    assert plain(alike.sentence) == (
        "21 participants recruited per 100 doctors and nurses (95% interval 19 to 23) "
        "in 2022/23. Not different from expected (expected 8 to 51). 18 then 21."
    )


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        (
            "as_expected",
            "is not different from expected (fewer than 1 would be by chance).",
        ),
        (
            "higher",
            "is different from expected (fewer than 1 would be by chance). The "
            "one worth a question first is deaths compared with expected (SHMI).",
        ),
    ],
)
def test_a_single_indicator_is_told_as_one(verdict: str, words: str) -> None:
    page = page_of(deaths(verdict=verdict), position_summary=[summary()])
    assert plain(page.finding) == (
        f"Quillmere Hospitals: the one indicator that could be compared {words}"
    )


def test_what_is_possibly_different_is_a_group_of_its_own() -> None:
    page = page_of(
        deaths(verdict="possibly_lower", value=0.8), joined(), position_summary=both()
    )
    assert page.worth_a_question == ()
    assert [line.indicator for line in page.possibly_different] == ["shmi"]
    assert plain(page.finding) == (
        "Quillmere Hospitals: none of 2 indicators is different from expected (fewer "
        "than 1 would be by chance). Possibly different is deaths compared with "
        "expected (SHMI)."
    )
    assert plain(page.next_step) == (
        "Next: look again when the next figure is out, before asking more of it."
    )


def test_hidden_and_missing_figures_are_in_the_last_group_and_not_counted() -> None:
    page = page_of(joined(**HIDDEN), deaths(**NOT_REPORTED), deaths(B))
    assert [(line.indicator, line.nothing) for line in page.too_few] == [
        ("shmi", "not_reported"),
        (JOINED, "hidden"),
    ]
    assert plain(page.finding) == (
        "Quillmere Hospitals: no indicator could be compared with what is expected."
    )
    assert plain(page.next_step) == "Next: nothing from these figures alone."


def test_a_figure_without_limits_is_told_and_its_own_page_says_why() -> None:
    why = "Limits need at least 10 organisations with a figure; there are 9."
    contents = book(
        deaths(verdict="no_limits", lower95=None),
        position_summary=[summary(outside998=None, why_no_limits=why)],
    )
    page, own = organisation_page(contents, A), indicator_page(contents, A, "shmi")
    assert page is not None
    assert own is not None
    assert plain(page.too_few[0].sentence).endswith("No limits could be drawn.")
    assert f"No limits could be drawn: {why}" in [plain(s) for s in own.means_here]


def test_an_organisation_that_reported_no_recruitment_is_not_said_to_have_none() -> (
    None
):
    page = page_of(deaths(), joined(B))
    assert plain(page.silence) == (
        "No recruitment was reported for 2022/23. That is not the same as none taking "
        "place."
    )
    assert page_of(deaths(), joined()).silence == ()
    zero = joined(count=0.0, value=0.0)
    assert page_of(deaths(), zero).silence == ()


def test_the_latest_period_is_that_of_the_indicator_not_of_the_organisation() -> None:
    page = page_of(deaths(A, 2021), deaths(B, 2022))
    assert page.too_few[0].nothing == "not_reported"
    assert "2022/23" in plain(page.too_few[0].sentence)


def test_an_earlier_code_is_told_by_its_last_figures_and_says_where_it_went() -> None:
    contents = book(deaths(OLD, 2020), deaths(A, 2022), succession=MERGED)
    page = organisation_page(contents, OLD)
    assert page is not None
    assert "in 2020/21" in plain(page.not_different[0].sentence)
    assert [plain(s) for s in page.histories] == [
        "Brackenford Cottage Hospital was merged into Quillmere Hospitals. Its "
        "research activity is counted there; its deaths are told here, as they were "
        "published."
    ]


def test_the_one_that_took_over_says_from_whom() -> None:
    page = page_of(deaths(), succession=MERGED)
    assert [plain(s) for s in page.histories] == [
        "Quillmere Hospitals took over from Brackenford Cottage Hospital. Their "
        "research activity is counted here; deaths before that stay under each "
        "earlier code, as published."
    ]


def test_a_division_without_shares_is_told_on_both_sides() -> None:
    contents = book(deaths(), deaths(OLD), succession=DIVIDED)
    old, new = (organisation_page(contents, code) for code in (OLD, A))
    assert old is not None
    assert new is not None
    assert "divided between Quillmere Hospitals and Harrowbeck" in plain(
        old.histories[0]
    )
    assert plain(new.histories[0]) == (
        "A part of Brackenford Cottage Hospital came here. No shares are known, so its "
        "research activity is left out and not guessed."
    )


def test_peers_are_the_nearest_unless_the_address_names_others() -> None:
    near = [
        {"org_code": A, "basis": "all", "place": n, "peer_code": code, "distance": n}
        for n, code in ((2.0, C), (1.0, B))
    ]
    contents = book(deaths(), deaths(B), deaths(C), peers=near)
    page = organisation_page(contents, A)
    assert page is not None
    assert page.peer_codes == (B, C)
    assert plain(page.peers) == "Peers: the 2 organisations most alike in size."
    chosen = organisation_page(contents, A, (C, "nobody", A))
    assert chosen is not None
    assert chosen.peer_codes == (C,)
    assert plain(chosen.peers) == "Peers: 1 organisation chosen by you."


def test_what_changed_since_the_book_before_is_told_with_signal_or_noise() -> None:
    before = book(
        deaths(A, 2021), deaths(B, 2021), seal="older", built_on=date(2024, 5, 1)
    )
    now = book(
        deaths(A, 2021, count=1051.0),
        deaths(B, 2021),
        deaths(A, 2022, verdict="possibly_higher"),
        deaths(B, 2022),
    )
    pages = [organisation_page(now, code, earlier=before) for code in (A, B)]
    told = [[plain(s) for s in page.changed] for page in pages if page is not None]
    assert told[0] == [
        "Since the book of 1 May 2024, 2 figures differ: 1 data revised and 1 new.",
        "Deaths compared with expected (SHMI) was not different from expected, and is "
        "possibly different from expected: higher. Noise, as far as can be told: the "
        "two intervals overlap.",
    ]
    assert told[1] == [
        "Since the book of 1 May 2024, 1 figure differs: 1 new.",
        "No latest figure is a signal, nor said to be otherwise.",
    ]
    same = organisation_page(now, A, earlier=now)
    assert same is not None
    assert same.changed == ()


def test_an_unknown_code_has_no_page() -> None:
    assert organisation_page(book(deaths()), "ZZZ") is None


def test_a_book_of_an_older_build_says_what_it_lacks() -> None:
    page = organisation_page(book(position=None, indicator=None), A)
    assert page is not None
    assert page.warnings == (
        "This book was built before figures of single organisations were kept in "
        "books, so it has none to show. Build it again from the same files to have "
        "them.",
    )
    assert page.worth_a_question == page.too_few == ()


def test_an_altered_file_is_named_and_its_figures_are_hidden() -> None:
    contents = book(position=None, altered=frozenset({"tables/position.csv"}))
    page = organisation_page(contents, A)
    assert page is not None
    assert page.warnings == (
        "We have hidden figures of tables/position.csv because the file no longer "
        "matches the record. The rest of the page is unaffected.",
    )


def test_the_page_says_once_what_it_cannot_tell() -> None:
    page = page_of(deaths(), joined())
    assert len(page.cannot_tell) == len(set(page.cannot_tell))
    assert page.cannot_tell[0].startswith("How an organisation does as a whole.")
