"""Do documents say what the record says, all of it that matters, and no more?"""

from __future__ import annotations

import csv
import io
import json
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache

import docx as word
import jsonschema
import pypdf
import pytest

from candela.impact.claims import Claim, Direction, Role
from candela.impact.report import CaseReport, GroupHeard
from candela.publish.documents import data, docx, page, pdf
from candela.publish.documents.model import (
    Block,
    Box,
    Document,
    Figure,
    Heading,
    Items,
    Paragraph,
    Quotation,
    Table,
    Text,
    from_data,
    to_data,
    words_of,
)
from candela.publish.impact import board_paper, full_report, poster, story
from document_examples import HOSTILE
from heron import CLAIMS, HERON

Make = Callable[[CaseReport], Document]
EVERY: tuple[Make, ...] = (
    story.make, poster.make, board_paper.make, full_report.make,
)  # fmt: skip
every_kind = pytest.mark.parametrize("make", EVERY, ids=lambda m: m.__module__[-12:])
LABEL = re.compile(r"\[(N\d+|S-\d+|E\d+)\]")
DATES = re.compile(r"(\d{1,2} )?[A-Z][a-z]+ \d{4}|, 20\d\d, doi:\S+|;16:255|/2023\.")
NEVER = (
    "outlier", "gaming", "failing", "poor", "worst", "best", "at risk", "score",
    "subject", "refused", "submit", "invalid", "suppressed", "redacted", "significant",
    "effect", "due to", "proves", "shows that", "improves", "saves lives", "caused",
    "responsible for", "return on investment",
)  # fmt: skip


@cache
def made(make: Make) -> Document:
    """Return a document about Heron, made once for all tests that only read it."""
    return make(HERON)


def flat(blocks: Sequence[Block]) -> Iterator[Block]:
    for block in blocks:
        yield block
        if isinstance(block, Box):
            yield from flat(block.blocks)


def runs(document: Document) -> Iterator[Text]:
    """Yield every run of text of a document, cells and captions among them."""
    for block in flat(document.blocks):
        match block:
            case Paragraph():
                yield from block.runs
            case Items():
                for item in block.items:
                    yield from item
            case Heading():
                yield Text(block.text)
            case Quotation():
                yield from (Text(block.text), Text(block.said_by))
            case Table():
                yield from map(Text, (block.caption, block.note, *block.columns))
                for row in block.rows:
                    yield from map(Text, row)
            case Box():
                yield Text(block.title)
            case Figure():
                yield from map(Text, (block.caption, block.alt, block.note))


def all_text(document: Document) -> str:
    return " ".join(words_of((run,)) for run in runs(document))


def headings(document: Document) -> list[str]:
    return [b.text for b in document.blocks if isinstance(b, Heading)]


def sides(document: Document) -> int:
    """Return the number of sides before the page of labels, as a reader counts them."""
    reader = pypdf.PdfReader(io.BytesIO(pdf.write(document)))
    texts = [one.extract_text() for one in reader.pages]
    return next(n for n, text in enumerate(texts) if "Where each label leads" in text)


def without_digits(claim: Claim) -> Claim:
    return replace(
        claim,
        title=re.sub(r"\d+", "some", claim.title),
        text=re.sub(r"\d+", "some", claim.text),
    )


def test_a_story_is_told_in_the_order_in_which_it_is_read() -> None:
    document = story.make(HERON)
    assert headings(document) == [
        "Why it mattered to people",
        "What the research was",
        "How we know",
        "Who else contributed",
        "What did not go to plan",
        "What next",
    ]
    first = document.blocks[0]
    assert isinstance(first, Paragraph)
    assert first.lead
    assert "[S-17]" in words_of(first.runs)
    assert len(words_of(first.runs).split()) <= 25 + 3  # label, and the direction
    assert document.about["To be looked at again"] == "24 November 2028"
    assert document.about["Who to ask"] == HERON.contact


def test_a_story_is_one_side_of_some_300_words() -> None:
    document = story.make(HERON)
    assert sides(document) == document.sides == 1
    about = " ".join(f"{term} {said}" for term, said in document.about.items())
    assert 200 <= len(f"{all_text(document)} {about}".split()) <= 350


