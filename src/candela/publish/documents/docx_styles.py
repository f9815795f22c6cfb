"""How does a document look in Word: letters, page, head and foot?"""

from __future__ import annotations

from typing import Any

from candela.publish.documents import words
from candela.publish.documents.model import Document

__all__ = ["INK", "QUIET", "field", "set_page", "set_styles", "xml"]

FONT = "Arial"
INK, QUIET = "212B32", "4C6272"
HEADINGS = {1: (1.5, 0, 4), 2: (1.2, 11, 4), 3: (1.1, 8, 3)}


def xml(tag: str, **attributes: str) -> Any:
    """Return an element of Word's own kind; ``val="x"`` becomes ``w:val``."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    made = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), value)
    return made


def set_styles(made: Any, *, size: int, language: str) -> None:
    """Set letters, headings and the styles of our own."""
    from docx.enum.style import WD_STYLE_TYPE

    normal = made.styles["Normal"]
    _letters(normal, size)
    _spacing(normal, before=0, after=6, line=1.12)
    normal.element.get_or_add_rPr().append(
        xml("w:lang", val=language, eastAsia=language, bidi="ar-SA")
    )
    _set_default_language(made, language)
    for level, (ratio, before, after) in HEADINGS.items():
        heading = made.styles[f"Heading {level}"]
        _letters(heading, size * ratio, bold=True)
        _spacing(heading, before=before, after=after, line=1.05)
        heading.paragraph_format.keep_with_next = True
    _letters(made.styles["Subtitle"], size * 1.05, colour=QUIET)
    made.styles["Subtitle"].font.italic = False
    _set_close(made.styles["Subtitle"])
    made.styles["Subtitle"].paragraph_format.space_after = _points(4)
    own = {
        "Lead": (1.22, INK, False),
        "Said By": (0.9, QUIET, False),
        "About": (0.86, INK, False),
        "Cell": (0.86, INK, False),
        "Caption Above": (0.86, INK, True),
        "Note Below": (0.82, QUIET, False),
    }
    for name, (ratio, colour, bold) in own.items():
        style = made.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = normal
        _letters(style, size * ratio, colour=colour, bold=bold)
    _spacing(made.styles["Cell"], before=1, after=1, line=1.0)
    _spacing(made.styles["About"], before=0, after=2, line=1.0)
    _spacing(made.styles["Caption Above"], before=6, after=3, line=1.0)
    made.styles["Caption Above"].paragraph_format.keep_with_next = True
    for name in ("List Bullet", "List Number"):
        _spacing(made.styles[name], before=0, after=3, line=1.1)
    quote = made.styles["Quote"]
    _letters(quote, size)
    quote.font.italic = False
    quote.paragraph_format.keep_with_next = True
    _spacing(quote, before=3, after=2, line=1.1)


def _set_close(style: Any) -> None:
    """Take out the space between letters that Word's own style has."""
    from docx.oxml.ns import qn

    properties = style.element.get_or_add_rPr()
    for spacing in properties.findall(qn("w:spacing")):
        properties.remove(spacing)


def _points(size: float) -> Any:
    from docx.shared import Pt

    return Pt(size)


def _letters(
    style: Any, size: float, *, colour: str = INK, bold: bool | None = None
) -> None:
    from docx.oxml.ns import qn
    from docx.shared import RGBColor

    style.font.name = FONT
    style.font.size = _points(round(size * 2) / 2)
    style.font.color.rgb = RGBColor.from_string(colour)
    if bold is not None:
        style.font.bold = bold
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    # The theme's typeface would win over the name.
    for name in list(fonts.attrib):
        if name.endswith("Theme"):
            del fonts.attrib[name]
    for kind in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{kind}"), FONT)


def _spacing(style: Any, *, before: float, after: float, line: float) -> None:
    style.paragraph_format.space_before = _points(before)
    style.paragraph_format.space_after = _points(after)
    style.paragraph_format.line_spacing = line


def _set_default_language(made: Any, language: str) -> None:
    from docx.oxml.ns import qn

    for lang in made.styles.element.iter(qn("w:lang")):
        lang.set(qn("w:val"), language)


def set_page(made: Any, document: Document) -> None:
    """Set paper, margins with room for holes, the made-up mark and page numbers."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
    from docx.shared import Mm

    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin = Mm(25), Mm(20)
    section.top_margin, section.bottom_margin = Mm(20), Mm(20)
    section.header_distance = section.footer_distance = Mm(10)
    if document.made_up:
        section.top_margin = Mm(23)
        head = section.header.paragraphs[0]
        head.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run = head.add_run(words.MADE_UP)
        run.bold, run.font.size = True, _points(10)
        _frame(head)
    line = section.footer.paragraphs[0]
    made.styles["Footer"].paragraph_format.tab_stops.clear_all()
    line.paragraph_format.tab_stops.add_tab_stop(Mm(165), WD_TAB_ALIGNMENT.RIGHT)
    line.add_run(f"{words.foot(document)}\t{words.PAGE} ")
    field(line, "PAGE")
    line.add_run(f" {words.OF} ")
    field(line, "NUMPAGES")
    for run in line.runs:
        run.font.size = _points(9)


def _frame(paragraph: Any) -> None:
    sides = xml("w:pBdr")
    for side in ("top", "left", "bottom", "right"):
        sides.append(xml(f"w:{side}", val="single", sz="8", space="3", color=INK))
    paragraph._p.get_or_add_pPr().append(sides)


def field(paragraph: Any, code: str) -> None:
    """Add a number that Word works out, such as that of the page."""
    for kind in ("begin", "code", "separate", "shown", "end"):
        run = paragraph.add_run("1" if kind == "shown" else "")
        if kind == "code":
            inner = xml("w:instrText")
            inner.text = code
            run._r.append(inner)
        elif kind != "shown":
            run._r.append(xml("w:fldChar", fldCharType=kind))
