"""Does an export change what it should, wholly or not at all, and once?"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from candela.errors import InputError
from candela.impact.registers.exports import read
from candela.web.accounts.models import User
from candela.web.accounts.permissions import Role
from candela.web.audit.models import Event
from candela.web.scoping import across_organisations, organisation_scope
from candela.web.studies import importing
from candela.web.studies.models import Identifier, Milestone, Study
from web.conftest import Place

pytestmark = pytest.mark.django_db

PAGE = "/at/quillmere/impact/studies/import/"
NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
CPMS = (
    "StudyId,StudyShortName,IrasId,StudyStatus,StudySponsors,ActualOpeningDate\n"
    "50001,HERON,123456,Closed to Recruitment,Quillmere Trust,01/02/2024\n"
    "50002,EGRET,,Open to Recruitment,Westerby Ltd,04/03/2025\n"
)
EDGE = (
    "Project ID,IRAS Number,Project Short title,Project site status,Recruited (org),"
    "Start date (NHS Permission)\n"
    "4711,123456,Heron at Quillmere,Closed,34,10/02/2024\n"
)


@pytest.fixture
def client(here: Place, signed_in: Callable[[User], Client]) -> Client:
    """The browser of somebody who may add studies."""
    return signed_in(here.person(Role.COORDINATOR))


def send(client: Client, text: str) -> str:
    """Upload an export; return the page that answers."""
    file = BytesIO(text.encode())
    file.name = "export.csv"
    return client.post(PAGE, {"file": file}).content.decode()


def take(client: Client, page: str) -> str:
    """Press the button of a preview."""
    found = re.search(r'name="rows" value="([^"]+)"', page)
    assert found is not None, page
    return client.post(PAGE, {"rows": found[1]}, follow=True).content.decode()


def everything(place: Place) -> list[object]:
    """Return every row that an import may write."""
    with organisation_scope(place.organisation):
        return [
            list(rows.order_by("pk").values())
            for rows in (Study.objects, Identifier.objects, Milestone.objects)
        ]


def test_a_preview_says_what_would_change_and_writes_nothing(
    here: Place, client: Client
) -> None:
    before = everything(here)
    page = send(client, CPMS)
    assert "2 new, 0 with changes, 0 as they are" in page
    assert "Row 2, HERON: new" in page
    assert everything(here) == before


def test_taking_it_over_adds_the_studies_with_their_source(
    here: Place, client: Client
) -> None:
    assert "2 added, 0 changed" in take(client, send(client, CPMS))
    with organisation_scope(here.organisation):
        heron = Study.objects.get(short_title="HERON")
        assert heron.status == "closed_recruitment"
        assert heron.opened_on == date(2024, 2, 1)
        assert heron.sources["sponsor"]["from"] == "cpms"
        numbers = heron.identifiers.values_list("scheme", "value")
        assert set(numbers) == {("cpms", "50001"), ("iras", "123456")}
    with across_organisations():
        (line,) = Event.objects.filter(action="study.imported")
        assert line.details == {"added": 2, "changed": 0}


def test_the_same_export_twice_changes_nothing(here: Place, client: Client) -> None:
    take(client, send(client, CPMS))
    before = everything(here)
    page = send(client, CPMS)
    assert "0 new, 0 with changes, 2 as they are" in page
    assert "Take these over" not in page
    with organisation_scope(here.organisation):
        rows = read(CPMS, "x", today=NOW.date()).rows
        taken = importing.import_entries(
            organisation=here.organisation,
            rows=rows,
            by=here.person(Role.COORDINATOR),
            now=NOW,
        )
    assert (taken.added, taken.changed, taken.unchanged) == (0, 0, 2)
    assert everything(here) == before


def test_edge_goes_before_cpms_and_what_was_typed_before_both(
    here: Place, client: Client
) -> None:
    take(client, send(client, CPMS))
    with organisation_scope(here.organisation):
        heron = Study.objects.get(short_title="HERON")
        heron.sponsor = "Somebody else"
        heron.sources["sponsor"] = {"by": 1, "on": "2026-11-25"}
        heron.save()
    page = send(client, EDGE)
    assert "Row 2, HERON: changes: " in page
    take(client, page)
    take_again = send(client, CPMS)
    assert "0 with changes" in take_again
    with organisation_scope(here.organisation):
        heron.refresh_from_db()
        assert heron.short_title == "Heron at Quillmere"
        assert heron.opened_on == date(2024, 2, 10)
        assert heron.recruits == 34
        assert heron.sponsor == "Somebody else"
        assert Study.objects.count() == 2


def test_a_bad_file_is_refused_with_its_rows_and_nothing_is_written(
    here: Place, client: Client
) -> None:
    text = CPMS + ",NAMELESS,,,,\n50004,IBIS,,,,31/06/2024\n"
    page = send(client, text)
    assert "2 things in it are to be corrected" in page
    assert "row 4, column `StudyId`" in page
    assert "row 5, column `ActualOpeningDate`" in page
    with organisation_scope(here.organisation):
        assert not Study.objects.exists()


@pytest.mark.parametrize("text", ["Name,Age\nA,1\n", "", "PK\x03\x04"])
def test_another_file_is_refused_in_words(client: Client, text: str) -> None:
    page = send(client, text)
    assert "There is a problem" in page
    assert "<title>Error: " in page


def test_a_row_with_numbers_of_two_studies_is_refused(
    here: Place, client: Client
) -> None:
    take(client, send(client, CPMS))
    both = "StudyId,StudyShortName,IrasId\n50002,EGRET,123456\n"
    page = send(client, both)
    assert "row 2" in page
    assert "numbers of two studies" in page


def test_what_was_not_shown_cannot_be_taken(
    here: Place, there: Place, client: Client, signed_in: Callable[[User], Client]
) -> None:
    other = signed_in(there.person(Role.COORDINATOR))
    file = BytesIO(CPMS.encode())
    file.name = "export.csv"
    page = other.post(PAGE.replace("quillmere", "westerby"), {"file": file})
    found = re.search(r'name="rows" value="([^"]+)"', page.content.decode())
    assert found is not None
    for rows in (found[1], found[1][:-1] + "x", "", "nonsense"):
        told = client.post(PAGE, {"rows": rows}, follow=True).content.decode()
        assert "Nothing was imported" in told
    with organisation_scope(here.organisation):
        assert not Study.objects.exists()


def test_a_viewer_may_not_import(
    here: Place, signed_in: Callable[[User], Client]
) -> None:
    viewer = signed_in(here.person(Role.VIEWER))
    assert viewer.post(PAGE, {"rows": "x"}).status_code == 403


ROW = st.tuples(
    st.integers(min_value=1, max_value=6),
    st.sampled_from(["HERON", "EGRET", "IBIS"]),
    st.sampled_from(["", "1234", "5678"]),
    st.sampled_from(["", "Open to Recruitment", "Closed to Recruitment"]),
)


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(ROW, min_size=1, max_size=5, unique_by=lambda row: row[0]))
def test_any_export_taken_twice_is_as_taken_once(
    here: Place, rows: list[tuple[int, str, str, str]]
) -> None:
    text = "StudyId,StudyShortName,IrasId,StudyStatus\n" + "".join(
        f"{','.join(map(str, row))}\n" for row in rows
    )
    export = read(text, "x", today=NOW.date())
    by = here.person(Role.COORDINATOR)
    with organisation_scope(here.organisation):
        try:
            importing.preview(export, "x")
        except InputError:
            return
        first = importing.import_entries(
            organisation=here.organisation, rows=export.rows, by=by, now=NOW
        )
        before = everything(here)
        again = importing.import_entries(
            organisation=here.organisation, rows=export.rows, by=by, now=NOW
        )
        assert first.added + first.changed + first.unchanged == len(rows)
        assert (again.added, again.changed) == (0, 0)
        assert everything(here) == before
