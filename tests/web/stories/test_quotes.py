"""Are words quoted only as long as who said them agrees?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from candela.errors import NotAllowed
from candela.web.accounts.models import User
from candela.web.accounts.permissions import Role
from candela.web.answering.models import Answer, Consent
from candela.web.coding.identifying import hide_words
from candela.web.scoping import organisation_scope
from candela.web.stories import actions
from candela.web.stories.consents import reports_with_gone_quotes
from candela.web.stories.files import FILES
from candela.web.stories.gathering import quotes_to_choose
from candela.web.stories.models import Report
from web.conftest import Place
from web.stories.conftest import NOW, WORDS, Told, again, make_told
from web.stories.reading_files import text_of

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]


def quoting(told: Told) -> Report:
    """Return a released public story with a quote."""
    report = told.begin()
    with organisation_scope(told.place.organisation):
        report.choices = {**report.choices, "quotes": [str(told.quoted.pk)]}
        report.save()
    return told.release(report)


def take_back(told: Told) -> None:
    with organisation_scope(told.place.organisation):
        Consent.objects.update(withdrawn_on=date(2026, 12, 1))


def offered(told: Told) -> list[str]:
    with organisation_scope(told.place.organisation):
        return [a.shown for a in quotes_to_choose(told.study)]


def test_words_are_offered_with_consent_cleared_and_from_eight_or_more(
    told: Told,
) -> None:
    assert offered(told) == [WORDS]


def test_words_that_nobody_cleared_are_not_offered(told: Told) -> None:
    with organisation_scope(told.place.organisation):
        Answer.objects.update(redaction=Answer.Redaction.LOCKED)
    assert offered(told) == []


def test_words_without_consent_are_not_offered(told: Told) -> None:
    take_back(told)
    assert offered(told) == []


def test_words_of_a_group_of_seven_are_not_offered(here: Place) -> None:
    assert offered(make_told(here, people=7)) == []
    assert offered(make_told(here, people=8)) == [WORDS]


def test_a_quote_is_in_every_file_while_the_permission_stands(told: Told) -> None:
    report = quoting(told)
    for suffix in FILES:
        answer = Client().get(f"/impact/{report.public_id}/file.{suffix}")
        if suffix != "csv":  # the rows are statements, not words
            assert WORDS in text_of(answer.content, suffix), suffix


def test_after_the_permission_is_taken_back_no_new_copy_has_the_words(
    told: Told, here: Place, signed_in: Browser
) -> None:
    report = quoting(told)
    frozen, seal = dict(report.content), report.seal
    take_back(told)
    for suffix in FILES:
        answer = Client().get(f"/impact/{report.public_id}/file.{suffix}")
        text = text_of(answer.content, suffix)
        assert WORDS not in text, suffix
        if suffix != "csv":
            assert "A quote was taken out" in text, suffix
    assert WORDS not in Client().get(f"/impact/{report.public_id}/").content.decode()
    report = again(report)
    assert (dict(report.content), report.seal) == (frozen, seal)


def test_the_report_is_flagged_names_the_words_and_offers_to_ask_or_remove(
    told: Told, here: Place, signed_in: Browser
) -> None:
    report = quoting(told)
    take_back(told)
    client = signed_in(here.person(Role.COORDINATOR))
    address = f"/at/quillmere/impact/reports/{report.pk}/"
    page = client.get(address).content.decode()
    assert WORDS in page
    assert "1 December 2026" in page
    assert (
        "may not be used any more"
        in client.get("/at/quillmere/impact/reports/").content.decode()
    )
    with organisation_scope(here.organisation):
        quote = report.quotes.get()
    client.post(f"{address}quote/ask/", {"quote": quote.pk})
    assert "Asked again on" in client.get(address).content.decode()
    client.post(f"{address}quote/remove/", {"quote": quote.pk})
    assert WORDS not in client.get(address).content.decode()


def test_words_taken_out_for_good_stay_out_when_the_permission_returns(
    told: Told,
) -> None:
    report = quoting(told)
    with organisation_scope(told.place.organisation):
        actions.take_quote_out(
            quote=report.quotes.get(), by=told.place.person(Role.COORDINATOR), now=NOW
        )
    page = Client().get(f"/impact/{report.public_id}/").content.decode()
    assert WORDS not in page


def test_a_permission_taken_back_before_the_release_stops_it(told: Told) -> None:
    report = told.begin()
    with organisation_scope(told.place.organisation):
        report.choices = {**report.choices, "quotes": [str(told.quoted.pk)]}
        report.save()
    told.propose(report)
    take_back(told)
    with (
        organisation_scope(told.place.organisation),
        pytest.raises(NotAllowed, match="may not be used any more"),
    ):
        actions.release(
            report=report,
            seal=report.seal,
            by=told.place.person(Role.PUBLISHER),
            now=NOW,
        )


def test_words_in_which_a_name_is_hidden_after_the_release_are_shown_no_more(
    told: Told, signed_in: Browser
) -> None:
    report = quoting(told)
    with organisation_scope(told.place.organisation):
        hide_words(
            answer=told.quoted,
            places=(),
            also=["The nurse on the telephone"],
            names=(),
            by=told.place.person(Role.CODER),
        )
        assert reports_with_gone_quotes([report]) == {report.pk}
    for suffix in FILES:
        answer = Client().get(f"/impact/{report.public_id}/file.{suffix}")
        assert "on the telephone" not in text_of(answer.content, suffix), suffix
    page = Client().get(f"/impact/{report.public_id}/").content.decode()
    assert "A quote was taken out: these words may not be used any more." in page
