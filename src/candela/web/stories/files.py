"""Which files can a report be taken away as?  All come from the one frozen document."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.http import Http404, HttpResponse

from candela.publish.documents import data, docx, page, pdf
from candela.publish.documents.clean import file_name
from candela.publish.documents.model import Document
from candela.web.parts import Link
from candela.web.reading.sent import named

__all__ = ["FILES", "FileKind", "file_answer", "file_links"]


@dataclass(frozen=True)
class FileKind:
    """One kind of file: its words, its media type, and what writes it."""

    words: str
    media_type: str
    write: Callable[[Document], bytes | str]


FILES: Mapping[str, FileKind] = {
    "docx": FileKind(
        "Word",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        docx.write,
    ),
    "pdf": FileKind("PDF", "application/pdf", pdf.write),
    "html": FileKind("Web page", "text/html; charset=utf-8", page.write_whole),
    "csv": FileKind("CSV", "text/csv; charset=utf-8", data.write_csv),
    "json": FileKind("JSON", "application/json", data.write_json),
}


def file_answer(document: Document, suffix: str) -> HttpResponse:
    """Return the document as a file.

    Raises
    ------
    Http404
        If there is no such kind of file.
    """
    kind = FILES.get(suffix)
    if kind is None:
        raise Http404
    answer = HttpResponse(kind.write(document), content_type=kind.media_type)
    return named(answer, f"{file_name(document)}.{suffix}", attachment=True)


def file_links(address: Callable[[str], str], title: str) -> list[Link]:
    """Return links to every file; ``address`` gives that of a suffix."""
    return [
        Link(kind.words, address(suffix), f"of {title}")
        for suffix, kind in FILES.items()
    ]
