"""Is every key of a plan to study patients explained?"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "study-protocol.md"


def flat(table: dict[str, object], above: str = "") -> set[str]:
    """Return the keys of a protocol as ``section.key``."""
    found: set[str] = set()
    for name, value in table.items():
        inside = value if isinstance(value, list) else [value]
        tables = [part for part in inside if isinstance(part, dict)]
        for part in tables:
            found |= flat(part, f"{above}{name}.")
        if not tables:
            found.add(f"{above}{name}")
    return found


def test_every_key_of_a_shipped_study_is_explained() -> None:
    page = PAGE.read_text(encoding="utf-8")
    shipped = [
        tomllib.loads(one) for one in re.findall(r"```toml\n(.*?)```", page, re.S)
    ]
    assert [one["name"] for one in shipped] == ["ozdemir_2015", "downing_2017"]
    keys = set().union(*(flat(one) for one in shipped))
    assert "exposure.high_from" in keys
    assert sorted(key for key in keys if f"| `{key}` |" not in page) == []
