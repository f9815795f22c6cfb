"""Are registers asked only when allowed, only where known, and never for long?"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.conf import settings
from django.test import Client

from candela.impact.registers.numbers import Scheme
from candela.web.accounts.models import User
from candela.web.accounts.permissions import Role
from candela.web.jobs.worker import work_once
from candela.web.scoping import organisation_scope
from candela.web.studies import actions, lookups
from candela.web.studies.lookups import Answer, Outcome
from candela.web.studies.models import Colleague, Lookup, Output, Study
from web.conftest import Place
from web.impact_places import make_study

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
NUMBER = "NCT09999999"
ORCID = "0000-0002-1825-0097"
STUDY = {
    "protocolSection": {
        "identificationModule": {
            "nctId": NUMBER,
            "acronym": "HERON",
            "briefTitle": "Herons in hospital",
        },
        "statusModule": {
            "overallStatus": "COMPLETED",
            "completionDateStruct": {"date": "2026-04-30"},
        },
        "sponsorCollaboratorsModule": {
            "leadSponsor": {"name": "Quillmere Trust", "class": "OTHER"}
        },
    }
}
WORK = {"message": {"DOI": "10.1000/heron", "title": ["What became of the herons"]}}
WORKS = {
    "group": [{"work-summary": [{"title": {"title": {"value": "A heron at night"}}}]}]
}


class Register(BaseHTTPRequestHandler):
    """A small register; what is asked for decides how it misbehaves."""

    asked: list[str]

    def do_GET(self) -> None:
        """Answer, or do something else."""
        type(self).asked.append(self.path)
        word = self.path.rsplit("/", 1)[-1]
        if word == "elsewhere":
            self.send_response(302)
            self.send_header("Location", "http://localhost:9/other")
            self.end_headers()
            return
        if word == "moved":
            self.send_response(302)
            self.send_header("Location", f"/{NUMBER}")
            self.end_headers()
            return
        body = {
            "gone": (404, b""),
            "broken": (500, b""),
            "nonsense": (200, b"<html>Sorry</html>"),
            "large": (200, b"x" * 3_000_001),
            NUMBER: (200, json.dumps(STUDY).encode()),
            "10.1000%2Fheron": (200, json.dumps(WORK).encode()),
            ORCID: (200, json.dumps(WORKS).encode()),
        }.get(word, (200, b"{}"))
        if word == "slow":
            time.sleep(1)
        self.send_response(body[0])
        self.end_headers()
        self.wfile.write(body[1])

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Switch looking up on, at a server of this machine; return what it is asked."""
    Register.asked = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Register)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/{{}}"
    monkeypatch.setattr(lookups, "ADDRESSES", dict.fromkeys(lookups.ADDRESSES, address))
    monkeypatch.setattr(
        settings, "CONFIGURATION", replace(settings.CONFIGURATION, lookups=True)
    )
    yield Register.asked
    server.shutdown()
    server.server_close()


def test_nothing_is_asked_unless_it_is_switched_on(
    register: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        settings, "CONFIGURATION", replace(settings.CONFIGURATION, lookups=False)
    )
    assert lookups.ask(Scheme.NCT, NUMBER) == Answer(Outcome.OFF)
    assert register == []


def test_a_register_that_has_no_address_is_not_asked(register: list[str]) -> None:
    assert lookups.ask(Scheme.CPMS, "1").outcome is Outcome.OFF
    assert register == []


def test_what_is_found_is_kept_and_read_again(register: list[str]) -> None:
    answer = lookups.ask(Scheme.NCT, NUMBER)
    assert answer.outcome is Outcome.FOUND
    lookups.keep(Scheme.NCT, NUMBER, answer, now=NOW)
    lookups.keep(Scheme.NCT, NUMBER, answer, now=NOW)
    (kept,) = Lookup.objects.all()
    assert "public domain" in kept.licence
    assert lookups.kept(Scheme.NCT, NUMBER, now=NOW + timedelta(days=29)) == kept
    assert lookups.kept(Scheme.NCT, NUMBER, now=NOW + timedelta(days=31)) is None
    found = lookups.entry_of(Scheme.NCT, NUMBER)
    assert found is not None
    assert found[0].short_title == "HERON"
    assert found[1] == NOW


@pytest.mark.parametrize(
    ("word", "outcome"),
    [
        ("gone", Outcome.NOT_FOUND),
        ("another-study", Outcome.NOT_FOUND),
        ("broken", Outcome.NO_ANSWER),
        ("nonsense", Outcome.NO_ANSWER),
        ("large", Outcome.NO_ANSWER),
        ("elsewhere", Outcome.NO_ANSWER),
    ],
)
def test_every_other_answer_has_its_words(
    register: list[str], word: str, outcome: Outcome
) -> None:
    assert lookups.ask(Scheme.NCT, word).outcome is outcome
    assert len(register) == 1  # nobody was followed elsewhere


def test_a_register_may_send_us_on_within_its_own_host(register: list[str]) -> None:
    # The page it sends to is of another number than the one asked for.
    assert lookups.ask(Scheme.NCT, "moved").outcome is Outcome.NOT_FOUND
    assert register == ["/moved", f"/{NUMBER}"]


def test_a_slow_register_is_not_waited_for(
    register: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookups, "TIMEOUT_SECONDS", 0.1)
    before = time.monotonic()
    assert lookups.ask(Scheme.NCT, "slow").outcome is Outcome.NO_ANSWER
    assert time.monotonic() - before < 0.9


