"""Which files can a report be taken away as?  All come from the one frozen document."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape

from django.http import Http404, HttpResponse

from candela.publish.documents import data, docx, page, pdf
from candela.publish.documents.clean import file_name
from candela.publish.documents.model import Document
from candela.web.parts import Link
from candela.web.reading.sent import named

__all__ = ["FILES", "FileKind", "file_answer", "file_links"]


# A file stands alone, so it carries its own few rules.
RULES = """
body { font: 1.1rem/1.5 Arial, sans-serif; margin: 2rem auto; max-width: 45rem;
  padding: 0 1rem; }
table { border-collapse: collapse; margin: 1rem 0; }
th, td { border-bottom: 1px solid #768692; padding: .4rem .8rem .4rem 0;
  text-align: left; vertical-align: top; }
blockquote { border-left: 8px solid #768692; margin: 1rem 0; padding: 0 1rem; }
svg { height: auto; max-width: 100%; }
"""


def _whole_page(document: Document) -> str:
    """Return the document as a web page that needs no other file."""
    title = escape(document.title)
    return (
        f'<!doctype html>\n<html lang="{escape(document.language)}">\n<head>\n'
        f'<meta charset="utf-8">\n<title>{title}</title>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<style>{RULES}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n"
        f"{page.write(document)}</main>\n</body>\n</html>\n"
    )


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
    "html": FileKind("Web page", "text/html; charset=utf-8", _whole_page),
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
