"""For whom is a report made?"""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Audience"]


class Audience(StrEnum):
    """Who may read a released report; ``words`` say it on a page."""

    words: str

    INTERNAL = "internal", "people who work here"
    BOARD = "board", "the board"
    NETWORK = "network", "a network, a funder or an inspector"
    PUBLIC = "public", "anybody"

    def __new__(cls, code: str, words: str) -> Audience:
        made = str.__new__(cls, code)
        made._value_ = code
        made.words = words
        return made

    @property
    def is_outside(self) -> bool:
        """Whether readers do not work here."""
        return self in (Audience.NETWORK, Audience.PUBLIC)