@pytest.mark.parametrize(
    "address", ["file:///etc/hostname#{}", "ftp://127.0.0.1/{}", "data:,{}"]
)
def test_only_the_web_is_asked(
    register: list[str], monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setattr(lookups, "ADDRESSES", {Scheme.NCT: address})
    assert lookups.ask(Scheme.NCT, NUMBER).outcome is Outcome.NO_ANSWER


def test_a_number_cannot_lead_to_another_page(register: list[str]) -> None:
    lookups.ask(Scheme.DOI, "10.1000/../a?b=c&d#e")
    assert register == ["/10.1000%2F..%2Fa%3Fb%3Dc%26d%23e"]


def test_no_answer_leaves_what_was_kept(register: list[str]) -> None:
    lookups.keep(Scheme.NCT, NUMBER, lookups.ask(Scheme.NCT, NUMBER), now=NOW)
    lookups.keep(Scheme.NCT, NUMBER, Answer(Outcome.NO_ANSWER), now=NOW)
    assert lookups.entry_of(Scheme.NCT, NUMBER) is not None


@pytest.fixture
def client(here: Place, signed_in: Callable[[User], Client]) -> Client:
    """The browser of somebody who may add studies."""
    return signed_in(here.person(Role.COORDINATOR))


def test_a_study_is_found_by_its_number_and_need_not_be_typed(
    here: Place, client: Client, register: list[str]
) -> None:
    base = "/at/quillmere/impact/studies/"
    response = client.post(f"{base}find/", {"number": "nct 09999999"})
    assert "/jobs/" in response.headers["Location"]
    while work_once():
        pass
    page = client.get(f"{base}new/?register=nct&number={NUMBER}").content.decode()
    assert "This is what ClinicalTrials.gov said" in page
    assert 'value="HERON"' in page
    assert 'value="30/04/2026"' in page
    form = {
        "kind": "study_at_site",
        "short_title": "HERON",
        "title": "Herons in hospital",
        "sponsor": "Quillmere Trust and others",
        "status": "closed",
        "closed_on": "30/04/2026",
    }
    address = f"{base}new/?register=nct&number={NUMBER}"
    page = client.post(address, form, follow=True).content.decode()
    assert "from ClinicalTrials.gov, read" in page
    assert "typed by Coordinator Of Quillmere" in page
    with organisation_scope(here.organisation):
        study = Study.objects.get()
        assert study.sources["closed_on"]["from"] == "nct"
        assert "by" in study.sources["sponsor"]
        assert study.identifiers.get().verified_at is not None
    response = client.post(f"{base}find/", {"number": NUMBER})
    assert response.headers["Location"].endswith(f"/studies/{study.pk}/")


def test_a_study_is_looked_up_and_what_was_typed_stays(
    here: Place, client: Client, register: list[str]
) -> None:
    by = here.person(Role.COORDINATOR)
    with organisation_scope(here.organisation):
        study = make_study(here, closed_on=None)
        study.sources["short_title"] = {"by": by.pk, "on": "2026-11-25"}
        study.save()
        actions.add_number(study=study, scheme=Scheme.NCT, value=NUMBER, by=by, now=NOW)
    client.post(f"/at/quillmere/impact/studies/{study.pk}/look-up/")
    while work_once():
        pass
    with organisation_scope(here.organisation):
        study.refresh_from_db()
        assert study.short_title == "Heron study"
        assert study.sponsor == "Quillmere Trust"
        assert str(study.closed_on) == "2026-04-30"
        assert study.milestones.filter(kind="plus12").exists()
        assert study.identifiers.get().verified_at is not None


def test_titles_and_lists_of_publications_are_looked_up_and_confirmed(
    here: Place, client: Client, register: list[str]
) -> None:
    with organisation_scope(here.organisation):
        lead = Colleague.objects.create(
            organisation=here.organisation, name="Ada", orcid=ORCID
        )
        study = make_study(here)
        actions.add_member(
            study=study, colleague=lead, part="investigator", by=here.person(Role.CODER)
        )
    page = f"/at/quillmere/impact/studies/{study.pk}/outputs/"
    client.post(page, {"dois": "https://doi.org/10.1000/HERON"})
    assert "Title not looked up" in client.get(page).content.decode()
    client.post(f"{page}look-up/")
    while work_once():
        pass
    told = client.get(page).content.decode()
    assert "What became of the herons" in told
    assert "A heron at night" in told
    client.post(page, {"confirm": "1", "works": "A heron at night"})
    with organisation_scope(here.organisation):
        titles = set(Output.objects.values_list("title", flat=True))
    assert titles == {"What became of the herons", "A heron at night"}
    assert "Which of these came" not in client.get(page).content.decode()


def test_with_looking_up_switched_off_all_of_it_works_as_not_checked(
    here: Place, client: Client
) -> None:
    base = "/at/quillmere/impact/studies/"
    response = client.post(f"{base}find/", {"number": NUMBER})
    assert response.headers["Location"] == f"{base}new/?register=nct&number={NUMBER}"
    page = client.get(response.headers["Location"]).content.decode()
    assert "It was not checked" in page
    form = {"kind": "study_at_site", "short_title": "HERON", "status": "open"}
    page = client.post(response.headers["Location"], form, follow=True).content.decode()
    assert "not checked" in page


def test_a_number_that_its_register_does_not_know_is_said_to_be_so(
    here: Place, client: Client, register: list[str]
) -> None:
    base = "/at/quillmere/impact/studies/"
    response = client.post(f"{base}find/", {"number": "NCT00000001"})
    job = response.headers["Location"]
    while work_once():
        pass
    told = client.get(job).content.decode()
    assert "ClinicalTrials.gov does not know this number: go on without" in told
    page = client.get(f"{base}new/?register=nct&number=NCT00000001").content.decode()
    assert "does not know NCT00000001. Look for a slip" in page
