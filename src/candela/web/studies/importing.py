"""Which studies does an export bring, and what would it change?

First a preview, which writes nothing; then all of it or nothing.  What is to be taken
travels with the preview's page, signed, so that it is exactly what was shown.  Taking
the same export twice changes nothing.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core import signing
from django.utils import timezone

from candela.errors import InputError, Problem
from candela.impact.registers.entries import Entry, Register, StudyState
from candela.impact.registers.exports import Export
from candela.impact.registers.numbers import Scheme
from candela.web.accounts.models import Organisation, User
from candela.web.audit.actions import Action
from candela.web.audit.chain import record
from candela.web.studies.facts import FIELDS, differing, take
from candela.web.studies.milestones import make_milestones
from candela.web.studies.models import Identifier, Study

__all__ = ["Line", "Taken", "import_entries", "packed", "preview", "unpacked"]

GOOD_FOR = timedelta(hours=2)
SALT = "candela.web.studies.import"
TOO_OLD = (
    "The preview is too old, or is not yours. Nothing was imported. Choose the file "
    "again."
)
Taught = tuple[int, Entry]


@dataclass(frozen=True)
class Line:
    """What one row of an export would do."""

    row: int
    title: str
    words: str
    changes: bool
    study: Study | None = None


@dataclass(frozen=True)
class Taken:
    """What an import did."""

    added: int
    changed: int
    unchanged: int


def preview(export: Export, name: str) -> list[Line]:
    """Return what each row would do; writes nothing.

    Raises
    ------
    InputError
        If rows cannot be told apart from one another, with the rows.
    """
    known = _Known()
    problems: list[Problem] = []
    lines = []
    for row, entry in export.rows:
        try:
            lines.append(_line(row, entry, known))
        except InputError as error:
            problems.append(
                Problem(
                    name,
                    str(error).rstrip("."),
                    "numbers of one study in one row",
                    "Correct the numbers there or here, and import again.",
                    row,
                )
            )
    if problems:
        raise InputError(problems)
    return lines


def _line(row: int, entry: Entry, known: _Known) -> Line:
    study = known.study(entry, row)
    if study is None:
        known.note(entry, Study(short_title=entry.short_title), row)
        return Line(row, entry.short_title, "new", changes=True)
    changed = [FIELDS[name] for name in differing(study, entry)]
    changed += [scheme.words for scheme in known.lacking(entry)]
    words = f"changes: {', '.join(changed)}" if changed else "nothing changes"
    return Line(row, study.short_title, words, changes=bool(changed), study=study)


def import_entries(
    *, organisation: Organisation, rows: Iterable[Taught], by: User, now: datetime
) -> Taken:
    """Take all studies of an export, or none.

    Raises
    ------
    InputError
        If two rows are about one study, or one about two; call it in a transaction.
    """
    known = _Known()
    done = Counter(
        _taken(organisation, row, entry, known, by=by, now=now) for row, entry in rows
    )
    taken = Taken(done["added"], done["changed"], done["unchanged"])
    if taken.added or taken.changed:
        record(
            Action.STUDIES_IMPORTED,
            by=by,
            organisation=organisation,
            added=taken.added,
            changed=taken.changed,
        )
    return taken


def _taken(
    organisation: Organisation,
    row: int,
    entry: Entry,
    known: _Known,
    *,
    by: User,
    now: datetime,
) -> str:
    """Take one row; return what that did."""
    study = known.study(entry, row)
    is_new = study is None
    if study is None:
        study = _new_study(organisation, entry, by=by, now=now)
    changes = is_new or bool(take(study, entry, on=timezone.localdate(now)))
    if changes:
        study.save()
        make_milestones(study)
    lacking = known.lacking(entry)
    Identifier.objects.bulk_create(
        Identifier(
            organisation=organisation,
            study=study,
            scheme=scheme.value,
            value=entry.numbers[scheme],
        )
        for scheme in lacking
    )
    known.note(entry, study, row)
    if is_new:
        return "added"
    return "changed" if changes or lacking else "unchanged"


def _new_study(
    organisation: Organisation, entry: Entry, *, by: User, now: datetime
) -> Study:
    study = Study(organisation=organisation, added_by=by, added_at=now)
    take(study, entry, on=timezone.localdate(now))
    study.plain_name = study.short_title
    return study


class _Known:
    """The studies of the organisation by their numbers, each read once."""

    def __init__(self) -> None:
        numbers = Identifier.objects.select_related("study")
        self._rows: dict[int, int] = {}
        self._studies: dict[tuple[str, str], Study] = {}
        same: dict[int, Study] = {}
        for number in numbers:
            study = same.setdefault(number.study_id, number.study)
            self._studies[number.scheme, number.value] = study

    def study(self, entry: Entry, row: int) -> Study | None:
        """Return the study that a row is about.

        Raises
        ------
        InputError
            If its numbers are of two studies, or an earlier row is about the same.
        """
        found = {
            id(study): study
            for scheme, value in entry.numbers.items()
            if (study := self._studies.get((scheme.value, value))) is not None
        }
        if len(found) > 1:
            names = " and ".join(f"“{s.short_title}”" for s in found.values())
            raise InputError(f"the row has numbers of two studies, {names}")
        for key, study in found.items():
            if self._rows.setdefault(key, row) != row:
                raise InputError(
                    f"the row is about the same study as row {self._rows[key]}"
                )
            return study
        return None

    def lacking(self, entry: Entry) -> list[Scheme]:
        """Return the registers whose number of this row no study has yet."""
        return [
            scheme
            for scheme, value in entry.numbers.items()
            if (scheme.value, value) not in self._studies
        ]

    def note(self, entry: Entry, study: Study, row: int) -> None:
        """Note that a study has the numbers of a row now."""
        self._rows[id(study)] = row
        for scheme, value in entry.numbers.items():
            self._studies.setdefault((scheme.value, value), study)


def packed(export: Export, *, organisation: Organisation, by: User) -> str:
    """Return the rows of an export for the preview's page, signed for one person."""
    rows = [[row, _as_data(entry)] for row, entry in export.rows]
    return signing.dumps(
        [organisation.pk, by.pk, rows], salt=SALT, compress=True, serializer=_Json
    )


