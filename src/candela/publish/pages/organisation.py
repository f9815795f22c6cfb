"""How are we doing in research, and what needs a look?  One organisation's page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from candela.publish.contents import BookContents
from candela.publish.pages.about_book import book_line, warnings
from candela.publish.pages.cannot_tell import cannot_tell_of_organisation
from candela.publish.pages.held import Held, held
from candela.publish.pages.histories import histories_of
from candela.publish.pages.next_steps import next_step
from candela.publish.pages.parts import (
    Sentence,
)
from candela.publish.pages.places import (
    IndicatorLine,
    Place,
    line_of,
    place_of,
)
from candela.publish.pages.rounding import about
from candela.publish.pages.since import changed_since
from candela.publish.pages.values import (
    in_a_sentence,
    period_words,
)

__all__ = ["OrganisationPage", "organisation_page"]

QUESTION = "How are we doing in research, and what needs a look?"
PARTICIPANTS = "participants_"


@dataclass(frozen=True)
class OrganisationPage:
    """One organisation: what is worth a question first, then the rest.

    ``histories`` says of mergers whose figures are joined, and where; ``silence`` is
    the sentence on recruitment that nobody reported, where that is so.
    """

    made_up: bool
    code: str
    name: str
    question: str
    finding: Sentence
    worth_a_question: tuple[IndicatorLine, ...]
    possibly_different: tuple[IndicatorLine, ...]
    not_different: tuple[IndicatorLine, ...]
    too_few: tuple[IndicatorLine, ...]
    silence: Sentence
    histories: tuple[Sentence, ...]
    peers: Sentence
    peer_codes: tuple[str, ...]
    changed: tuple[Sentence, ...]
    next_step: Sentence
    cannot_tell: tuple[str, ...]
    book_line: str
    warnings: tuple[str, ...]


def organisation_page(
    contents: BookContents,
    code: str,
    peers: Sequence[str] = (),
    *,
    earlier: BookContents | None = None,
) -> OrganisationPage | None:
    """Return the page of one organisation; nothing where the book does not know it.

    Parameters
    ----------
    peers
        Codes chosen in the address; without them the nearest in size.
    earlier
        The book before, to say what changed since; without it nothing is said.
    """
    book = held(contents)
    if not book.knows(code):
        return None
    places = [
        place
        for indicator in book.indicators.values()
        if (place := place_of(book, code, indicator)) is not None
    ]
    worth = _with_verdict(places, "higher", "lower")
    worth.sort(key=lambda place: -place.distance)
    possibly = _with_verdict(places, "possibly_higher", "possibly_lower")
    possibly.sort(key=lambda place: -place.distance)
    alike = _with_verdict(places, "as_expected")
    rest = [p for p in places if p not in (*worth, *possibly, *alike)]
    chosen = book.peer_codes(code, peers)

    def lines(group: Sequence[Place]) -> tuple[IndicatorLine, ...]:
        return tuple(line_of(book, code, place) for place in group)

    return OrganisationPage(
        made_up=contents.made_up,
        code=code,
        name=book.name(code),
        question=QUESTION,
        finding=_finding(book, code, worth, possibly, alike),
        worth_a_question=lines(worth),
        possibly_different=lines(possibly),
        not_different=lines(alike),
        too_few=lines(rest),
        silence=_silence(places),
        histories=histories_of(contents, code),
        peers=_peers(chosen, own_choice=bool(peers)),
        peer_codes=chosen,
        changed=() if earlier is None else changed_since(earlier, contents, code),
        next_step=_next(book, code, [*worth, *possibly]),
        cannot_tell=cannot_tell_of_organisation(tuple(book.indicators.values())),
        book_line=book_line(contents),
        warnings=warnings(contents, "position", "indicator", "position_summary"),
    )


def _with_verdict(places: Sequence[Place], *verdicts: str) -> list[Place]:
    return [place for place in places if place.verdict in verdicts]


def _finding(
    book: Held,
    code: str,
    worth: Sequence[Place],
    possibly: Sequence[Place],
    alike: Sequence[Place],
) -> Sentence:
    compared = [*worth, *possibly, *alike]
    name = book.name(code)
    if not compared:
        return (f"{name}: no indicator could be compared with what is expected.",)
    chance = about(_by_chance(book, compared))
    if len(compared) == 1:
        be = "is" if worth else "is not"
        counts = (
            f"the one indicator that could be compared {be} different from expected"
        )
    else:
        k = str(len(worth)) if worth else "none"
        verb = "is" if len(worth) < 2 else "are"
        counts = f"{k} of {len(compared)} indicators {verb} different from expected"
    first = f"{name}: {counts} ({chance} would be by chance)."
    if worth:
        label = in_a_sentence(worth[0].indicator.label)
        return (f"{first} The one worth a question first is {label}.",)
    if possibly:
        label = in_a_sentence(possibly[0].indicator.label)
        more = f", and {len(possibly) - 1} more" if len(possibly) > 1 else ""
        be = "is" if len(possibly) == 1 else "are"
        return (f"{first} Possibly different {be} {label}{more}.",)
    return (first,)


def _by_chance(book: Held, places: Sequence[Place]) -> float:
    """Return how many of these indicators would be outside by chance alone."""
    total = 0.0
    for place in places:
        summary = book.summaries.get((place.indicator.key, place.period))
        if summary is None or not summary.organisations:
            continue
        total += (summary.expected_outside998 or 0.0) / summary.organisations
    return total


def _silence(places: Sequence[Place]) -> Sentence:
    """Return the sentence on recruitment that was not reported at all."""
    recruited = [p for p in places if p.indicator.measure.startswith(PARTICIPANTS)]
    if not recruited or any(p.nothing != "not_reported" for p in recruited):
        return ()
    when = period_words(recruited[-1].period)
    return (
        f"No recruitment was reported for {when}. That is not the same as none taking "
        "place.",
    )


def _peers(codes: Sequence[str], *, own_choice: bool) -> Sentence:
    if not codes:
        return ("This book holds no sizes by which peers could be found.",)
    n = f"{len(codes)} organisation{'s' if len(codes) > 1 else ''}"
    return (
        f"Peers: {n} chosen by you."
        if own_choice
        else f"Peers: the {n} most alike in size.",
    )


def _next(book: Held, code: str, places: Sequence[Place]) -> Sentence:
    if not places:
        return ("Next: nothing from these figures alone.",)
    first = places[0]
    change = book.changes.get((code, first.indicator.key))
    return (f"Next: {_lowered(next_step(first.indicator, first.verdict, change))}",)


def _lowered(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
