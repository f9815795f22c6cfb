"""A book that anybody may read, and what a page says in its main part."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.http import HttpResponse
from django.test import Client

from book_pages import Element, parsed
from candela.build.manifest import sealed
from candela.web.books.models import Book
from candela.web.scoping import organisation_scope
from web.conftest import Place

if TYPE_CHECKING:
    from small_nation import MadeUp

ORGANISATION = "ZC2"


def shelve(folder: Path, place: Place, *, public: bool, name: str) -> Book:
    """Return a book that lies in a folder, known to the service."""
    manifest = json.loads((folder / "manifest.json").read_bytes())
    with organisation_scope(place.organisation):
        return Book.objects.create(
            organisation=place.organisation,
            public_id=name,
            title="Made-up nation",
            state=Book.State.READY,
            made_up=manifest["made_up"],
            built_on=date.fromisoformat(manifest["built_on"]),
            is_public=public,
            is_mounted=True,
            folder=str(folder),
            seal=manifest["seal"],
        )


@pytest.fixture
def public_book(made_up: MadeUp, here: Place) -> Book:
    """The small made-up book, for anybody to read."""
    return shelve(made_up.book, here, public=True, name="publicbook22")


@pytest.fixture
def private_book(made_up: MadeUp, here: Place) -> Book:
    """The same book, for members of one organisation only."""
    return shelve(made_up.book, here, public=False, name="privatebook2")


@pytest.fixture
def page(public_book: Book) -> Callable[..., Element]:
    """Return a function that opens a page of the public book."""

    def opened(path: str = "", client: Client | None = None) -> Element:
        answer = (client or Client()).get(f"/books/{public_book.public_id}/{path}")
        assert answer.status_code == 200, path
        return main_of(answer)

    return opened


def main_of(answer: HttpResponse) -> Element:
    """Return the main part of a page."""
    (main,) = parsed(answer.content.decode()).all("main")
    return main


def lead_of(main: Element) -> str:
    """Return the sentence in large type."""
    return next(
        p.text()
        for p in main.all("p")
        if "candela-lead" in p.attributes.get("class", "")
    )


def reseal(folder: Path) -> None:
    """Write a manifest that fits the files of a book that was altered on purpose."""
    path = folder / "manifest.json"
    manifest: dict[str, Any] = json.loads(path.read_bytes())
    manifest.pop("seal")
    for name in manifest["files"]:
        content = (folder / name).read_bytes()
        manifest["files"][name] = {
            "sha256": hashlib.sha256(content).hexdigest(),
            "bytes": len(content),
        }
    path.write_bytes(sealed(manifest))


def rewrite(folder: Path, table: str, change: Callable[[dict[str, str]], None]) -> None:
    """Change the rows of a table of a book."""
    path = folder / "tables" / f"{table}.csv"
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    for row in rows:
        change(row)
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(out.getvalue(), encoding="utf-8")


@pytest.fixture
def shelve_public(here: Place) -> Callable[[Path], Book]:
    """Return a function that makes a book in a folder public."""

    def public(folder: Path) -> Book:
        return shelve(folder, here, public=True, name="spoiltbook22")

    return public