def test_a_board_paper_is_two_sides_and_says_first_what_is_asked() -> None:
    document = board_paper.make(HERON)
    first = document.blocks[0]
    assert isinstance(first, Box)
    assert first.title == "What the board is asked"
    assert HERON.asked_of_board in all_text(document)
    assert sides(document) == document.sides == 2
    assert headings(document)[:3] == [
        "In three sentences", "What did not go to plan", "What next",
    ]  # fmt: skip
    assert headings(document)[-2:] == ["What this cannot tell you", "The data"]
    asked = board_paper.make(replace(HERON, asked_of_board=""))
    assert "No decision is asked for." in all_text(asked)


@pytest.mark.parametrize("make", [story.make, poster.make, board_paper.make])
def test_whatever_was_typed_a_document_keeps_to_its_sides(make: Make) -> None:
    long = "Podiatry statement wards about checks. " * 12
    claims = tuple(
        replace(
            CLAIMS[n % 6], label=f"S-{n}", title="A rather long title of podiatry " * 4,
            text=long, plain_summary=long, other_contributors=long,
        )
        for n in range(1, 31)
    )  # fmt: skip
    assert HERON.study
    report = replace(
        HERON, claims=claims, did_not_go_to_plan=long, what_next=long,
        asked_of_board=long, study=replace(HERON.study, plain_summary=long),
        quotes=(replace(HERON.quotes[0], text=long),),
    )  # fmt: skip
    document = make(report)
    assert sides(document) == document.sides
    # What had no room is counted.
    assert "other statements" in all_text(document)


@every_kind
def test_every_label_leads_somewhere_and_every_row_is_led_to(make: Make) -> None:
    document = made(make)
    text = all_text(document)
    cells = [
        cell
        for block in flat(document.blocks)
        if isinstance(block, Table)
        for row in block.rows
        for cell in row
        if re.fullmatch(r"S-\d+|E\d+", cell)
    ]
    used = {*LABEL.findall(text), *cells}
    assert used == document.labels
    assert len(document.labels) == len(document.traced)
    assert all(traced.value and traced.source for traced in document.traced)
    # Reading down the last page is reading through the document.
    numbers = [t.label for t in document.traced if t.label.startswith("N")]
    assert numbers == [f"N{n + 1}" for n in range(len(numbers))]


@every_kind
def test_no_number_stands_without_a_label(make: Make) -> None:
    report = replace(
        HERON, claims=tuple(map(without_digits, CLAIMS)), quotes=(), services={}
    )
    document = make(report)
    rest = [
        DATES.sub("", LABEL.sub("", run.text))
        for run in runs(document)
        if not run.label and "[N" not in run.text and "%" not in run.text
    ]
    plain = [text for text in rest if re.search(r"\d", text)]
    told = (
        r"S-\d+|E\d+|ISRCTN\d+|nearest 5|1 to 7|60 words|Hatched|"
        r"^\d+ statements?; |£[\d,]+ to|^2025$|Guideline 114|Heat map"
    )
    assert [text for text in plain if not re.search(told, text)] == []


@every_kind
def test_a_cost_or_harm_is_never_left_out(make: Make) -> None:
    assert "S-18" in made(make).labels
    # Nor what was left out when statements were chosen, however long the rest is.
    left = "2 verified statements of a cost or harm are not told here."
    told = replace(
        HERON, did_not_go_to_plan="It took longer than planned. " * 60 + left
    )
    if make is not poster.make:
        assert left in all_text(make(told))


def test_a_report_of_good_news_only_says_so() -> None:
    good = tuple(c for c in CLAIMS if c.direction is Direction.POSITIVE)
    document = full_report.make(replace(HERON, claims=good, did_not_go_to_plan=""))
    assert full_report.ONLY_BETTER in all_text(document)
    assert "No verified statement chosen here describes a cost" in all_text(document)
    assert full_report.ONLY_BETTER not in all_text(made(full_report.make))


