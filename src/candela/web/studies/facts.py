"""Where does each fact of a study come from?

``Study.sources`` holds for each field the register and the day it was read, or who
typed it.  What was typed stays; what a register said gives way to what is nearer to us
(``Register.nearness``): our own EDGE knows our site, ISRCTN the study as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from candela.impact.registers.entries import Entry, Register
from candela.publish.impact.small import shown_count
from candela.web.accounts.models import User
from candela.web.shown import day
from candela.web.studies.models import Study

__all__ = ["FIELDS", "Fact", "differing", "facts", "note_typed", "take"]

FIELDS: Mapping[str, str] = {
    "title": "Title",
    "short_title": "Short title",
    "plain_summary": "In plain words",
    "sponsor": "Sponsor",
    "specialty": "Specialty",
    "status": "How far it is",
    "opened_on": "Opened",
    "closed_recruitment_on": "Closed to new people",
    "closed_on": "Closed",
    "recruits": "People recruited here",
    "is_commercial": "Commercial",
}
PRESET = frozenset({"status", "is_commercial"})  # filled before anybody chose


@dataclass(frozen=True)
class Fact:
    """A fact as a page shows it, with where it is from."""

    term: str
    words: str
    source: str


def note_typed(study: Study, names: Iterable[str], *, by: User, on: date) -> None:
    """Note that somebody typed these fields."""
    for name in names:
        if name in FIELDS:
            study.sources[name] = {"by": by.pk, "on": on.isoformat()}


def differing(study: Study, entry: Entry) -> dict[str, Any]:
    """Return what the register says and the study may take over from it."""
    values = _values(entry)
    return {
        name: value
        for name, value in values.items()
        if value != getattr(study, name) and _gives_way(study, name, entry.register)
    }


def take(study: Study, entry: Entry, *, on: date) -> tuple[str, ...]:
    """Take over what the register says; return the names of the fields that changed."""
    taken = differing(study, entry)
    for name, value in taken.items():
        setattr(study, name, value)
        study.sources[name] = {"from": entry.register.value, "on": on.isoformat()}
    return tuple(taken)


def _values(entry: Entry) -> dict[str, Any]:
    """Return what an entry says, by the field of the study; silence is left out."""
    said = {
        "title": entry.title or None,
        "short_title": entry.short_title or None,
        "plain_summary": entry.plain_summary or None,
        "sponsor": entry.sponsor or None,
        "specialty": entry.specialty or None,
        "status": None if entry.state is None else entry.state.value,
        "opened_on": entry.opened_on,
        "closed_recruitment_on": entry.closed_recruitment_on,
        "closed_on": entry.closed_on,
        "recruits": entry.recruits,
        "is_commercial": entry.is_commercial,
    }
    return {name: value for name, value in said.items() if value is not None}


def _gives_way(study: Study, name: str, register: Register) -> bool:
    """Say whether what stands in a field may be replaced by this register."""
    source = study.sources.get(name, {})
    if "by" in source:
        return False
    if "from" in source:
        return Register(source["from"]).nearness <= register.nearness
    if study.pk is None or name in PRESET:
        return True
    return getattr(study, name) in ("", None)


def facts(study: Study, names: Mapping[int, str]) -> list[Fact]:
    """Return the facts that are known, each with its source.

    ``names`` are those of the people who typed, by their keys.
    """
    found = []
    for name, term in FIELDS.items():
        words = _words(study, name)
        if words and not (name == "title" and words == study.short_title):
            found.append(Fact(term, words, _source(study.sources.get(name), names)))
    return found


def _words(study: Study, name: str) -> str:
    value = getattr(study, name)
    if name == "status":
        return str(study.get_status_display())
    if name == "is_commercial":
        return "yes" if value else "no"
    if name == "recruits":
        return "" if value is None else _people(value)
    if isinstance(value, date):
        return day(value)
    return str(value or "")


def _people(count: int) -> str:
    """Return a count of people as it may be shown: 1 to 7 never, else to the 5."""
    return str(shown_count(count))


def _source(source: Mapping[str, Any] | None, names: Mapping[int, str]) -> str:
    if not source:
        return ""
    on = day(date.fromisoformat(source["on"]))
    if "from" in source:
        return f"from {Register(source['from']).words}, read {on}"
    who = names.get(source.get("by", 0), "somebody who has left")
    return f"typed by {who} on {on}"
