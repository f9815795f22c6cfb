"""Did the two go together?  The result of one declared protocol."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from candela.publish.contents import STUDY, BookContents
from candela.publish.pages.about_book import book_line, warnings
from candela.publish.pages.analyses import protocol_of
from candela.publish.pages.analysis_model import (
    NOT_CAUSE,
    AnalysisPage,
    StoredFigure,
    stored_figures,
)
from candela.publish.pages.analysis_numbers import analyses_view, analysis_facts
from candela.publish.pages.book_words import ledger_number, sentence_of, strings_of
from candela.publish.pages.explanations import Ratio, explanations_view
from candela.publish.pages.parts import Number, Sentence, joined
from candela.publish.pages.records import text_of
from candela.publish.pages.rounding import counted
from candela.publish.pages.stored import stored_view
from candela.publish.pages.study import study_page
from candela.publish.words import CANNOT_TELL_YOU

__all__ = ["AnalysisPage", "StoredFigure", "analysis_page"]

QUESTION = "Did more research go with fewer deaths?"
NEXT = (
    "Nothing for one organisation from this result alone: it is about all of them "
    "together.",
)
NEXT_UNSURE = (
    "Add years or organisations before asking more of it: the interval is too wide to "
    "tell.",
)


def analysis_page(contents: BookContents, name: str) -> AnalysisPage | None:
    """Return the result of a protocol; nothing where the book declares no such one."""
    protocol = protocol_of(contents)
    if not name or protocol["name"] != name:
        return None
    if contents.kind == STUDY:
        return study_page(contents, protocol)
    words = contents.words
    ratios = _ratios(contents)
    run = "primary" in ratios
    verdict = str(words.get("verdict") or "") if run else ""
    comparison = str(protocol.get("comparison") or "")
    not_done = contents.tables.get("not_done")
    means = (sentence_of(words.get("comparison")), sentence_of(words.get("control")))
    compared: tuple[Sentence, ...] = (
        (comparison,) if comparison else (),
        sentence_of(words.get("stand_ins")),
    )
    return AnalysisPage(
        made_up=contents.made_up,
        name=name,
        title=str(protocol.get("title") or name),
        question=QUESTION,
        verdict=verdict,
        finding=joined(_finding(contents, ratios.get("primary")), _not_cause(verdict)),
        verdict_sentence=sentence_of(words.get("verdict_sentence")) if run else (),
        how_sure=_how_sure(contents, protocol) if run else (),
        means_here=tuple(sentence for sentence in means if sentence),
        next_step=_next(verdict) if run else (),
        figures=stored_figures(contents),
        explanations=explanations_view(ratios, _e_value(contents)) if run else None,
        analyses=analyses_view(contents) if run else None,
        not_done=stored_view(not_done) if not_done and not_done.rows else None,
        compared=tuple(sentence for sentence in compared if sentence),
        cannot_tell=strings_of(words.get("cannot_tell")) or CANNOT_TELL_YOU,
        numbers=analysis_facts(contents, protocol),
        departures=strings_of(protocol.get("departures")),
        left_out=(
            *strings_of(words.get("refused")),
            *strings_of(words.get("left_out")),
        ),
        cautions=strings_of(words.get("cautions")),
        citation=str(protocol.get("mirrors") or ""),
        doi=str(protocol.get("doi") or ""),
        book_line=book_line(contents),
        warnings=warnings(contents, "association", "not_done"),
    )


def _not_cause(verdict: str) -> Sentence:
    """Return what must be said beside each difference, wherever it is told."""
    return (NOT_CAUSE,) if verdict.startswith("A difference") else ()


def _ratios(contents: BookContents) -> dict[str, Ratio]:
    """Return the analyses that gave a ratio of deaths, by name."""
    return {
        text_of(row, "name"): ratio
        for row in contents.rows("association")
        if row.get("scale") == "ratio" and (ratio := _ratio(row)) is not None
    }


def _ratio(row: Mapping[str, Any]) -> Ratio | None:
    ends = [row.get(key) for key in ("estimate", "lower", "upper")]
    numbers = [float(end) for end in ends if isinstance(end, int | float)]
    return Ratio(*numbers) if len(numbers) == 3 else None


def _e_value(contents: BookContents) -> Ratio | None:
    rows = [r for r in contents.rows("association") if r.get("scale") == "e_value"]
    return _ratio(rows[0]) if rows else None


def _finding(contents: BookContents, main: Ratio | None) -> Sentence:
    """Return the book's own finding, or why it has none."""
    found = sentence_of(contents.words.get("finding"))
    if found and main is not None:
        return found
    if main is None:
        why = str(contents.words.get("why_not") or "")
        return (f"It could not be worked out from these files. {why}".strip(),)
    return (
        f"Where there was more research, deaths were {main.words} for every 1,000 "
        f"expected (95% interval {main.interval}). This book keeps no verdict on it.",
    )


def _how_sure(contents: BookContents, protocol: Mapping[str, Any]) -> Sentence:
    """Return how many organisations and years, and how far from the plan."""
    parts: list[str | Number] = []
    for name, words in (
        ("primary.n", " organisations"),
        ("primary.years", " years of deaths"),
    ):
        number = ledger_number(contents, name)
        if number is not None:
            parts += [number, words, ", "]
    parts.append("declared in a protocol, ")
    departures = strings_of(protocol.get("departures"))
    if not departures:
        parts.append("no departures named.")
    else:
        n = counted(len(departures))
        things = "departure" if len(departures) == 1 else "departures"
        parts.append(f"{n} {things} from the study it follows, each named below.")
    return tuple(parts)


def _next(verdict: str) -> Sentence:
    return NEXT_UNSURE if verdict == "We cannot tell" else NEXT
