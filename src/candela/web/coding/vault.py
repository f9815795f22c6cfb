"""Where do files of evidence lie, and which files are taken at all?

``evidence/<sha256>`` below the home, readable by its owner alone.  A file is taken if
its content is of one of a few kinds, whatever it is called; nothing of it is ever run,
shown or unpacked here, and it is given out as an attachment only.  Macros, objects that
act and archives that swell are left out for the sake of whoever opens it next.

Organisations that hold the same file share it and see nothing of each other.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import IO

from django.conf import settings
from django.http import FileResponse
from django.utils.http import content_disposition_header
from django.utils.text import get_valid_filename

from candela.errors import InputError
from candela.web.coding.models import Evidence

__all__ = ["KINDS", "Kept", "attachment", "keep", "look_into", "path_of"]

BLOCK = 1 << 20
OWNER_ONLY = 0o600
SWELLS = 100  # times its size that an office file may unpack to
ENTRIES = 5_000
SANDBOX = "default-src 'none'; sandbox"
OFFICE = "application/vnd.openxmlformats-officedocument"
ACTS = ("vbaproject", "activex", "oleobject", "vbadata")
PDF_ACTS = (b"/JavaScript", b"/Launch", b"/EmbeddedFile")
REMEDY = "Nothing of it was kept."


@dataclass(frozen=True)
class Kept:
    """A file that may be kept: its hash, its kind and what it was called."""

    sha256: str
    media_type: str
    size: int
    given_name: str


def look_into(path: Path, name: str) -> Kept:
    """Return what a file is, by its content.

    Raises
    ------
    InputError
        If it is of no kind that is taken, or holds what acts.
    """
    given = on_one_line(name)
    suffix = PurePath(given).suffix.lower()
    if suffix not in KINDS:
        known = ", ".join(sorted(KINDS))
        raise InputError(
            f"files of this kind are not taken. {REMEDY} Save it as one of these: "
            f"{known}."
        )
    media_type, check = KINDS[suffix]
    check(path)
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return Kept(digest.hexdigest(), media_type, path.stat().st_size, given)


def on_one_line(name: str) -> str:
    """Return a file's name without folders and signs that steer, 150 letters long."""
    plain = "".join(c if c.isprintable() else " " for c in name)
    last = plain.replace("\\", "/").rpartition("/")[2].strip()
    stem, dot, suffix = last.rpartition(".")
    return f"{stem[: 149 - len(suffix)]}{dot}{suffix}" if dot else last[:150]


def keep(path: Path, kept: Kept) -> None:
    """Put a file into the vault, whole or not at all."""
    target = _folder() / kept.sha256
    if target.exists():
        return
    beside = target.with_name(f".{secrets.token_hex(8)}.partial")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    try:
        with os.fdopen(handle, "wb") as to, path.open("rb") as file:
            while block := file.read(BLOCK):
                to.write(block)
            to.flush()
            os.fsync(to.fileno())
        beside.rename(target)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def path_of(evidence: Evidence) -> Path:
    """Return where the file of a piece of evidence lies."""
    return _folder() / evidence.file_name


def _folder() -> Path:
    folder: Path = settings.CONFIGURATION.folder("evidence")
    return folder


def attachment(evidence: Evidence) -> FileResponse:
    """Return the file as it was given, sent bit by bit and never shown by us.

    Raises
    ------
    InputError
        If it is no longer there.
    """
    try:
        file = path_of(evidence).open("rb")
    except FileNotFoundError:
        raise InputError(
            f"The file of {evidence.label} is not on this service's disk. Tell who "
            "keeps the service: it may be in a backup."
        ) from None
    answer = FileResponse(file, content_type=evidence.media_type)
    name = get_valid_filename(f"{evidence.label} {evidence.given_name}")
    answer["Content-Disposition"] = content_disposition_header(True, name)
    answer["Content-Security-Policy"] = SANDBOX
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _is_pdf(path: Path) -> None:
    with path.open("rb") as file:
        if b"%PDF-" not in file.read(1024):
            raise _not_what_it_says("a PDF")
        file.seek(0)
        if _holds(file, PDF_ACTS):
            raise InputError(
                "this PDF holds something that acts or is attached when it is opened. "
                f"{REMEDY} Print it into a new PDF, and choose that."
            )


