"""What can somebody read in a file of a report, visible or not?"""

from __future__ import annotations

import io
import zipfile
from html import unescape

__all__ = ["text_of"]


def text_of(content: bytes, suffix: str) -> str:
    """Return all text of a file: of a Word file every part, of a PDF its text layer."""
    if suffix == "docx":
        return _docx(content)
    if suffix == "pdf":
        return _pdf(content)
    return unescape(content.decode())


def _docx(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = [
            archive.read(name).decode()
            for name in archive.namelist()
            if name.endswith((".xml", ".rels", ".svg"))
        ]
    return unescape(" ".join(parts))


def _pdf(content: bytes) -> str:
    import pypdf

    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)
