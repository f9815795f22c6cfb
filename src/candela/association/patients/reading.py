"""Which declared study of patients is meant: one that is shipped, or a file?"""

from __future__ import annotations

import hashlib
from importlib import resources
from pathlib import Path

from candela.association.patients.protocol import StudyProtocol
from candela.association.patients.study_keys import StudyKeys
from candela.association.toml_keys import parse_toml, read_bytes

__all__ = ["SHIPPED", "parse_protocol", "read_protocol"]

SHIPPED = ("ozdemir_2015", "downing_2017")
EXAMPLE = SHIPPED[0]


def read_protocol(named: str | Path) -> StudyProtocol:
    """Return a study by the name of a shipped protocol, or by the path of a file.

    Raises
    ------
    InputError
        If the file cannot be read, a key is missing, unknown or of another kind, or
        what it says cannot be run.
    """
    if str(named) in SHIPPED:
        file = resources.files("candela.association") / "protocols" / f"{named}.toml"
        return parse_protocol(file.read_bytes(), f"{named}.toml")
    path = Path(named)
    raw = read_bytes(path, otherwise=f"the name of one: {', '.join(SHIPPED)}")
    return parse_protocol(raw, str(path))


def parse_protocol(raw: bytes, name: str) -> StudyProtocol:
    """Return the study written in ``raw``, called ``name`` in messages."""
    keys = StudyKeys(name, parse_toml(raw, name), EXAMPLE)
    return keys.protocol(hashlib.sha256(raw).hexdigest())
