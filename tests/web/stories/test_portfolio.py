"""Does the portfolio say what changed, of how many studies, and what is missing?"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np
import pytest
from django.test import Client

from candela.web.accounts.models import User
from candela.web.accounts.permissions import Role
from candela.web.coding.models import Credit, Statement
from candela.web.house.training import make_training_organisation, training_organisation
from candela.web.scoping import organisation_scope
from candela.web.stories.asking import gaps_of, rolled_up
from candela.web.stories.standing import standing_of
from candela.web.studies.models import Colleague, Service, Study
from web.conftest import Place
from web.impact_places import make_study
from web.stories.conftest import Told

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]
HERE = "/at/quillmere/impact/"


@pytest.fixture
def example(db: None, signed_in: Browser) -> tuple[Client, str]:
    """A browser of somebody in the training organisation, and its address."""
    user = User.objects.create_user("lee@example.org", name="Lee Learner")
    made = make_training_organisation(
        by=user,
        now=datetime(2026, 11, 25, tzinfo=UTC),
        rng=np.random.default_rng(1),
    )
    return signed_in(user), f"/at/{made.slug}/impact/"


def test_the_sentence_counts_statements_studies_and_costs(told: Told) -> None:
    with organisation_scope(told.place.organisation):
        make_study(told.place, short_title="Kestrel study")
        said = standing_of().sentence
    # 2 verified, 1 of 2 studies asked, 1 of a cost; under 8 studies no per cent.
    assert said.startswith(
        "2 verified statements; 1 of 2 studies asked; most are about"
    )
    assert said.endswith("1 describes a cost or harm.")


def test_with_eight_studies_a_percentage_is_told(told: Told) -> None:
    with organisation_scope(told.place.organisation):
        for number in range(7):
            make_study(told.place, short_title=f"Study {number}")
        assert "1 of 8 studies asked (12%)" in standing_of().sentence


def test_without_any_answer_the_study_that_closed_last_is_named(
    here: Place, signed_in: Browser
) -> None:
    with organisation_scope(here.organisation):
        make_study(here)
    page = signed_in(here.person(Role.VIEWER)).get(HERE).content.decode()
    assert "No study asked yet. The one that closed last is Heron study" in page


def test_an_empty_portfolio_offers_the_first_step_and_no_list_of_gaps(
    here: Place, signed_in: Browser
) -> None:
    page = signed_in(here.person(Role.COORDINATOR)).get(HERE).content.decode()
    assert "Add the first study" in page
    assert "Nobody was asked about" not in page
    page = signed_in(here.person(Role.VIEWER)).get(HERE).content.decode()
    assert "Add the first study" not in page  # they may not


def test_a_study_without_a_day_of_its_close_is_a_study_too(here: Place) -> None:
    with organisation_scope(here.organisation):
        make_study(here, closed_on=None)
        standing = standing_of()
    assert not standing.has_no_study
    assert standing.sentence.startswith("No study asked yet. Ask about one")


def test_nobody_asked_and_nothing_found_are_told_apart(
    example: tuple[Client, str],
) -> None:
    place = training_organisation()
    with organisation_scope(place):
        gaps = gaps_of(rolled_up())
    assert not set(gaps.not_asked) & set(gaps.nothing_found)
    # People were asked about safety; the one statement of it is a draft.
    assert "Patient safety" in gaps.nothing_found
    client, address = example
    page = client.get(address).content.decode()
    assert "Nobody was asked about" in page
    assert "People were asked, and nothing is verified" in page


def test_a_study_at_two_sites_counts_once_and_a_persons_year_not_at_all(
    told: Told,
) -> None:
    with organisation_scope(told.place.organisation):
        make_study(told.place, short_title="Other site", same_as=told.study)
        make_study(told.place, short_title="A year", kind=Study.Kind.PERSON_YEAR)
        assert standing_of().coverage.eligible == 1


def test_the_map_has_a_row_for_each_service_with_its_coverage(
    example: tuple[Client, str],
) -> None:
    client, address = example
    answer = client.get(f"{address}map.csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode())))
    assert "made-up" in answer.headers["Content-Disposition"]
    text = str(rows)
    assert "Respiratory medicine" in text
    svg = client.get(f"{address}map.svg").content.decode()
    assert svg.startswith("<svg")
    assert "Made-up data" in svg
    assert client.get(f"{address}map.png").content.startswith(b"\x89PNG")
    assert client.get(f"{address}map.exe").status_code == 404


def test_statements_are_exported_under_the_headings_of_other_schemes(
    told: Told, signed_in: Browser
) -> None:
    client = signed_in(told.place.person(Role.VIEWER))
    csv_text = client.get(f"{HERE}headings.csv").content.decode()
    rows = list(csv.DictReader(io.StringIO(csv_text)))
    assert {row["label"] for row in rows} == {s.label for s in told.statements}
    assert len({row["scheme"] for row in rows}) >= 5
    content = json.loads(client.get(f"{HERE}headings.json").content)
    assert content["coverage"] == {"eligible": 1, "asked": 1, "with_statements": 1}
    assert all("no_home" in scheme for scheme in content["schemes"].values())


def test_what_is_not_verified_is_in_no_export(told: Told, signed_in: Browser) -> None:
    with organisation_scope(told.place.organisation):
        Statement.objects.update(state="submitted")
    client = signed_in(told.place.person(Role.VIEWER))
    for suffix in ("csv", "json"):
        content = client.get(f"{HERE}headings.{suffix}").content.decode()
        assert "People felt looked after." not in content


def test_other_organisations_statements_are_in_no_portfolio(
    told: Told, there: Place, signed_in: Browser
) -> None:
    client = signed_in(there.person(Role.ADMINISTRATOR))
    page = client.get("/at/westerby/impact/").content.decode()
    assert "People felt looked after." not in page
    assert client.get(HERE).status_code == 404


def test_a_statement_is_in_the_records_of_two_people_and_counts_once(
    told: Told, signed_in: Browser
) -> None:
    with organisation_scope(told.place.organisation):
        people = [
            Colleague.objects.create(organisation=told.place.organisation, name=name)
            for name in ("Ada Fenwick", "Ben Okoro")
        ]
        for person in people:
            Credit.objects.create(
                organisation=told.place.organisation,
                statement=told.statements[0],
                colleague=person,
            )
        rolled = rolled_up()
    assert rolled.total.claims == 2
    client = signed_in(told.place.person(Role.VIEWER))
    for person in people:
        page = client.get(f"{HERE}people/{person.pk}/").content.decode()
        assert "People felt looked after." in page
        assert "1 verified statement credits them." in page


def test_a_persons_record_has_their_studies_and_what_came_of_them(
    example: tuple[Client, str],
) -> None:
    client, address = example
    with organisation_scope(training_organisation()):
        person = Colleague.objects.get(name="Ben Okoro")
    page = client.get(f"{address}people/{person.pk}/").content.decode()
    assert "One day a week for research in a year" in page
    assert "A first study in a year: notes for therapists" in page
    assert "Two colleagues began research" in page


def test_a_service_without_a_study_is_not_counted_as_asked(here: Place) -> None:
    with organisation_scope(here.organisation):
        Service.objects.create(organisation=here.organisation, name="Maternity")
        assert rolled_up().coverage.asked == 0


def test_the_first_page_says_what_is_behind_the_door(
    told: Told, add_book: Callable[..., object], signed_in: Browser
) -> None:
    add_book(told.place)
    client = signed_in(told.place.person(Role.VIEWER))
    page = client.get("/").content.decode()
    assert "2 verified statements; 1 of 1 study asked" in page
    assert f'href="{HERE}">What difference has research made here?' in page
