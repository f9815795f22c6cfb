"""What is worth a line in the audit log, and how is it told in a sentence?"""

from __future__ import annotations

from enum import Enum

__all__ = ["Action"]


class Action(Enum):
    """What was done; the second value is its sentence after the person's name."""

    sentence: str

    def __new__(cls, value: str, sentence: str) -> Action:
        made = object.__new__(cls)
        made._value_ = value
        made.sentence = sentence
        return made

    SERVICE_STARTED = "service.started", "set up the service"
    ORGANISATION_ADDED = "organisation.added", "added the organisation"
    ORGANISATION_CHANGED = "organisation.changed", "changed the organisation"
    MEMBER_INVITED = "member.invited", "invited somebody"
    INVITATION_WITHDRAWN = "invitation.withdrawn", "withdrew an invitation"
    MEMBER_JOINED = "member.joined", "became a member"
    MEMBER_CHANGED = "member.changed", "changed a member's roles"
    MEMBER_REMOVED = "member.removed", "ended a membership"
    SIGNED_IN = "account.signed_in", "signed in"
    SIGN_IN_REFUSED = "account.sign_in_refused", "was refused at sign-in"
    SIGNED_OUT = "account.signed_out", "signed out"
    SIGN_IN_METHOD_CHANGED = "account.method_changed", "changed how they sign in"
    SESSIONS_ENDED = "account.sessions_ended", "ended their other sessions"
    ACCOUNT_CHANGED = "account.changed", "changed their name or address"
    ACCOUNT_CLOSED = "account.closed", "closed their account"
    OPERATOR_CHANGED = "account.operator", "changed who keeps the service"
    REFUSED = "access.refused", "was refused"
    BOOK_ADDED = "book.added", "added a book"
    BOOK_CHECKED = "book.checked", "finished checking a book"
    BOOK_REFUSED = "book.refused", "found a book that cannot be shown"
    BOOK_REMOVED = "book.removed", "removed a book that was never shown"
    BOOK_RENAMED = "book.renamed", "gave a book another title"
    BOOK_PROPOSED = "book.proposed", "proposed a book for publication"
    BOOK_PUBLISHED = "book.published", "published a book"
    BOOK_PROPOSAL_ENDED = "book.proposal_ended", "ended the proposal of a book"
    BOOK_UNPUBLISHED = "book.unpublished", "made a book not public"
    BOOK_SHARED = "book.shared", "shared a book"
    BOOK_UNSHARED = "book.unshared", "stopped sharing a book"
    BOOK_WITHDRAWN = "book.withdrawn", "withdrew a book"
    BOOK_RESTORED = "book.restored", "restored a book"
    BOOK_DOWNLOADED = "book.downloaded", "downloaded a book"
    PEERS_SAVED = "peers.saved", "saved a set of peers"
    PEERS_REMOVED = "peers.removed", "removed a set of peers"
    PEERS_RESTORED = "peers.restored", "restored a set of peers"
    FOLLOWED = "follow.started", "asked for e-mail when figures change"
    UNFOLLOWED = "follow.stopped", "stopped e-mail about changes"
    JOB_CANCELLED = "job.cancelled", "cancelled a job"
    JOB_RETRIED = "job.retried", "tried a job again"
    AUDIT_EXPORTED = "audit.exported", "exported the audit log"
    BACKED_UP = "service.backed_up", "made a backup"
    RESTORED = "service.restored", "restored a backup"
    UPGRADED = "service.upgraded", "upgraded the service"
    DELETED_BY_SCHEDULE = "retention.deleted", "deleted by the schedule"
    RETENTION_HELD = "retention.held", "held a deletion"
    RETENTION_RELEASED = "retention.released", "let a deletion go on"
    QUESTIONNAIRE_TAKEN = "questionnaire.taken", "took a questionnaire into use"
    QUESTIONNAIRE_DRAFTED = "questionnaire.drafted", "began a questionnaire version"
    QUESTIONNAIRE_CHANGED = "questionnaire.changed", "changed a questionnaire's draft"
    QUESTIONNAIRE_DROPPED = "questionnaire.dropped", "dropped a questionnaire's draft"
    QUESTIONNAIRE_RETIRED = "questionnaire.retired", "retired a questionnaire version"
