"""Documents of every kind of block, and texts by which a writer could be steered."""

from __future__ import annotations

from datetime import date

from candela.publish.csv_tables import PublishedColumn, PublishedTable
from candela.publish.documents.model import (
    Box,
    Document,
    Figure,
    Heading,
    Items,
    PageBreak,
    Paragraph,
    Quotation,
    Table,
    Text,
    Traced,
)
from candela.publish.ledger import Origin

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 20">'
    '<text y="15" font-family="Arial, sans-serif">5 of 8</text></svg>'
)

HOSTILE = (
    '#read("/etc/passwd") #panic() $x$ *b* @ref <label> \\ // ] } `raw`',
    "<script>alert(1)</script> & \"quoted\" 'single' ]]> <!-- -->",
    '=HYPERLINK("http://example.invalid") +1 -1 @SUM(A1)',
    "bell \x07 null \x00 escape \x1b[31m tab\tline\nreturn\rform\x0c next\x85",
    "\u202eelif.exe\u202c \u2066isolated\u2069",
    "grinning \U0001f600 family \U0001f469\u200d\U0001f467 flag \U0001f3f4",
    "مرحبا שלום नमस्ते 你好 Ŵythnos ﷽",
    "half a sign \ud800 private \ue000 unused \U000e0fff \ufffe \uffff",
    "{{ 7*7 }} {% raw %} %s %(name)s {0}",
    "e\u0301\u0316\u0489 " * 40,
)


def drawn() -> Figure:
    """Return a small figure."""
    import vl_convert

    png = vl_convert.svg_to_png(SVG)
    return Figure("by-domain", "By domain", "Five of eight.", SVG.encode(), png)


def with_text(
    text: str, *, kind: str = "full-report", made_up: bool = True
) -> Document:
    """Return a document in which one text stands in every place that has one."""
    run = Text(text, bold=True, label="N1")
    statements = PublishedTable(
        "statements",
        "Statements",
        (
            PublishedColumn("label", "its label"),
            PublishedColumn("text", "what it says"),
        ),
        (("S-17", text),),
        Origin("candela.publish.impact", ()),
    )
    return Document(
        kind=kind,
        title=text,
        organisation=text,
        dated=date(2026, 11, 24),
        subtitle=text,
        made_up=made_up,
        about={text: text},
        blocks=(
            Paragraph((run, Text(" and more")), lead=True),
            Heading(text),
            Paragraph((Text(text),)),
            Heading(text, level=3),
            Items(((run,), (Text(text),))),
            Items(((Text("first"),), (Text("second"),)), numbered=True),
            Items(((Text("again the first"),),), numbered=True),
            Quotation(text, text),
            Table(
                text,
                (text, "Asked", "Answered"),
                ((text, "40 [N1]", "*"), ("S-17", "10", text)),
                note=text,
                numeric=frozenset({1, 2}),
                widths=(4, 1, 1),
            ),
            Box(text, (Paragraph((Text(text),)), Items(((Text(text),),)))),
            drawn(),
            PageBreak(),
            Paragraph((Text("On the next side."),)),
        ),
        traced=(
            Traced("N1", text, text, text),
            Traced("S-17", text, text, text),
        ),
        data=(statements,),
    )
