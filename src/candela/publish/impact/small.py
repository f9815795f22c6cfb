"""How many people answered, as far as that may be told?

A count of people from 1 to 7 is never shown, and every other one to the nearest 5.  A
group in which fewer than 8 answered is shown together with others, so that no total
less the rest gives it away.  A later release shows the same groups with 8 further
answers at least, or the counts of the release before.

Studies, statements, organisations and documents are not people and are exact.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from candela.impact.claims import Role
from candela.impact.report import GroupHeard
from candela.publish.disclosure import HIDDEN, ROUNDING_BASE, SMALLEST_SHOWN

__all__ = [
    "NOTE",
    "GroupShown",
    "Shown",
    "block_of",
    "blocks_of",
    "count_words",
    "counts_to_show",
    "groups_shown",
    "is_count_of_people",
    "may_show_again",
    "share_shown",
    "shown_count",
    "total_shown",
]

Shown = int | str
"""A count as it may be shown: to the nearest 5, or ``*``."""

NOTE = (
    "Counts of people are to the nearest 5, so they may not add up. "
    f"{HIDDEN} means 1 to {SMALLEST_SHOWN - 1} people."
)
LEADERSHIP = "service leadership"  # a single manager would be known by the role
PEOPLE = re.compile(
    r"\b(people|persons?|patients?|participants?|carers?|famil(y|ies)|nurses?|staff|"
    r"doctors?|clinicians?|consultants?|therapists?|pharmacists?|midwives|midwife|"
    r"managers?|researchers?|volunteers?|contributors?|children|adults?|women|men|"
    r"employees?|trainees?|students?|recruits?|respondents?|professionals?|"
    r"practitioners?|colleagues?|members?|leavers?|joiners?|starters?)\b",
    re.IGNORECASE,
)


def shown_count(n: int, *, smallest: int = SMALLEST_SHOWN) -> Shown:
    """Return a count of people as it may be shown."""
    if n < 0:
        raise ValueError("a count of people is not below 0")
    if 0 < n < smallest:
        return HIDDEN
    return ROUNDING_BASE * round(n / ROUNDING_BASE)


def count_words(n: int, *, smallest: int = SMALLEST_SHOWN) -> str:
    """Return a count of people in words of a sentence: ``about 40``."""
    if n == 0:
        return "none"
    if n < smallest:
        return f"fewer than {smallest}"
    return f"about {shown_count(n, smallest=smallest)}"


def share_shown(part: int, whole: int, *, smallest: int = SMALLEST_SHOWN) -> int | None:
    """Return a percentage made of what is shown, or nothing where it may not be.

    A share of few people, or one whose part is hidden, is not shown.
    """
    above, below = (shown_count(n, smallest=smallest) for n in (part, whole))
    if whole < smallest or isinstance(above, str) or isinstance(below, str):
        return None
    return min(100, round(100 * above / below))


def may_show_again(before: int, now: int, *, smallest: int = SMALLEST_SHOWN) -> bool:
    """Say whether a new count may take the place of one that was shown.

    Its difference from the earlier must not tell of few people.
    """
    return now == before or abs(now - before) >= smallest


@dataclass(frozen=True)
class GroupShown:
    """One row of *who answered*: a group, or several shown together.

    Attributes
    ----------
    roles
        The groups in it.
    words
        What it is called.
    any_of
        What to call it where not all of its groups need be meant.
    asked, answered
        As they may be shown; ``asked`` is nothing where nobody knows it.
    share
        Answered of asked, in whole per cent, where it may be shown.
    """

    roles: frozenset[Role]
    words: str
    any_of: str
    asked: Shown | None
    answered: Shown
    share: int | None

    @property
    def is_hidden(self) -> bool:
        """Whether nothing may be said of it but that it is there."""
        return self.answered == HIDDEN


Block = tuple[GroupHeard, ...]


def blocks_of(
    groups: Iterable[GroupHeard], *, smallest: int = SMALLEST_SHOWN
) -> tuple[Block, ...]:
    """Return the groups in blocks that may be shown as one each.

    Small groups are one block.  Where it is still small, the smallest of the others
    joins it, until it is not or no group is left.  Of a group of few that nobody
    answered for, even that is not told.
    """
    each = _one_a_role(groups)
    small = [group for group in each if _is_small(group, smallest)]
    silent = [g for g in each if g not in small and g.answered == 0]
    large = [g for g in each if g not in small and g.answered > 0]
    large.sort(key=lambda group: group.answered)
    while small and sum(g.answered for g in small) < smallest and large:
        small.append(large.pop(0))
    found: list[Block] = [(group,) for group in (*large, *silent)]
    if small:
        found.append(tuple(small))
    order = {group.role: n for n, group in enumerate(each)}
    return tuple(
        sorted(
            (tuple(sorted(block, key=lambda g: order[g.role])) for block in found),
            key=lambda block: (len(block) > 1, order[block[0].role]),
        )
    )


def _one_a_role(groups: Iterable[GroupHeard]) -> list[GroupHeard]:
    by_role: dict[Role, list[GroupHeard]] = {}
    for group in groups:
        by_role.setdefault(group.role, []).append(group)
    return [
        GroupHeard(
            role=role,
            asked=_sum(group.asked for group in by_role[role]),
            answered=sum(group.answered for group in by_role[role]),
            anonymous=any(group.anonymous for group in by_role[role]),
        )
        for role in Role
        if role in by_role
    ]


def _sum(numbers: Iterable[int | None]) -> int | None:
    found = list(numbers)
    return None if None in found else sum(n for n in found if n is not None)


def _is_small(group: GroupHeard, smallest: int) -> bool:
    few_asked = group.asked is not None and group.asked < smallest
    return 0 < group.answered < smallest or (group.answered == 0 and few_asked)


def groups_shown(
    groups: Iterable[GroupHeard], *, smallest: int = SMALLEST_SHOWN
) -> tuple[GroupShown, ...]:
    """Return who answered as it may be shown, small groups together."""
    return tuple(
        _shown(block, smallest) for block in blocks_of(groups, smallest=smallest)
    )


def _shown(block: Block, smallest: int) -> GroupShown:
    answered = sum(group.answered for group in block)
    asked = _sum(group.asked for group in block)
    asked = None if asked is None else max(asked, answered)
    few = len(block) > 1 or 0 < answered < smallest
    hidden = few and answered < smallest
    return GroupShown(
        roles=frozenset(group.role for group in block),
        words=_words(block, few=few),
        any_of=_any_of(block, few=few),
        asked=None if asked is None else shown_count(asked, smallest=smallest),
        # A block of small groups that nobody answered for is hidden too.
        answered=HIDDEN if hidden else shown_count(answered, smallest=smallest),
        share=None
        if asked is None or hidden
        else share_shown(answered, asked, smallest=smallest),
    )


def _words(block: Block, *, few: bool) -> str:
    names = _names(block, few=few)
    if len(names) == 1:
        return names[0]
    return f"{', '.join(names[:-1])} and {names[-1]}, shown together"


def _any_of(block: Block, *, few: bool) -> str:
    names = _names(block, few=few)
    if len(names) == 1:
        return names[0]
    return f"{', '.join(names[:-1])} or {names[-1]}"


def _names(block: Block, *, few: bool) -> list[str]:
    return [
        LEADERSHIP if few and group.role is Role.MANAGER else group.role.words
        for group in block
    ]


def total_shown(
    groups: Iterable[GroupHeard], *, smallest: int = SMALLEST_SHOWN
) -> Shown:
    """Return how many answered in all, rounded on its own."""
    return shown_count(sum(g.answered for g in groups), smallest=smallest)


def block_of(shown: Sequence[GroupShown], role: Role) -> GroupShown | None:
    """Return the row that a group is in."""
    return next((row for row in shown if role in row.roles), None)


def counts_to_show(
    before: Mapping[Role, int],
    now: Mapping[Role, int],
    *,
    asked: Mapping[Role, int] | None = None,
    smallest: int = SMALLEST_SHOWN,
) -> Mapping[Role, int]:
    """Return the counts that a later release may rest on: the new ones, or the old.

    The new ones if every row that was shown is shown again, and has not changed or has
    changed by 8 answers at least.  A group that comes to few would change the row that
    it is shown in, so it waits.  All groups change together or none does.
    """
    if not before:
        return now
    rows_before, rows_now = (_rows(counts, asked, smallest) for counts in (before, now))
    kept = all(
        row in rows_now and may_show_again(count, rows_now[row], smallest=smallest)
        for row, count in rows_before.items()
    )
    total = sum(before.values()), sum(now.values())
    return now if kept and may_show_again(*total, smallest=smallest) else before


def _rows(
    counts: Mapping[Role, int], asked: Mapping[Role, int] | None, smallest: int
) -> dict[frozenset[Role], int]:
    groups = [
        GroupHeard(role, (asked or {}).get(role), count, anonymous=True)
        for role, count in counts.items()
    ]
    return {
        frozenset(group.role for group in block): sum(group.answered for group in block)
        for block in blocks_of(groups, smallest=smallest)
    }


def is_count_of_people(what: str, unit: str) -> bool:
    """Say whether a figure counts people: ``12 nurses``, not ``12 minutes a nurse``.

    A unit of something for each person is a measure of that thing.
    """
    head = re.split(r"\b(?:per|an?|for|of|each)\b|/", unit, maxsplit=1)[0].strip()
    if head:
        return PEOPLE.search(head) is not None
    return PEOPLE.search(what) is not None