def _holds(file: IO[bytes], words: tuple[bytes, ...]) -> bool:
    """Say whether one of the words is in a file, across the ends of blocks too."""
    longest, before = max(map(len, words)), b""
    while block := file.read(BLOCK):
        window = before + block
        if any(word in window for word in words):
            return True
        before = window[-longest:]
    return False


def _office(part: str, what: str) -> Callable[[Path], None]:
    """Return the check of a Word or Excel file: it is one, and nothing in it acts."""

    def check(path: Path) -> None:
        try:
            with zipfile.ZipFile(path) as archive:
                members = archive.infolist()
        except (zipfile.BadZipFile, OSError, ValueError):
            raise _not_what_it_says(what) from None
        names = {member.filename.lower() for member in members}
        if part not in names or "[content_types].xml" not in names:
            raise _not_what_it_says(what)
        _refuse_swelling(members, path)
        _refuse_acting(path, names)

    return check


def _refuse_swelling(members: list[zipfile.ZipInfo], path: Path) -> None:
    unpacked = sum(member.file_size for member in members)
    allowed = max(SWELLS * path.stat().st_size, 10_000_000)
    if len(members) > ENTRIES or unpacked > allowed:
        raise InputError(
            f"this file unpacks to far more than it should. {REMEDY} Save it anew from "
            "the program that made it, and choose that."
        )


def _refuse_acting(path: Path, names: set[str]) -> None:
    with zipfile.ZipFile(path) as archive, archive.open(_types(archive)) as types:
        said = types.read(1_000_000).lower()
    if b"macroenabled" in said or any(word in n for n in names for word in ACTS):
        raise InputError(
            f"this file holds macros or objects that act. {REMEDY} Save it without "
            "them, or print it into a PDF, and choose that."
        )


def _types(archive: zipfile.ZipFile) -> str:
    wanted = "[content_types].xml"
    return next(n for n in archive.namelist() if n.lower() == wanted)


def _begins(with_bytes: bytes, what: str) -> Callable[[Path], None]:
    def check(path: Path) -> None:
        with path.open("rb") as file:
            if not file.read(len(with_bytes)) == with_bytes:
                raise _not_what_it_says(what)

    return check


def _is_text(path: Path) -> None:
    with path.open("rb") as file:
        before = b""
        while block := file.read(BLOCK):
            if b"\0" in block:
                raise _not_what_it_says("text")
            before = _decoded_rest(before + block)
        if before:
            raise _not_what_it_says("text")


def _decoded_rest(window: bytes) -> bytes:
    """Return the bytes at the end that are the beginning of a letter."""
    try:
        window.decode("utf-8")
    except UnicodeDecodeError as error:
        cut_short = error.reason == "unexpected end of data"
        if cut_short and len(window) - error.start < 4:
            return window[error.start :]
        raise InputError(
            f"this is not text in UTF-8. {REMEDY} Save it as “CSV UTF-8” or as text in "
            "UTF-8, and choose that."
        ) from None
    return b""


def _not_what_it_says(what: str) -> InputError:
    return InputError(
        f"the name says that this is {what}, and the content is something else. "
        f"{REMEDY} Save it anew from the program that made it, and choose that."
    )


KINDS: Mapping[str, tuple[str, Callable[[Path], None]]] = {
    ".pdf": ("application/pdf", _is_pdf),
    ".docx": (
        f"{OFFICE}.wordprocessingml.document",
        _office("word/document.xml", "a Word file"),
    ),
    ".xlsx": (
        f"{OFFICE}.spreadsheetml.sheet",
        _office("xl/workbook.xml", "an Excel file"),
    ),
    ".csv": ("text/csv; charset=utf-8", _is_text),
    ".txt": ("text/plain; charset=utf-8", _is_text),
    ".png": ("image/png", _begins(b"\x89PNG\r\n\x1a\n", "a PNG picture")),
    ".jpg": ("image/jpeg", _begins(b"\xff\xd8\xff", "a JPEG picture")),
    ".jpeg": ("image/jpeg", _begins(b"\xff\xd8\xff", "a JPEG picture")),
}
