"""What is in this book, where did it come from, and has it changed?

The manifest is JSON in one canonical form, so that even a changed space in it is found.
Its ``seal`` is the hash of everything else in it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from importlib import metadata
from typing import Any

from candela import __version__
from candela.association import Protocol
from candela.build.analysis import BOOTSTRAP_SEED
from candela.publish.csv_tables import PublishedTable
from candela.publish.findings import Findings
from candela.publish.ledger import Ledger

__all__ = ["FORMAT", "NAME", "canonical", "fingerprints", "manifest_of", "sealed"]

FORMAT = "candela-book/1"
NAME = "manifest.json"
SOFTWARE = ("numpy", "scipy", "altair", "vl-convert-python", "openpyxl", "jinja2")


def manifest_of(
    found: Findings,
    protocol: Protocol,
    tables: tuple[PublishedTable, ...],
    ledger: Ledger,
    files: dict[str, bytes],
    *,
    built_on: date,
) -> bytes:
    """Return the manifest of a book as it is written."""
    return sealed(
        {
            "format": FORMAT,
            "made_up": found.made_up,
            "built_on": built_on.isoformat(),
            "software": {
                "candela": __version__,
                **{name: metadata.version(name) for name in SOFTWARE},
            },
            "settings": {
                "protocol": protocol.name,
                "protocol_sha256": protocol.sha256,
                "policy": str(found.policy),
                "bootstrap_seed": BOOTSTRAP_SEED,
            },
            "inputs": _inputs(found),
            "left_out": [r.name for r in found.folder.files if not r.readings],
            "choices": [str(choice) for choice in found.folder.choices],
            "files": fingerprints(files),
            "tables": {table.name: table.origin.written() for table in tables},
            "origins": {
                name: origin.written() for name, origin in ledger.origins.items()
            },
            "numbers": ledger.numbers,
        }
    )


def fingerprints(files: Mapping[str, bytes]) -> dict[str, dict[str, object]]:
    """Return the hash and size of each file, by its path."""
    return {
        name: {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
        for name, content in sorted(files.items())
    }


def _inputs(found: Findings) -> list[dict[str, Any]]:
    return [
        {
            "file": reading.file.name,
            "sha256": reading.file.sha256,
            "bytes": reading.file.size_bytes,
            "layout": reading.layout,
            "publisher": reading.file.publisher,
            "licence": reading.file.licence,
            "rows": len(reading.table),
            "first_day": min((p.start for p in reading.periods), default=None),
            "last_day": max((p.end for p in reading.periods), default=None),
            "notes": [str(note) for note in reading.notes],
        }
        for report in found.folder.files
        for reading in report.readings
    ]


def sealed(content: dict[str, Any]) -> bytes:
    """Return ``content`` with its seal, in canonical form."""
    seal = hashlib.sha256(canonical(content)).hexdigest()
    return canonical({**content, "seal": seal})


def canonical(content: dict[str, Any]) -> bytes:
    """Return JSON with sorted keys, one indent, and dates in ISO form."""
    text = json.dumps(
        content, indent=1, sort_keys=True, ensure_ascii=False, default=_iso
    )
    return (text + "\n").encode()


def _iso(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"cannot write {type(value).__name__}")
