"""What do the results of a study look like to a program?  As may be shown, as JSON."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from typing import Any

from candela.publish.study.shown import ShownStudy

__all__ = ["study_results"]


def study_results(shown: ShownStudy) -> bytes:
    """Return everything of a study that may be shown, as JSON."""
    content = {"made_up": shown.made_up, "study": _plain(shown)}
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode()


def _plain(value: Any) -> Any:
    """Return a value as JSON has it: a class by its fields, a day in ISO form."""
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if hasattr(value, "_asdict"):
        return {name: _plain(one) for name, one in value._asdict().items()}
    if isinstance(value, dict):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, date):
        return value.isoformat()
    return value
