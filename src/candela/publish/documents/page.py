"""How is a document written on a page of the web?

As a fragment of HTML with the classes of the NHS front end, without its title: the page
around it has that as its one ``h1``.  Every text is escaped.  Drawings are put in as
they are: they are drawn here, never handed in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from candela.publish.documents import words
from candela.publish.documents.clean import cleaned, runs_of_cell
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
    Text,
)

__all__ = ["write"]

SIZES = {2: "l", 3: "m", 4: "s"}


def write(document: Document) -> str:
    """Return the document as a fragment of HTML, from its headings of level 2 on."""
    document = cleaned(document)
    writer = _Writer(document.labels)
    parts: list[str] = []
    if document.made_up:
        parts.append(f"<p><strong>{escape(words.MADE_UP)}</strong></p>")
    if document.subtitle:
        parts.append(f'<p class="nhsuk-body-l">{escape(document.subtitle)}</p>')
    parts += [writer.block(block) for block in document.blocks]
    parts += _about(document)
    if document.traced:
        parts.append(writer.labels_table(document))
    return "\n".join(parts) + "\n"


def _about(document: Document) -> Iterator[str]:
    if not document.about:
        return
    yield '<dl class="nhsuk-summary-list">'
    for term, said in document.about.items():
        yield (
            '<div class="nhsuk-summary-list__row">'
            f'<dt class="nhsuk-summary-list__key">{escape(term)}</dt>'
            f'<dd class="nhsuk-summary-list__value">{escape(said)}</dd></div>'
        )
    yield "</dl>"


class _Writer:
    """Writes blocks; counts tables, since each needs a name of its own."""

    def __init__(self, labels: frozenset[str]) -> None:
        self.labels = labels
        self.tables = 0

    def block(self, block: Block) -> str:
        """Return one block."""
        match block:
            case Heading():
                return _heading(block.text, block.level)
            case Paragraph():
                large = ' class="nhsuk-body-l"' if block.lead else ""
                return f"<p{large}>{self.runs(block.runs)}</p>"
            case Items():
                return self.items(block)
            case Quotation():
                return (
                    '<blockquote class="nhsuk-inset-text candela-quotation">'
                    f"<p>“{escape(block.text)}”</p>"
                    f"<p>{escape(block.said_by)}</p></blockquote>"
                )
            case Table():
                return self.table(block)
            case Figure():
                return _figure(block)
            case Box():
                inside = "\n".join(self.block(one) for one in block.blocks)
                return (
                    '<div class="nhsuk-inset-text">'
                    f"{_heading(block.title, 2)}\n{inside}</div>"
                )
            case PageBreak():
                return ""

    def runs(self, runs: Sequence[Text]) -> str:
        """Return runs, each label a link to its row."""
        return "".join(self._run(run) for run in runs)

    def _run(self, run: Text) -> str:
        text = escape(run.text)
        if run.bold:
            text = f"<strong>{text}</strong>"
        if not run.label:
            return text
        label = escape(run.label)
        shown = f" [{label}]" if run.text else label
        if run.label in self.labels:
            shown = (
                f'<a class="candela-label" href="#label-{label}">{shown.strip()}</a>'
            )
            shown = f" {shown}" if run.text else shown
        return text + shown

    def items(self, items: Items) -> str:
        """Return a list."""
        tag, kind = ("ol", "number") if items.numbered else ("ul", "bullet")
        inside = "".join(f"<li>{self.runs(item)}</li>" for item in items.items)
        return f'<{tag} class="nhsuk-list nhsuk-list--{kind}">{inside}</{tag}>'

    def table(self, table: Table, anchors: Sequence[str] = ()) -> str:
        """Return a table that scrolls by itself where it is too wide."""
        self.tables += 1
        name = f"document-table-{self.tables}"
        caption = escape(table.caption or words.LABELS)
        heads = "".join(
            f'<th class="nhsuk-table__header{_side(table, n)}" scope="col">'
            f"{escape(heading)}</th>"
            for n, heading in enumerate(table.columns)
        )
        rows = "".join(
            self._row(table, row, anchors[m] if anchors else "")
            for m, row in enumerate(table.rows)
        )
        note = f"<p>{escape(table.note)}</p>" if table.note else ""
        return (
            f'<div class="candela-scroll" tabindex="0" role="region" '
            f'aria-labelledby="{name}-caption">'
            f'<table class="nhsuk-table candela-table" id="{name}">'
            '<caption class="nhsuk-table__caption nhsuk-table__caption--s" '
            f'id="{name}-caption">{caption}</caption>'
            f'<thead class="nhsuk-table__head"><tr>{heads}</tr></thead>'
            f'<tbody class="nhsuk-table__body">{rows}</tbody></table></div>{note}'
        )

    def _row(self, table: Table, row: Sequence[str], anchor: str) -> str:
        labels = frozenset() if anchor else self.labels
        named = f' id="label-{escape(anchor)}"' if anchor else ""
        cells = []
        for n, cell in enumerate(row):
            inside = self.runs(runs_of_cell(cell, labels))
            if n == 0:
                cells.append(
                    f'<th class="nhsuk-table__header" scope="row"{named}>{inside}</th>'
                )
            else:
                cells.append(
                    f'<td class="nhsuk-table__cell{_side(table, n, "cell")}">'
                    f"{inside}</td>"
                )
        return f'<tr class="nhsuk-table__row">{"".join(cells)}</tr>'

    def labels_table(self, document: Document) -> str:
        """Return where each label leads, folded until somebody asks."""
        anchors = tuple(traced.label for traced in document.traced)
        table = self.table(words.labels_table(document), anchors)
        return (
            f"{_heading(words.LABELS, 2)}\n<p>{escape(words.LABELS_HOW)}</p>\n{table}"
        )


def _side(table: Table, column: int, part: str = "header") -> str:
    return f" nhsuk-table__{part}--numeric" if column in table.numeric else ""


def _heading(text: str, level: int) -> str:
    size = SIZES.get(level, "s")
    return f'<h{level} class="nhsuk-heading-{size}">{escape(text)}</h{level}>'


def _figure(figure: Figure) -> str:
    drawing = figure.svg.decode()
    note = f"<p>{escape(figure.note)}</p>" if figure.note else ""
    caption = f"<figcaption>{escape(figure.caption)}</figcaption>"
    return (
        f'<figure class="candela-figure" role="img" aria-label="{escape(figure.alt)}">'
        f"{caption if figure.caption else ''}"
        f'<div class="candela-figure__drawing" aria-hidden="true">{drawing}</div>'
        f"</figure>{note}"
    )
