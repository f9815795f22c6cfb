"""How are we doing in research, and what needs a look?  One organisation's page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from candela.publish.contents import BookContents
from candela.publish.pages.about_book import book_line, warnings
from candela.publish.pages.cannot_tell import cannot_tell_of_organisation
from candela.publish.pages.changes import change_in_a_line
from candela.publish.pages.held import Held, held
from candela.publish.pages.histories import histories_of
from candela.publish.pages.next_steps import next_step
from candela.publish.pages.nothings import kind_of_nothing, nothing_sentence
from candela.publish.pages.parts import (
    Nothing,
    Sentence,
    Target,
    joined,
)
from candela.publish.pages.records import Indicator, Position
from candela.publish.pages.rounding import about
from candela.publish.pages.values import (
    during,
    in_a_sentence,
    period_words,
    value_with_interval,
)
from candela.publish.pages.verdicts import manager_verdict
from candela.tables import Period

__all__ = ["IndicatorLine", "OrganisationPage", "line_of", "organisation_page"]

QUESTION = "How are we doing in research, and what needs a look?"
PARTICIPANTS = "participants_"


@dataclass(frozen=True)
class IndicatorLine:
    """One indicator in one sentence: value, interval, period, range, change."""

    indicator: str
    label: str
    sentence: Sentence
    target: Target
    verdict: str
    nothing: Nothing = ""


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
    next_step: Sentence
    cannot_tell: tuple[str, ...]
    book_line: str
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class _Place:
    """One indicator of the organisation, where it stands."""

    indicator: Indicator
    period: Period
    position: Position | None
    nothing: Nothing

    @property
    def verdict(self) -> str:
        if self.position is None or self.nothing not in ("", "none"):
            return "no_limits"
        return self.position.verdict

    @property
    def distance(self) -> float:
        """How far outside: in distances from what is expected to the outer limit."""
        p = self.position
        if p is None or p.value is None or p.expected is None:
            return 0.0
        edge = p.upper998 if p.value > p.expected else p.lower998
        if edge is None or edge == p.expected:
            return 0.0
        return (p.value - p.expected) / (edge - p.expected)


def organisation_page(
    contents: BookContents, code: str, peers: Sequence[str] = ()
) -> OrganisationPage | None:
    """Return the page of one organisation; nothing where the book does not know it.

    Parameters
    ----------
    peers
        Codes chosen in the address; without them the nearest in size.
    """
    book = held(contents)
    if not book.knows(code):
        return None
    places = [
        place
        for indicator in book.indicators.values()
        if (place := _place(book, code, indicator)) is not None
    ]
    worth = _with_verdict(places, "higher", "lower")
    worth.sort(key=lambda place: -place.distance)
    possibly = _with_verdict(places, "possibly_higher", "possibly_lower")
    possibly.sort(key=lambda place: -place.distance)
    alike = _with_verdict(places, "as_expected")
    rest = [p for p in places if p not in (*worth, *possibly, *alike)]
    chosen = book.peer_codes(code, peers)

    def lines(group: Sequence[_Place]) -> tuple[IndicatorLine, ...]:
        return tuple(_line(book, code, place) for place in group)

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
        next_step=_next(book, code, [*worth, *possibly]),
        cannot_tell=cannot_tell_of_organisation(tuple(book.indicators.values())),
        book_line=book_line(contents),
        warnings=warnings(contents, "position", "indicator", "position_summary"),
    )


def line_of(
    book: Held, code: str, indicator: Indicator, period: Period
) -> IndicatorLine:
    """Return the line of one indicator in one period."""
    position = book.position(code, indicator.key, period)
    nothing = kind_of_nothing(book, code, indicator, period)
    return _line(book, code, _Place(indicator, period, position, nothing))


def _place(book: Held, code: str, indicator: Indicator) -> _Place | None:
    """Return where the organisation stands in the latest period of an indicator.

    An earlier code, whose figures now count elsewhere, is told by its own last ones.
    """
    periods = book.periods(indicator.key)
    if not periods:
        return None
    period = periods[-1]
    if code in book.successors:
        own = book.positions(code, indicator.key)
        if not own:
            return None
        period = own[-1].period
    return _Place(
        indicator,
        period,
        book.position(code, indicator.key, period),
        kind_of_nothing(book, code, indicator, period),
    )


def _with_verdict(places: Sequence[_Place], *verdicts: str) -> list[_Place]:
    return [place for place in places if place.verdict in verdicts]


def _line(book: Held, code: str, place: _Place) -> IndicatorLine:
    indicator = place.indicator
    return IndicatorLine(
        indicator.key,
        indicator.label,
        _line_sentence(book, code, place),
        Target("indicator", code, indicator.key),
        place.verdict,
        place.nothing,
    )


def _line_sentence(book: Held, code: str, place: _Place) -> Sentence:
    indicator, position = place.indicator, place.position
    told = nothing_sentence(
        place.nothing,
        name=book.name(code),
        indicator=indicator,
        period=place.period,
        position=position,
    )
    if position is None or place.nothing not in ("", "none"):
        return told
    if not told:
        value = value_with_interval(indicator, position)
        told = (*value, f" {during(place.period)}.")
    summary = book.summaries.get((indicator.key, place.period))
    why = summary.why_no_limits if summary is not None else ""
    change = book.changes.get((code, indicator.key))
    return joined(
        told,
        manager_verdict(indicator, position, why),
        change_in_a_line(indicator, change),
    )


def _finding(
    book: Held,
    code: str,
    worth: Sequence[_Place],
    possibly: Sequence[_Place],
    alike: Sequence[_Place],
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


def _by_chance(book: Held, places: Sequence[_Place]) -> float:
    """Return how many of these indicators would be outside by chance alone."""
    total = 0.0
    for place in places:
        summary = book.summaries.get((place.indicator.key, place.period))
        if summary is None or not summary.organisations:
            continue
        total += (summary.expected_outside998 or 0.0) / summary.organisations
    return total


def _silence(places: Sequence[_Place]) -> Sentence:
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


def _next(book: Held, code: str, places: Sequence[_Place]) -> Sentence:
    if not places:
        return ("Next: nothing from these figures alone.",)
    first = places[0]
    change = book.changes.get((code, first.indicator.key))
    return (f"Next: {_lowered(next_step(first.indicator, first.verdict, change))}",)


def _lowered(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
