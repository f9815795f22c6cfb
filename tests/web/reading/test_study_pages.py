"""Can the book of a study of patients be read on every page, as any other book?"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from book_pages import Element
from candela.build import open_book
from candela.build.study import StudySettings, write_study
from candela.publish.charts import Chart
from candela.publish.pages import analyses_page, analysis_page, home_page, plain
from candela.web.books.models import Book
from study_cases import TODAY, downing_like, ozdemir_like
from web.conftest import Place
from web.reading.conftest import lead_of, main_of, shelve

pytestmark = pytest.mark.django_db
Page = Callable[..., Element]
PAGES = (
    *("", "find/?q=elder", "organisations/ZT03/", "organisations/ZT03/peers/"),
    *("analyses/", "analyses/ozdemir_2015/", "sources/", "downloads/"),
    *("numbers/table:association:2:estimate/", "numbers/deaths.per_1000/"),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The book of a study of deaths; its pictures are not looked at here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            Chart, "svg", lambda chart: "<svg xmlns='http://www.w3.org/2000/svg'></svg>"
        )
        patch.setattr(Chart, "png", lambda chart: b"")
        place = tmp_path_factory.mktemp("study") / "book"
        found = ozdemir_like()
        write_study(found, place, StudySettings(found.protocol, TODAY))
    return place


@pytest.fixture
def book(folder: Path, here: Place) -> Book:
    return shelve(folder, here, public=True, name="studybook222")


@pytest.mark.parametrize("address", PAGES)
def test_every_page_answers(book: Book, address: str) -> None:
    answer = Client().get(f"/books/studybook222/{address}")
    assert answer.status_code == 200


def test_the_first_page_says_what_was_found(folder: Path, book: Book) -> None:
    page = home_page(open_book(folder))
    assert plain(page.finding) == (
        "More research went with fewer deaths in hospital or within 30 days of "
        "discharge: 2.7 fewer for every 1,000 patients (95% interval 3.6 fewer to 1.8 "
        "fewer). This does not show that one caused the other."
    )
    assert page.warnings == ()
    said = Client().get("/books/studybook222/").content.decode()
    assert "2.7 fewer" in said


def test_the_analyses_name_the_protocol_and_its_verdict(folder: Path) -> None:
    (row,) = analyses_page(open_book(folder)).table.rows
    assert row[0].target is not None
    assert row[0].target.key == "ozdemir_2015"
    # A primary analysis, seven others, and one that could not be done.
    assert [cell.words for cell in row[2:4]] == ["9", "8"]
    assert row[5].words == "A difference that matters"


def test_the_page_of_a_result_has_all_that_the_report_has(folder: Path) -> None:
    page = analysis_page(open_book(folder), "ozdemir_2015")
    assert page is not None
    assert page.question.startswith("Do adults admitted as emergencies die less")
    assert page.verdict == "A difference that matters"
    assert "24 organisations" in plain(page.how_sure)
    assert [f.name for f in page.figures][:2] == ["flow_shown", "forest_deaths"]
    assert page.explanations is not None
    assert len(page.explanations.rows) == 8
    assert page.analyses is not None
    assert page.analyses.rows[0][3].words == "0.943"
    assert page.not_done is not None
    assert "Odds ratio" in plain(page.numbers[0].words)
    assert analysis_page(open_book(folder), "jonker_2018") is None


def test_a_hidden_result_is_a_star_on_the_page(tmp_path: Path) -> None:
    from dataclasses import replace

    found = downing_like()
    survival, surgery = found.outcomes
    lowest, *others = survival.primary.contrasts
    few = replace(survival.primary, contrasts=(replace(lowest, events=2), *others))
    found = replace(found, outcomes=(replace(survival, primary=few), surgery))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Chart, "svg", lambda chart: "<svg></svg>")
        patch.setattr(Chart, "png", lambda chart: b"")
        write_study(found, tmp_path / "book", StudySettings(found.protocol, TODAY))
    page = analysis_page(open_book(tmp_path / "book"), "downing_2017")
    assert page is not None
    assert page.verdict == "Hidden to protect people"
    assert page.analyses is not None
    assert page.analyses.rows[0][3].nothing == "hidden"
    # The other outcome is told all the same.
    assert any("deaths within 30 days" in plain(told) for told in page.means_here)


def test_a_result_is_read_with_its_question_first(book: Book) -> None:
    answer = Client().get("/books/studybook222/analyses/ozdemir_2015/")
    main = main_of(answer)
    assert "die less often" in main.text()
    assert "fewer" in lead_of(main)
    assert "All analyses, planned and tried" in main.text()


def test_a_page_about_one_organisation_says_what_kind_of_book_it_is(
    book: Book,
) -> None:
    answer = Client().get("/books/studybook222/organisations/ZT03/")
    assert "This book is of one study of patients" in main_of(answer).text()
    assert "built before" not in main_of(answer).text()
