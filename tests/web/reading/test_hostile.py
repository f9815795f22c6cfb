"""Can a book that somebody wrote on purpose act in the name of its reader?"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from book_pages import parsed
from candela.web.books.models import Book
from web.reading.conftest import reseal, rewrite
from web.reading.test_pages import reader

pytestmark = pytest.mark.django_db

MARKUP = '<script>alert("x")</script><img src=x onerror=alert(1)>'
JINJA = "{{ 7 * 7 }}{% raw %}"
CODE = "Z/1 %2F\"'<b>"


@pytest.fixture
def hostile(copied_book: Path, shelve_public: Callable[[Path], Book]) -> Book:
    """A book with markup, templates and strange codes in it, under a seal that fits."""

    def names(row: dict[str, str]) -> None:
        row["name"] = f"{MARKUP} {JINJA} {row['name']}"
        row["org_code"] = CODE if row["org_code"] == "ZC2" else row["org_code"]

    def codes(row: dict[str, str]) -> None:
        for column in ("org_code", "peer_code"):
            if row.get(column) == "ZC2":
                row[column] = CODE

    def labels(row: dict[str, str]) -> None:
        for column in ("label", "question", "definition"):
            row[column] = f"{MARKUP} {row[column]}"

    rewrite(copied_book, "organisations", names)
    rewrite(copied_book, "indicator", labels)
    for table in ("position", "peers", "feature", "change"):
        rewrite(copied_book, table, codes)
    words = copied_book / "results" / "words.json"
    told = json.loads(words.read_text(encoding="utf-8"))
    told["words"]["finding"] = [f"{MARKUP} {JINJA}"]
    told["words"]["cautions"] = [MARKUP]
    told["words"]["protocol"]["title"] = MARKUP
    for drawn in told["words"]["charts"]:
        drawn["alt"] = '" onload="alert(1)'
        drawn["finding"] = [MARKUP]
    words.write_text(json.dumps(told), encoding="utf-8")
    reseal(copied_book)
    return shelve_public(copied_book)


def quoted(code: str) -> str:
    """Return a code as it stands in an address."""
    return (
        code.replace("%", "%2525")
        .replace("/", "%252F")
        .replace(" ", "%20")
        .replace('"', "%22")
        .replace("<", "%3C")
        .replace(">", "%3E")
    )


def test_text_of_a_book_is_never_markup(hostile: Book) -> None:
    base = f"/books/{hostile.public_id}/"
    for path in (
        "",
        "find/?q=z",
        "organisations/ZA2/",
        "organisations/ZA2/peers/",
        "organisations/ZA2/indicators/shmi/",
        "indicators/shmi/",
        "analyses/",
        "analyses/jonker_2018/",
        "sources/",
        "downloads/",
        "numbers/table:organisations:2:name/",
    ):
        answer = reader().get(base + path)
        assert answer.status_code == 200, path
        page = answer.content.decode()
        assert "<script>alert" not in page, path
        assert "<img src=x" not in page, path
        assert "{{ 7 * 7 }}" in page or "7 * 7" not in page, path
        for element in parsed(page).all():
            assert not any(n.startswith("on") for n in element.attributes), path


def test_markup_in_a_drawing_stays_text(hostile: Book) -> None:
    base = f"/books/{hostile.public_id}/charts/"
    for kind in ("funnel", "trend", "peers"):
        answer = reader().get(f"{base}{kind}.svg?indicator=shmi&org=ZA2")
        assert answer.status_code == 200, kind
        assert b"<script" not in answer.content
        assert b"<img" not in answer.content
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_a_code_with_strokes_and_quotes_breaks_no_page_and_can_be_opened(
    hostile: Book,
) -> None:
    page = reader().get(f"/books/{hostile.public_id}/find/").content.decode()
    place = next(
        a.attributes["href"]
        for a in parsed(page).all("a")
        if "/organisations/Z%252F1" in a.attributes.get("href", "")
    )
    assert place.endswith(f"/organisations/{quoted(CODE)}/")
    answer = reader().get(place)
    assert answer.status_code == 200
    chart = reader().get(
        f"/books/{hostile.public_id}/charts/trend.csv",
        {"indicator": "shmi", "org": CODE},
    )
    assert "\n" not in chart.headers.get("Content-Disposition", "")
    assert chart.status_code == 200


def test_files_of_a_book_cannot_act_as_pages_of_this_service(hostile: Book) -> None:
    answer = Client().get(f"/books/{hostile.public_id}/files/report.html")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_formulas_of_a_book_are_defused_in_what_is_made_here(
    copied_book: Path, shelve_public: Callable[[Path], Book]
) -> None:
    def formula(row: dict[str, str]) -> None:
        row["name"] = "'=HYPERLINK(1)"  # as books write it: it reads back as a formula

    rewrite(copied_book, "organisations", formula)
    reseal(copied_book)
    book = shelve_public(copied_book)
    answer = Client().get(f"/books/{book.public_id}/charts/funnel.csv?indicator=shmi")
    assert b",=HYPERLINK" not in answer.content
    assert b",'=HYPERLINK(1)," in answer.content
