"""Does the database itself keep organisations apart, for SQL that never met Django?"""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from candela.web import row_security
from candela.web.accounts.models import Invitation, Membership
from candela.web.accounts.permissions import Role
from candela.web.audit.models import Event
from candela.web.books.models import Book, BookShare, Follow, PeerSet
from candela.web.jobs.models import Job
from candela.web.row_security import refuse_superuser
from candela.web.scoping import Owned, across_organisations, organisation_scope
from web.conftest import Place

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
OWNED = {Membership, Invitation, Event, Book, BookShare, PeerSet, Follow, Job}


def codes_seen(sql: str) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return {row[0] for row in cursor.fetchall()}


def told(organisation: str) -> None:
    """Tell the database whose rows may be touched, as a page does."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('candela.organisation', %s, true)", [organisation]
        )


EVERY = "SELECT organisation_id FROM accounts_membership"


def test_raw_sql_sees_nothing_before_an_organisation_is_named(
    here: Place, there: Place
) -> None:
    told("")
    assert codes_seen(EVERY) == set()


def test_raw_sql_sees_the_rows_of_the_organisation_named_and_no_others(
    here: Place, there: Place
) -> None:
    told(str(here.organisation.pk))
    assert codes_seen(EVERY) == {here.organisation.pk}
    told("*")
    assert codes_seen(EVERY) == {here.organisation.pk, there.organisation.pk}


def test_raw_sql_cannot_write_or_change_a_row_of_another(
    here: Place, there: Place
) -> None:
    told(str(here.organisation.pk))
    person = here.person(Role.VIEWER).pk
    with (
        pytest.raises(DatabaseError, match="row-level security"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "INSERT INTO accounts_membership (organisation_id, user_id, roles, since) "
            "VALUES (%s, %s, '[]', now())",
            [there.organisation.pk, person],
        )
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_membership SET roles = '[]'")
        changed = cursor.rowcount
    assert changed == len(Role)  # our own, one member for each role
    with across_organisations():
        theirs = Membership.objects.filter(organisation=there.organisation)
        assert all(m.roles for m in theirs)


def test_the_setting_does_not_outlive_its_block(here: Place) -> None:
    with organisation_scope(here.organisation):
        assert codes_seen(EVERY) == {here.organisation.pk}
    assert codes_seen(EVERY) == set()


@pytest.mark.parametrize(
    "model", sorted(Owned.__subclasses__(), key=lambda m: m.__name__)
)
def test_every_table_of_an_organisation_is_under_row_security(
    db: None, model: type[Owned]
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relrowsecurity, relforcerowsecurity FROM pg_class "
            "WHERE relname = %s",
            [model._meta.db_table],
        )
        assert cursor.fetchone() == (True, True)


def test_the_tests_know_every_table_of_an_organisation() -> None:
    assert set(Owned.__subclasses__()) >= OWNED


def test_the_role_of_the_tests_is_bound_by_row_security(db: None) -> None:
    assert refuse_superuser(None, databases=["default"]) == []


def test_a_role_above_row_security_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the cluster's own superuser, whom PostgreSQL lets past every policy."""
    import psycopg

    given = connection.settings_dict
    with psycopg.connect(
        host=given["HOST"], port=given["PORT"], user="postgres", dbname="postgres"
    ) as superuser:
        superuser.vendor = "postgresql"
        monkeypatch.setattr(row_security, "connections", {"default": superuser})
        errors = refuse_superuser(None, databases=["default"])
    assert [error.id for error in errors] == ["candela.E002"]
