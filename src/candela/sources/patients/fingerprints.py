"""Which files were these, exactly, and how many rows do they have?

A fingerprint is taken in one pass over the bytes, in a thread beside the first scan.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from candela.errors import InputError, Problem
from candela.sources.patients.headings import Heading

__all__ = ["Fingerprints", "PatientFile", "taken_of"]

BLOCK_BYTES = 1 << 20


@dataclass(frozen=True)
class PatientFile:
    """One file that was read: what it is, never what is in it.

    ``rows`` of a text are its lines less the headings.
    """

    file: str
    sha256: str
    size_bytes: int
    layout: str
    table: str
    rows: int
    notes: tuple[str, ...] = ()


class Fingerprints:
    """Fingerprints being taken of files; ``result`` waits for them."""

    def __init__(self, files: Sequence[tuple[Heading, str, str]]) -> None:
        self._pool = ThreadPoolExecutor(max_workers=1)
        self._files = files
        self._taken: list[Future[PatientFile]] = [
            self._pool.submit(taken_of, heading, layout, table)
            for heading, layout, table in files
        ]

    def result(self) -> tuple[PatientFile, ...]:
        """Return the fingerprints, in the order of the files.

        Raises
        ------
        InputError
            If a file cannot be read to its end.
        """
        return tuple(future.result() for future in self._taken)

    def __enter__(self) -> Fingerprints:
        return self

    def __exit__(self, *error: object) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)


def taken_of(heading: Heading, layout: str, table: str) -> PatientFile:
    """Return the fingerprint of one file.

    Raises
    ------
    InputError
        If it cannot be read to its end, or its compression ends early.
    """
    digest, size, lines, last = hashlib.sha256(), 0, 0, b"\n"
    unpacker = None
    try:
        with heading.path.open("rb") as file:
            while block := file.read(BLOCK_BYTES):
                if not size and block[:2] == b"\x1f\x8b":
                    unpacker = _Unpacker()
                size += len(block)
                digest.update(block)
                if heading.rows is not None:
                    continue
                text = unpacker.unpacked(block) if unpacker else block
                if text:
                    lines, last = lines + text.count(b"\n"), text[-1:]
        if unpacker is not None and not unpacker.ended:
            raise EOFError
    except (EOFError, zlib.error):
        raise InputError(
            Problem(
                heading.name,
                "the gzip compression ends early or is damaged",
                "a complete gzip file",
                "Copy the file again.",
            )
        ) from None
    rows = heading.rows
    if rows is None:
        rows = max(0, lines + (last != b"\n") - 1)
    return PatientFile(heading.name, digest.hexdigest(), size, layout, table, rows)


class _Unpacker:
    """Gzip undone a block at a time; several gzip files in one are one text."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(wbits=31)

    @property
    def ended(self) -> bool:
        return self._inner.eof

    def unpacked(self, block: bytes) -> bytes:
        parts = []
        while block:
            if self._inner.eof:
                self._inner = zlib.decompressobj(wbits=31)
            parts.append(self._inner.decompress(block))
            block = self._inner.unused_data if self._inner.eof else b""
        return b"".join(parts)
