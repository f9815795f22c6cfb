"""How is a document written as PDF?

By Typst, from one fixed template: PDF/UA-1, tagged, the same bytes each time.  The text
of a document goes in as data and never into the template, the network and the fonts of
the machine are not used, and nothing but the template can be read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, time
from importlib.resources import as_file, files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from candela.publish.documents import words
from candela.publish.documents.clean import cleaned, runs_of_cell
from candela.publish.documents.glyphs import FONTS, with_stand_ins
from candela.publish.documents.model import (
    Block,
    Box,
    Document,
    Figure,
    Paragraph,
    Table,
    Text,
    to_data,
)

__all__ = ["sides", "write"]

BODY, LARGE_PRINT, POSTER = 12, 18, 16
LONG_CELL = 400  # letters from which a row may go on on the next side
FONT_FAMILY = re.compile(r'font-family="[^"]*"')


def write(document: Document, *, large_print: bool = False) -> bytes:
    """Return the document as a tagged PDF.

    Parameters
    ----------
    document
        What it says.
    large_print
        Letters of 18 points in place of 12.
    """
    document = cleaned(document)
    return _drawable(document, large_print, _compiled)


def sides(document: Document) -> int:
    """Return how many sides a document has, its last page of labels not counted."""
    document = replace(cleaned(document), traced=())
    return _drawable(document, False, _counted)


Asked = TypeVar("Asked")


def _drawable(
    document: Document,
    large_print: bool,
    ask: Callable[[Mapping[str, Any], Document], Asked],
) -> Asked:
    """Return what is asked of a document whose signs can all be drawn."""
    import typst

    plain = POSTER if document.kind == "poster" else BODY
    given = _given(document, size=LARGE_PRINT if large_print else plain)
    try:
        return ask(given, document)
    except typst.TypstError as error:
        if "could not be displayed" not in str(error):
            raise
    shown = _each_text(given, with_stand_ins)
    shown["blocks"].append(_block(Paragraph((Text(words.LEFT_OUT),)), document.labels))
    return ask(shown, document)


@contextmanager
def _template() -> Iterator[dict[str, Any]]:
    """Give the template in a folder by itself, and nothing else to read."""
    template = files("candela.publish.documents").joinpath("template.typ").read_bytes()
    with TemporaryDirectory() as folder, as_file(FONTS) as fonts:
        root = Path(folder)
        source = root / "template.typ"
        source.write_bytes(template)
        yield {
            "input": source,
            "root": root,
            "font_paths": [fonts],
            "ignore_system_fonts": True,
            "package_path": root,
            "package_cache_path": root,
        }


def _compiled(given: Mapping[str, Any], document: Document) -> bytes:
    import typst

    moment = datetime.combine(document.dated, time(12), tzinfo=UTC)
    with _template() as template:
        written: bytes = typst.compile(
            **template,
            format="pdf",
            sys_inputs={"document": json.dumps(given)},
            pdf_standards="ua-1",
            timestamp=int(moment.timestamp()),
        )
    return written


def _counted(given: Mapping[str, Any], document: Document) -> int:
    import typst

    with _template() as template:
        found = typst.query(
            **template,
            selector="<last>",
            field="value",
            one=True,
            sys_inputs={"document": json.dumps(given)},
        )
    return int(json.loads(found))


def _given(document: Document, *, size: int) -> dict[str, Any]:
    lang, _, region = document.language.partition("-")
    labels = document.labels
    traced = _table(words.labels_table(document), frozenset())
    for row, one in zip(traced["rows"], document.traced, strict=True):
        row["anchor"] = one.label
    return {
        "title": document.title,
        "subtitle": document.subtitle,
        "organisation": document.organisation,
        "made_up": document.made_up,
        "about": dict(document.about),
        "lang": lang,
        "region": region or None,
        "size": size,
        "foot": words.foot(document),
        "labels": sorted(labels),
        "blocks": [_block(block, labels) for block in document.blocks],
        "traced": traced,
        "words": {
            "made_up": words.MADE_UP,
            "made_up_plain": words.MADE_UP_PLAIN,
            "page": words.PAGE,
            "of": words.OF,
            "traced": words.LABELS,
            "traced_how": words.LABELS_HOW,
        },
    }


def _block(block: Block, labels: frozenset[str]) -> dict[str, Any]:
    match block:
        case Table():
            return {"block": "table", **_table(block, labels)}
        case Box():
            inside = [_block(one, labels) for one in block.blocks]
            return {"block": "box", "title": block.title, "blocks": inside}
        case Figure():
            drawing = block.svg.decode()
            # The drawing names fonts of a browser; here it is the one that is shipped.
            drawing = FONT_FAMILY.sub('font-family="Liberation Sans"', drawing)
            return {"block": "figure", **vars(block), "svg": drawing, "png": ""}
    alone = Document("", "", "", datetime(2000, 1, 1, tzinfo=UTC).date(), (block,))
    found: dict[str, Any] = to_data(alone)["blocks"][0]
    return found


def _table(table: Table, labels: frozenset[str]) -> dict[str, Any]:
    rows = [
        {
            "anchor": "",
            "long": max(map(len, row), default=0) > LONG_CELL,
            "cells": [
                [dict(vars(run)) for run in runs_of_cell(cell, labels)] for cell in row
            ],
        }
        for row in table.rows
    ]
    return {
        "caption": table.caption,
        "columns": list(table.columns),
        "rows": rows,
        "note": table.note,
        "numeric": sorted(table.numeric),
        "widths": list(table.widths) or [1] * len(table.columns),
    }


def _each_text(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_each_text(one, change) for one in value]
    if isinstance(value, dict):
        return {change(key): _each_text(one, change) for key, one in value.items()}
    return value
