"""Is what is taken away what the book holds, to the last digit?"""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from book_pages import rows_of
from candela.web.books.models import Book
from candela.web.reading import drawing
from small_nation import FEW, MadeUp
from web.reading.conftest import ORGANISATION

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_drawings_yet() -> None:
    for path in folder().iterdir():
        path.unlink()


def folder() -> Path:
    found: Path = settings.CONFIGURATION.folder("charts")
    return found


def chart(book: Book, name: str, **choices: str) -> str:
    asked = "&".join(f"{k}={v}" for k, v in {"indicator": "shmi", **choices}.items())
    return f"/books/{book.public_id}/charts/{name}?{asked}"


def csv_rows(text: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.decode())))


def test_the_csv_of_a_chart_has_the_values_of_the_book_to_the_last_digit(
    made_up: MadeUp, public_book: Book
) -> None:
    answer = Client().get(chart(public_book, "funnel.csv"))
    given = {row["org_code"]: row for row in csv_rows(answer.content)}
    held = [
        row
        for row in rows_of(made_up.book, "tables/position")
        if row["indicator"] == "shmi" and row["period_start"] == "2019-04-01"
    ]
    assert len(held) == len(given) > 30
    for row in held:
        for name in ("value", "lower", "upper", "size", "lower95", "upper998"):
            assert given[row["org_code"]][name] == row[name], (row["org_code"], name)


def test_a_hidden_number_is_hidden_in_the_csv_too(
    made_up: MadeUp, public_book: Book
) -> None:
    hidden = next(
        row
        for row in rows_of(made_up.book, "tables/position")
        if row["org_code"] == FEW and row["nothing"] == "hidden"
    )
    period = f"{hidden['period_start']}_{hidden['period_end']}"
    answer = Client().get(
        chart(public_book, "funnel.csv", indicator=hidden["indicator"], period=period)
    )
    (row,) = [r for r in csv_rows(answer.content) if r["org_code"] == FEW]
    assert (row["value"], row["lower"], row["upper"]) == ("*", "*", "*")


def test_files_are_named_after_what_they_are_and_that_it_is_made_up(
    public_book: Book,
) -> None:
    named = {}
    for suffix in ("csv", "svg", "png"):
        answer = Client().get(chart(public_book, f"trend.{suffix}", org=ORGANISATION))
        named[suffix] = answer.headers["Content-Disposition"]
    assert named == {
        "csv": f'attachment; filename="trend_shmi_{ORGANISATION}_made-up.csv"',
        "svg": f'inline; filename="trend_shmi_{ORGANISATION}_made-up.svg"',
        "png": f'inline; filename="trend_shmi_{ORGANISATION}_made-up.png"',
    }


def test_a_drawing_says_that_it_is_made_up_and_is_described(public_book: Book) -> None:
    drawn = Client().get(chart(public_book, "funnel.svg")).content.decode()
    assert drawn.startswith("<svg")
    assert 'role="img"' in drawn
    assert "<title" in drawn
    assert "Made-up data" in drawn
    assert "<script" not in drawn
    assert "style=" not in drawn


def test_a_drawing_is_made_once(
    public_book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = chart(public_book, "funnel.svg", org=ORGANISATION)
    first = Client().get(address)
    assert len(list(folder().iterdir())) == 1

    def never(*args: object) -> None:
        raise AssertionError("drawn again")

    monkeypatch.setattr(drawing, "_chart", never)
    assert Client().get(address).content == first.content


def test_who_has_a_drawing_is_told_that_it_is_the_same(public_book: Book) -> None:
    address = chart(public_book, "funnel.svg")
    first = Client().get(address)
    assert "private" in first.headers["Cache-Control"]
    assert "max-age=3600" in first.headers["Cache-Control"]
    again = Client().get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.content == b""
    other = Client().get(chart(public_book, "funnel.png"))
    assert other.headers["ETag"] != first.headers["ETag"]
    assert other.content.startswith(b"\x89PNG")


def test_the_folder_of_drawings_stays_within_its_room(
    public_book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = len(Client().get(chart(public_book, "funnel.svg")).content)
    monkeypatch.setattr(drawing, "ROOM", 3 * one)
    rows = ("ZA1", "ZC1", "ZC2", "ZC3", "ZD1", "ZD2", "ZE1", "ZE2")
    for code in rows:
        answer = Client().get(chart(public_book, "funnel.svg", org=code))
        assert answer.status_code == 200
    kept = sum(path.stat().st_size for path in folder().iterdir())
    assert 0 < kept <= 3 * one


def test_a_full_disk_stops_no_reader(
    public_book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object, **kwargs: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(drawing, "_write", full)
    answer = Client().get(chart(public_book, "funnel.svg"))
    assert answer.status_code == 200
    assert list(folder().iterdir()) == []


def test_a_drawing_that_was_cut_short_is_never_kept(
    public_book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(self: Path, target: Path) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "replace", cut)
    assert Client().get(chart(public_book, "funnel.svg")).status_code == 200
    assert list(folder().iterdir()) == []


def test_files_of_the_book_are_given_out_as_they_were_written(
    made_up: MadeUp, public_book: Book
) -> None:
    for path in ("manifest.json", "tables/position.csv", "charts/dose_response.png"):
        answer = Client().get(f"/books/{public_book.public_id}/files/{path}")
        assert answer.content == (made_up.book / path).read_bytes()
        assert answer.headers["Content-Disposition"].startswith("attachment")


def test_everything_offered_as_a_download_is_there(public_book: Book) -> None:
    page = Client().get(f"/books/{public_book.public_id}/downloads/").content.decode()
    offered = [part.split('"')[0] for part in page.split('href="')[1:]]
    files = [place for place in offered if "/files/" in place]
    assert len(files) > 30
    for place in files:
        assert Client().get(place).status_code == 200, place
