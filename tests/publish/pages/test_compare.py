"""Are differences between two books told with their cause, and signal from noise?"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from candela.publish.contents import BookContents
from candela.publish.pages.compare import compare_page
from candela.publish.pages.differences import differences
from candela.publish.pages.parts import plain
from candela.publish.pages.signals import moved_on
from page_cases import (
    HIDDEN,
    INDICATORS,
    JOINED,
    A,
    B,
    book,
    change,
    deaths,
    joined,
)


def older(*positions: dict[str, Any], **more: Any) -> BookContents:
    return book(*positions, **{"seal": "older", "built_on": date(2024, 5, 1), **more})


def causes(was: BookContents, now: BookContents) -> list[tuple[str, str]]:
    return [(d.org_code, d.cause) for d in differences(was, now)]


def test_the_finding_counts_what_changed_and_for_which_reason() -> None:
    was = older(deaths(A), deaths(B), joined(A), deaths(A, 2020))
    now = book(deaths(A, value=1.1), deaths(B), joined(A), joined(B))
    page = compare_page(was, now)
    assert plain(page.finding) == (
        "Since the book of 1 May 2024, 1 of 4 figures changed: 1 because data were "
        "revised, 1 new and 1 gone."
    )


def test_each_cause_is_told_apart() -> None:
    definition = [INDICATORS[0], {**INDICATORS[1], "denominator": "beds_total"}]
    assert causes(older(deaths()), book(deaths(value=1.1))) == [(A, "revised")]
    assert causes(older(deaths()), book(deaths(count=1049.0))) == [(A, "revised")]
    assert causes(older(deaths()), book(deaths(verdict="higher"))) == [(A, "limits")]
    assert causes(older(joined()), book(joined(), indicator=definition)) == [
        (A, "definition")
    ]
    assert causes(older(), book(deaths())) == [(A, "new")]
    assert causes(older(deaths()), book()) == [(A, "gone")]
    assert causes(older(deaths()), book(deaths())) == []


def test_other_words_for_an_indicator_are_no_other_definition() -> None:
    renamed = [{**INDICATORS[0], "label": "Deaths", "question": "How many?"}]
    assert causes(older(deaths()), book(deaths(), indicator=renamed)) == []


def test_another_way_to_follow_mergers_is_another_definition_of_activity_only() -> None:
    settings = {"policy": "as_reported", "protocol": "plan"}
    now = book(deaths(), joined(), settings=settings)
    was = older(deaths(), joined())
    assert causes(was, now) == [(A, "definition")]
    # the day up to which mergers are followed moves with every new list
    later = book(joined(), settings={"policy": "successor_at=2024-04-01"})
    assert causes(older(joined()), later) == []


def test_a_figure_that_is_now_hidden_shows_no_number() -> None:
    page = compare_page(older(joined()), book(joined(**HIDDEN)))
    cells = [cell.words for cell in page.figures.rows[0]]
    assert cells == [
        "Quillmere Hospitals",
        "Participants recruited, all studies",
        "2022/23",
        "21, not different from expected",
        "*",
        "data revised",
    ]


def test_figures_of_which_another_thing_is_said_come_first() -> None:
    was = older(deaths(B), deaths(A))
    now = book(deaths(B, value=1.06), deaths(A, value=1.4, verdict="higher"))
    assert [d.org_code for d in differences(was, now)] == [A, B]


def test_revised_figures_come_before_new_ones() -> None:
    found = differences(older(deaths(B)), book(deaths(B, value=1.06), deaths(A)))
    assert [(d.org_code, d.cause) for d in found] == [(B, "revised"), (A, "new")]


def test_limits_that_could_not_be_drawn_before_are_no_other_verdict() -> None:
    without = deaths(A, 2021, verdict="no_limits")
    view = compare_page(older(without), book(without, deaths(A, 2022))).positions
    assert view.rows == ()


@pytest.mark.parametrize(
    ("first", "second", "more", "kind", "words"),
    [
        (
            deaths(A, 2021, lower=0.95, upper=1.15),
            deaths(A, 2022, lower=1.0, upper=1.2),
            {},
            "noise",
            "Noise, as far as can be told: the two intervals overlap.",
        ),
        (
            deaths(A, 2021, lower=0.9, upper=0.95),
            deaths(A, 2022, lower=1.0, upper=1.2),
            {},
            "unsure",
            "Cannot be told yet: the intervals do not overlap, so it is more than "
            "chance in counting, but usual swings can be larger. We say more from 12 "
            "periods.",
        ),
        (
            deaths(A, 2021, lower=0.9, upper=0.95),
            deaths(A, 2022, lower=1.0, upper=1.2),
            {"change": [change("no_signal")]},
            "noise",
            "Noise: within the swings that are usual here.",
        ),
        (
            deaths(A, 2021),
            deaths(A, 2022),
            {
                "change": [
                    change(
                        "signal",
                        signal="one point above the limits",
                        signal_period_start=date(2022, 4, 1),
                        signal_period_end=date(2023, 3, 31),
                    )
                ]
            },
            "signal",
            "A signal. One point above the limits. Something changed around 2022/23; "
            "we do not know what.",
        ),
        (
            deaths(A, 2021),
            deaths(A, 2022, lower=None, upper=None),
            {},
            "unsure",
            "Cannot be told: one of the two has no interval.",
        ),
    ],
)
def test_whether_a_latest_figure_moved_by_a_signal_or_noise(
    first: dict[str, Any], second: dict[str, Any], more: Any, kind: str, words: str
) -> None:
    found = moved_on(older(first), book(first, second, **more))
    assert [(m.kind, m.words) for m in found] == [(kind, words)]


def test_a_signal_that_the_older_book_knew_is_not_told_again() -> None:
    known = change(
        "signal",
        signal="one point above the limits",
        signal_period_start=date(2015, 4, 1),
        signal_period_end=date(2016, 3, 31),
    )
    found = moved_on(
        older(deaths(A, 2021)), book(deaths(A, 2021), deaths(A, 2022), change=[known])
    )
    assert [m.kind for m in found] == ["noise"]


def test_periods_that_share_months_are_said_to() -> None:
    rolling = deaths(
        A, 2022, period_start=date(2021, 7, 1), period_end=date(2022, 6, 30)
    )
    found = moved_on(older(deaths(A, 2021)), book(deaths(A, 2021), rolling))
    assert found[0].words.endswith(
        "The two periods share months, so part of the figure is the same."
    )


def test_only_signals_and_other_verdicts_have_a_row_and_the_rest_are_counted() -> None:
    was = older(deaths(A, 2021), deaths(B, 2021))
    now = book(
        deaths(A, 2021),
        deaths(B, 2021),
        deaths(A, 2022),
        deaths(B, 2022, verdict="possibly_higher"),
    )
    view = compare_page(was, now).positions
    assert [row[0].words for row in view.rows] == ["Harrowbeck Infirmary"]
    assert view.rows[0][2].words == "2021/22: 987 to 1,115, not different from expected"
    assert view.notes == (
        "1 more latest figures moved on: noise, as far as can be told.",
    )


def test_files_software_and_findings_that_differ_are_listed() -> None:
    was = older(
        deaths(),
        inputs=({"file": "a", "sha256": "1"}, {"file": "b", "sha256": "2"}),
        words={"finding": ["Fewer."]},
        software={"candela": "0.0.9"},
    )
    now = book(
        deaths(),
        inputs=({"file": "b", "sha256": "3"}, {"file": "c", "sha256": "4"}),
        words={"finding": ["More."]},
    )
    page = compare_page(was, now)
    assert [[cell.words for cell in row] for row in page.files.rows] == [
        ["a", "gone"],
        ["b", "altered"],
        ["c", "added"],
    ]
    assert page.software == ("candela: 0.0.9 then 0.1.0",)
    assert [cell.words for cell in page.findings.rows[0]] == [
        "Does research go with better care?",
        "Fewer.",
        "More.",
    ]


def test_what_cannot_be_compared_is_named() -> None:
    was = older(deaths(), indicator=INDICATORS[:1], made_up=False)
    page = compare_page(was, book(deaths(), joined()))
    assert page.not_comparable == (
        "Participants recruited, all studies: only in the newer book.",
        "One of the two books is made up: comparing them says nothing.",
    )
    changed = [INDICATORS[0], {**INDICATORS[1], "per": 1000.0}]
    page = compare_page(older(joined()), book(joined(), indicator=changed))
    assert page.not_comparable == (
        "The definition of participants recruited, all studies changed, so its "
        "figures are told beside each other and not compared.",
    )
    assert moved_on(older(joined()), book(joined(A, 2023), indicator=changed)) == ()


def test_the_same_book_twice_has_nothing_to_compare() -> None:
    same = book(deaths())
    assert plain(compare_page(same, same).finding) == (
        "Nothing to compare: this is the same book."
    )
    assert plain(compare_page(older(deaths()), same).finding) == (
        "Since the book of 1 May 2024, none of 1 figures changed."
    )


def test_more_rows_than_a_page_can_hold_are_counted_and_kept_for_the_file() -> None:
    codes = [f"ZQ{n:03}" for n in range(250)]
    page = compare_page(
        older(*(deaths(code) for code in codes)),
        book(*(deaths(code, value=1.1) for code in codes)),
    )
    assert len(page.figures.rows) == 200
    assert len(page.differences) == 250
    assert page.figures.notes[0].startswith("The first 200 of 250 rows")
    assert JOINED not in {d.indicator.key for d in page.differences}