@every_kind
def test_words_of_blame_and_of_cause_are_not_used(make: Make) -> None:
    document = made(make)
    ours = all_text(document).casefold()
    found = [w for w in NEVER if re.search(rf"\b{re.escape(w)}\b", ours)]
    assert found == []


def test_direction_and_contribution_are_in_the_words_of_the_record() -> None:
    text = all_text(made(full_report.make))
    for claim in CLAIMS:
        assert claim.text in text
        assert claim.direction.words in text.casefold()
        assert claim.contribution.words in text
        assert claim.verification.words in text.casefold()


def test_all_evidence_and_every_figure_is_in_the_full_report() -> None:
    document = made(full_report.make)
    assert {"E1", "E2", "E3", "E4"} <= document.labels
    text = all_text(document)
    assert "91 in 100 (before: 38, April to September 2024" in text
    assert "£12,400 (£8,000 to £15,000) each year" in text
    assert "Cost that did not arise" in text


def few(counts: dict[Role, int]) -> CaseReport:
    """Return the report with so few answers."""
    groups = tuple(GroupHeard(r, 37, n, anonymous=True) for r, n in counts.items())
    assert HERON.study
    study = replace(HERON.study, recruits=6)
    claims = tuple(map(without_digits, CLAIMS))
    return replace(HERON, groups=groups, claims=claims, study=study, coverage=None)


@every_kind
def test_seven_answers_are_shown_nowhere(make: Make) -> None:
    document = make(few({Role.PARTICIPANT: 4, Role.CLINICIAN: 3}))
    written = " ".join(
        (
            all_text(document),
            page.write(document),
            data.write_csv(document, name="groups").decode(),
            " ".join(f"{t.sentence} {t.value}" for t in document.traced),
        )
    )
    assert "ewer than 8" in written
    for shown in re.findall(r"(\d+) (?:\[N\d+\] )?people (?:answered|took)", written):
        assert int(shown) == 8  # "fewer than 8"
    groups = data.write_csv(document, name="groups").decode().splitlines()
    assert groups[1].endswith(",75,*,")  # 37 and 37 asked are 74; nothing else
    # Nor does it say which of the two groups said what.
    rows = csv.DictReader(io.StringIO(data.write_csv(document).decode()))
    assert {row["said_by"] for row in rows} == {"a group too small to name"}


@every_kind
def test_the_eighth_answer_is_rounded_to_ten(make: Make) -> None:
    document = make(few({Role.PARTICIPANT: 8}))
    if document.kind != "poster":
        assert "About 10 [N" in all_text(document)
    groups = data.write_csv(document, name="groups").decode().splitlines()
    assert groups[1].endswith(",35,10,29")  # 37 asked; 10 of 35 is 29%


def test_a_single_manager_is_not_found_by_the_role() -> None:
    text = all_text(made(full_report.make)).casefold()
    assert "manager" not in text.replace("divisional manager", "")
    assert "service leadership" in text


def test_words_of_a_small_group_are_nobodys_in_particular() -> None:
    quote = replace(HERON.quotes[0], role=Role.MANAGER)
    document = story.make(replace(HERON, quotes=(quote,)))
    (quoted,) = [b for b in document.blocks if isinstance(b, Quotation)]
    assert quoted.said_by == "Somebody who answered; quoted with permission"


def test_a_story_has_one_quote_at_most() -> None:
    document = story.make(replace(HERON, quotes=HERON.quotes * 3))
    assert sum(isinstance(block, Quotation) for block in document.blocks) == 1


def test_counts_of_people_in_figures_are_shown_as_counts_of_people() -> None:
    trained = replace(CLAIMS[0].quantities[0], what="Nurses trained", unit="nurses",
                      value=6, baseline=None)  # fmt: skip
    claims = (replace(CLAIMS[0], quantities=(trained,)),)
    document = full_report.make(replace(HERON, claims=claims))
    assert "Nurses trained: * nurses" in all_text(document)
    assert "Nurses trained: * nurses" in data.write_csv(document).decode()


@every_kind
def test_nothing_to_tell_is_told_too(make: Make) -> None:
    empty = replace(HERON, claims=(), quotes=(), groups=(), coverage=None)
    assert pdf.write(make(empty))
    assert pdf.write(make(replace(empty, study=None, contact="", reviewed_by=())))


