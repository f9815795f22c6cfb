"""How is a document handed to a machine?

As JSON: all of the document, by the schema in ``schema.json``, without its drawings.
As CSV: the rows behind it, one statement a row, with what describes its columns.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from candela.errors import InputError
from candela.publish.csv_tables import PublishedTable, csv_text, metadata_text
from candela.publish.documents.clean import cleaned
from candela.publish.documents.model import Document, to_data

__all__ = ["LICENCE", "schema", "write_csv", "write_json", "write_metadata"]

LICENCE = "none stated: ask the organisation"


def write_json(document: Document) -> bytes:
    """Return the document as JSON; its keys are described in ``schema``."""
    told = _without_drawings(to_data(cleaned(document)))
    return (json.dumps(told, indent=1, ensure_ascii=False) + "\n").encode()


def _without_drawings(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_drawings(one) for one in value]
    if isinstance(value, dict):
        left_out = {"svg", "png"} if value.get("block") == "figure" else set()
        return {k: _without_drawings(v) for k, v in value.items() if k not in left_out}
    return value


def schema() -> Mapping[str, Any]:
    """Return the schema of what ``write_json`` writes (JSON Schema, 2020-12)."""
    text = files("candela.publish.documents").joinpath("schema.json").read_text("utf-8")
    found: Mapping[str, Any] = json.loads(text)
    return found


def write_csv(document: Document, *, name: str = "statements") -> bytes:
    """Return one table behind a document as CSV; a spreadsheet runs none of it."""
    return csv_text(_table(document, name)).encode()


def write_metadata(
    document: Document, *, name: str = "statements", licence: str = LICENCE
) -> bytes:
    """Return what describes the columns of that table (CSV on the Web)."""
    table = _table(document, name)
    return metadata_text(table, made_up=document.made_up, licence=licence).encode()


def _table(document: Document, name: str) -> PublishedTable:
    found = next(
        (table for table in cleaned(document).data if table.name == name), None
    )
    if found is None:
        raise InputError(f"this document has no table of {name}; build it again")
    return found
