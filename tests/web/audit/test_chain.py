"""Is a change of the log refused, and where it was forced, found at its line?"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from django.db import DatabaseError, connection, connections, transaction

from candela.web.accounts.permissions import Role
from candela.web.audit.actions import Action
from candela.web.audit.chain import heads_file, record, verify_chain
from candela.web.audit.models import Event
from candela.web.scoping import across_organisations

if TYPE_CHECKING:
    from web.conftest import Place

pytestmark = pytest.mark.django_db
LINES = 6


@pytest.fixture(autouse=True)
def own_heads(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep the heads of each test apart: databases of tests come and go."""
    monkeypatch.setattr(
        "candela.web.audit.chain.heads_file", lambda: tmp_path / "heads"
    )


@pytest.fixture
def lines(
    here: Place, django_capture_on_commit_callbacks: Callable[..., Any]
) -> list[Event]:
    """A log of six lines, each written as in a request of its own."""
    by = here.person(Role.COORDINATOR)
    made = []
    for n in range(1, LINES + 1):
        with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
            made.append(
                record(
                    Action.BOOK_ADDED,
                    by=by,
                    organisation=here.organisation,
                    thing=f"book:b{n}",
                    size=n,
                )
            )
    return made


def force(*statements: str) -> None:
    """Do to the log what its triggers refuse, as somebody at the database could."""
    on_postgresql = connection.vendor == "postgresql"
    with transaction.atomic(), across_organisations(), connection.cursor() as cursor:
        if on_postgresql:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE audit_event DISABLE TRIGGER USER")
        else:
            cursor.execute("DROP TRIGGER audit_event_no_update")
            cursor.execute("DROP TRIGGER audit_event_no_delete")
        for statement in statements:
            cursor.execute(statement)


def found() -> str:
    count, broken = verify_chain()
    assert broken is not None
    assert count <= LINES
    return str(broken)


def test_a_log_as_it_was_written_is_whole(lines: list[Event]) -> None:
    assert verify_chain() == (LINES, None)
    assert [e.number for e in lines] == [1, 2, 3, 4, 5, 6]
    assert heads_file().name == "audit-heads"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET details = '{}' WHERE number = 3",
        "DELETE FROM audit_event WHERE number = 3",
        "DELETE FROM audit_event",
    ],
)
def test_the_database_itself_refuses_a_change(
    lines: list[Event], statement: str
) -> None:
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        across_organisations(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert verify_chain() == (LINES, None)


def test_postgresql_refuses_to_empty_the_log_at_once(lines: list[Event]) -> None:
    if connection.vendor != "postgresql":
        return  # SQLite has no such statement
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(DatabaseError, match="append-only"):
            cursor.execute("TRUNCATE audit_event")
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    "change",
    [
        "details = '{\"size\": 9}'",
        "thing = 'book:b9'",
        "actor_id = NULL",
        "action = 'book.published'",
        "at = '2026-01-01 00:00:00+00:00'",
        "organisation_id = NULL",
    ],
)
def test_an_edited_line_is_named(lines: list[Event], change: str) -> None:
    force(f"UPDATE audit_event SET {change} WHERE number = 3")
    assert found() == "line 3: its content is not what was written"


def test_a_removed_line_is_named(lines: list[Event]) -> None:
    force("DELETE FROM audit_event WHERE number = 3")
    assert found() == "line 3: expected line 3, found 4: a line was removed"


def test_lines_that_changed_places_are_named(lines: list[Event]) -> None:
    force(
        "UPDATE audit_event SET number = 99 WHERE number = 2",
        "UPDATE audit_event SET number = 2 WHERE number = 3",
        "UPDATE audit_event SET number = 3 WHERE number = 99",
    )
    assert found().startswith("line 2: it does not follow from the line before")


def test_lines_cut_from_the_end_are_named(lines: list[Event]) -> None:
    force("DELETE FROM audit_event WHERE number > 4")
    assert found() == (
        "line 5: the log ends at line 4, and line 6 had been written: lines were "
        "removed from its end"
    )


def test_a_log_made_anew_with_right_hashes_is_found_by_the_heads(
    lines: list[Event],
) -> None:
    force("DELETE FROM audit_event WHERE number > 3")
    with transaction.atomic():
        record(Action.BOOK_WITHDRAWN, by=None, organisation=None, thing="book:b4")
    assert found() == (
        "line 4: another line had been written here: the log was made anew from here on"
    )


def test_a_head_cut_short_by_a_full_disk_is_passed_over(
    lines: list[Event], tmp_path: Path
) -> None:
    with (tmp_path / "heads").open("a") as file:
        file.write("7 0123")
    assert verify_chain() == (LINES, None)


def test_a_line_is_written_in_the_transaction_of_its_deed_only() -> None:
    # Tests run in a transaction: here it is not seen.
    with (
        patch.object(connections["default"], "in_atomic_block", False),
        pytest.raises(RuntimeError, match="in the transaction of its deed"),
    ):
        record(Action.SIGNED_IN, by=None, organisation=None)


def test_a_deed_that_is_undone_leaves_no_line_and_no_head(
    lines: list[Event], tmp_path: Path
) -> None:
    before = (tmp_path / "heads").read_text()
    with transaction.atomic():
        record(Action.SIGNED_IN, by=None, organisation=None)
        transaction.set_rollback(True)
    assert verify_chain() == (LINES, None)
    assert (tmp_path / "heads").read_text() == before
