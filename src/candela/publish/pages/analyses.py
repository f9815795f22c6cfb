"""What was planned and what was run?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from candela.publish.contents import BookContents
from candela.publish.pages.about_book import book_line, warnings
from candela.publish.pages.book_words import strings_of
from candela.publish.pages.parts import Cell, Sentence, Target, View
from candela.publish.pages.rounding import counted

__all__ = ["AnalysesPage", "analyses_page", "protocol_of"]

QUESTION = "What was planned and what was run?"


@dataclass(frozen=True)
class AnalysesPage:
    """Every declared protocol of the book and what came of it."""

    made_up: bool
    question: str
    finding: Sentence
    table: View
    book_line: str
    warnings: tuple[str, ...]


def protocol_of(contents: BookContents) -> Mapping[str, Any]:
    """Return what the book says of its protocol; its name alone in an older book."""
    told = contents.words.get("protocol")
    found = dict(told) if isinstance(told, Mapping) else {}
    found.setdefault("name", str(contents.settings.get("protocol", "")))
    return found


def analyses_page(contents: BookContents) -> AnalysesPage:
    """Return the declared protocol, how much of it was run, and its verdict."""
    protocol = protocol_of(contents)
    run = len(contents.rows("association"))
    not_run = len(contents.rows("not_done"))
    departures = strings_of(protocol.get("departures"))
    name = str(protocol["name"])
    verdict = str(contents.words.get("verdict") or "")
    rows = []
    if name:
        rows.append(
            (
                Cell(
                    str(protocol.get("title") or name), target=Target("analysis", name)
                ),
                str(protocol.get("mirrors") or ""),
                counted(run + not_run),
                counted(run),
                counted(len(departures)),
                verdict or ("Not run" if not run else "(no verdict kept)"),
            )
        )
    return AnalysesPage(
        made_up=contents.made_up,
        question=QUESTION,
        finding=_finding(len(rows), run, not_run, len(departures)),
        table=View.of(
            "Declared analyses",
            (
                "Title",
                "Follows the study",
                "Analyses planned",
                "Analyses run",
                "Departures named",
                "Verdict",
            ),
            rows,
            numeric=(False, False, True, True, True, False),
        ),
        book_line=book_line(contents),
        warnings=warnings(contents, "association", "not_done"),
    )


def _finding(protocols: int, run: int, not_run: int, departures: int) -> Sentence:
    if not protocols:
        return ("This book declares no analysis.",)
    if not run:
        return ("1 protocol declared; it could not be run on these files.",)
    done = f"{counted(run)} of its {counted(run + not_run)} analyses run"
    if not not_run:
        done = f"all {counted(run)} of its analyses run"
    if not departures:
        return (f"1 protocol declared; {done}; no departures named.",)
    things = "departure" if departures == 1 else "departures"
    return (
        f"1 protocol declared; {done}; {counted(departures)} {things} from the study "
        "it follows, each named.",
    )
