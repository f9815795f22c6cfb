"""What do you want to know?  The first page: one finding, four doors."""

from __future__ import annotations

from dataclasses import dataclass

from candela.publish.contents import STUDY, BookContents
from candela.publish.pages.about_book import book_line, day_words, warnings
from candela.publish.pages.analyses import protocol_of
from candela.publish.pages.analysis import analysis_page
from candela.publish.pages.book_words import sentence_of
from candela.publish.pages.figures import outside_sentence
from candela.publish.pages.held import Held, held
from candela.publish.pages.parts import Sentence, Target, joined
from candela.publish.pages.records import Indicator
from candela.publish.pages.rounding import about, counted
from candela.publish.pages.study import study_finding
from candela.publish.pages.values import counted_things, during

__all__ = ["Door", "HomePage", "home_page"]

QUESTION = "What do you want to know?"
QUESTIONS = (
    "Does research go with better care?",
    "Could it be a lever?",
    "What would a regulator see?",
    "What difference has research made here?",
)
WHAT_IT_IS = (
    "Candela looks at how much research hospitals do and how their patients fare, says "
    "how sure it is, and traces each number to its source. It says what goes together, "
    "not what causes what."
)
NO_SIMULATION = (
    "This book holds no simulation of ways to pay for or to count research, so it "
    "cannot say."
)
NO_ANSWERS = (
    "This book holds no answers from patients or staff, so it cannot say. Nobody was "
    "asked, which is not the same as nothing to tell."
)


# How the report's own sentence begins, below a funnel of the same deaths.
SAME_DEATHS = "By the official rule for the same deaths, "


@dataclass(frozen=True)
class Door:
    """One of the four questions that visitors bring.

    ``target`` is none where this book holds no answer: ``answer`` then says so.
    """

    number: int
    question: str
    answer: Sentence
    target: Target | None


@dataclass(frozen=True)
class HomePage:
    """The first page of a book."""

    made_up: bool
    question: str
    finding: Sentence
    doors: tuple[Door, ...]
    changed: Sentence
    changed_target: Target | None
    what_it_is: str
    book_line: str
    example: str  # a name to search for
    warnings: tuple[str, ...]


def home_page(contents: BookContents, *, changed: Sentence = ()) -> HomePage:
    """Return the first page.

    Parameters
    ----------
    changed
        The finding of ``compare_page`` with the book before, where there is one.
    """
    book = held(contents)
    return HomePage(
        made_up=contents.made_up,
        question=QUESTION,
        finding=_finding(contents, book),
        doors=(
            _association_door(contents),
            Door(2, QUESTIONS[1], (NO_SIMULATION,), None),
            _regulator_door(contents, book),
            Door(4, QUESTIONS[3], (NO_ANSWERS,), None),
        ),
        changed=changed
        or (
            f"This is the first book here, of {day_words(contents.built_on)}: nothing "
            "to compare yet.",
        ),
        changed_target=Target("compare") if changed else None,
        what_it_is=WHAT_IT_IS,
        book_line=book_line(contents),
        example=_example(book),
        warnings=()
        if contents.kind == STUDY  # its finding is of all organisations together
        else warnings(contents, "position", "position_summary", "indicator"),
    )


def _finding(contents: BookContents, book: Held) -> Sentence:
    """Return how many differ in research by size; else in deaths; else what is held.

    Of a study of patients, what it found.
    """
    if contents.kind == STUDY:
        return study_finding(contents)
    for indicator in sorted(book.indicators.values(), key=lambda i: i.is_ratio):
        found = _outside(book, indicator)
        if found:
            return found
    organisations = counted(len(book.codes))
    return (f"This book holds figures of {organisations} organisations.",)


def _outside(book: Held, indicator: Indicator) -> Sentence:
    """Return in how many organisations an indicator differs, and how many by chance."""
    periods = book.periods(indicator.key)
    summary = book.summaries.get((indicator.key, periods[-1])) if periods else None
    if summary is None or summary.outside998 is None:
        return ()
    k, n = summary.outside998, summary.organisations or 0.0
    things = counted_things(indicator).removeprefix("of ")
    explain = "than size and ordinary differences explain; "
    what = f"reported more or less research ({things}) {explain}"
    if indicator.is_ratio:
        what = f"had more or fewer deaths {explain.replace('size', 'who was admitted')}"
    return (
        "Of ",
        summary.number("organisations", counted(n)),
        f" organisations {during(summary.period)}, ",
        summary.number("outside998", counted(k) if k else "none"),
        f" {what}",
        summary.number("expected_outside998", about(summary.expected_outside998 or 0)),
        " would by chance.",
    )


def _association_door(contents: BookContents) -> Door:
    """Return the door to the association, with its finding or why there is none."""
    name = str(protocol_of(contents)["name"])
    known = analysis_page(contents, name)
    if known is None:
        return Door(1, QUESTIONS[0], ("This book declares no analysis of it.",), None)
    return Door(1, QUESTIONS[0], known.finding, Target("analysis", name))


def _regulator_door(contents: BookContents, book: Held) -> Door:
    """Return the door to what is public about each organisation."""
    official = sentence_of(contents.words.get("official"))
    ratio = next((i for i in book.indicators.values() if i.is_ratio), None)
    if ratio is None or not book.periods(ratio.key):
        answer: Sentence = ("This book holds no published outcomes to look at.",)
        return Door(3, QUESTIONS[2], answer, None)
    period = book.periods(ratio.key)[-1]
    if official:
        told = _dated(official, during(period))
        return Door(3, QUESTIONS[2], told, Target("funnel", ratio.key))
    summary = book.summaries.get((ratio.key, period))
    told = outside_sentence(summary) or (
        "No limits could be drawn from the published deaths.",
    )
    return Door(3, QUESTIONS[2], told, Target("funnel", ratio.key))


def _dated(official: Sentence, when: str) -> Sentence:
    """Return the sentence on the official rule with the period it is about."""
    first, *rest = official
    start = f"{when[:1].upper()}{when[1:]}"
    if first == SAME_DEATHS:
        return (f"{start}, by the official rule, ", *rest)
    return joined((f"{start}:",), official)


def _example(book: Held) -> str:
    """Return the first word of a name, to show what can be searched for."""
    names = [book.name(c) for c in book.codes if c not in book.successors]
    return names[len(names) // 2].split(" ")[0] if names else ""
