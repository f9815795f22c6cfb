"""Which role may do what?  The one table; every check asks it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum, StrEnum

__all__ = ["PERMISSIONS", "Permission", "Role", "permissions_of", "roles_with"]


class Role(StrEnum):
    """What a member is in one organisation; a member may be several."""

    VIEWER = "viewer"
    COORDINATOR = "coordinator"
    CODER = "coder"
    REVIEWER = "reviewer"
    PUBLISHER = "publisher"
    INFORMATION_GOVERNANCE = "information_governance"
    ADMINISTRATOR = "administrator"

    @property
    def label(self) -> str:
        """The role in words."""
        return self.value.replace("_", " ")


class Permission(Enum):
    """One thing that a member may be allowed to do, in words for a page."""

    SEE_BOOKS = "see this organisation's books"
    FOLLOW = "ask for an e-mail when figures change"
    SAVE_PEERS = "save a set of peers"
    ADD_BOOKS = "add and compare books"
    PROPOSE_BOOKS = "propose a book for publication or sharing"
    PUBLISH_BOOKS = "publish, share or withdraw a book"
    SEE_MEMBERS = "see who is a member"
    MANAGE_MEMBERS = "invite, change and remove members"
    SEE_AUDIT = "read the audit log"
    SEE_JOBS = "see jobs and cancel them"
    SEE_RETENTION = "see what will be deleted, and hold it"
    SEE_IMPACT = "see studies, verified statements and reports"
    MANAGE_STUDIES = "add and change studies, services and people in research"
    RUN_CAMPAIGNS = "ask people what a study changed"
    CHANGE_QUESTIONS = "write new versions of questionnaires"
    TYPE_ANSWERS = "type in answers from paper and conversations"
    CODE_ANSWERS = "read answers and write statements"
    ADD_EVIDENCE = "add evidence and tie it to statements"
    REVIEW_STATEMENTS = "verify statements of others"
    BUILD_REPORTS = "build reports and propose them for release"
    RELEASE_REPORTS = "release reports and publish statements"
    SEE_WHO_ANSWERED = "see who gave a confidential answer"
    SEE_SENSITIVE_EVIDENCE = "open evidence that names people"


_VIEWER = frozenset(
    {
        Permission.SEE_BOOKS,
        Permission.FOLLOW,
        Permission.SAVE_PEERS,
        Permission.SEE_IMPACT,
    }
)
_COORDINATOR = _VIEWER | {
    Permission.ADD_BOOKS,
    Permission.PROPOSE_BOOKS,
    Permission.SEE_JOBS,
    Permission.SEE_MEMBERS,
    Permission.MANAGE_STUDIES,
    Permission.RUN_CAMPAIGNS,
    Permission.CHANGE_QUESTIONS,
    Permission.TYPE_ANSWERS,
    Permission.CODE_ANSWERS,
    Permission.ADD_EVIDENCE,
    Permission.BUILD_REPORTS,
}

PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.VIEWER: _VIEWER,
    Role.COORDINATOR: _COORDINATOR,
    Role.CODER: _VIEWER | {Permission.CODE_ANSWERS, Permission.ADD_EVIDENCE},
    Role.REVIEWER: _VIEWER | {Permission.REVIEW_STATEMENTS},
    Role.PUBLISHER: _VIEWER
    | {
        Permission.PUBLISH_BOOKS,
        Permission.SEE_MEMBERS,
        Permission.RELEASE_REPORTS,
    },
    Role.INFORMATION_GOVERNANCE: _VIEWER
    | {
        Permission.SEE_AUDIT,
        Permission.SEE_RETENTION,
        Permission.SEE_MEMBERS,
        Permission.SEE_WHO_ANSWERED,
        Permission.SEE_SENSITIVE_EVIDENCE,
    },
    Role.ADMINISTRATOR: _COORDINATOR
    | {
        Permission.MANAGE_MEMBERS,
        Permission.SEE_AUDIT,
        Permission.SEE_RETENTION,
    },
}


def permissions_of(roles: Iterable[str]) -> frozenset[Permission]:
    """Return everything that somebody with these roles may do."""
    return frozenset().union(*(PERMISSIONS[Role(role)] for role in roles))


def roles_with(permission: Permission) -> tuple[Role, ...]:
    """Return the roles that may do this, for the page that says whom to ask."""
    return tuple(role for role in Role if permission in PERMISSIONS[role])