def unpacked(text: str, *, organisation: Organisation, by: User) -> list[Taught]:
    """Return the rows of a preview.

    Raises
    ------
    InputError
        If they are not what this person was shown lately.
    """
    try:
        whose, who, rows = signing.loads(
            text, salt=SALT, max_age=GOOD_FOR, serializer=_Json
        )
    except signing.BadSignature:
        raise InputError(TOO_OLD) from None
    if (whose, who) != (organisation.pk, by.pk):
        raise InputError(TOO_OLD)
    return [(row, _as_entry(data)) for row, data in rows]


class _Json:
    """Writes days as text; what is signed is our own."""

    def dumps(self, value: Any) -> bytes:
        return json.dumps(value, default=str, separators=(",", ":")).encode()

    def loads(self, data: bytes) -> Any:
        return json.loads(data)


def _as_data(entry: Entry) -> dict[str, Any]:
    data = asdict(entry)
    data["register"] = entry.register.value
    data["numbers"] = {s.value: value for s, value in entry.numbers.items()}
    data["state"] = None if entry.state is None else entry.state.value
    return {name: value for name, value in data.items() if value not in (None, "", ())}


def _as_entry(data: Mapping[str, Any]) -> Entry:
    given = dict(data)
    for name in ("opened_on", "closed_recruitment_on", "closed_on"):
        if name in given:
            given[name] = date.fromisoformat(given[name])
    if "state" in given:
        given["state"] = StudyState(given["state"])
    given["register"] = Register(given["register"])
    given["numbers"] = {Scheme(s): value for s, value in given["numbers"].items()}
    return Entry(**given)
