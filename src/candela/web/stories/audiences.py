"""For whom is a report made?"""

from __future__ import annotations

from candela.impact.claims import Worded

__all__ = ["Audience"]


class Audience(Worded):
    """Who may read a released report; ``words`` say it on a page."""

    INTERNAL = "internal", "people who work here"
    BOARD = "board", "the board"
    NETWORK = "network", "a network, a funder or an inspector"
    PUBLIC = "public", "anybody"

    @property
    def is_outside(self) -> bool:
        """Whether readers do not work here."""
        return self in (Audience.NETWORK, Audience.PUBLIC)
