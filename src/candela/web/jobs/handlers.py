"""Which code does which kind of job, and how does it tell how far it is?

Each app has its kinds of work in a module ``work``, found when the service starts::

    @handles("check-book")
    def check_book(job: Claimed, progress: Progress) -> Effect:
        with rows_of(job):
            book = Book.objects.get(pk=job.arguments["book"])
        for n, name in enumerate(names, 1):
            progress("checking files", n, len(names))
            ...
        return lambda: mark_ready(book=book, seal=seal, by=job.created_by)

What takes long happens in the handler, outside any transaction.  What it returns is run
in the transaction that ends the job, in the scope of the job's organisation, and gives
the job's result: ``{"address": ..., "words": ...}`` leads to where it can be seen.  A
``CandelaError`` ends the job with its words; anything else is tried again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from candela.errors import InputError
from candela.web.jobs.periods import Every
from candela.web.jobs.queue import Claimed, renew

__all__ = ["Effect", "Handler", "Kind", "Progress", "handles", "kind_of", "periodic"]

RENEW_EVERY_SECONDS = 1.0  # progress within one stage is written no more often

Effect = Callable[[], dict[str, Any]]
Handler = Callable[[Claimed, "Progress"], Effect]


class Progress:
    """Tells how far a job is, and renews its lease.

    Raises ``Cancelled`` when somebody asked for the job to stop, and ``LostLease`` when
    another worker has taken it over.
    """

    def __init__(self, claimed: Claimed) -> None:
        self._claimed = claimed
        self._stage = ""
        self._at = datetime.min.replace(tzinfo=UTC)

    def __call__(self, stage: str, done: int = 0, total: int = 0) -> None:
        """Say the stage in words, and how much of how much is done."""
        now = datetime.now(UTC)
        quiet = (now - self._at).total_seconds() < RENEW_EVERY_SECONDS
        last = 0 < total == done
        if stage == self._stage and quiet and not last:
            return
        self._stage, self._at = stage, now
        renew(self._claimed, stage, done, total, now)


@dataclass(frozen=True)
class Kind:
    """One kind of work: its handler, its name in words, and how often it comes due."""

    name: str
    words: str
    handler: Handler
    every: Every | None = None


_KINDS: dict[str, Kind] = {}


def handles(
    name: str, *, words: str = "", every: Every | None = None
) -> Callable[[Handler], Handler]:
    """Register what does a kind of job; with ``every`` it is asked for by itself."""

    def register(handler: Handler) -> Handler:
        if name in _KINDS and _KINDS[name].handler is not handler:
            raise ValueError(f"two handlers of {name}")
        told = words or name.replace("-", " ").capitalize()
        _KINDS[name] = Kind(name, told, handler, every)
        return handler

    return register


def kind_of(name: str) -> Kind:
    """Return a kind of job; of one that is no longer there, a kind that says so."""
    if name in _KINDS:
        return _KINDS[name]
    return Kind(name, name.replace("-", " ").capitalize(), _unknown)


def periodic() -> tuple[Kind, ...]:
    """Return the kinds that are asked for by themselves."""
    return tuple(kind for kind in _KINDS.values() if kind.every is not None)


def _unknown(claimed: Claimed, progress: Progress) -> Effect:
    del progress
    raise InputError(
        f"nothing here does work called `{claimed.kind}`: it was asked for by another "
        "version of Candela. Start it again after the upgrade."
    )