@every_kind
def test_a_statement_without_a_title_is_called_by_its_own_words(make: Make) -> None:
    text = "All feet have been checked on admission since January."
    claim = replace(CLAIMS[0], title="", text=text)
    document = make(replace(HERON, claims=(claim,)))
    for table in flat(document.blocks):
        if isinstance(table, Table):
            assert [r for r in table.rows if r[0] == claim.label and not r[1]] == []
    called = "All feet have been checked on admission since January"
    assert called in all_text(document)


def test_a_study_that_only_has_a_name_leaves_no_heading_without_words() -> None:
    bare = replace(
        HERON.study, plain_summary="", service="", opened_on=None, closed_on=None,
        recruits=None,
    )  # fmt: skip
    blocks = story.make(replace(HERON, study=bare)).blocks
    after = blocks[blocks.index(Heading("What the research was")) + 1]
    assert isinstance(after, Paragraph)
    assert words_of(after.runs) == "Nothing more is entered about it than its name."


def test_a_report_of_all_studies_names_the_study_of_each_statement() -> None:
    report = replace(HERON, study=None, groups=(), quotes=())
    text = all_text(full_report.make(report))
    assert "Heron, Diabetes and endocrinology." in text
    assert "Told by 2 groups." in text


@every_kind
def test_a_document_is_the_same_each_time_and_kept_whole(make: Make) -> None:
    document = made(make)
    assert document == make(HERON)
    assert from_data(json.loads(json.dumps(to_data(document)))) == document
    jsonschema.validate(json.loads(data.write_json(document)), data.schema())


@every_kind
def test_word_and_pdf_say_the_same(make: Make) -> None:
    document = made(make)
    opened = word.Document(io.BytesIO(docx.write(document)))
    in_word = " ".join(p.text for p in opened.paragraphs)
    reader = pypdf.PdfReader(io.BytesIO(pdf.write(document)))
    in_pdf = " ".join(" ".join(p.extract_text().split()) for p in reader.pages)
    for block in document.blocks:
        if isinstance(block, Heading):
            assert block.text in in_word
            assert block.text in in_pdf
    assert "[S-17]" in in_word
    assert "[S-17]" in in_pdf


def test_a_poster_leads_to_more_by_an_address_and_a_square() -> None:
    address = "https://quillmere.example/impact/abc/"
    document = poster.make(HERON, address=address)  # type: ignore[call-arg]
    assert document.about["Read more"] == address
    (square,) = [block for block in document.blocks if isinstance(block, Figure)]
    assert address in square.alt
    assert sides(document) == 1


def test_a_board_paper_is_there_within_half_a_minute() -> None:
    began = time.monotonic()
    document = board_paper.make(HERON)
    assert docx.write(document)
    assert pdf.write(document)
    assert time.monotonic() - began < 30


@pytest.mark.parametrize("text", [HOSTILE[2], " ".join(HOSTILE)])
def test_nothing_that_was_typed_steers_a_document(text: str) -> None:
    assert HERON.study
    study = replace(
        HERON.study, title=text, short_title=text, plain_summary=text, service=text,
        lead=text, sponsor=text, identifiers={text: text},
    )  # fmt: skip
    claims = tuple(
        replace(c, title=text, text=text, story=text, other_contributors=text)
        for c in CLAIMS
    )
    report = replace(
        HERON, organisation=text, study=study, claims=claims, contact=text,
        did_not_go_to_plan=text, what_next=text, asked_of_board=text,
        quotes=(replace(HERON.quotes[0], text=text),), services={"1": text},
    )  # fmt: skip
    document = full_report.make(report)
    assert docx.write(document)
    assert "root:" not in page.write(document)
    assert "<script" not in page.write(document)
    reader = pypdf.PdfReader(io.BytesIO(pdf.write(document)))
    assert "root:" not in " ".join(p.extract_text() for p in reader.pages)
    for line in csv.reader(io.StringIO(data.write_csv(document).decode())):
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in line)
