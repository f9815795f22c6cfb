"""What changed since last time?  Two books side by side."""

from __future__ import annotations

from dataclasses import dataclass

from candela.publish.pages.parts import Sentence, View

__all__ = ["ComparePage"]


@dataclass(frozen=True)
class ComparePage:
    """What differs between an older book and a newer one, and why.

    ``figures`` lists figures of the same period; ``positions`` tells, for each
    organisation whose latest period moved on, whether the change is a signal or noise.
    """

    made_up: bool
    question: str
    finding: Sentence
    figures: View
    positions: View
    findings: View
    files: View
    software: tuple[str, ...]
    not_comparable: tuple[str, ...]
    cannot_tell: tuple[str, ...]
    older_line: str
    newer_line: str
    warnings: tuple[str, ...]
