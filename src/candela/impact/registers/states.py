"""How far is a study, in the words of CPMS or EDGE?

CPMS has eighteen words for it, EDGE lets each organisation have its own; both begin
with what matters.  A study that is suspended has opened; one that was withdrawn before
it opened is closed.
"""

from __future__ import annotations

from candela.impact.registers.entries import StudyState

__all__ = ["NO_STATE", "state_of"]

NO_STATE = frozenset({"abandoned", "rejected", "unknown"})
# The first that a status begins with decides: the longer words come first.
BEGINNINGS: tuple[tuple[str, StudyState], ...] = (
    ("closed to recruitment, follow up complete", StudyState.CLOSED),
    ("closed to recruitment, no follow up", StudyState.CLOSED),
    ("closed to recruitment", StudyState.CLOSED_RECRUITMENT),
    ("closed - in follow up", StudyState.CLOSED_RECRUITMENT),
    ("closed, in follow up", StudyState.CLOSED_RECRUITMENT),
    ("closed", StudyState.CLOSED),
    ("in follow up", StudyState.CLOSED_RECRUITMENT),
    ("completed", StudyState.CLOSED),
    ("archived", StudyState.CLOSED),
    ("withdrawn", StudyState.CLOSED),
    ("pre-setup", StudyState.SETUP),
    ("in setup", StudyState.SETUP),
    ("in set up", StudyState.SETUP),
    ("in set-up", StudyState.SETUP),
    ("setup", StudyState.SETUP),
    ("set-up", StudyState.SETUP),
    ("set up", StudyState.SETUP),
    ("pending", StudyState.SETUP),
    ("open", StudyState.OPEN),
    ("recruiting", StudyState.OPEN),
    ("suspended", StudyState.OPEN),
)


def state_of(words: str) -> StudyState | None:
    """Return the state that a status stands for; nothing where we do not know it."""
    said = " ".join(words.lower().replace("follow-up", "follow up").split())
    return next((state for start, state in BEGINNINGS if said.startswith(start)), None)
