"""What do the analyses of a book rest on, where counts may not be shown?

On numbers that stand in for them.  Whoever has a book can refit an analysis with 1, 2,
... 7 in the place of a hidden count: it is the stand-in that fits, whatever the count.

An analysis by another policy than the book's has counts that the book does not show:
each trust's own before a merger, say.  Where one of those merged is hidden, the others
would give it away: what is shown of all together less theirs.  Such an analysis then
does without all of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from candela.association import Material
from candela.participation import Figure, Figures, rates
from candela.publish.disclosure import Count, hidden_counts
from candela.tables import MEASURES, Period, Policy

__all__ = ["ShownMaterial"]

Row = tuple[str, int]
AS_REPORTED = Policy("as_reported")


@dataclass(kw_only=True)
class ShownMaterial(Material):
    """Material in which a number stands in for each count that may not be shown.

    Parameters
    ----------
    policy
        How organisations are followed in the book: these counts are shown, or hidden.
    stand_ins
        What takes the place of each hidden one.
    """

    policy: Policy
    stand_ins: Mapping[Count, float]
    _shown: dict[tuple[str, Policy], Figures] = field(default_factory=dict)
    _hidden: dict[Policy, frozenset[Count]] = field(default_factory=dict)

    @classmethod
    def of(
        cls, material: Material, *, policy: Policy, stand_ins: Mapping[Count, float]
    ) -> ShownMaterial:
        """Return the material of a book with these stand-ins."""
        return cls(
            material.outcomes,
            material.measures,
            material.succession,
            material._outcomes,
            material._figures,
            policy=policy,
            stand_ins=stand_ins,
        )

    def figures_of(self, measure: str, policy: Policy) -> Figures:
        """Return the figures of one measure under one policy, stand-ins among them."""
        key = (measure, policy)
        if key not in self._shown:
            self._shown[key] = self._protected(self._true(measure, policy))
        return self._shown[key]

    def _true(self, measure: str, policy: Policy) -> Figures:
        return super().figures_of(measure, policy)

    def _protected(self, figures: Figures) -> Figures:
        measure = figures.measure
        if not measure.counts_people:
            return figures
        own = {
            (c, p): n for (c, p, m), n in self.stand_ins.items() if m == measure.name
        }
        if figures.policy == self.policy:
            return figures.standing_in(own) if own else figures
        in_book = self._true(measure.name, self.policy)
        tied = self._tied_to_hidden(measure.name, figures.policy)
        same, unknown = {}, []
        for code, period, figure in _yearly(figures):
            if _is_same(figure, in_book.over(code, period)):
                if (code, period) in own:
                    same[code, period] = own[code, period]
            elif not tied.isdisjoint(figure.rows):
                unknown.append((code, period))
        if not same and not unknown:
            return figures
        return figures.standing_in(same).without(unknown)

    def _tied_to_hidden(self, measure: str, policy: Policy) -> frozenset[Row]:
        """Return the rows that make a hidden count, or are added up with one.

        Counts of the book, of this policy, and as they were reported are looked at.
        """
        sums: list[frozenset[Row]] = []
        tied: set[Row] = set()
        for each in dict.fromkeys((self.policy, policy, AS_REPORTED)):
            hidden = self._hidden_under(each)
            for code, period, figure in _yearly(self._true(measure, each)):
                sums.append(frozenset(figure.rows))
                if (code, period, measure) in hidden:
                    tied.update(figure.rows)
        return _with_all_they_meet(tied, sums)

    def _hidden_under(self, policy: Policy) -> frozenset[Count]:
        """Return the counts that must not be shown under a policy."""
        if policy not in self._hidden:
            self._hidden[policy] = hidden_counts(
                rate
                for measure in MEASURES.values()
                if measure.counts_people and self.has(measure.name)
                for rate in rates(self._true(measure.name, policy), ())
            )
        return self._hidden[policy]


def _yearly(figures: Figures) -> list[tuple[str, Period, Figure]]:
    """Return organisation, year and figure of all that are made of rows."""
    found = [
        (code, year, figures.over(code, year))
        for code in figures.organisations
        for year in figures.years
    ]
    return [(code, year, f) for code, year, f in found if f is not None and f.rows]


def _is_same(figure: Figure, other: Figure | None) -> bool:
    return (
        other is not None
        and set(figure.rows) == set(other.rows)
        and figure.value == other.value
    )


def _with_all_they_meet(
    rows: set[Row], sums: Sequence[frozenset[Row]]
) -> frozenset[Row]:
    """Return the rows with those of every sum that has one of them, and so on."""
    found = set(rows)
    while True:
        met = {row for each in sums if not found.isdisjoint(each) for row in each}
        if met <= found:
            return frozenset(found)
        found |= met
