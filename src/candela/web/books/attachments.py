"""How is a file of a book given out?

Anybody may have written it: as a page of this service it could act in the reader's
name.  So a file is always an attachment, in a sandbox, and of the kind that we say.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any, TypeVar

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.text import get_valid_filename, slugify

from candela.build.manifest import NAME
from candela.build.verify import verify_book
from candela.errors import BookChanged
from candela.web.books.models import Book
from candela.web.books.shelf import book_file, book_files, book_folder

__all__ = ["attachment", "whole_book"]

SANDBOX = "default-src 'none'; sandbox"
KINDS = {
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml; charset=utf-8",
    ".png": "image/png",
    ".html": "text/html; charset=utf-8",
}
Answer = TypeVar("Answer", HttpResponse, StreamingHttpResponse)
OLDEST = (1980, 1, 1, 0, 0, 0)  # the same book is the same ZIP, whenever it is taken


def attachment(book: Book, path: str) -> HttpResponse:
    """Return one file of a book as it was written.

    Raises
    ------
    KeyError
        If the book has no such file.
    BookChanged
        If the file is not as it was written.
    """
    content = book_file(book, path)
    name = PurePosixPath(path)
    kind = KINDS.get(name.suffix, "application/octet-stream")
    return _sandboxed(HttpResponse(content, content_type=kind), name.name)


def whole_book(book: Book) -> StreamingHttpResponse:
    """Return a whole book as a ZIP, made while it is sent; nothing is kept.

    Raises
    ------
    BookChanged
        If any file is not as it was written.
    """
    names = (*book_files(book), NAME)
    changes = verify_book(book_folder(book))
    if changes:
        told = "; ".join(map(str, changes[:5]))
        raise BookChanged(
            f"“{book.title}” is not as it was written, so it is not given out: {told}. "
            "Ask who added the book to add it again."
        )
    made_up = "_made-up" if book.made_up else ""
    name = f"{slugify(book.title)[:60] or 'book'}_{book.built_on}{made_up}.zip"
    answer = StreamingHttpResponse(_zipped(book, names), content_type="application/zip")
    return _sandboxed(answer, name)


class _Pipe(io.RawIOBase):
    """Where a ZIP is written to: a place that gives away what it was given."""

    def __init__(self) -> None:
        self.waiting = bytearray()

    def writable(self) -> bool:
        """Say that it can be written to."""
        return True

    def write(self, data: Any) -> int:
        """Take bytes."""
        self.waiting += data
        return len(data)

    def taken(self) -> bytes:
        """Give away what was written since the last time."""
        taken, self.waiting = bytes(self.waiting), bytearray()
        return taken


def _zipped(book: Book, names: tuple[str, ...]) -> Iterator[bytes]:
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            info = zipfile.ZipInfo(name, OLDEST)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            archive.writestr(info, book_file(book, name))
            yield pipe.taken()
    yield pipe.taken()


def _sandboxed(answer: Answer, name: str) -> Answer:
    answer["Content-Disposition"] = content_disposition_header(
        True, get_valid_filename(name)
    )
    answer["Content-Security-Policy"] = SANDBOX
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
