"""How is a picture drawn on request, and not drawn again?

A drawing takes a tenth of a second and more, and the drawing engine serves one at a
time.  So each is kept as a file, named after what it is drawn from and by which
software.  The folder may be emptied at any time; when it is full, what nobody asked for
longest goes first.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from threading import Lock
from typing import Literal

from django.conf import settings

from candela import __version__
from candela.publish.charts import Chart
from candela.publish.contents import BookContents
from candela.publish.pages.funnel import funnel_page
from candela.publish.pages.indicator import indicator_page
from candela.publish.pages.parts import Figure
from candela.web.reading.kept import kept

__all__ = ["ROOM", "Kind", "Suffix", "Wanted", "drawing", "drawing_tag", "figure_of"]

ROOM = 200_000_000  # bytes that kept drawings may take
SOFTWARE = (__version__, version("altair"), version("vl-convert-python"))
Kind = Literal["funnel", "trend", "peers"]
Suffix = Literal["svg", "png", "csv"]

_ENGINE = Lock()


@dataclass(frozen=True)
class Wanted:
    """Which figure of a book: the choices in its address."""

    kind: Kind
    organisation: str
    indicator: str
    period: str
    peers: tuple[str, ...]


def figure_of(contents: BookContents, wanted: Wanted) -> Figure | None:
    """Return a figure as its page has it; nothing where no page has it."""
    asked = wanted.indicator, wanted.period
    if wanted.kind == "funnel":
        funnel = kept(funnel_page, contents, *asked, wanted.organisation, wanted.peers)
        return funnel.figure if funnel is not None else None
    page = kept(indicator_page, contents, wanted.organisation, *asked, wanted.peers)
    return page.figure(wanted.kind) if page is not None else None


def drawing_tag(contents: BookContents, wanted: Wanted) -> str:
    """Return what names a drawing: two with the same tag are the same to the byte."""
    return kept(_tag, contents, wanted)


def drawing(
    contents: BookContents, wanted: Wanted, suffix: Literal["svg", "png"]
) -> bytes:
    """Return a figure, which there must be, drawn as SVG or PNG."""
    folder: Path = settings.CONFIGURATION.folder("charts")
    place = folder / f"{drawing_tag(contents, wanted)}.{suffix}"
    found = _read(place)
    if found is not None:
        return found
    with _ENGINE:
        found = _read(place)  # somebody else may have drawn it while we waited
        if found is None:
            chart = _chart(contents, wanted)
            found = chart.svg().encode() if suffix == "svg" else chart.png()
            with suppress(OSError):  # a full disk stops no reader
                _write(place, found)
    return found


def _chart(contents: BookContents, wanted: Wanted) -> Chart:
    # Drawing brings a lot along; a service that was not asked to draw starts without.
    from candela.publish.pages.charts import draw

    figure = figure_of(contents, wanted)
    assert figure is not None, f"no {wanted.kind} to draw"
    return draw(figure)


def _tag(contents: BookContents, wanted: Wanted) -> str:
    chart = _chart(contents, wanted)
    drawn_from = (*SOFTWARE, chart.name, chart.alt, chart.specification)
    return hashlib.sha256("\0".join(drawn_from).encode()).hexdigest()


def _read(place: Path) -> bytes | None:
    try:
        content = place.read_bytes()
        os.utime(place)  # asked for just now
    except OSError:
        return None
    return content


def _write(place: Path, content: bytes) -> None:
    """Write a file that is there whole or not at all."""
    handle, half = tempfile.mkstemp(dir=place.parent, prefix=".half-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(half).replace(place)
    except OSError:
        Path(half).unlink(missing_ok=True)
        raise
    _make_room(place.parent)


def _make_room(folder: Path) -> None:
    """Remove what was not asked for longest until the rest fits with room to spare."""
    held = []
    for entry in os.scandir(folder):
        with suppress(OSError):  # another process may make room as well
            told = entry.stat()
            held.append((told.st_mtime, told.st_size, entry.path))
    total = sum(size for _, size, _ in held)
    if total <= ROOM:
        return
    for _, size, path in sorted(held):
        with suppress(OSError):
            Path(path).unlink()
        total -= size
        if total <= 0.8 * ROOM:
            return
