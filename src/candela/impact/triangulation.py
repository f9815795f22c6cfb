"""Which groups say that something changed, which say otherwise, which are silent?

Only groups speak here, never people: one voice a group, however many answered.  Where
so few of a group answered that its voice would be theirs, it is hidden.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from candela.impact.answers import Gate, Heard
from candela.impact.claims import Claim, Direction, Role, Worded

__all__ = [
    "Agreement",
    "Stance",
    "Summary",
    "Voice",
    "agreement_of",
    "stances",
    "summary_of",
    "voices",
]


class Voice(Worded):
    """What a group says about one kind of change."""

    BETTER = "better", "say that something got better"
    WORSE = "worse", "say that something got worse or was hard"
    BOTH = "both", "say some of both"
    NO_CHANGE = "no_change", "say that nothing changed"
    TOO_EARLY = "too_early", "say that it is too early to tell"
    SILENT = "silent", "were asked, and nobody reported it"
    NOT_ASKED = "not_asked", "were not asked"
    HIDDEN = "hidden", "hidden to protect people, since few answered"

    @property
    def reports(self) -> bool:
        """Whether the group reports a change."""
        return self in {Voice.BETTER, Voice.WORSE, Voice.BOTH}


class Agreement(Worded):
    """How groups stand to one another about one kind of change."""

    AGREE = "agree", "two groups or more report the same"
    DISPUTED = "disputed", "groups say different things"
    ONE_GROUP = "one_group", "one group reports it"
    NOBODY_REPORTED = "nobody_reported", "nobody reported it"
    NOBODY_ASKED = "nobody_asked", "nobody was asked about this"
    HIDDEN = "hidden", "hidden to protect people, since few answered"


class Stance(Worded):
    """How a group stands to one claim."""

    CONFIRMS = "confirms", "says the same"
    PARTLY = "partly", "says some of both"
    DIFFERS = "differs", "says the opposite"
    NO_CHANGE = "no_change", "says that nothing changed"
    SILENT = "silent", "was asked, and nobody reported it"
    NOT_ASKED = "not_asked", "was not asked"
    HIDDEN = "hidden", "hidden to protect people, since few answered"


@dataclass(frozen=True)
class Summary:
    """Of how many kinds groups stand so to one another; kinds are not people."""

    agree: int
    disputed: int
    one_group: int
    nobody_reported: int
    nobody_asked: int
    hidden: int


def voices(
    heard: Iterable[Heard],
    asked: Mapping[Role, Collection[str]],
    *,
    kinds: Collection[str] = (),
    too_few: Collection[Role] = (),
) -> Mapping[str, Mapping[Role, Voice]]:
    """Return what each group says about each kind of change.

    Parameters
    ----------
    heard
        What respondents said, of one study or of several.
    asked
        Kinds that each group was asked about.  A group that was heard about a kind was
        asked about it, whatever stands here.
    kinds
        Kinds to speak of even if nobody was asked about them.
    too_few
        Groups of which fewer people answered than may be shown.

    Notes
    -----
    One who reports a change speaks for the group over those who saw none; if some
    report better and others worse, the group says both.
    """
    said: dict[tuple[str, Role], set[Gate]] = {}
    for item in heard:
        said.setdefault((item.kind, item.role), set()).add(item.gate)
    order = dict.fromkeys(kinds)
    order |= dict.fromkeys(
        kind for role in Role for kind in sorted(asked.get(role, ()))
    )
    order |= dict.fromkeys(kind for kind, _ in sorted(said))
    not_asked = dict.fromkeys(Role, Voice.NOT_ASKED)
    found = {kind: not_asked.copy() for kind in order}
    for role, its_kinds in asked.items():
        for kind in its_kinds:
            found[kind][role] = Voice.SILENT
    for (kind, role), gates in said.items():
        found[kind][role] = _voice(gates)
    for role in too_few:
        for groups in found.values():
            if groups[role] is not Voice.NOT_ASKED:
                groups[role] = Voice.HIDDEN
    return found


_LOUDEST_FIRST = (
    (Gate.BOTH, Voice.BOTH),
    (Gate.BETTER, Voice.BETTER),
    (Gate.WORSE, Voice.WORSE),
    (Gate.NO_CHANGE, Voice.NO_CHANGE),
    (Gate.TOO_EARLY, Voice.TOO_EARLY),
)


def _voice(gates: set[Gate]) -> Voice:
    if Gate.BETTER in gates and Gate.WORSE in gates:
        return Voice.BOTH
    return next(
        (voice for gate, voice in _LOUDEST_FIRST if gate in gates), Voice.SILENT
    )


_REPORTS = frozenset(voice for voice in Voice if voice.reports)


def agreement_of(groups: Mapping[Role, Voice]) -> Agreement:
    """Return how groups stand to one another about one kind of change.

    Who says both agrees with who says better, and with who says worse.  A group that
    saw no change disputes what another reports.
    """
    present = set(groups.values())
    if present <= {Voice.NOT_ASKED}:
        return Agreement.NOBODY_ASKED
    reporting = [voice for voice in groups.values() if voice in _REPORTS]
    if not reporting:
        hidden = Voice.HIDDEN in present
        return Agreement.HIDDEN if hidden else Agreement.NOBODY_REPORTED
    if Voice.NO_CHANGE in present or {Voice.BETTER, Voice.WORSE} <= present:
        return Agreement.DISPUTED
    return Agreement.AGREE if len(reporting) > 1 else Agreement.ONE_GROUP


def summary_of(found: Mapping[str, Mapping[Role, Voice]]) -> Summary:
    """Return of how many kinds groups agree, differ, or are silent."""
    counted = Counter(agreement_of(groups) for groups in found.values())
    return Summary(**{stand.value: counted[stand] for stand in Agreement})


def stances(claim: Claim, groups: Mapping[Role, Voice]) -> Mapping[Role, Stance]:
    """Return how each group stands to a claim.

    Parameters
    ----------
    groups
        What each says about the claim's kind of change in its study.  A group whose
        answer the claim rests on confirms it in any case.
    """
    return {
        role: Stance.CONFIRMS
        if role in claim.groups
        else _stance(claim.direction, groups.get(role, Voice.NOT_ASKED))
        for role in Role
    }


_SAME = {
    Direction.POSITIVE: Voice.BETTER,
    Direction.NEGATIVE: Voice.WORSE,
    Direction.MIXED: Voice.BOTH,
    Direction.NO_CHANGE: Voice.NO_CHANGE,
}


def _stance(direction: Direction, voice: Voice) -> Stance:
    if voice is _SAME[direction]:
        return Stance.CONFIRMS
    match voice:
        case Voice.NO_CHANGE:
            return Stance.NO_CHANGE
        case Voice.BETTER | Voice.WORSE:
            return Stance.PARTLY if direction is Direction.MIXED else Stance.DIFFERS
        case Voice.BOTH:
            no_change = direction is Direction.NO_CHANGE
            return Stance.DIFFERS if no_change else Stance.PARTLY
        case Voice.NOT_ASKED:
            return Stance.NOT_ASKED
        case Voice.HIDDEN:
            return Stance.HIDDEN
        case _:
            return Stance.SILENT
