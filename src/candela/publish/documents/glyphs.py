"""Which signs does the typeface of PDF files have?

A tagged PDF may not hold a sign that cannot be drawn.  The list is read from the font
file's own table (``cmap``, format 4, of the OpenType specification).
"""

from __future__ import annotations

import struct
from functools import cache
from importlib.resources import files

__all__ = ["FONTS", "STAND_IN", "drawable", "with_stand_ins"]

FONTS = files("candela.publish.documents").joinpath("fonts")
STAND_IN = "□"


@cache
def drawable() -> frozenset[int]:
    """Return the code points that the typeface can draw."""
    font = FONTS.joinpath("LiberationSans-Regular.ttf").read_bytes()
    (tables,) = struct.unpack_from(">H", font, 4)
    directory = (struct.unpack_from(">4sLLL", font, 12 + 16 * n) for n in range(tables))
    start = next(offset for tag, _, offset, _ in directory if tag == b"cmap")
    (count,) = struct.unpack_from(">H", font, start + 2)
    found: set[int] = set()
    for n in range(count):
        *_, offset = struct.unpack_from(">HHL", font, start + 4 + 8 * n)
        if struct.unpack_from(">H", font, start + offset) == (4,):
            found |= _segments(font, start + offset)
    return frozenset(found)


def _segments(font: bytes, at: int) -> set[int]:
    """Return the code points of one subtable of ranges."""
    (double,) = struct.unpack_from(">H", font, at + 6)
    ranges = f">{double // 2}H"
    ends = struct.unpack_from(ranges, font, at + 14)
    starts = struct.unpack_from(ranges, font, at + 16 + double)
    return {
        code
        for first, last in zip(starts, ends, strict=True)
        for code in range(first, last + 1)
        if code != 0xFFFF
    }


def with_stand_ins(text: str) -> str:
    """Return a text without control signs, whose signs can all be drawn."""
    known = drawable()
    return "".join(
        sign if ord(sign) in known or sign.isascii() else STAND_IN for sign in text
    )
