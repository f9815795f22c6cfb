"""Did research and outcomes go together, patient by patient?  The page of a study."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from candela.association import p_words
from candela.publish.contents import STUDY, BookContents, Row
from candela.publish.disclosure import HIDDEN
from candela.publish.pages.about_book import book_line, warnings
from candela.publish.pages.analysis_model import (
    NOT_CAUSE,
    AnalysisPage,
    stored_figures,
)
from candela.publish.pages.book_words import sentence_of, strings_of
from candela.publish.pages.cells import nothing_cell
from candela.publish.pages.parts import Cell, Fact, Sentence, View, joined
from candela.publish.pages.records import text_of
from candela.publish.pages.rounding import counted
from candela.publish.pages.stored import stored_view
from candela.publish.study.words import CANNOT_TELL_YOU

__all__ = ["study_finding", "study_page"]

TABLES = ("association", "contrasts", "cohort_flow", "not_done")
NEXT = (
    "Nothing for one organisation from this result alone: it is about all of them "
    "together.",
)
HEADINGS = (
    "Analysis",
    "What was counted",
    "Scale",
    "Estimate",
    "95% interval",
    "p-value",
    "Rows used",
    "Model, and who is in it",
    "Research counted",
)


def study_finding(contents: BookContents) -> Sentence:
    """Return the first finding of a study, with what must be said beside it."""
    words = contents.words
    found = sentence_of(words.get("finding"))
    if not found:
        return (str(words.get("why_not") or "This study holds no result."),)
    return joined(found, _not_cause(str(words.get("verdict") or "")))


def study_page(contents: BookContents, protocol: Mapping[str, Any]) -> AnalysisPage:
    """Return the result of a study: the first outcome first, then the others."""
    words = contents.words
    first, *others = _outcomes(contents) or [{}]
    not_done = contents.tables.get("not_done")
    explanations = contents.tables.get("explanations")
    study = words.get(STUDY)
    flow = sentence_of(study.get("flow")) if isinstance(study, Mapping) else ()
    return AnalysisPage(
        made_up=contents.made_up,
        name=str(protocol["name"]),
        title=str(protocol.get("title") or protocol["name"]),
        question=str(first.get("question") or "What did this study find?"),
        verdict=str(words.get("verdict") or ""),
        finding=study_finding(contents),
        verdict_sentence=sentence_of(words.get("verdict_sentence")),
        how_sure=_how_sure(first, protocol),
        means_here=tuple(filter(None, (flow, *_told(first), *_of_others(others)))),
        next_step=NEXT,
        figures=stored_figures(contents),
        explanations=_shown(explanations),
        analyses=_analyses(contents),
        not_done=_shown(not_done),
        compared=tuple(filter(None, (_plain(protocol.get("comparison")),))),
        cannot_tell=strings_of(words.get("cannot_tell")) or CANNOT_TELL_YOU,
        numbers=tuple(
            Fact(str(o.get("label") or ""), sentence_of(o.get("relative")))
            for o in (first, *others)
            if o.get("relative")
        ),
        departures=strings_of(protocol.get("departures")),
        left_out=(),
        cautions=(
            *strings_of(words.get("cautions")),
            *(c for o in (first, *others) for c in strings_of(o.get("cautions"))),
        ),
        citation=str(protocol.get("mirrors") or ""),
        doi=str(protocol.get("doi") or ""),
        book_line=book_line(contents),
        warnings=warnings(contents, *TABLES),
    )


def _outcomes(contents: BookContents) -> list[Mapping[str, Any]]:
    """Return what the book says of each outcome; books can come from anywhere."""
    study = contents.words.get(STUDY)
    told = study.get("outcomes") if isinstance(study, Mapping) else None
    if not isinstance(told, list | tuple):
        return []
    return [one for one in told if isinstance(one, Mapping)]


def _not_cause(verdict: str) -> Sentence:
    return (NOT_CAUSE,) if verdict.startswith("A difference") else ()


def _plain(text: Any) -> Sentence:
    return (str(text),) if text else ()


def _told(outcome: Mapping[str, Any]) -> list[Sentence]:
    """Return what was compared, and what the result rests on."""
    sufficiency = outcome.get("sufficiency")
    listed = sufficiency if isinstance(sufficiency, list | tuple) else ()
    return [sentence_of(outcome.get("compared")), *map(sentence_of, listed)]


def _of_others(others: list[Mapping[str, Any]]) -> list[Sentence]:
    """Return the findings on other outcomes, each with its verdict."""
    found = []
    for outcome in others:
        verdict = str(outcome.get("verdict") or "")
        told = (f"{verdict}.",) if verdict else ()
        sentence = sentence_of(outcome.get("verdict_sentence"))
        found.append(joined(sentence_of(outcome.get("finding")), told, sentence))
    return found


def _how_sure(outcome: Mapping[str, Any], protocol: Mapping[str, Any]) -> Sentence:
    """Return how many organisations, and how far from the study that is followed."""
    departures = len(strings_of(protocol.get("departures")))
    trusts = outcome.get("organisations")
    of = f"{trusts} organisations, " if isinstance(trusts, int) else ""
    if not departures:
        return (f"{of}declared in a protocol, no departures named.",)
    things = "departure" if departures == 1 else "departures"
    return (
        f"{of}declared in a protocol, {counted(departures)} {things} from the study it "
        "follows, each named below.",
    )


def _shown(table: Any) -> View | None:
    return stored_view(table) if table is not None and table.rows else None


def _analyses(contents: BookContents) -> View | None:
    """Return every analysis, those that were declared as main first."""
    rows = list(enumerate(contents.rows("association"), start=2))
    rows.sort(key=lambda at: at[1].get("primary") is not True)
    if not rows:
        return None
    return View.of(
        "All analyses, planned and tried",
        HEADINGS,
        [_row(row, number) for number, row in rows],
        numeric=(False, False, False, True, True, True, True, False, False),
        notes=(
            "A ratio below 1: fewer deaths with more research. The p-values of other "
            "analyses are not adjusted for their number here.",
        ),
        own=frozenset(
            n for n, (_, row) in enumerate(rows) if row.get("primary") is True
        ),
    )


def _row(row: Row, number: int) -> tuple[Cell | str, ...]:
    main = "The main analysis: " if row.get("primary") is True else ""
    naive = " (a caution, not a finding)" if row.get("naive") is True else ""
    label = text_of(row, "label")
    ends = [row.get(key) for key in ("lower", "upper")]
    interval = " to ".join(f"{e:.3f}" for e in ends if isinstance(e, float))
    p = row.get("p_value")
    return (
        f"{main}{label if main else label[:1].upper() + label[1:]}{naive}",
        text_of(row, "outcome"),
        text_of(row, "scale"),
        _number(row, number, "estimate", 3),
        interval,
        p_words(p).removeprefix("p ").removeprefix("= ")
        if isinstance(p, float)
        else "",
        _number(row, number, "observations", 0),
        "; ".join(filter(None, (text_of(row, "model"), text_of(row, "cohort")))),
        text_of(row, "exposure"),
    )


def _number(row: Row, number: int, column: str, digits: int) -> Cell:
    value = row.get(column)
    if value == HIDDEN or (value is None and row.get("observations") == HIDDEN):
        return nothing_cell("hidden")
    if not isinstance(value, float):
        return Cell("")
    name = f"table:association:{number}:{column}"
    return Cell(f"{value:,.{digits}f}", name, sort=value)
