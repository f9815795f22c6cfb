"""How is a document written as Word?

With real headings, lists, tables whose header is repeated, alternative texts, and links
from each label to its row on the last page.  The same document is the same bytes.
"""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime, time
from typing import Any

from candela.publish.documents import words
from candela.publish.documents.clean import cleaned
from candela.publish.documents.docx_order import put_in_order
from candela.publish.documents.docx_parts import (
    Looks,
    add_figure,
    add_items,
    add_quotation,
    add_runs,
    add_table,
    rule,
)
from candela.publish.documents.docx_styles import set_page, set_styles
from candela.publish.documents.model import (
    Block,
    Box,
    Document,
    Figure,
    Heading,
    Items,
    PageBreak,
    Paragraph,
    Quotation,
    Table,
)

__all__ = ["write"]

BODY, LARGE_PRINT, POSTER = 12, 18, 16
EPOCH = (1980, 1, 1, 0, 0, 0)  # the first day that a ZIP file can hold


def write(document: Document, *, large_print: bool = False) -> bytes:
    """Return the document as a Word file.

    Parameters
    ----------
    document
        What it says.
    large_print
        Letters of 18 points in place of 12.
    """
    import docx

    document = cleaned(document)
    plain = POSTER if document.kind == "poster" else BODY
    size = LARGE_PRINT if large_print else plain
    made = docx.Document()
    set_styles(made, size=size, language=document.language)
    set_page(made, document)
    _set_properties(made, document)
    looks = Looks(size=size, labels=document.labels)
    made.add_heading(document.title, level=1)
    if document.subtitle:
        made.add_paragraph(document.subtitle, style="Subtitle")
    for block in document.blocks:
        _add(made, block, looks)
    _add_about(made, document)
    _add_labels(made, document, looks)
    return _same_each_time(made)


def _set_properties(made: Any, document: Document) -> None:
    properties = made.core_properties
    moment = datetime.combine(document.dated, time(12), tzinfo=UTC)
    properties.title = document.title[:255]
    properties.author = document.organisation[:255]
    properties.last_modified_by = ""
    properties.comments = words.MADE_UP if document.made_up else ""
    properties.language = document.language
    properties.subject = document.kind
    properties.created = properties.modified = moment.replace(tzinfo=None)
    properties.revision = 1


def _add(made: Any, block: Block, looks: Looks) -> None:
    match block:
        case Heading():
            made.add_heading(block.text, level=block.level)
        case Paragraph():
            style = "Lead" if block.lead else "Normal"
            add_runs(made.add_paragraph(style=style), block.runs, looks)
        case Items():
            add_items(made, block, looks)
        case Quotation():
            add_quotation(made, block)
        case Table():
            add_table(made, block, looks)
        case Figure():
            add_figure(made, block)
        case PageBreak():
            made.add_page_break()
        case Box():
            # Ruled above and below: a frame would be a table, and read out as one.
            rule(made.add_heading(block.title, level=2), "top")
            for one in block.blocks:
                _add(made, one, looks)
            rule(made.paragraphs[-1], "bottom")


def _add_about(made: Any, document: Document) -> None:
    for term, said in document.about.items():
        paragraph = made.add_paragraph(style="About")
        paragraph.add_run(f"{term}: ").bold = True
        paragraph.add_run(said)
    if document.made_up:
        made.add_paragraph(words.MADE_UP_PLAIN, style="About")


def _add_labels(made: Any, document: Document, looks: Looks) -> None:
    if not document.traced:
        return
    heading = made.add_heading(words.LABELS, level=2)
    heading.paragraph_format.page_break_before = True
    made.add_paragraph(words.LABELS_HOW)
    table = words.labels_table(document)
    anchors = tuple(traced.label for traced in document.traced)
    add_table(made, table, looks, anchors=anchors)


def _same_each_time(made: Any) -> bytes:
    """Return the file with its parts in order and without the time of day."""
    section = made.sections[0]
    for part in (made, made.styles, section.header, section.footer):
        put_in_order(part.element if hasattr(part, "element") else part._element)
    written = io.BytesIO()
    made.save(written)
    out = io.BytesIO()
    with (
        zipfile.ZipFile(written) as given,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as kept,
    ):
        for name in given.namelist():
            part = zipfile.ZipInfo(name, EPOCH)
            part.compress_type = zipfile.ZIP_DEFLATED
            part.external_attr = 0o600 << 16
            kept.writestr(part, given.read(name))
    return out.getvalue()
