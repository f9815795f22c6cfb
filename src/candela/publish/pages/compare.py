"""What changed since last time?  Two books side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from candela.publish.contents import BookContents
from candela.publish.pages.about_book import book_line, day_words, warnings
from candela.publish.pages.book_words import sentence_of
from candela.publish.pages.cannot_tell import OF_CHANGES
from candela.publish.pages.cells import interval_cell
from candela.publish.pages.differences import (
    CAUSES,
    Cause,
    Difference,
    differences,
    figures_in,
    said_otherwise,
    same_meaning,
)
from candela.publish.pages.held import held
from candela.publish.pages.histories import listed
from candela.publish.pages.parts import Cell, Sentence, Target, View, plain
from candela.publish.pages.rounding import counted
from candela.publish.pages.signals import Moved, moved_on
from candela.publish.pages.values import in_a_sentence, period_words
from candela.publish.pages.verdicts import short_verdict

__all__ = ["ComparePage", "compare_page"]

QUESTION = "What changed since last time?"
MOST_ROWS = 200
REST = {
    "noise": "noise, as far as can be told",
    "unsure": "more than chance in counting, but too few periods to tell a change",
}
BECAUSE: Mapping[Cause, str] = {
    "revised": "{n} because data were revised",
    "definition": "{n} because a definition changed",
    "limits": "{n} in the limits alone",
    "new": "{n} new",
    "gone": "{n} gone",
}


@dataclass(frozen=True)
class ComparePage:
    """What differs between an older book and a newer one, and why.

    ``figures`` shows figures of the same period, ``differences`` holds all of them;
    ``positions`` tells, for each organisation whose latest period moved on, whether
    the change is a signal or noise.
    """

    made_up: bool
    question: str
    finding: Sentence
    figures: View
    differences: tuple[Difference, ...]
    positions: View
    findings: View
    files: View
    software: tuple[str, ...]
    not_comparable: tuple[str, ...]
    cannot_tell: tuple[str, ...]
    older_line: str
    newer_line: str
    warnings: tuple[str, ...]


def compare_page(older: BookContents, newer: BookContents) -> ComparePage:
    """Return what changed from the older to the newer book."""
    found = differences(older, newer)
    return ComparePage(
        made_up=older.made_up or newer.made_up,
        question=QUESTION,
        finding=_finding(older, newer, found),
        figures=_figures(found),
        differences=found,
        positions=_positions(moved_on(older, newer)),
        findings=_findings(older, newer),
        files=_files(older, newer),
        software=_software(older, newer),
        not_comparable=_not_comparable(older, newer),
        cannot_tell=OF_CHANGES,
        older_line=book_line(older),
        newer_line=book_line(newer),
        warnings=(
            *warnings(older, "position", "indicator"),
            *warnings(newer, "position", "indicator"),
        ),
    )


def _finding(
    older: BookContents, newer: BookContents, found: Sequence[Difference]
) -> Sentence:
    """Return how many figures changed, and how many for each reason."""
    if older.seal == newer.seal:
        return ("Nothing to compare: this is the same book.",)
    since = f"Since the book of {day_words(older.built_on)}"
    n = len(figures_in(held(newer)))
    if not found:
        return (f"{since}, none of {counted(n)} figures changed.",)
    by_cause = Counter(d.cause for d in found)
    told = [
        BECAUSE[cause].format(n=counted(by_cause[cause]))
        for cause in BECAUSE
        if by_cause[cause]
    ]
    changed = sum(k for c, k in by_cause.items() if c not in ("new", "gone"))
    said = f"{counted(changed) if changed else 'none'} of {counted(n)} figures changed"
    return (f"{since}, {said}: {listed(told)}.",)


def _figures(found: Sequence[Difference]) -> View:
    notes = []
    if len(found) > MOST_ROWS:
        notes.append(
            f"The first {MOST_ROWS} of {len(found):,} rows, those of which the books "
            "say different things first; the file has all."
        )
    return View.of(
        "Figures that differ",
        ("Organisation", "Figure", "Period", "Was", "Is", "Cause"),
        [
            (
                Cell(
                    d.name,
                    target=Target("indicator", d.org_code, d.indicator.key)
                    if d.now is not None
                    else None,
                ),
                d.indicator.label,
                period_words(d.period),
                d.was_cell,
                d.now_cell,
                CAUSES[d.cause],
            )
            for d in found[:MOST_ROWS]
        ],
        notes=tuple(notes),
    )


def _positions(found: Sequence[Moved]) -> View:
    """Return the signals, and the latest figures of which another thing is said."""
    shown = [m for m in found if m.kind == "signal" or said_otherwise(m.was, m.now)]
    rest = Counter(m.kind for m in found if m not in shown)
    notes = [
        f"{counted(n)} more latest figures moved on: {REST[kind]}."
        for kind in ("noise", "unsure")
        if (n := rest[kind])
    ]
    if len(shown) > MOST_ROWS:
        notes.append(f"The first {MOST_ROWS} of {len(shown):,} rows.")
    return View.of(
        "Latest figures that moved on to a later period",
        ("Organisation", "Figure", "Was", "Is", "Signal or noise"),
        [
            (
                Cell(m.name, target=_target(m)),
                m.indicator.label,
                _at(m, older=True),
                _at(m, older=False),
                m.words,
            )
            for m in shown[:MOST_ROWS]
        ],
        notes=tuple(notes),
    )


def _target(moved: Moved) -> Target:
    return Target("indicator", moved.now.org_code, moved.indicator.key)


def _at(moved: Moved, *, older: bool) -> str:
    """Return period, interval and verdict of one of the two figures."""
    position = moved.was if older else moved.now
    interval = interval_cell(moved.indicator, position).words
    verdict = short_verdict(position.verdict)
    return f"{period_words(position.period)}: {interval}, {verdict}"


def _findings(older: BookContents, newer: BookContents) -> View:
    """Return the sentences of the report that differ."""
    rows = []
    for key, title in (
        ("finding", "Does research go with better care?"),
        ("verdict_sentence", "How large, how sure"),
        ("funnel", "How many differ from expected"),
        ("official", "By the official rule"),
    ):
        was, now = (plain(sentence_of(c.words.get(key))) for c in (older, newer))
        if was != now:
            rows.append(
                (title, was or "(not in this book)", now or "(not in this book)")
            )
    return View.of("Findings that differ", ("Question", "Was", "Is"), rows)


def _files(older: BookContents, newer: BookContents) -> View:
    """Return which files are new, altered or gone."""
    was, now = (
        {str(g.get("file", "")): str(g.get("sha256", "")) for g in c.inputs}
        for c in (older, newer)
    )
    rows = []
    for file in sorted(was.keys() | now.keys()):
        if file not in was:
            rows.append((file, "added"))
        elif file not in now:
            rows.append((file, "gone"))
        elif was[file] != now[file]:
            rows.append((file, "altered"))
    return View.of("Files that differ", ("File", "What happened"), rows)


def _software(older: BookContents, newer: BookContents) -> tuple[str, ...]:
    return tuple(
        f"{name}: {older.software.get(name, '(none)')} then "
        f"{newer.software.get(name, '(none)')}"
        for name in sorted({*older.software, *newer.software})
        if older.software.get(name) != newer.software.get(name)
    )


def _not_comparable(older: BookContents, newer: BookContents) -> tuple[str, ...]:
    """Return what the two books do not share, and why it is not compared."""
    before, after = held(older).indicators, held(newer).indicators
    found = []
    for key in sorted({*before, *after}):
        if key not in before or key not in after:
            which = "newer" if key in after else "older"
            label = (after.get(key) or before[key]).label
            found.append(f"{label}: only in the {which} book.")
        elif not same_meaning(older, newer, key):
            label = in_a_sentence(after[key].label)
            found.append(
                f"The definition of {label} changed, so its figures are told beside "
                "each other and not compared."
            )
    if older.made_up != newer.made_up:
        found.append("One of the two books is made up: comparing them says nothing.")
    return tuple(found)
