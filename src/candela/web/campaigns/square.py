"""How does a poster's address become a square that a phone reads?

One path, without a style of its own: our pages allow none.
"""

from __future__ import annotations

import struct
import zlib

import qrcode  # type: ignore[import-untyped]
from qrcode.constants import (  # type: ignore[import-untyped]
    ERROR_CORRECT_Q,
)

__all__ = ["SUFFIXES", "draw"]

BORDER = 4  # modules of white that readers need
PIXELS = 12  # a module in the picture, fit for a poster of A4
SUFFIXES = {"svg": "image/svg+xml", "png": "image/png"}


def draw(address: str, suffix: str) -> bytes:
    """Return the square as a drawing (``svg``) or a picture (``png``)."""
    modules = _modules(address)
    return _svg(modules) if suffix == "svg" else _png(modules)


def _modules(address: str) -> list[list[bool]]:
    # A quarter of the square may be torn or dirty, and it can still be read.
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_Q, border=BORDER)
    code.add_data(address)
    code.make(fit=True)
    return [[bool(module) for module in row] for row in code.get_matrix()]


def _svg(modules: list[list[bool]]) -> bytes:
    size = len(modules)
    dark = "".join(
        f"M{x} {y}h1v1h-1z"
        for y, row in enumerate(modules)
        for x, module in enumerate(row)
        if module
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" '
        f'width="{size}mm" height="{size}mm" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{size}v{size}h-{size}z"/>'
        f'<path fill="#000" d="{dark}"/></svg>\n'
    ).encode()


def _png(modules: list[list[bool]]) -> bytes:
    size = len(modules) * PIXELS
    rows = b"".join(_row(row) * PIXELS for row in modules)
    header = struct.pack(">2I5B", size, size, 8, 0, 0, 0, 0)  # grey, 8 bits
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        (
            _chunk(b"IHDR", header),
            _chunk(b"IDAT", zlib.compress(rows, 9)),
            _chunk(b"IEND", b""),
        )
    )


def _row(row: list[bool]) -> bytes:
    """Return one line of the picture, with the byte that says it is not filtered."""
    return b"\0" + b"".join((b"\0" if module else b"\xff") * PIXELS for module in row)


def _chunk(kind: bytes, content: bytes) -> bytes:
    length = struct.pack(">I", len(content))
    return length + kind + content + struct.pack(">I", zlib.crc32(kind + content))
