"""What does this book hold of an organisation, an indicator, a period?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TypeVar
from weakref import WeakKeyDictionary

from candela.publish.contents import BookContents
from candela.publish.pages.names import written_name
from candela.publish.pages.records import (
    Change,
    Feature,
    Indicator,
    Organisation,
    Peer,
    Position,
    Summary,
    Traced,
    made,
    period_of,
    text_of,
)
from candela.tables import Period, independent_periods

__all__ = ["Held", "held"]

Made = TypeVar("Made", bound=Traced)


class Held:
    """Typed lookups in one book; made once for each book and kept while it lives."""

    def __init__(self, contents: BookContents) -> None:
        self._tables = contents.tables

    def _all(self, kind: type[Made], table: str) -> list[Made]:
        """Return the rows of a table; those whose period cannot be are passed over."""
        found = self._tables.get(table)
        dated = "period" in kind.__dataclass_fields__
        return [
            made(kind, table, number, row)
            for number, row in enumerate(found.rows if found else (), start=2)
            if not dated or period_of(row) is not None
        ]

    @cached_property
    def indicators(self) -> Mapping[str, Indicator]:
        """The indicators in the order of the book."""
        return {i.key: i for i in self._all(Indicator, "indicator")}

    @cached_property
    def organisations(self) -> Mapping[str, Organisation]:
        """The organisations that the book lists, by code."""
        return {o.org_code: o for o in self._all(Organisation, "organisations")}

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Every code with a name or a figure, by name."""
        found = self.organisations.keys() | {code for code, _ in self._positions}
        return tuple(sorted(found, key=lambda c: (self.name(c).casefold(), c)))

    @cached_property
    def successors(self) -> Mapping[str, tuple[str, ...]]:
        """The codes that took over, by earlier code; several after a split."""
        found = self._tables.get("succession")
        rows = found.rows if found else ()
        return {
            text_of(row, "org_code"): tuple(text_of(row, "successors").split())
            for row in rows
            if text_of(row, "successors")
        }

    @cached_property
    def predecessors(self) -> Mapping[str, tuple[str, ...]]:
        """The earlier codes, by the one code that took over."""
        found: dict[str, list[str]] = defaultdict(list)
        for code, after in self.successors.items():
            if len(after) == 1:
                found[after[0]].append(code)
        return {code: tuple(sorted(before)) for code, before in found.items()}

    def standing(self, code: str) -> str:
        """Return the code that stands for ``code`` today: itself after a split."""
        seen = {code}
        while len(after := self.successors.get(code, ())) == 1 and after[0] not in seen:
            code = after[0]
            seen.add(code)
        return code

    @cached_property
    def _positions(self) -> Mapping[tuple[str, str], Mapping[Period, Position]]:
        found: dict[tuple[str, str], dict[Period, Position]] = defaultdict(dict)
        for position in self._all(Position, "position"):
            found[position.org_code, position.indicator][position.period] = position
        return {
            key: dict(sorted(by.items(), key=lambda at: (at[0].end, at[0].start)))
            for key, by in found.items()
        }

    @cached_property
    def _by_period(self) -> Mapping[str, Mapping[Period, tuple[Position, ...]]]:
        found: dict[str, dict[Period, list[Position]]] = defaultdict(dict)
        for (_, indicator), by in self._positions.items():
            for period, position in by.items():
                found[indicator].setdefault(period, []).append(position)

        def by_name(position: Position) -> tuple[str, str]:
            return self.name(position.org_code).casefold(), position.org_code

        return {
            indicator: {p: tuple(sorted(by[p], key=by_name)) for p in by}
            for indicator, by in found.items()
        }

    def positions(self, code: str, indicator: str) -> tuple[Position, ...]:
        """Return an organisation's figures on an indicator, the latest last."""
        return tuple(self._positions.get((code, indicator), {}).values())

    def position(self, code: str, indicator: str, period: Period) -> Position | None:
        """Return one organisation's figure in one period."""
        return self._positions.get((code, indicator), {}).get(period)

    def in_period(self, indicator: str, period: Period) -> tuple[Position, ...]:
        """Return every organisation's figure, by name and not by value."""
        return self._by_period.get(indicator, {}).get(period, ())

    def periods(self, indicator: str) -> tuple[Period, ...]:
        """Return the periods of an indicator, the latest last."""
        found = self._by_period.get(indicator, {})
        return tuple(sorted(found, key=lambda p: (p.end, p.start)))

    def apart(self, code: str, indicator: str) -> tuple[Position, ...]:
        """Return an organisation's figures of periods that share no day."""
        kept = set(independent_periods(self.periods(indicator)))
        return tuple(p for p in self.positions(code, indicator) if p.period in kept)

    @cached_property
    def summaries(self) -> Mapping[tuple[str, Period], Summary]:
        """All organisations together, by indicator and period."""
        found = self._all(Summary, "position_summary")
        return {(s.indicator, s.period): s for s in found}

    @cached_property
    def changes(self) -> Mapping[tuple[str, str], Change]:
        """Changes by organisation and indicator."""
        return {(c.org_code, c.indicator): c for c in self._all(Change, "change")}

    @cached_property
    def features(self) -> Mapping[str, Mapping[str, Feature]]:
        """Sizes by organisation and feature."""
        found: dict[str, dict[str, Feature]] = defaultdict(dict)
        for feature in self._all(Feature, "feature"):
            found[feature.org_code][feature.feature] = feature
        return found

    @cached_property
    def feature_labels(self) -> Mapping[str, str]:
        """The words for each feature, by key."""
        return {
            feature.feature: feature.label
            for by in self.features.values()
            for feature in by.values()
        }

    @cached_property
    def peers(self) -> Mapping[tuple[str, str], tuple[Peer, ...]]:
        """The organisations most alike, by organisation and basis, nearest first."""
        found: dict[tuple[str, str], list[Peer]] = defaultdict(list)
        for peer in self._all(Peer, "peers"):
            found[peer.org_code, peer.basis].append(peer)
        return {
            key: tuple(sorted(near, key=lambda p: p.place or 0.0))
            for key, near in found.items()
        }

    def name(self, code: str) -> str:
        """Return an organisation's name, or its code where no name is known."""
        return self._names.get(code, code)

    @cached_property
    def _names(self) -> Mapping[str, str]:
        found = self.organisations.values()
        return {o.org_code: written_name(o.name) or o.org_code for o in found}

    def knows(self, code: str) -> bool:
        """Say whether the book holds anything of this code."""
        return code in self.organisations or code in self._codes_with_figures

    @cached_property
    def _codes_with_figures(self) -> frozenset[str]:
        return frozenset(code for code, _ in self._positions)

    def peer_codes(self, code: str, chosen: Iterable[str] = ()) -> tuple[str, ...]:
        """Return the peers chosen that this book knows, or else the nearest ones."""
        known = dict.fromkeys(c for c in chosen if self.knows(c) and c != code)
        if known:
            return tuple(known)
        return tuple(peer.peer_code for peer in self.peers.get((code, "all"), ()))


_KEPT: WeakKeyDictionary[BookContents, Held] = WeakKeyDictionary()


def held(contents: BookContents) -> Held:
    """Return the typed lookups of a book, made at the first call."""
    found = _KEPT.get(contents)
    if found is None:
        found = _KEPT[contents] = Held(contents)
    return found
