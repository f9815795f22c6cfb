"""Can anybody find out of few people what they said, in any output or by subtraction?

Seven answers, then an eighth, as the sixth and the ninth journey of the design ask: in
the page, its source and alternative texts, and in every file.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress

import pytest
from django.db import transaction
from django.test import Client

from candela.errors import NotAllowed
from candela.web.accounts.permissions import Role
from candela.web.scoping import organisation_scope
from candela.web.stories import actions
from candela.web.stories.building import frozen_document
from candela.web.stories.counting import counted_groups
from candela.web.stories.files import FILES, file_answer
from candela.web.stories.models import Report
from web.conftest import Place
from web.stories.conftest import NOW, WORDS, Told, make_told
from web.stories.reading_files import text_of

pytestmark = pytest.mark.django_db
KINDS = ("story", "poster", "board_paper", "full")


class UndoneError(Exception):
    """What was made is undone, so that the next has the same numbers."""


def outputs(place: Place, kind: str, people: int) -> dict[str, str]:
    """Return every output of a report that so many people stand behind.

    A Word file by all its parts, a PDF by its text, a page by its source, in which the
    alternative texts are.
    """
    found: dict[str, str] = {}
    with suppress(UndoneError), transaction.atomic():
        told = make_told(place, people=people)
        report = told.release(told.begin(kind))
        with organisation_scope(place.organisation):
            document = frozen_document(report)
        found = {
            suffix: text_of(file_answer(document, suffix).content, suffix)
            for suffix in FILES
        }
        public = Client().get(f"/impact/{report.public_id}/").content.decode()
        found["page"] = public.partition("<article")[2].partition("</article>")[0]
        found["kept"] = json.dumps(report.content)
        raise UndoneError
    return {name: _without_numbers_of_rows(text) for name, text in found.items()}


def _without_numbers_of_rows(text: str) -> str:
    """PostgreSQL counts rows on after they were undone: their keys tell nothing."""
    return re.sub(r'("study": ")\d+|(rId|docPr id=")\d+', "", text)


@pytest.mark.parametrize("kind", KINDS)
def test_from_one_answer_to_seven_every_output_is_the_same_to_the_letter(
    here: Place, kind: str
) -> None:
    one, seven = outputs(here, kind, 1), outputs(here, kind, 7)
    assert len(seven) == len(FILES) + 2
    assert [name for name in seven if one[name] != seven[name]] == []
    assert [name for name in seven if WORDS in seven[name]] == []


@pytest.mark.parametrize("kind", ["story", "full"])
def test_eight_to_twelve_answers_are_told_alike_as_ten(here: Place, kind: str) -> None:
    seven, eight = outputs(here, kind, 7), outputs(here, kind, 8)
    twelve = outputs(here, kind, 12)
    assert [name for name in eight if eight[name] != twelve[name]] == []
    assert "*" in seven["page"] or "fewer than 8" in seven["page"]
    assert re.search(r"\b10\b", eight["page"])
    assert eight["page"] != seven["page"]


def test_the_comparison_can_fail(here: Place) -> None:
    ten, twenty = outputs(here, "full", 10), outputs(here, "full", 20)
    assert [n for n in ten if ten[n] == twenty[n] and n not in ("csv", "docx")] == []


def test_before_a_release_seven_are_hidden_and_the_eighth_makes_ten(
    here: Place,
) -> None:
    told = make_told(here, people=7)
    with organisation_scope(here.organisation):
        assert [c.shown for c in counted_groups(told.study)] == [7]
    told.answer()
    with organisation_scope(here.organisation):
        assert [c.shown for c in counted_groups(told.study)] == [8]


def released_again(told: Told, report: Report) -> Report:
    with organisation_scope(told.place.organisation):
        made = actions.next_version(
            report=report, by=told.place.person(Role.COORDINATOR), now=NOW
        )
    return told.release(made)


@pytest.mark.parametrize("more", [1, 7])
def test_a_release_after_fewer_than_eight_further_answers_shows_the_earlier_count(
    here: Place, more: int
) -> None:
    told = make_told(here, people=9)
    first = told.release(told.begin("full"))
    told.answer(more)
    second = released_again(told, first)
    assert second.choices["behind"] == first.choices["behind"]
    assert list(first.choices["behind"].values()) == [9]


def test_eight_further_answers_are_told_together(here: Place) -> None:
    told = make_told(here, people=9)
    first = told.release(told.begin("full"))
    told.answer(8)
    second = released_again(told, first)
    # 9 then 17, shown as 10 and 15: whoever subtracts learns of 8 people or more.
    assert list(second.choices["behind"].values()) == [17]


def test_seven_then_an_eighth_after_a_release_stay_hidden(here: Place) -> None:
    told = make_told(here, people=7)
    first = told.release(told.begin("full"))
    told.answer()
    second = released_again(told, first)
    assert list(second.choices["behind"].values()) == [7]


def test_a_report_that_overtook_another_makes_the_other_be_proposed_again(
    here: Place,
) -> None:
    told = make_told(here, people=9)
    waiting = told.propose(told.begin("full"))
    told.answer(8)
    with (
        organisation_scope(here.organisation),
        pytest.raises(NotAllowed, match="More people have answered"),
    ):
        actions.release(
            report=waiting,
            seal=waiting.seal,
            by=here.person(Role.PUBLISHER),
            now=NOW,
        )
