"""What do the figures for reach and significance stand for?

A reviewer gives them by a short rubric, kept with its version, so that an old figure
still means what it meant.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

__all__ = ["CHECKS", "Rubric", "rubric"]

CHECKS: Mapping[str, str] = {
    "one_change": "What is claimed is one change",
    "supported": "Somebody independent, or a document, shows the change",
    "contribution": "The research's part is said as a contribution, as far as is known",
    "size": "A size has a baseline and a method",
    "people": "Nobody could be identified",
    "costs": "Costs and harms are said too",
}


@dataclass(frozen=True)
class Rubric:
    """Words for each figure from 0 to 4."""

    version: str
    reach: Mapping[int, str]
    significance: Mapping[int, str]


@cache
def rubric() -> Rubric:
    """Return the rubric that comes with Candela."""
    file = Path(__file__).with_name("rubric.toml")
    written = tomllib.loads(file.read_text(encoding="utf-8"))
    return Rubric(
        written["version"],
        {int(figure): words for figure, words in written["reach"].items()},
        {int(figure): words for figure, words in written["significance"].items()},
    )
