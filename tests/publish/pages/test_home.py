"""Does the first page say one finding, and honestly what each door holds?"""

from __future__ import annotations

from typing import Any

from candela.publish.pages.home import HomePage, home_page
from candela.publish.pages.parts import Target, plain
from page_cases import JOINED, book, deaths, joined, summary

OFFICIAL = {
    "official": [
        "By the official rule for the same deaths, ",
        {"number": "official.higher", "words": "11"},
        " trusts were higher and ",
        {"number": "official.lower", "words": "20"},
        " lower than expected, where its 95% limits promise about ",
        {"number": "official.chance", "words": "7"},
        " in all.",
    ]
}


def page_of(*positions: dict[str, Any], **more: Any) -> HomePage:
    changed = more.pop("changed", ())
    return home_page(book(*positions, **more), changed=changed)


def doors(page: HomePage) -> dict[int, tuple[str, Target | None]]:
    return {door.number: (plain(door.answer), door.target) for door in page.doors}


def test_the_finding_is_of_research_by_size_beside_chance() -> None:
    page = page_of(
        deaths(),
        joined(),
        position_summary=[summary(), summary(JOINED, outside998=0.0)],
    )
    assert plain(page.finding) == (
        "Of 141 organisations in 2022/23, none reported more or less research "
        "(participants recruited) than size and ordinary differences explain; fewer "
        "than 1 would by chance."
    )


def test_a_book_without_research_tells_of_deaths_and_one_without_both_counts() -> None:
    page = page_of(deaths(), position_summary=[summary()])
    assert plain(page.finding) == (
        "Of 141 organisations in 2022/23, 3 had more or fewer deaths than who was "
        "admitted and ordinary differences explain; fewer than 1 would by chance."
    )
    none = page_of(position=None, indicator=None)
    assert plain(none.finding) == "This book holds figures of 4 organisations."


def test_the_first_door_tells_the_finding_of_the_declared_analysis() -> None:
    words = {
        "finding": [
            "More research went with fewer deaths: ",
            {"number": "primary.per_1000", "words": "30 fewer"},
            ".",
        ],
        "verdict": "A difference, size unsure",
    }
    main = {
        "name": "primary",
        "primary": True,
        "scale": "ratio",
        "outcome": "SHMI",
        "estimate": 0.97,
        "lower": 0.96,
        "upper": 0.98,
    }
    page = page_of(deaths(), words=words, association=[main])
    assert doors(page)[1] == (
        "More research went with fewer deaths: 30 fewer. This does not show that one "
        "caused the other.",
        Target("analysis", "plan"),
    )


def test_an_analysis_that_could_not_be_run_says_why_behind_the_first_door() -> None:
    page = page_of(deaths(), words={"why_not": "There are 12 trusts; 30 are needed."})
    assert doors(page)[1][0] == (
        "It could not be worked out from these files. There are 12 trusts; 30 are "
        "needed."
    )


def test_the_second_and_the_fourth_door_say_what_the_book_does_not_hold() -> None:
    told = doors(page_of(deaths()))
    assert told[2] == (
        "This book holds no simulation of ways to pay for or to count research, so it "
        "cannot say.",
        None,
    )
    assert told[4][1] is None
    assert told[4][0].endswith("which is not the same as nothing to tell.")


def test_the_third_door_tells_what_the_official_rule_finds_and_when() -> None:
    page = page_of(deaths(), words=OFFICIAL, position_summary=[summary()])
    assert doors(page)[3] == (
        "In 2022/23, by the official rule, 11 trusts were higher and 20 lower than "
        "expected, where its 95% limits promise about 7 in all.",
        Target("funnel", "shmi"),
    )
    without = page_of(deaths(), position_summary=[summary()])
    assert doors(without)[3][0].startswith("3 of 141 organisations lie outside")
    assert doors(page_of(joined()))[3] == (
        "This book holds no published outcomes to look at.",
        None,
    )


def test_the_first_book_has_nothing_to_compare_and_a_later_one_links() -> None:
    first = page_of(deaths())
    assert plain(first.changed) == (
        "This is the first book here, of 1 May 2025: nothing to compare yet."
    )
    assert first.changed_target is None
    later = page_of(deaths(), changed=("12 of 310 figures changed.",))
    assert plain(later.changed) == "12 of 310 figures changed."
    assert later.changed_target == Target("compare")


def test_the_book_is_named_with_its_day_and_the_start_of_its_seal() -> None:
    assert page_of(deaths()).book_line == (
        "Book of 1 May 2025, made-up data, fingerprint 1a2b3c4d5e6f."
    )
    real = page_of(deaths(), made_up=False)
    assert real.book_line == "Book of 1 May 2025, fingerprint 1a2b3c4d5e6f."
    assert not real.made_up


def test_what_candela_is_takes_40_words_at_most() -> None:
    assert len(page_of(deaths()).what_it_is.split()) <= 40
