"""Which organisation is this, before and after a merger?

The answer changes results, so it is a declared policy that travels with them:

``as_reported``
    Each code stands for itself.
``successor_at=YYYY-MM-DD``
    Each code is carried to whoever had taken it over by that day.
``drop_year_of_merger``
    As reported, but a period in which a code takes over or is taken over is left out.

Published succession lists give no shares.  A code with several successors and no share
is refused, never guessed: its figures stay out and it is named.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Literal

from candela.errors import InputError
from candela.tables.period import Period
from candela.tables.table import Table

__all__ = ["Carried", "Policy", "Refusal", "Succession"]

SHARE_TOLERANCE = 0.001  # shares are given to three decimals at best

PolicyKind = Literal["as_reported", "successor_at", "drop_year_of_merger"]


@dataclass(frozen=True)
class Policy:
    """How organisations are followed through time; printed with every result."""

    kind: PolicyKind
    at: date | None = None

    def __post_init__(self) -> None:
        if (self.kind == "successor_at") != (self.at is not None):
            raise InputError(
                "the policy successor_at needs a date, and only it takes one, "
                "for instance successor_at=2022-04-01."
            )

    @classmethod
    def parse(cls, text: str, *, latest: date | None = None) -> Policy:
        """Return the policy written as ``as_reported`` or ``successor_at=DATE``.

        ``successor_at=latest`` stands for the last day in the succession lists at hand,
        given as ``latest``; without lists there is nobody to carry to, and the policy
        is ``as_reported``.
        """
        kind, _, day = text.partition("=")
        if kind in ("as_reported", "drop_year_of_merger") and not day:
            return cls(
                "as_reported" if kind == "as_reported" else "drop_year_of_merger"
            )
        if kind == "successor_at":
            if day == "latest":
                return cls("successor_at", latest) if latest else cls("as_reported")
            try:
                return cls("successor_at", date.fromisoformat(day))
            except ValueError:
                pass
        raise InputError(
            f"`{text}` is not a policy. Write as_reported, drop_year_of_merger, "
            "successor_at=YYYY-MM-DD or successor_at=latest."
        )

    def __str__(self) -> str:
        return self.kind if self.at is None else f"{self.kind}={self.at.isoformat()}"


@dataclass(frozen=True)
class Refusal:
    """A code that could not be carried, and why."""

    org_code: str
    successors: tuple[str, ...]
    effective_date: date

    def __str__(self) -> str:
        return (
            f"{self.org_code} became {' and '.join(self.successors)} on "
            f"{self.effective_date.isoformat()} and no shares that make a whole are "
            "known; its figures are left out rather than guessed"
        )


@dataclass(frozen=True)
class Carried:
    """Where each row of a table went under a policy.

    ``rows[i]`` is the row number in the table, ``codes[i]`` the code it now counts
    for and ``shares[i]`` the part of it (1 for a plain merger).  Rows of refused
    organisations, and under ``drop_year_of_merger`` rows of a year of merger, are in
    none of them.
    """

    policy: Policy
    rows: tuple[int, ...]
    codes: tuple[str, ...]
    shares: tuple[float, ...]
    moved: tuple[tuple[str, str], ...] = ()
    refused: tuple[Refusal, ...] = ()
    dropped: tuple[tuple[str, Period], ...] = ()


@dataclass(frozen=True)
class Succession:
    """Who took over from whom, and when.

    Built from a ``SUCCESSIONS`` table, or from nothing when no list is at hand.
    """

    steps: Mapping[str, tuple[tuple[date, str, float | None], ...]] = field(
        default_factory=dict
    )

    @classmethod
    def from_table(cls, table: Table) -> Succession:
        """Return the steps of a ``SUCCESSIONS`` table."""
        steps: dict[str, list[tuple[date, str, float | None]]] = defaultdict(list)
        for row in table.rows():
            share = None if row["share"] != row["share"] else row["share"]
            steps[row["predecessor_code"]].append(
                (row["effective_date"], row["successor_code"], share)
            )
        return cls(
            {code: tuple(sorted(found, key=_by_day)) for code, found in steps.items()}
        )

    @property
    def latest(self) -> date | None:
        """The last day on which anything changed, if anything did."""
        return max((s[0] for steps in self.steps.values() for s in steps), default=None)

    def standing(
        self, code: str, *, since: date, at: date
    ) -> tuple[tuple[str, float], ...] | Refusal:
        """Return who stands on day ``at`` for what ``code`` was on day ``since``.

        Returns
        -------
        tuple of (code, share), or Refusal
            One code with share 1 after plain mergers.  A ``Refusal`` where there are
            several successors and their shares are not known or do not add up to 1.
        """
        return self._follow(code, since, at, frozenset())

    def _follow(
        self, code: str, since: date, at: date, behind: frozenset[str]
    ) -> tuple[tuple[str, float], ...] | Refusal:
        steps = [step for step in self.steps.get(code, ()) if since < step[0] <= at]
        if not steps or code in behind:
            return ((code, 1.0),)
        successors = sorted({successor for _, successor, _ in steps})
        shares = [share for _, _, share in steps]
        if len(successors) == 1 and shares[-1] is None:
            steps, shares = steps[-1:], [1.0]
        known = [share for share in shares if share is not None]
        if len(known) < len(shares) or abs(sum(known) - 1) > SHARE_TOLERANCE:
            return Refusal(code, tuple(successors), steps[-1][0])
        total: dict[str, float] = defaultdict(float)
        for (day, successor, _), share in zip(steps, known, strict=True):
            onward = self._follow(successor, day, at, behind | {code})
            if isinstance(onward, Refusal):
                return Refusal(code, onward.successors, onward.effective_date)
            for final, part in onward:
                total[final] += part * share
        return tuple(sorted(total.items()))

    @cached_property
    def _days(self) -> Mapping[str, tuple[date, ...]]:
        """The days on which each code took over or was taken over."""
        days: dict[str, set[date]] = defaultdict(set)
        for code, steps in self.steps.items():
            for day, successor, _ in steps:
                days[code].add(day)
                days[successor].add(day)
        return {code: tuple(sorted(found)) for code, found in days.items()}

    def merger_days(self, code: str) -> tuple[date, ...]:
        """Return the days on which ``code`` took over or was taken over."""
        return self._days.get(code, ())

    def changed_during(self, code: str, period: Period) -> bool:
        """Say whether ``code`` merged on a day of ``period``, its first day left out.

        A change on the first day of a period leaves the whole period on one footing.
        """
        return any(period.start < day <= period.end for day in self.merger_days(code))

    def carry(self, table: Table, policy: Policy) -> Carried:
        """Return where each row of ``table`` counts under ``policy``.

        The table needs the columns ``org_code``, ``period_start`` and ``period_end``.
        What a code was is taken at the first day of the row's period, so that a code
        given away in 1998 and used again in 2010 is followed from 2010.
        """
        rows: list[int] = []
        codes: list[str] = []
        shares: list[float] = []
        moved: set[tuple[str, str]] = set()
        refused: dict[str, Refusal] = {}
        dropped: set[tuple[str, Period]] = set()
        for row, (code, start, end) in enumerate(
            table.keys("org_code", "period_start", "period_end")
        ):
            if policy.kind == "drop_year_of_merger":
                period = Period(start, end)
                if self.changed_during(code, period):
                    dropped.add((code, period))
                    continue
            stands: tuple[tuple[str, float], ...] | Refusal = ((code, 1.0),)
            if policy.at is not None:
                stands = self.standing(code, since=start, at=policy.at)
            if isinstance(stands, Refusal):
                refused[code] = stands
                continue
            for final, share in stands:
                rows.append(row)
                codes.append(final)
                shares.append(share)
                if final != code:
                    moved.add((code, final))
        return Carried(
            policy,
            tuple(rows),
            tuple(codes),
            tuple(shares),
            tuple(sorted(moved)),
            tuple(refused[code] for code in sorted(refused)),
            tuple(sorted(dropped)),
        )


def _by_day(step: tuple[date, str, float | None]) -> tuple[date, str]:
    return step[0], step[1]
