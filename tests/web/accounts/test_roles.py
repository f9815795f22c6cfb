"""Does every role do what the table says, in words, in code and on the pages?"""

from __future__ import annotations

from pathlib import Path

import pytest

from candela.web.accounts.forms import role_hints
from candela.web.accounts.permissions import (
    PERMISSIONS,
    Permission,
    Role,
    permissions_of,
    roles_with,
)

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "roles.md"

# Written by hand: what a change of the table must be compared with.
EVERYBODY = {"SEE_BOOKS", "FOLLOW", "SAVE_PEERS", "SEE_IMPACT"}
COORDINATING = {
    *("ADD_BOOKS", "PROPOSE_BOOKS", "SEE_JOBS", "SEE_MEMBERS", "MANAGE_STUDIES"),
    *("RUN_CAMPAIGNS", "CHANGE_QUESTIONS", "TYPE_ANSWERS", "CODE_ANSWERS"),
    *("ADD_EVIDENCE", "BUILD_REPORTS"),
}
WANTED = {
    Role.VIEWER: EVERYBODY,
    Role.COORDINATOR: EVERYBODY | COORDINATING,
    Role.CODER: EVERYBODY | {"CODE_ANSWERS", "ADD_EVIDENCE"},
    Role.REVIEWER: EVERYBODY | {"REVIEW_STATEMENTS"},
    Role.PUBLISHER: EVERYBODY | {"PUBLISH_BOOKS", "SEE_MEMBERS", "RELEASE_REPORTS"},
    Role.INFORMATION_GOVERNANCE: EVERYBODY
    | {
        *("SEE_AUDIT", "SEE_RETENTION", "SEE_MEMBERS"),
        *("SEE_WHO_ANSWERED", "SEE_SENSITIVE_EVIDENCE"),
    },
    Role.ADMINISTRATOR: EVERYBODY
    | COORDINATING
    | {"MANAGE_MEMBERS", "SEE_AUDIT", "SEE_RETENTION"},
}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("permission", Permission)
def test_each_role_has_each_permission_as_wanted(
    role: Role, permission: Permission
) -> None:
    assert (permission in PERMISSIONS[role]) == (permission.name in WANTED[role])


def test_the_reference_page_says_what_the_code_says() -> None:
    lines = [line for line in PAGE.read_text().splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    heads, rows = cells[0], cells[2:]
    assert heads == ["may", *(role.label for role in Role)]
    said = {
        (row[0], head): mark == "yes"
        for row in rows
        for head, mark in zip(heads[1:], row[1:], strict=True)
    }
    assert said == {
        (permission.value, role.label): permission in PERMISSIONS[role]
        for permission in Permission
        for role in Role
    }


def test_several_roles_add_up_and_take_nothing_away() -> None:
    both = permissions_of(["publisher", "coordinator"])
    assert both == PERMISSIONS[Role.PUBLISHER] | PERMISSIONS[Role.COORDINATOR]
    assert permissions_of([]) == frozenset()


def test_nobody_proposes_and_publishes_by_one_role() -> None:
    for role in Role:
        may = PERMISSIONS[role]
        assert not {Permission.PROPOSE_BOOKS, Permission.PUBLISH_BOOKS} <= may, role


def test_everything_that_may_be_done_somebody_may_do() -> None:
    assert [p for p in Permission if not roles_with(p)] == []


def test_whoever_invites_reads_what_a_role_may_do() -> None:
    hints = role_hints()
    assert set(hints) == {role.value for role in Role}
    assert "publish, share or withdraw a book" in hints["publisher"]
    assert "read answers and write statements" in hints["coder"]
    assert hints["reviewer"] == "As a viewer, and may verify statements of others."
    assert hints["administrator"].startswith("As a coordinator, and may invite")
    for words in hints.values():
        assert len(words.split()) < 75
