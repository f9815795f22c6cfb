"""Does somebody open a poster's door again and again?

Counted in the memory of this process, never in the database: a row there would tell
when somebody came.  What is counted under changes each day and cannot be turned back
into the address of a machine.  A whole ward may share one address, hence the room.
"""

from __future__ import annotations

import hashlib
import secrets
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from threading import Lock

__all__ = ["MINUTES", "DoorLimits", "limits"]

MINUTES = 10
MOST = 60  # starts in so many minutes from one machine's address


@dataclass
class DoorLimits:
    """Counts starts by machine for ten minutes at a time."""

    most: int = MOST
    _salt: bytes = b""
    _day: date | None = None
    _span: int = -1
    _counts: Counter[bytes] = field(default_factory=Counter)
    _lock: Lock = field(default_factory=Lock)

    def lets_in(self, machine: str, now: datetime) -> bool:
        """Count a start, and say whether it is not one too many."""
        with self._lock:
            self._turn_over(now)
            mark = hashlib.sha256(self._salt + machine.encode()).digest()
            self._counts[mark] += 1
            return self._counts[mark] <= self.most

    def _turn_over(self, now: datetime) -> None:
        if self._day != now.date():
            self._day, self._salt = now.date(), secrets.token_bytes(32)
            self._counts.clear()
        span = int(now.timestamp()) // (60 * MINUTES)
        if span != self._span:
            self._span = span
            self._counts.clear()


limits = DoorLimits()
