"""What does the whole cycle look like, on a study that belongs to nobody?

An invented study from its close to a released story: services and people in research,
a campaign in which four groups answered, claims in every state, good and bad, and what
supports them.  It is data (``worked_example.toml``); the web puts it into a training
organisation.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from candela.impact.answers import Gate
from candela.impact.claims import Role

__all__ = ["ExampleResponse", "Said", "day_of", "responses", "worked_example"]


@dataclass(frozen=True)
class Said:
    """What one respondent said about one kind of change."""

    kind: str
    gate: Gate
    text: str


@dataclass(frozen=True)
class ExampleResponse:
    """What one made-up person sent; ``key`` where a claim rests on it."""

    key: str
    role: Role
    said: tuple[Said, ...]
    quote: bool


@cache
def worked_example() -> Mapping[str, Any]:
    """Return the example as it is written down; days are counted back."""
    text = files("candela.impact").joinpath("worked_example.toml").read_text("utf-8")
    return tomllib.loads(text)


def day_of(days_ago: int, today: date) -> date:
    """Return the day so many days ago; a negative number is ahead."""
    return today - timedelta(days=days_ago)


def responses() -> Iterator[ExampleResponse]:
    """Yield every answer of the example; ``count`` of one kind are alike."""
    for told in worked_example()["responses"]:
        for _ in range(told.get("count", 1)):
            yield ExampleResponse(
                key=told.get("key", ""),
                role=Role(told["role"]),
                said=tuple(
                    Said(kind, Gate(gate), text)
                    for kind, (gate, text) in told.get("said", {}).items()
                ),
                quote=told.get("quote", False),
            )
