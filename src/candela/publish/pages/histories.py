"""What became of this organisation, and whose figures are joined with its own?"""

from __future__ import annotations

from collections.abc import Sequence

from candela.publish.contents import BookContents
from candela.publish.pages.held import Held, held
from candela.publish.pages.parts import Sentence

__all__ = ["histories_of", "listed", "merged_into"]


def listed(words: Sequence[str]) -> str:
    """Return words as a list in a sentence: ``A, B and C``."""
    if len(words) < 2:
        return "".join(words)
    last = ", and" if any(" and " in word for word in words) else " and"
    return f"{', '.join(words[:-1])}{last} {words[-1]}"


def merged_into(book: Held, code: str) -> str:
    """Return ``merged into NAME``, ``divided between NAMES``, or nothing."""
    after = book.successors.get(code, ())
    if not after:
        return ""
    names = listed([book.name(c) for c in after])
    return f"merged into {names}" if len(after) == 1 else f"divided between {names}"


def histories_of(contents: BookContents, code: str) -> tuple[Sentence, ...]:
    """Return a sentence for each merger or division that touches the organisation."""
    book = held(contents)
    name = book.name(code)
    found: list[Sentence] = []
    after = book.successors.get(code, ())
    if len(after) == 1:
        found.append(
            (
                f"{name} was {merged_into(book, code)}. Its research activity is "
                "counted there; its deaths are told here, as they were published.",
            )
        )
    elif after:
        found.append(
            (
                f"{name} was {merged_into(book, code)}. No shares are known, so its "
                "research activity is left out and not guessed.",
            )
        )
    before = book.predecessors.get(code, ())
    if before:
        names = listed([book.name(c) for c in before])
        found.append(
            (
                f"{name} took over from {names}. Their research activity is counted "
                "here; deaths before that stay under each earlier code, as published.",
            )
        )
    for other, codes in book.successors.items():
        if len(codes) > 1 and code in codes:
            found.append(
                (
                    f"A part of {book.name(other)} came here. No shares are known, so "
                    "its research activity is left out and not guessed.",
                )
            )
    return tuple(found)
