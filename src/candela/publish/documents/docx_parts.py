"""How is each kind of block written in Word?"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from candela.publish.documents.clean import runs_of_cell
from candela.publish.documents.docx_styles import INK, QUIET, xml
from candela.publish.documents.model import Figure, Items, Quotation, Table, Text

__all__ = [
    "Looks",
    "add_figure",
    "add_items",
    "add_quotation",
    "add_runs",
    "add_table",
    "rule",
]

WIDTH_MM = 165  # between the margins


@dataclass(frozen=True)
class Looks:
    """What the parts of one document share: size of letters, labels that lead on."""

    size: int
    labels: frozenset[str]


def add_runs(paragraph: Any, runs: Sequence[Text], looks: Looks) -> None:
    """Add runs; a label is a small link to its row on the last page."""
    for run in runs:
        if run.text:
            paragraph.add_run(run.text).bold = run.bold or None
        if run.label:
            words = f" [{run.label}]" if run.text else run.label
            _add_label(paragraph, words, run.label, looks, alone=not run.text)


def _add_label(
    paragraph: Any, words: str, label: str, looks: Looks, *, alone: bool
) -> None:
    from docx.shared import Pt, RGBColor

    made = paragraph.add_run(words)
    if not alone:
        made.font.size = Pt(round(looks.size * 0.75 * 2) / 2)
        made.font.color.rgb = RGBColor.from_string(QUIET)
    if label in looks.labels:
        link = xml("w:hyperlink", anchor=_anchor(label), history="1")
        made._r.addprevious(link)
        link.append(made._r)


def _anchor(label: str) -> str:
    return f"label_{label.replace('-', '_')}"


def add_items(into: Any, items: Items, looks: Looks) -> None:
    """Add a list; a numbered one begins with 1."""
    style = "List Number" if items.numbered else "List Bullet"
    number = _new_numbering(into, style) if items.numbered else None
    for item in items.items:
        paragraph = into.add_paragraph(style=style)
        add_runs(paragraph, item, looks)
        if number is not None:
            properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
            properties.get_or_add_numId().val = number
            properties.get_or_add_ilvl().val = 0


def _new_numbering(into: Any, style: str) -> int:
    """Return a numbering of its own: else a second list counts on from the first."""
    numbering = into.part.numbering_part.numbering_definitions._numbering
    used = into.part.document.styles[style].element.pPr.numPr.numId.val
    kind = numbering.num_having_numId(used).abstractNumId.val
    made = numbering.add_num(kind)
    made.add_lvlOverride(ilvl=0).add_startOverride(1)
    number: int = made.numId
    return number


def add_quotation(into: Any, quotation: Quotation) -> None:
    """Add somebody's words with a line at their side, and who said them."""
    from docx.shared import Mm

    said = into.add_paragraph(f"“{quotation.text}”", style="Quote")
    who = into.add_paragraph(quotation.said_by, style="Said By")
    for paragraph in (said, who):
        paragraph.paragraph_format.left_indent = Mm(5)
        side = xml("w:pBdr")
        side.append(xml("w:left", val="single", sz="18", space="8", color=QUIET))
        paragraph._p.get_or_add_pPr().append(side)


def add_table(
    into: Any,
    table: Table,
    looks: Looks,
    *,
    anchors: Sequence[str] = (),
) -> None:
    """Add a table; ``anchors`` are the labels that lead to its rows."""
    if table.caption:
        into.add_paragraph(table.caption, style="Caption Above")
    grid = into.add_table(rows=1 + len(table.rows), cols=len(table.columns))
    grid.autofit = False
    _set_widths(grid, table.widths or (1,) * len(table.columns))
    _describe(grid, table.caption)
    for n, heading in enumerate(table.columns):
        paragraph = _cell_paragraph(grid.cell(0, n), right=n in table.numeric)
        paragraph.add_run(heading).bold = True
    _repeat(grid.rows[0])
    for m, row in enumerate(table.rows, start=1):
        _keep_whole(grid.rows[m])
        labels = frozenset() if anchors else looks.labels
        for n, cell in enumerate(row):
            paragraph = _cell_paragraph(grid.cell(m, n), right=n in table.numeric)
            add_runs(paragraph, runs_of_cell(cell, labels), looks)
            if anchors and n == 0:
                _bookmark(paragraph, anchors[m - 1], m)
    _rule_rows(grid)
    if table.note:
        into.add_paragraph(table.note, style="Note Below")
    else:  # so that what follows keeps its distance
        gap = into.add_paragraph(style="Cell")
        gap.paragraph_format.space_after = 0


def _describe(grid: Any, caption: str) -> None:
    if caption:
        grid._tbl.tblPr.append(xml("w:tblCaption", val=caption))


def _set_widths(grid: Any, widths: Sequence[int]) -> None:
    from docx.shared import Mm

    for n, width in enumerate(widths):
        size = Mm(WIDTH_MM * width / sum(widths))
        grid.columns[n].width = size
        for cell in grid.columns[n].cells:
            cell.width = size


def _cell_paragraph(cell: Any, *, right: bool) -> Any:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    paragraph = cell.paragraphs[0]
    paragraph.style = "Cell"
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    return paragraph


def _repeat(row: Any) -> None:
    row._tr.get_or_add_trPr().append(xml("w:cantSplit"))
    row._tr.get_or_add_trPr().append(xml("w:tblHeader"))


def _keep_whole(row: Any) -> None:
    row._tr.get_or_add_trPr().append(xml("w:cantSplit"))


def _rule_rows(grid: Any) -> None:
    lines = xml("w:tblBorders")
    for side in ("bottom", "insideH"):
        lines.append(xml(f"w:{side}", val="single", sz="6", space="0", color="768692"))
    grid._tbl.tblPr.append(lines)


def _bookmark(paragraph: Any, label: str, number: int) -> None:
    start = xml("w:bookmarkStart", id=str(number), name=_anchor(label))
    properties = paragraph._p.get_or_add_pPr()
    properties.addnext(start)
    paragraph._p.append(xml("w:bookmarkEnd", id=str(number)))


def add_figure(into: Any, figure: Figure) -> None:
    """Add a drawing below its caption, with its alternative text."""
    from docx.shared import Mm

    if figure.caption:
        into.add_paragraph(figure.caption, style="Caption Above")
    paragraph = into.add_paragraph()
    picture = paragraph.add_run().add_picture(
        io.BytesIO(figure.png), width=Mm(figure.width_mm)
    )
    described = picture._inline.docPr
    described.set("descr", figure.alt)
    described.set("name", figure.name)
    if figure.note:
        into.add_paragraph(figure.note, style="Note Below")


def rule(paragraph: Any, side: str) -> None:
    """Draw a line along one side of a paragraph."""
    from docx.oxml.ns import qn

    properties = paragraph._p.get_or_add_pPr()
    lines = properties.find(qn("w:pBdr"))
    if lines is None:
        lines = xml("w:pBdr")
        properties.append(lines)
    lines.append(xml(f"w:{side}", val="single", sz="8", space="4", color=INK))
