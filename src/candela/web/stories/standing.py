"""How does the portfolio stand, in one sentence?"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from candela.impact.framework import framework
from candela.impact.report import Coverage
from candela.web.coding.models import Statement
from candela.web.stories.gathering import COUNTING, DOWNSIDES, coverage
from candela.web.studies.models import Study

__all__ = ["Standing", "standing_of"]


@dataclass(frozen=True)
class Standing:
    """What was asked and what came of it, counted."""

    coverage: Coverage
    statements: int
    downsides: int
    most_about: str
    last_closed: str
    any_study: bool

    @property
    def is_empty(self) -> bool:
        """Whether no study was asked about and nothing is verified."""
        return not self.coverage.asked and not self.statements

    @property
    def has_no_study(self) -> bool:
        """Whether nothing at all was entered yet."""
        return self.is_empty and not self.any_study

    @property
    def sentence(self) -> str:
        """The sentence, from which no blank is read as none."""
        if self.is_empty:
            return self._ask_first()
        of = self.coverage
        share = f" ({round(100 * of.asked / of.eligible)}%)" if of.eligible >= 8 else ""
        said = (
            f"{_count(self.statements, 'verified statement')}; "
            f"{of.asked} of {_count(of.eligible, 'study', 'studies')} asked{share}"
        )
        if self.most_about:
            are = "it is" if self.statements == 1 else "most are"
            said += f"; {are} about {self.most_about.lower()}"
        describes = "describes" if self.downsides == 1 else "describe"
        return f"{said}; {self.downsides or 'none'} {describes} a cost or harm."

    def _ask_first(self) -> str:
        if not self.any_study:
            return "No study is recorded here yet, so nobody was asked."
        if not self.last_closed:
            return "No study asked yet. Ask about one that is closing, or has closed."
        return (
            f"No study asked yet. The one that closed last is {self.last_closed}: ask "
            "about it."
        )


def standing_of() -> Standing:
    """Return how the organisation in scope stands."""
    counting = Statement.objects.filter(state__in=COUNTING, same_as=None)
    told = list(counting.values_list("kind", "direction"))
    known = framework()
    domains = Counter(known.domain_of(k).label for k, _ in told if k in known.kinds)
    last = Study.objects.exclude(closed_on=None).order_by("-closed_on").first()
    return Standing(
        coverage=coverage(),
        statements=len(told),
        downsides=sum(direction in DOWNSIDES for _, direction in told),
        most_about=domains.most_common(1)[0][0] if domains else "",
        last_closed="" if last is None else last.short_title,
        any_study=last is not None or Study.objects.exists(),
    )


def _count(number: int, one: str, many: str = "") -> str:
    words = one if number == 1 else many or f"{one}s"
    return f"{number or 'No'} {words}"
