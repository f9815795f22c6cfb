"""What did all studies change here, each change counted once?

What is counted is claims that somebody independent checked, never answers.  A claim
that repeats another (``same_as``) is the same change: it counts once in every total,
and once in the row of each service that has it, so rows may add up to more than the
total.  A claim in several people's own records counts once, and is credited to each.

Counts never come without their coverage: of how many studies how many were asked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from candela.errors import InputError
from candela.impact.answers import Heard
from candela.impact.claims import Claim, Direction, Role, by_number
from candela.impact.lifecycle import State
from candela.impact.money import MoneyTable, add_up
from candela.impact.report import Coverage
from candela.impact.triangulation import Agreement, agreement_of, voices

__all__ = ["Cell", "Rollup", "StudyAsked", "roll_up"]

_Place = TypeVar("_Place", str, tuple[str, str])

_COUNTING = frozenset(state.value for state in State if state.counts)


@dataclass(frozen=True)
class StudyAsked:
    """A study that could be asked about, and what each group was asked, if any.

    ``too_few`` are groups of which fewer answered than may be shown.
    """

    key: str
    service: str
    asked: Mapping[Role, Collection[str]] = field(default_factory=dict)
    too_few: frozenset[Role] = frozenset()


@dataclass(frozen=True)
class Cell:
    """How many claims; ``negative`` of them tell of something worse, or of both."""

    claims: int = 0
    negative: int = 0


@dataclass(frozen=True)
class Rollup:
    """All that is counted, each claim under its first kind of change.

    Attributes
    ----------
    counted
        One claim for each change, by number.
    kinds, services
        Totals by kind of change, and by service.
    by_service, by_beneficiary, by_horizon, by_direction
        By kind of change and one thing more.  A claim with several beneficiaries is in
        the cell of each.
    asked
        Kind and service where at least one group of one study was asked: a cell that is
        not here is empty because nobody was asked.
    agreement
        By kind, in how many studies groups stand so to one another.
    credited
        By person, the labels of claims that are in their own record.
    """

    counted: tuple[Claim, ...]
    total: Cell
    kinds: Mapping[str, Cell]
    services: Mapping[str, Cell]
    by_service: Mapping[tuple[str, str], Cell]
    by_beneficiary: Mapping[tuple[str, str], Cell]
    by_horizon: Mapping[tuple[str, str], Cell]
    by_direction: Mapping[tuple[str, str], Cell]
    coverage: Coverage
    service_coverage: Mapping[str, Coverage]
    asked: frozenset[tuple[str, str]]
    agreement: Mapping[str, Mapping[Agreement, int]]
    credited: Mapping[str, tuple[str, ...]]
    money: MoneyTable


@dataclass(frozen=True)
class _Change:
    """Claims that are one change: ``claim`` speaks for them."""

    claim: Claim
    members: tuple[Claim, ...]

    @property
    def services(self) -> frozenset[str]:
        return frozenset(member.service for member in self.members)

    @property
    def is_negative(self) -> bool:
        return self.claim.direction in {Direction.NEGATIVE, Direction.MIXED}


def roll_up(
    claims: Iterable[Claim],
    heard: Iterable[Heard] = (),
    *,
    studies: Iterable[StudyAsked],
) -> Rollup:
    """Return everything counted once.

    Parameters
    ----------
    claims
        In any state; only those count that ``State.counts``.  Labels are unique.
    heard
        What respondents said at gates, for how groups agree.
    studies
        All that could have been asked about, asked or not: the denominator.

    Raises
    ------
    InputError
        If two different claims have one label.
    """
    listed = {study.key: study for study in studies}
    changes = _changes(_unique(claims))
    told = {member.study for change in changes for member in change.members}
    return Rollup(
        counted=tuple(change.claim for change in changes),
        total=_cell(changes),
        kinds=_cells((change.claim.kind, change) for change in changes),
        services=_cells((s, change) for change in changes for s in change.services),
        by_service=_cells(
            ((change.claim.kind, s), change)
            for change in changes
            for s in change.services
        ),
        by_beneficiary=_cells(
            ((change.claim.kind, whom.value), change)
            for change in changes
            for whom in change.claim.beneficiaries
        ),
        by_horizon=_cells(((c.claim.kind, c.claim.horizon.value), c) for c in changes),
        by_direction=_cells(
            ((c.claim.kind, c.claim.direction.value), c) for c in changes
        ),
        coverage=_coverage(listed.values(), told),
        service_coverage={
            service: _coverage(studies_there, told)
            for service, studies_there in _by_service(listed.values()).items()
        },
        asked=frozenset(
            (kind, study.service)
            for study in listed.values()
            for kinds in study.asked.values()
            for kind in kinds
        ),
        agreement=_agreement(heard, listed),
        credited=_credited(changes),
        money=add_up(change.claim for change in changes),
    )


def _unique(claims: Iterable[Claim]) -> dict[str, Claim]:
    found: dict[str, Claim] = {}
    for claim in claims:
        if found.setdefault(claim.label, claim) != claim:
            raise InputError(
                f"two different statements are called {claim.label}; number them apart."
            )
    return found


def _changes(claims: Mapping[str, Claim]) -> tuple[_Change, ...]:
    """Return the changes that count, each with all claims that tell of it."""
    groups: dict[str, list[Claim]] = {}
    for claim in claims.values():
        if claim.state in _COUNTING:
            groups.setdefault(_first_of(claim, claims), []).append(claim)
    changes = []
    for first, members in groups.items():
        members.sort(key=lambda claim: (claim.label != first, by_number(claim.label)))
        changes.append(_Change(members[0], tuple(members)))
    return tuple(sorted(changes, key=lambda change: by_number(change.claim.label)))


def _first_of(claim: Claim, claims: Mapping[str, Claim]) -> str:
    """Return the label at the end of what a claim repeats; of a ring, its first."""
    label, passed = claim.label, {claim.label: None}
    while (here := claims.get(label)) and here.same_as:
        label = here.same_as
        if label in passed:
            ring = list(passed)[list(passed).index(label) :]
            return min(ring, key=by_number)
        passed[label] = None
    return label


def _cell(changes: Collection[_Change]) -> Cell:
    return Cell(len(changes), sum(change.is_negative for change in changes))


def _cells(placed: Iterable[tuple[_Place, _Change]]) -> dict[_Place, Cell]:
    claims: Counter[_Place] = Counter()
    negative: Counter[_Place] = Counter()
    for place, change in placed:
        claims[place] += 1
        negative[place] += change.is_negative
    return {place: Cell(claims[place], negative[place]) for place in sorted(claims)}


def _coverage(studies: Collection[StudyAsked], told: Collection[str]) -> Coverage:
    """``told`` are the studies with a claim that counts."""
    return Coverage(
        eligible=len(studies),
        asked=sum(any(study.asked.values()) for study in studies),
        with_claims=sum(study.key in told for study in studies),
    )


def _by_service(studies: Iterable[StudyAsked]) -> dict[str, list[StudyAsked]]:
    found: dict[str, list[StudyAsked]] = {}
    for study in sorted(studies, key=lambda study: study.service):
        found.setdefault(study.service, []).append(study)
    return found


def _credited(changes: Iterable[_Change]) -> dict[str, tuple[str, ...]]:
    labels: dict[str, list[str]] = {}
    for change in changes:
        people = {p for member in change.members for p in member.credited}
        for person in people:
            labels.setdefault(person, []).append(change.claim.label)
    return {person: tuple(labels[person]) for person in sorted(labels)}


def _agreement(
    heard: Iterable[Heard], studies: Mapping[str, StudyAsked]
) -> dict[str, dict[Agreement, int]]:
    """Return by kind in how many studies groups agree, differ or were not asked."""
    by_study: dict[str, list[Heard]] = {key: [] for key in studies}
    for item in heard:
        if item.study in by_study:
            by_study[item.study].append(item)
    counted: dict[str, Counter[Agreement]] = {}
    for key, study in studies.items():
        for kind, stand in _of_study(by_study[key], study):
            counted.setdefault(kind, Counter())[stand] += 1
    for stands in counted.values():
        stands[Agreement.NOBODY_ASKED] += len(studies) - stands.total()
    return {
        kind: {stand: counted[kind][stand] for stand in Agreement}
        for kind in sorted(counted)
    }


def _of_study(
    heard: Iterable[Heard], study: StudyAsked
) -> Iterator[tuple[str, Agreement]]:
    found = voices(heard, study.asked, too_few=study.too_few)
    for kind, groups in found.items():
        yield kind, agreement_of(groups)
