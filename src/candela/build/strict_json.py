"""What does a JSON file hold that anybody may have written?

Books can be handed over and uploaded, so their JSON is read as if nobody could be
trusted: no number that is not finite or too large to be exact, no nesting without end,
and no value of another kind than pages rely on.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

__all__ = ["Each", "Fields", "Kind", "Number", "misfit", "strict_json"]

LARGEST = 2**53  # above it a whole number is not exact in every program
LONGEST_NUMBER = 40  # characters; ours have at most 25


@dataclass(frozen=True)
class Number:
    """A number; yes and no are not numbers."""


@dataclass(frozen=True)
class Each:
    """A list, or the values of an object, all of one kind."""

    kind: Kind
    named: bool = False


@dataclass(frozen=True)
class Fields:
    """An object with at least these fields, and perhaps some of the others."""

    needed: Mapping[str, Kind]
    possible: Mapping[str, Kind] = field(default_factory=dict)


Kind = type[Any] | Number | Each | Fields | tuple[Any, ...]
"""A type, one of the above, or several of them of which one must fit."""


def strict_json(raw: bytes) -> Any:
    """Return what JSON text holds.

    Raises
    ------
    ValueError
        If it is not JSON, or holds a number that is not finite or is too large.
    """
    try:
        return json.loads(
            raw.decode("utf-8"),
            parse_float=_finite,
            parse_int=_whole,
            parse_constant=_refused,
        )
    except RecursionError:
        raise ValueError("nested too deep") from None


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        _refused(text)
    return value


def _whole(text: str) -> int:
    if len(text) > LONGEST_NUMBER or abs(int(text)) > LARGEST:
        _refused(text)
    return int(text)


def _refused(text: str) -> NoReturn:
    raise ValueError(f"the number {text[:LONGEST_NUMBER]}")


def misfit(value: object, kind: Kind, where: str = "") -> str:
    """Return what does not fit and where, such as ``inputs.0.rows``, or nothing."""
    here = where or "the whole"
    if isinstance(kind, tuple):
        told = [misfit(value, one, where) for one in kind]
        return "" if "" in told else max(told, key=len)
    if isinstance(kind, Number):
        fits = isinstance(value, int | float) and not isinstance(value, bool)
        return "" if fits else f"{here} is not a number"
    if isinstance(kind, Each):
        return _misfit_each(value, kind, where)
    if isinstance(kind, Fields):
        return _misfit_fields(value, kind, where)
    return "" if type(value) is kind else f"{here} is not {NAMES[kind]}"


NAMES = {
    str: "text",
    bool: "yes or no",
    int: "a whole number",
    type(None): "nothing",
    dict: "an object",
}


def _misfit_each(value: object, kind: Each, where: str) -> str:
    inside: list[tuple[object, object]]
    if kind.named and isinstance(value, dict):
        inside = list(value.items())
    elif not kind.named and isinstance(value, list):
        inside = list(enumerate(value))
    else:
        wanted = "an object" if kind.named else "a list"
        return f"{where or 'the whole'} is not {wanted}"
    return next(
        filter(None, (misfit(v, kind.kind, f"{where}.{k}") for k, v in inside)), ""
    )


def _misfit_fields(value: object, kind: Fields, where: str) -> str:
    if not isinstance(value, dict):
        return f"{where or 'the whole'} is not an object"
    for name, of in {**kind.needed, **kind.possible}.items():
        inside = f"{where}.{name}".strip(".")
        if name in value:
            told = misfit(value[name], of, inside)
        else:
            told = f"{inside} is missing" if name in kind.needed else ""
        if told:
            return told
    return ""
