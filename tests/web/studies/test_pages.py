"""Can studies, services and people be kept, and only by who may?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO

import pytest
from django.test import Client

from candela.impact.registers.numbers import Scheme
from candela.web.accounts.models import User
from candela.web.accounts.permissions import Role
from candela.web.audit.models import Event
from candela.web.scoping import across_organisations, organisation_scope
from candela.web.studies import actions
from candela.web.studies.models import Colleague, Output, Service, Study, StudyMember
from candela.web.studies.outputs import dois_in
from candela.web.studies.standing import has_done
from web.conftest import Place
from web.impact_places import make_study

pytestmark = pytest.mark.django_db

BASE = "/at/quillmere/impact/"
NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
Browser = Callable[[User], Client]


@pytest.fixture
def client(here: Place, signed_in: Browser) -> Client:
    """The browser of somebody who may add studies."""
    return signed_in(here.person(Role.COORDINATOR))


@pytest.fixture
def study(here: Place) -> Study:
    """A study."""
    with organisation_scope(here.organisation):
        return make_study(here)


def read(client: Client, path: str) -> str:
    """Return a page."""
    return client.get(f"{BASE}{path}").content.decode()


def send(client: Client, path: str, **data: object) -> str:
    """Send a form; return the page that answers."""
    return client.post(f"{BASE}{path}", data, follow=True).content.decode()


def test_an_empty_list_says_what_to_do(client: Client) -> None:
    page = read(client, "studies/")
    assert "No study is here yet." in page
    assert "Start with the study that closed last" in page


def test_a_study_needs_a_short_title_alone(here: Place, client: Client) -> None:
    page = send(
        client, "studies/new/", kind="study_at_site", short_title="HERON", status="open"
    )
    assert "“HERON” was added." in page
    with organisation_scope(here.organisation):
        study = Study.objects.get()
        assert study.title == study.plain_name == "HERON"
        assert study.added_by == here.person(Role.COORDINATOR)
    with across_organisations():
        (line,) = Event.objects.filter(action="study.added")
        assert "HERON" not in str(line.details)


def test_what_was_typed_is_kept_with_what_is_wrong(client: Client) -> None:
    page = send(
        client,
        "studies/new/",
        kind="study_at_site",
        status="open",
        sponsor="Quillmere Trust",
        opened_on="31/6/2024",
        closed_recruitment_on="1/1/2024",
        closed_on="1/1/2020",
    )
    assert page.count("Short title: nothing was entered. Enter it here.") == 2
    assert "&#39;31/6/2024&#39; is not a date" in page
    assert page.count("this is before the day it opened") == 2
    assert 'value="Quillmere Trust"' in page
    assert "<title>Error: " in page


def test_the_list_is_narrowed_by_words_numbers_service_and_standing(
    here: Place, client: Client
) -> None:
    with organisation_scope(here.organisation):
        own = {"organisation": here.organisation}
        division = Service.objects.create(name="Medicine", level="division", **own)
        ward = Service.objects.create(name="Feet", parent=division, **own)
        heron = make_study(here, short_title="HERON", service=ward)
        make_study(here, short_title="EGRET", title="Egrets", status="archived")
        actions.add_number(
            study=heron,
            scheme=Scheme.CPMS,
            value="50001",
            by=here.person(Role.COORDINATOR),
            now=NOW,
        )
    for asked, found in (
        ("", {"HERON"}),
        ("?q=hero", {"HERON"}),
        ("?q=50001", {"HERON"}),
        ("?q=nobody", set()),
        (f"?service={division.pk}", {"HERON"}),
        (f"?service={ward.pk}&status=open", set()),
        ("?status=archived", {"EGRET"}),
    ):
        page = read(client, f"studies/{asked}")
        table = page.split('id="all-studies"')[1]
        shown = {name for name in ("HERON", "EGRET") if f">{name}</a>" in table}
        assert shown == found, asked


def test_what_is_typed_is_said_to_be_and_twice_the_same_changes_nothing(
    here: Place, client: Client, study: Study
) -> None:
    form = {
        "kind": "study_at_site",
        "short_title": study.short_title,
        "title": study.title,
        "plain_name": study.plain_name,
        "status": "closed",
        "closed_on": "31/3/2026",
        "recruits": "3",
        "same_as": "",
    }
    page = send(client, f"studies/{study.pk}/change/", **form)
    assert "31 March 2026" in page
    assert "typed by Coordinator Of Quillmere" in page
    assert "A year after it closed: 31 March 2027" in page
    send(client, f"studies/{study.pk}/change/", **form)
    with across_organisations():
        (line,) = Event.objects.filter(action="study.changed")
        assert line.details == {"fields": ["closed_on", "recruits"]}


def test_few_people_recruited_are_not_counted_out(
    here: Place, client: Client, study: Study
) -> None:
    with organisation_scope(here.organisation):
        Study.objects.update(recruits=3)
        assert "<dd>*" in read(client, f"studies/{study.pk}/")
        Study.objects.update(recruits=37)
        assert "<dd>35" in read(client, f"studies/{study.pk}/")


def test_a_number_is_checked_and_belongs_to_one_study(
    here: Place, client: Client, study: Study
) -> None:
    page = f"studies/{study.pk}/numbers/"
    told = send(client, page, register="isrctn", number="1234")
    assert told.count("Number: this is not a number of ISRCTN.") == 2
    assert 'value="1234"' in told
    assert "The number is kept." in send(
        client, page, register="isrctn", number="isrctn 12345678"
    )
    with organisation_scope(here.organisation):
        other = make_study(here, short_title="EGRET")
    told = send(
        client, f"studies/{other.pk}/numbers/", register="isrctn", number="12345678"
    )
    assert "“Heron study” has this number of ISRCTN already" in told
    with organisation_scope(here.organisation):
        number = study.identifiers.get()
    assert "taken off" in send(client, page, remove=number.pk)
    assert client.post(f"{BASE}{page}", {"remove": "x"}).status_code == 404


def test_another_organisation_may_have_the_same_number(
    here: Place, there: Place, study: Study
) -> None:
    for place in (here, there):
        with organisation_scope(place.organisation):
            actions.add_number(
                study=study if place is here else make_study(place),
                scheme=Scheme.CPMS,
                value="50001",
                by=place.person(Role.COORDINATOR),
                now=NOW,
            )


def test_nothing_of_another_organisation_is_listed_or_may_be_chosen(
    here: Place, there: Place, study: Study, signed_in: Browser
) -> None:
    with organisation_scope(here.organisation):
        own = {"organisation": here.organisation}
        ours = Colleague.objects.create(name="Ada Heron", **own)
        service = Service.objects.create(name="Feet", **own)
    client = signed_in(there.person(Role.COORDINATOR))
    theirs = "/at/westerby/impact/"
    for page in ("studies/", "studies/new/", "services/", "colleagues/"):
        text = client.get(f"{theirs}{page}").content.decode()
        for word in ("Heron study", "Ada Heron", ">Feet"):
            assert word not in text, (page, word)
    for name, row in (("lead", ours), ("service", service), ("same_as", study)):
        form = {"kind": "study_at_site", "short_title": "X", "status": "open"}
        page = client.post(f"{theirs}studies/new/", {**form, name: row.pk})
        assert b"hat choice is not on the list" in page.content
    with organisation_scope(there.organisation):
        assert not Study.objects.exists()


def test_a_viewer_reads_and_may_change_nothing(
    here: Place, study: Study, signed_in: Browser
) -> None:
    viewer = signed_in(here.person(Role.VIEWER))
    assert "Add a study" not in read(viewer, "studies/")
    page = read(viewer, f"studies/{study.pk}/")
    assert "Change what is known" not in page
    for path in ("studies/new/", f"studies/{study.pk}/change/", "services/"):
        assert viewer.post(f"{BASE}{path}", {}).status_code == 403


def test_a_service_has_one_name_and_is_no_part_of_itself(
    here: Place, client: Client
) -> None:
    send(client, "services/", name="Medicine", level="division")
    assert "there is a service of this name already" in send(
        client, "services/", name="Medicine", level="team"
    )
    with organisation_scope(here.organisation):
        medicine = Service.objects.get()
    send(client, "services/", name="Feet", level="service", parent=medicine.pk)
    with organisation_scope(here.organisation):
        feet = Service.objects.get(name="Feet")
    told = send(
        client,
        f"services/{medicine.pk}/",
        name="Medicine",
        level="division",
        parent=feet.pk,
    )
    assert "hat choice is not on the list" in told


def test_only_what_nothing_rests_on_is_removed(
    here: Place, client: Client, study: Study
) -> None:
    with organisation_scope(here.organisation):
        own = {"organisation": here.organisation}
        feet = Service.objects.create(name="Feet", **own)
        ada = Colleague.objects.create(name="Ada", **own)
        study.service, study.lead = feet, ada
        study.save()
    for path in (f"services/{feet.pk}/", f"colleagues/{ada.pk}/"):
        assert "Nothing was changed" in send(client, path, remove="1")
    with organisation_scope(here.organisation):
        Study.objects.update(service=None, lead=None)
    for path in (f"services/{feet.pk}/", f"colleagues/{ada.pk}/"):
        assert "was removed." in send(client, path, remove="1")
    with organisation_scope(here.organisation):
        assert not Service.objects.exists()
        assert not Colleague.objects.exists()


def test_somebody_in_research_is_kept_with_a_checked_orcid(
    here: Place, client: Client
) -> None:
    told = send(client, "colleagues/", name="Ada Heron", orcid="0000-0002-1825-0098")
    assert told.count("a digit of this ORCID iD must be wrong") == 2
    send(client, "colleagues/", name="Ada Heron", orcid="0000000218250097")
    with organisation_scope(here.organisation):
        ada = Colleague.objects.get()
        assert ada.orcid == "0000-0002-1825-0097"
    assert "has this iD already" in send(
        client, "colleagues/", name="Ada again", orcid="0000-0002-1825-0097"
    )


def test_only_members_of_the_organisation_can_be_linked(
    here: Place, there: Place, client: Client
) -> None:
    outsider = there.person(Role.REVIEWER)
    told = send(client, "colleagues/", name="Ada", user=outsider.pk)
    assert "hat choice is not on the list" in told
    assert outsider.name not in told


def test_who_led_or_did_a_study_here_or_at_another_site_has_done_it(
    here: Place, study: Study
) -> None:
    reviewer, coder = here.person(Role.REVIEWER), here.person(Role.CODER)
    with organisation_scope(here.organisation):
        own = {"organisation": here.organisation}
        ada = Colleague.objects.create(name="Ada", user=reviewer, **own)
        ben = Colleague.objects.create(name="Ben", user=coder, **own)
        assert not has_done(reviewer, study)
        StudyMember.objects.create(study=study, colleague=ada, **own)
        assert has_done(reviewer, study)
        elsewhere = make_study(here, short_title="East", same_as=study)
        assert has_done(reviewer, elsewhere)
        assert not has_done(coder, study)
        elsewhere.lead = ben
        elsewhere.save()
        assert has_done(coder, study)
        third = make_study(here, short_title="West", same_as=study)
        assert has_done(coder, third)
        assert not has_done(here.person(Role.VIEWER), study)


def test_nobody_takes_themselves_off_a_study_or_their_account_off_their_entry(
    here: Place, client: Client, study: Study
) -> None:
    with organisation_scope(here.organisation):
        me = Colleague.objects.create(
            organisation=here.organisation,
            name="Me",
            user=here.person(Role.COORDINATOR),
        )
    page = f"studies/{study.pk}/people/"
    assert "They are noted." in send(client, page, colleague=me.pk, part="nurse")
    with organisation_scope(here.organisation):
        member = StudyMember.objects.get()
    assert "another person takes you off" in send(client, page, remove=member.pk)
    told = send(client, f"colleagues/{me.pk}/", name="Me", user="")
    assert "another person takes your account off it" in told
    with organisation_scope(here.organisation):
        assert has_done(here.person(Role.COORDINATOR), study)


def test_dois_are_found_in_lines_and_files() -> None:
    text = 'Title,DOI\n"A, or B",https://doi.org/10.1000/A\n\nnothing here\n10.1000/a\n'
    assert dois_in(text) == (("10.1000/a",), (4,))
    assert dois_in("10.1000/b; 2025") == (("10.1000/b",), ())


def test_outputs_come_by_doi_once_and_are_taken_off(
    here: Place, client: Client, study: Study
) -> None:
    page = f"studies/{study.pk}/outputs/"
    assert "nothing was entered" in send(client, page, dois="")
    told = send(client, page, dois="10.1000/a\nno doi")
    assert told.count("there is no DOI in line 2") == 2
    assert "no doi" in told
    file = BytesIO(b"doi\n10.1000/a\n10.1000/b\n")
    file.name = "dois.csv"
    assert "2 added, 0 here before" in send(client, page, file=file)
    assert "0 added, 1 here before" in send(client, page, dois="10.1000/A")
    with organisation_scope(here.organisation):
        output = Output.objects.get(doi="10.1000/a")
    assert "taken off" in send(client, f"{page}{output.pk}/remove/")
    with organisation_scope(here.organisation):
        assert Output.objects.count() == 1


def test_an_output_of_two_studies_stays_with_the_other(
    here: Place, client: Client, study: Study
) -> None:
    with organisation_scope(here.organisation):
        other = make_study(here, short_title="EGRET")
    for one in (study, other):
        send(client, f"studies/{one.pk}/outputs/", dois="10.1000/a")
    with organisation_scope(here.organisation):
        output = Output.objects.get()
    send(client, f"studies/{study.pk}/outputs/{output.pk}/remove/")
    with organisation_scope(here.organisation):
        assert list(Output.objects.filter(studies__study=other)) == [output]


def test_who_leads_a_study_does_not_step_out_of_it(
    here: Place, client: Client, study: Study
) -> None:
    """They could then verify what is claimed of it."""
    me = here.person(Role.COORDINATOR)
    with organisation_scope(here.organisation):
        mine, other = (
            Colleague.objects.create(
                organisation=here.organisation, name=name, user=user
            )
            for name, user in (("Ada Quill", me), ("Bea Finch", None))
        )
        Study.objects.filter(pk=study.pk).update(lead=mine)
    form = {"kind": "study_at_site", "short_title": "HERON", "status": "open"}
    page = send(client, f"studies/{study.pk}/change/", **form, lead=other.pk)
    assert "another person changes who leads it" in page
    with organisation_scope(here.organisation):
        assert Study.objects.get(pk=study.pk).lead == mine
        assert has_done(me, study)


def test_who_did_a_study_at_one_site_does_not_part_it_from_the_other(
    here: Place, client: Client, study: Study
) -> None:
    me = here.person(Role.COORDINATOR)
    with organisation_scope(here.organisation):
        mine = Colleague.objects.create(
            organisation=here.organisation, name="Ada Quill", user=me
        )
        there = make_study(here, short_title="There", lead=mine, same_as=study)
        assert has_done(me, study)
    form = {
        "kind": "study_at_site",
        "short_title": "There",
        "status": "open",
        "lead": mine.pk,
    }
    send(client, f"studies/{there.pk}/change/", **form)
    with organisation_scope(here.organisation):
        assert has_done(me, study)
