"""Is what is told chosen, looked at by two people, and then never changed?"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from candela.errors import NotAllowed
from candela.web.accounts.models import User
from candela.web.accounts.permissions import Role
from candela.web.answering.models import Response
from candela.web.audit.actions import Action
from candela.web.audit.models import Event
from candela.web.coding.models import Statement
from candela.web.scoping import across_organisations, organisation_scope
from candela.web.stories import actions
from candela.web.stories.building import frozen_document, seal_of
from candela.web.stories.differing import differences
from candela.web.stories.files import FILES
from candela.web.stories.models import Report
from web.conftest import Place
from web.stories.conftest import NOW, Told, again, make_told

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]


def address(report: Report, rest: str = "") -> str:
    return f"/at/{report.organisation.slug}/impact/reports/{report.pk}/{rest}"


def logged() -> list[str]:
    with across_organisations():
        return list(Event.objects.order_by("number").values_list("action", flat=True))


def test_a_report_begins_with_all_that_is_verified_and_nothing_else(
    told: Told,
) -> None:
    with organisation_scope(told.place.organisation):
        Statement.objects.filter(pk=told.statements[1].pk).update(state="submitted")
    assert told.begin().choices["statements"] == [told.statements[0].pk]


def test_who_made_a_report_cannot_release_it_and_the_attempt_is_recorded(
    told: Told, here: Place, signed_in: Browser
) -> None:
    report = told.propose(told.begin())
    with organisation_scope(here.organisation):
        report.made_by = here.person(Role.PUBLISHER)
        report.save()
    client = signed_in(here.person(Role.PUBLISHER))
    page = client.post(
        address(report, "release/"), {"seal": report.seal}, follow=True
    ).content.decode()
    assert "another person has to release it" in page
    report = again(report)
    assert report.state == Report.State.PROPOSED
    assert logged()[-1] == Action.REFUSED.value


def test_a_second_person_releases_exactly_what_was_proposed(
    told: Told, here: Place, signed_in: Browser
) -> None:
    report = told.propose(told.begin())
    client = signed_in(here.person(Role.PUBLISHER))
    other = client.post(address(report, "release/"), {"seal": "another"}, follow=True)
    assert "changed meanwhile" in other.content.decode()
    client.post(address(report, "release/"), {"seal": report.seal})
    report = again(report)
    assert report.state == Report.State.RELEASED
    assert report.seal == seal_of(report.content)
    # Two years, less the leap days that there are none of: 730 days.
    assert (report.review_due - NOW.date()).days in (730, 731)
    assert Action.REPORT_RELEASED.value in logged()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("content", {}),
        ("seal", "0" * 64),
        ("title", "Another"),
        ("study", None),
    ],
)
def test_the_database_itself_refuses_to_change_what_was_released(
    told: Told, name: str, value: object
) -> None:
    report = told.release(told.begin())
    with (
        organisation_scope(told.place.organisation),
        pytest.raises(DatabaseError, match="never changes"),
        transaction.atomic(),
    ):
        Report.objects.filter(pk=report.pk).update(**{name: value})


def test_the_database_itself_keeps_a_withdrawn_report_withdrawn(told: Told) -> None:
    report = told.release(told.begin())
    with organisation_scope(told.place.organisation):
        Report.objects.filter(pk=report.pk).update(state=Report.State.WITHDRAWN)
        with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
            Report.objects.filter(pk=report.pk).update(state=Report.State.RELEASED)


def test_the_database_itself_keeps_who_released_a_report(told: Told) -> None:
    report = told.release(told.begin())
    with organisation_scope(told.place.organisation):
        with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
            Report.objects.filter(pk=report.pk).update(released_by=report.made_by)
        Report.objects.filter(pk=report.pk).update(released_by=None)  # left for good


def test_the_database_itself_refuses_to_delete_what_was_released(told: Told) -> None:
    report = told.release(told.begin())
    with (
        organisation_scope(told.place.organisation),
        pytest.raises(DatabaseError, match="is kept"),
        transaction.atomic(),
    ):
        Report.objects.filter(pk=report.pk)._raw_delete("default")


def test_a_draft_can_be_changed_and_a_released_report_cannot(told: Told) -> None:
    report = told.begin()
    with organisation_scope(told.place.organisation):
        by = told.place.person(Role.COORDINATOR)
        actions.change(report=report, title="Ours", choices=report.choices, by=by)
    told.release(report)
    with (
        organisation_scope(told.place.organisation),
        pytest.raises(NotAllowed, match="released"),
    ):
        actions.change(report=report, title="Theirs", choices={}, by=by)


def test_the_next_version_lists_what_differs(told: Told) -> None:
    first = told.release(told.begin())
    by = told.place.person(Role.COORDINATOR)
    with organisation_scope(told.place.organisation):
        second = actions.next_version(report=first, by=by, now=NOW)
        second.choices = {**second.choices, "statements": [told.statements[0].pk]}
        second.save()
        said = " ".join(differences(second))
    assert second.version == 2
    assert f"No longer here: {told.statements[1].label}." in said
    assert first.state == Report.State.RELEASED


def test_costs_that_are_left_out_are_counted_in_the_report(told: Told) -> None:
    report = told.begin()
    with organisation_scope(told.place.organisation):
        report.choices = {"statements": [told.statements[0].pk], "quotes": []}
        report.save()
    told.release(report)
    with organisation_scope(told.place.organisation):
        content = str(report.content)
    assert "1 verified statement of a cost or harm is not told here." in content
    assert told.statements[1].text not in content


def test_a_statement_changed_since_the_proposal_stops_the_release(told: Told) -> None:
    report = told.propose(told.begin())
    with organisation_scope(told.place.organisation):
        Statement.objects.filter(pk=told.statements[0].pk).update(version=2)
        with pytest.raises(NotAllowed, match="changed or withdrawn"):
            actions.release(
                report=report,
                seal=report.seal,
                by=told.place.person(Role.PUBLISHER),
                now=NOW,
            )


@pytest.mark.parametrize("suffix", FILES)
def test_every_file_is_made_of_the_frozen_document(
    told: Told, here: Place, signed_in: Browser, suffix: str
) -> None:
    report = told.release(told.begin())
    with organisation_scope(here.organisation):
        Statement.objects.update(text="Something else.", title="Something else.")
        frozen = frozen_document(report)
    answer = signed_in(here.person(Role.VIEWER)).get(address(report, f"file.{suffix}"))
    assert answer.status_code == 200
    assert f".{suffix}" in answer.headers["Content-Disposition"]
    content = answer.content
    assert b"Something else" not in content
    if suffix in ("html", "csv", "json"):
        assert b"People felt looked after." in content
    assert frozen.title == report.title


def test_drafts_are_seen_by_who_works_on_them_only(
    told: Told, here: Place, there: Place, signed_in: Browser
) -> None:
    report = told.begin()
    seen = {
        role: signed_in(here.person(role)).get(address(report)).status_code
        for role in Role
    }
    works = {Role.COORDINATOR, Role.ADMINISTRATOR, Role.PUBLISHER}
    assert {role for role, status in seen.items() if status == 200} == works
    stranger = signed_in(there.person(Role.ADMINISTRATOR))
    assert stranger.get(address(report)).status_code == 404


def test_a_report_is_put_together_and_released_on_its_pages(
    told: Told, here: Place, signed_in: Browser
) -> None:
    client = signed_in(here.person(Role.COORDINATOR))
    begun = client.post(
        "/at/quillmere/impact/reports/new/",
        {"kind": "story", "study": told.study.pk, "audience": "public"},
    )
    page = client.get(begun.headers["Location"]).content.decode()
    assert "People felt looked after." in page
    number = begun.headers["Location"].rstrip("/").rpartition("/")[2]
    kept = client.post(
        f"/at/quillmere/impact/reports/{number}/change/",
        {
            "title": "What the calls changed",
            "statements": [s.pk for s in told.statements],
            "quotes": [str(told.quoted.pk)],
            "what_next": "The calls go on.",
        },
    )
    assert kept.status_code == 302
    client.post(f"/at/quillmere/impact/reports/{number}/propose/")
    with organisation_scope(here.organisation):
        report = Report.objects.get(pk=number)
    assert report.state == Report.State.PROPOSED
    publisher = signed_in(here.person(Role.PUBLISHER))
    publisher.post(address(report, "release/"), {"seal": report.seal})
    public = Client().get(f"/impact/{report.public_id}/")
    assert public.status_code == 200
    assert "What the calls changed" in public.content.decode()


def test_with_nothing_chosen_what_was_typed_is_kept_and_the_field_named(
    told: Told, here: Place, signed_in: Browser
) -> None:
    report = told.begin()
    client = signed_in(here.person(Role.COORDINATOR))
    page = client.post(
        address(report, "change/"), {"title": "Kept title", "what_next": "Kept too."}
    ).content.decode()
    assert page.count("Choose at least one statement.") == 2
    assert "Kept title" in page
    assert "Kept too." in page


def test_a_story_of_another_organisation_is_not_there(
    told: Told, there: Place, signed_in: Browser
) -> None:
    theirs = make_told(there)
    report = theirs.release(theirs.begin())
    client = signed_in(told.place.person(Role.ADMINISTRATOR))
    wrong = address(report).replace("westerby", "quillmere")
    assert client.get(wrong).status_code == 404


def test_who_had_a_hand_in_a_report_of_another_does_not_release_it(
    told: Told, here: Place
) -> None:
    """Somebody who builds and releases takes up a colleague's draft."""
    report = told.begin()
    both = here.person(Role.PUBLISHER)
    with organisation_scope(here.organisation):
        actions.change(
            report=report, title="As I wish", choices=report.choices, by=both
        )
    told.propose(report)
    with organisation_scope(here.organisation):
        with pytest.raises(actions.TwoPeopleNeeded):
            actions.release(report=report, seal=report.seal, by=both, now=NOW)
        assert again(report).state == Report.State.PROPOSED


def test_who_proposed_it_does_not_release_it(told: Told, here: Place) -> None:
    report, both = told.begin(), here.person(Role.PUBLISHER)
    with organisation_scope(here.organisation):
        actions.propose(report=report, by=both, now=NOW)
        with pytest.raises(actions.TwoPeopleNeeded):
            actions.release(report=report, seal=report.seal, by=both, now=NOW)


def test_what_rests_on_an_answer_that_was_taken_back_is_not_released(
    told: Told, here: Place
) -> None:
    report = told.propose(told.begin())
    with organisation_scope(here.organisation):
        Response.objects.filter(pk=told.quoted.response_id).update(
            withdrawn_on=NOW.date()
        )
        with pytest.raises(NotAllowed, match="taken their answer back"):
            actions.release(
                report=report,
                seal=report.seal,
                by=here.person(Role.PUBLISHER),
                now=NOW,
            )
    with pytest.raises(NotAllowed, match="taken their answer back"):
        told.propose(told.begin())
