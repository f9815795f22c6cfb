"""Does each page answer its question first, with numbers that can be followed?"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from django.test import Client

from book_pages import Element, parsed, rows_of
from candela.web.books.models import Book
from small_nation import FEW, MadeUp
from web.reading.conftest import ORGANISATION, lead_of, main_of, reseal, rewrite

pytestmark = pytest.mark.django_db
Page = Callable[..., Element]

SHMI = f"organisations/{ORGANISATION}/indicators/shmi/"
OF_A_BOOK = (
    "",
    "find/?q=z",
    f"organisations/{ORGANISATION}/",
    f"organisations/{ORGANISATION}/peers/",
    SHMI,
    "indicators/shmi/",
    "analyses/",
    "analyses/jonker_2018/",
    "sources/",
    "downloads/",
    "numbers/table:position:2:value/",
)
OF_THE_SERVICE = (
    "/",
    "/find/?q=z",
    "/methods/",
    "/words/",
    "/privacy/",
    "/accessibility/",
    "/help/",
    "/something-wrong/",
)
WITH_A_FINDING = tuple(p for p in OF_A_BOOK if not p.startswith("numbers"))
# Read as blame, as cause, as a promise or as a rank.
FORBIDDEN = re.compile(
    r"\b(outliers?|gaming|failing|underperform\w*|saves? lives|at risk|significant\w*"
    r"|best|worst|(?<!paid for or )ranked|ranks?(?! correlation)|leading|league table"
    r"|effect of research"
    r"|impact on mortality|return on investment)\b",
    re.IGNORECASE,
)


def reader() -> Client:
    """Return a browser of anybody, which shows what is broken as a page."""
    return Client(raise_request_exception=False)


def all_pages(book: Book) -> list[str]:
    return [*(f"/books/{book.public_id}/{p}" for p in OF_A_BOOK), *OF_THE_SERVICE]


def test_every_page_has_one_question_a_title_and_a_language(public_book: Book) -> None:
    titles = set()
    for path in all_pages(public_book):
        answer = Client().get(path)
        assert answer.status_code == 200, path
        page = parsed(answer.content.decode())
        (question,) = page.all("h1")
        (title,) = page.all("title")
        assert question.text(), path
        assert title.text().endswith("Candela"), path
        (document,) = page.all("html")
        assert document.attributes["lang"] == "en-GB"
        titles.add(title.text())
    assert len(titles) > 12


def test_headings_skip_no_level(public_book: Book) -> None:
    for path in all_pages(public_book):
        main = main_of(Client().get(path))
        levels = [int(e.tag[1]) for e in main.all() if re.fullmatch("h[1-6]", e.tag)]
        assert levels[0] == 1, path
        steps = [b - a for a, b in pairwise(levels)]
        assert all(step <= 1 for step in steps), (path, levels)


def test_names_of_elements_are_given_once(public_book: Book) -> None:
    for path in all_pages(public_book):
        page = parsed(Client().get(path).content.decode())
        ids = [e.attributes["id"] for e in page.all() if "id" in e.attributes]
        assert len(ids) == len(set(ids)), path


def test_no_page_has_a_style_or_a_script_in_it(public_book: Book) -> None:
    for path in all_pages(public_book):
        page = parsed(Client().get(path).content.decode())
        for element in page.all():
            assert "style" not in element.attributes, path
            assert element.tag != "style", path
            assert not any(name.startswith("on") for name in element.attributes), path
            if element.tag == "script":
                assert element.attributes["src"].startswith("/static/"), path
                assert element.text() == "", path


def test_nothing_is_fetched_from_another_place(public_book: Book) -> None:
    for path in all_pages(public_book):
        page = parsed(Client().get(path).content.decode())
        for element in page.all():
            for name in ("src", "href", "action"):
                place = element.attributes.get(name, "/")
                assert place[:1] in ("/", "#", "?"), (path, place)


def test_no_page_says_what_is_never_said(public_book: Book) -> None:
    for path in all_pages(public_book):
        main = main_of(Client().get(path))
        said = " ".join(
            part
            for part in [main.text(), *(i.attributes["alt"] for i in main.all("img"))]
        )
        assert FORBIDDEN.search(said) is None, (path, FORBIDDEN.search(said))


@pytest.mark.parametrize("path", WITH_A_FINDING)
def test_the_finding_stands_above_any_chart_and_table(path: str, page: Page) -> None:
    elements = list(page(path).all())
    lead = next(
        n
        for n, e in enumerate(elements)
        if "candela-lead" in e.attributes.get("class", "")
    )
    shown = [n for n, e in enumerate(elements) if e.tag in ("img", "table", "figure")]
    assert all(lead < n for n in shown)


def test_the_first_page_has_four_doors_and_a_search(page: Page) -> None:
    main = page()
    questions = [h.text() for h in main.all("h2")][:4]
    assert questions == [
        "Does research go with better care?",
        "Could it be a lever?",
        "What would a regulator see?",
        "What difference has research made here?",
    ]
    assert [i.attributes["name"] for i in main.all("input")] == ["q"]


def test_an_indicator_shows_value_interval_verdict_and_period_first(
    page: Page,
) -> None:
    main = page(SHMI)
    lead = lead_of(main)
    assert re.search(r"\d.*\(95% interval \d[\d,.]* to \d", lead)
    assert re.search(r"[Dd]ifferent from expected", lead)
    assert re.search(r"20\d\d/\d\d", lead)
    headings = [h.text() for h in main.all("h2")]
    assert "What it means here" in headings
    assert "What to do next" in headings
    assert "What this cannot tell you" in headings


def test_each_chart_has_finding_picture_reading_table_and_three_files(
    page: Page,
) -> None:
    figures = list(page(SHMI).all("figure"))
    assert len(figures) == 3
    for figure in figures:
        (finding,) = figure.all("h2")
        (picture,) = figure.all("img")
        (table,) = figure.all("table")
        assert finding.text()
        assert 5 <= len(picture.attributes["alt"].split()) <= 60
        assert "How to read:" in figure.text()
        assert len(list(table.all("tr"))) > 1
        files = [
            a.attributes["href"].split("?")[0].rpartition(".")[2]
            for a in figure.all("a")
            if "download" in a.attributes
        ]
        assert files == ["csv", "svg", "png"]


def test_where_from_leads_to_value_rule_and_rows(page: Page) -> None:
    main = page(SHMI)
    link = next(a for a in main.all("a") if a.text().startswith("Where from?"))
    traced = main_of(Client().get(link.attributes["href"]))
    assert "tables/position.csv, row" in traced.text()
    assert "candela." in traced.text()  # the function that worked it out
    assert "From rows of " in traced.text()


def test_a_number_that_is_in_no_book_is_not_found(public_book: Book) -> None:
    for name in ("nothing", "table:position:1:value", "table:nothing:2:value", "a:b,c"):
        path = f"/books/{public_book.public_id}/numbers/{name}/"
        assert Client().get(path).status_code == 404, name


def test_numbers_and_method_are_closed_and_in_the_page(page: Page) -> None:
    method = next(
        d
        for d in page(SHMI).all("details")
        if d.attributes.get("id") == "numbers-and-method"
    )
    assert "open" not in method.attributes
    assert len(list(method.all("dt"))) > 4


def test_a_small_number_is_nowhere_on_its_page(made_up: MadeUp, page: Page) -> None:
    hidden = [
        row
        for row in rows_of(made_up.book, "tables/position")
        if row["nothing"] == "hidden" and row["org_code"] == FEW
    ]
    assert hidden
    key, period = hidden[0]["indicator"], hidden[0]["period_start"]
    end = hidden[0]["period_end"]
    path = f"organisations/{FEW}/indicators/{key}/?period={period}_{end}"
    lead = lead_of(page(path))
    assert "Fewer than 8 people" in lead
    assert not re.search(r"\b[1-7]\b", lead)


def test_a_file_that_was_changed_hides_its_figures_and_nothing_else(
    copied_book: Path, shelve_public: Callable[[Path], Book]
) -> None:
    book = shelve_public(copied_book)

    def louder(row: dict[str, str]) -> None:
        row["verdict"] = "higher"

    rewrite(copied_book, "position", louder)  # and not resealed
    answer = reader().get(f"/books/{book.public_id}/organisations/{ORGANISATION}/")
    assert answer.status_code == 200
    said = main_of(answer).text()
    assert "no longer matches the record" in said
    assert "The rest of the page is unaffected" in said
    assert "ifferent from expected (" not in said
    for path in (SHMI, "indicators/shmi/"):
        hidden = reader().get(f"/books/{book.public_id}/{path}")
        assert hidden.status_code == 200
        lead = lead_of(main_of(hidden))
        assert "hidden this figure because its file no longer matches" in lead
        assert "tables/position.csv" in main_of(hidden).text()
    for path in ("", "sources/", "downloads/", "analyses/jonker_2018/", "find/"):
        assert reader().get(f"/books/{book.public_id}/{path}").status_code == 200
    chart = f"/books/{book.public_id}/charts/funnel.svg?indicator=shmi"
    assert reader().get(chart).status_code == 404
    file = reader().get(f"/books/{book.public_id}/files/tables/position.csv")
    assert file.status_code == 422


def test_a_book_whose_manifest_was_changed_is_not_shown(
    copied_book: Path, shelve_public: Callable[[Path], Book]
) -> None:
    book = shelve_public(copied_book)
    manifest = copied_book / "manifest.json"
    manifest.write_bytes(manifest.read_bytes() + b" ")
    answer = reader().get(f"/books/{book.public_id}/")
    assert answer.status_code == 422
    assert "cannot be shown" in answer.content.decode()
    # The first page passes it over.
    assert "No book can be read here yet" in reader().get("/").content.decode()


def test_without_a_book_the_first_page_says_how_to_get_one(db: None) -> None:
    answer = reader().get("/")
    assert answer.status_code == 200
    said = main_of(answer).text()
    assert "No book can be read here yet." in said
    assert "candela demo" in said
    assert reader().get("/find/?q=x").status_code == 200


def test_an_organisation_s_page_and_the_first_page_say_what_changed(
    made_up: MadeUp,
    copied_book: Path,
    public_book: Book,
    shelve_public: Callable[[Path], Book],
) -> None:
    manifest = json.loads((copied_book / "manifest.json").read_bytes())
    manifest["built_on"] = "2026-06-01"  # the other is of May 2025
    (copied_book / "manifest.json").write_text(json.dumps(manifest))

    def revised(row: dict[str, str]) -> None:
        if row["org_code"] == ORGANISATION and row["indicator"] == "shmi":
            row["count"] = str(int(row["count"]) + 100)
            row["value"] = str(float(row["value"]) + 0.1)

    rewrite(copied_book, "position", revised)
    reseal(copied_book)
    newer = shelve_public(copied_book)
    organisation = main_of(
        reader().get(f"/books/{newer.public_id}/organisations/{ORGANISATION}/")
    )
    assert "What changed since the last book" in organisation.text()
    first = main_of(reader().get(f"/books/{newer.public_id}/"))
    assert "Since the book of 1 May 2025" in first.text()
    place = next(
        a.attributes["href"] for a in first.all("a") if a.text() == "See the changes"
    )
    assert place == f"/books/{newer.public_id}/compare/{public_book.public_id}/"
    compared = reader().get(place)
    assert compared.status_code == 200
    rows = csv.DictReader(
        io.StringIO(reader().get(f"{place}differences.csv").content.decode())
    )
    found = [row for row in rows if row["org_code"] == ORGANISATION]
    assert len(found) == 4  # one for each year
    assert {row["cause"] for row in found} == {"data revised"}
