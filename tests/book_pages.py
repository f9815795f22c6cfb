"""How a book is read in tests: its tables as rows, its page as text and as marks."""

from __future__ import annotations

import csv
import html
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

VOID = frozenset({"meta", "br", "link", "img", "input", "hr", "wbr", "col"})
# What carries its figures by other means than a named number: tables and drawings are
# made of published rows, code and citations are quoted, `source` is provenance.
UNTRACED = frozenset({"svg", "style", "code", "cite", "script"})


def rows_of(book: Path, name: str) -> list[dict[str, str]]:
    """Return the rows of a CSV of the book, such as ``tables/funnel``."""
    with (book / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def headings_of(book: Path, name: str) -> list[str]:
    """Return the headings of a CSV of the book."""
    with (book / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return next(csv.reader(file))


def manifest_of(book: Path) -> dict[str, Any]:
    """Return the manifest."""
    content: dict[str, Any] = json.loads((book / "manifest.json").read_bytes())
    return content


def page_of(book: Path) -> str:
    """Return the report."""
    return (book / "report.html").read_text(encoding="utf-8")


class Element:
    """One element of a page, its attributes, children and text in order."""

    def __init__(self, tag: str, attributes: dict[str, str], parent: Element | None):
        self.tag, self.attributes, self.parent = tag, attributes, parent
        self.inside: list[Element | str] = []

    def all(self, tag: str = "") -> Iterator[Element]:
        """Yield the elements below, in order, those of one tag where it is given."""
        for child in self.inside:
            if isinstance(child, Element):
                if not tag or child.tag == tag:
                    yield child
                yield from child.all(tag)

    def text(self) -> str:
        """Return all text below, spaces as one."""
        parts = [c if isinstance(c, str) else c.text() for c in self.inside]
        return " ".join("".join(parts).split())

    def untraced_text(self) -> str:
        """Return the text outside numbers, tables, drawings, quotes and sources."""
        parts = []
        for child in self.inside:
            if isinstance(child, str):
                parts.append(child)
            elif not _is_traced(child):
                parts.append(" " + child.untraced_text())
        return " ".join("".join(parts).split())


def _is_traced(element: Element) -> bool:
    classes = element.attributes.get("class", "").split()
    return (
        element.tag in UNTRACED
        or (element.tag == "data" and "number" in classes)
        or (element.tag == "table" and "data-table" in element.attributes)
        or "source" in classes
    )


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = self.here = Element("", {}, None)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {k: v or "" for k, v in attrs}, self.here)
        self.here.inside.append(element)
        if tag not in VOID:
            self.here = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.here.inside.append(Element(tag, {k: v or "" for k, v in attrs}, self.here))

    def handle_endtag(self, tag: str) -> None:
        assert self.here.tag == tag, f"</{tag}> closes <{self.here.tag}>"
        assert self.here.parent is not None
        self.here = self.here.parent

    def handle_data(self, data: str) -> None:
        self.here.inside.append(data)


def parsed(page: str) -> Element:
    """Return the page as a tree; elements that are not closed in order are refused."""
    builder = _Builder()
    builder.feed(page)
    builder.close()
    assert builder.here is builder.root, f"<{builder.here.tag}> is not closed"
    return builder.root


def words_of(markup: str) -> str:
    """Return a sentence without its marks."""
    return html.unescape(re.sub(r"<[^>]+>", "", markup))
