"""Is this upload a book that may be shown, and if not, why?

First what can be told at once, from the ZIP's directory and the book's manifest.  Then,
in a job, everything else: each file is unpacked and held against the manifest, and the
whole book is read as its pages will read it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from candela.build.manifest import FORMAT, NAME
from candela.build.reading import read_whole_book
from candela.build.verify import read_manifest, verify_book
from candela.errors import InputError
from candela.web.books.archive import MEGABYTE, Member, examine, told_name
from candela.web.books.shelf import seal_of
from candela.web.books.unpacking import Progress, read_member, unpack

__all__ = ["Checked", "Upload", "check_folder", "check_upload", "look_into"]

MANIFEST_BYTES = 20 * MEGABYTE
NAMED = 20  # files listed in one message
AGAIN = "Build the book again, or ask for another copy of it."


@dataclass(frozen=True)
class Upload:
    """What an upload says of itself: nothing of it is proved yet.

    ``members`` are the files by their names in the book, whatever folder they lie in.
    """

    path: Path
    members: Mapping[str, Member]
    seal: str


@dataclass(frozen=True)
class Checked:
    """What is known of a book once every byte of it was checked."""

    seal: str
    made_up: bool
    built_on: date
    protocol: str


def look_into(path: Path) -> Upload:
    """Return what an upload says of itself; nothing is unpacked but its manifest.

    Raises
    ------
    InputError
        If it cannot be a book.
    """
    members = _in_book(examine(path))
    manifest = _said(read_member(path, members[NAME], at_most=MANIFEST_BYTES))
    _check_names(manifest, members)
    return Upload(path, members, str(manifest.get("seal", "")))


def check_upload(path: Path, folder: Path, progress: Progress) -> Checked:
    """Unpack an upload into ``folder``, which is made, and check every file of it.

    Raises
    ------
    InputError
        With every file that is wrong, and what to do.
    """
    upload = look_into(path)
    folder.mkdir(mode=0o700)
    unpack(path, upload.members.items(), folder, progress)
    return check_folder(folder, progress)


def check_folder(folder: Path, progress: Progress) -> Checked:
    """Check every file of a book's folder, and that all of it can be read.

    Raises
    ------
    InputError
        With every file that is wrong, and what to do.
    """
    progress("Comparing each file with the record", 0, 0)
    try:
        raw = (folder / NAME).read_bytes()
    except OSError:
        raise InputError(
            f"{folder.name} holds no {NAME}, so it is not a book. Give the folder that "
            "candela build wrote."
        ) from None
    _check_form(_said(raw))
    changes = verify_book(folder)
    if changes:
        raise InputError(_listed([f"{c.file}: {c.what}." for c in changes], AGAIN))
    progress("Reading every table", 0, 0)
    contents = read_whole_book(folder)
    manifest = read_manifest(raw)
    assert manifest is not None, "a book without changes has a manifest"
    return Checked(
        seal=seal_of(manifest),
        made_up=contents.made_up,
        built_on=contents.built_on,
        protocol=str(contents.settings.get("protocol", ""))[:60],
    )


def _in_book(members: Iterable[Member]) -> dict[str, Member]:
    """Return the files by their names in the book; its folder may be in the ZIP."""
    by_name = {member.name: member for member in members}
    depth, at = min(
        ((n.count("/"), n) for n in by_name if n.rpartition("/")[2] == NAME),
        default=(2, ""),
    )
    if depth > 1:
        raise InputError(_no_manifest())
    above = at.removesuffix(NAME)
    outside = [name for name in by_name if not name.startswith(above)]
    if outside:
        lines = [f"{told_name(n)}: not in the book's folder." for n in sorted(outside)]
        raise InputError(
            _listed(lines, "Make a ZIP of the book's folder alone, and choose that.")
        )
    return {name.removeprefix(above): member for name, member in by_name.items()}


def _no_manifest() -> str:
    return (
        f"The ZIP holds no {NAME}, so it is not a book. Make a ZIP of the folder that "
        "candela build wrote, and choose that."
    )


def _said(raw: bytes) -> dict[str, Any]:
    """Return a manifest as it stands, before it is known whether it is sound."""
    try:
        said = json.loads(raw)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict) or not isinstance(said.get("files"), dict):
        raise InputError(f"{NAME}: this is not the record of a book. {AGAIN}")
    _check_form(said)
    return said


def _check_form(said: Mapping[str, Any]) -> None:
    """Refuse a book of another format by name, rather than as one that was altered."""
    form = said.get("format")
    if form != FORMAT:
        raise InputError(
            f"{NAME}: the book is of the format {told_name(str(form))}; this service "
            f"reads “{FORMAT}”. Build the book with the version of Candela that this "
            "service has, or ask who keeps the service to bring it up to date."
        )


def _check_names(manifest: Mapping[str, Any], members: Mapping[str, Member]) -> None:
    """Refuse files that the manifest does not have, and the lack of those it has."""
    wanted = {NAME, *manifest["files"]}
    lines = [
        *(
            f"{told_name(n)}: not part of the book."
            for n in sorted(members.keys() - wanted)
        ),
        *(f"{told_name(n)}: missing." for n in sorted(wanted - members.keys())),
    ]
    if lines:
        raise InputError(_listed(lines, AGAIN))


def _listed(lines: list[str], remedy: str) -> str:
    """Return a message with a line for each file, and one for what to do."""
    more = len(lines) - NAMED
    shown = lines[:NAMED] + ([f"... and {more} more files."] if more > 0 else [])
    return "\n".join([*shown, remedy])
