"""What has somebody answered so far, before sending it?

Each page that is saved lies in one sealed row, found and read with the link only.  Two
tabs of one link are told apart by what each page was made from: ``Kept.saved_by`` holds
for each page a random word of the tab that saved it last.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from candela.impact.answers import Value
from candela.impact.questions import Format, Page
from candela.web.answering.models import Draft
from candela.web.answering.sealing import keys_of_link, seal, unseal
from candela.web.campaigns.models import Group
from candela.web.questionnaires.reading import HOME_LOCALE
from candela.web.scoping import across_organisations

__all__ = ["Kept", "forget", "group_of", "read", "save"]


@dataclass(frozen=True)
class Kept:
    """What is kept of somebody who has not sent it yet."""

    answers: Mapping[str, Value] = field(default_factory=dict)
    saved_by: Mapping[str, str] = field(default_factory=dict)
    format: Format = Format.STANDARD
    locale: str = HOME_LOCALE
    typed_before: Mapping[str, Value] | None = None
    """Of paper that is typed in twice: the first time."""

    def of(self, page: Page) -> dict[str, Value]:
        """Return what was answered on one page."""
        codes = [asked.code for asked in page.questions]
        return {code: self.answers[code] for code in codes if code in self.answers}

    def with_page(self, page: Page, given: Mapping[str, Value], tab: str) -> Kept:
        """Return it with one page answered anew."""
        here = {asked.code for asked in page.questions}
        others = {c: v for c, v in self.answers.items() if c not in here}
        return replace(
            self,
            answers={**others, **given},
            saved_by={**self.saved_by, page.code: tab},
        )


def read(token: str, *, to_change: bool = False) -> Kept | None:
    """Return what a link's holder has answered so far.

    ``to_change`` locks it until the end of the transaction: a second tab waits.
    """
    keys = keys_of_link(token)
    with across_organisations():
        rows = Draft.objects.filter(mark=keys.mark)
        row = (rows.select_for_update() if to_change else rows).first()
    if row is None:
        return None
    said = unseal(row.sealed, key=keys.key, place=_place(keys.mark))
    return Kept(
        said["answers"],
        said["saved_by"],
        Format(said["format"]),
        said["locale"],
        said["typed_before"],
    )


def save(token: str, group: Group, kept: Kept, *, today: date) -> None:
    """Keep what was answered so far."""
    keys = keys_of_link(token)
    content = {
        "answers": dict(kept.answers),
        "saved_by": dict(kept.saved_by),
        "format": kept.format.value,
        "locale": kept.locale,
        "typed_before": kept.typed_before,
    }
    Draft.objects.update_or_create(
        organisation_id=group.organisation_id,
        mark=keys.mark,
        defaults={
            "group": group,
            "sealed": seal(content, key=keys.key, place=_place(keys.mark)),
            "saved_on": today,
        },
    )


def forget(token: str) -> bool:
    """Delete what was answered so far; say whether there was anything."""
    mark = keys_of_link(token).mark
    with across_organisations():
        deleted, _ = Draft.objects.filter(mark=mark).delete()
    return bool(deleted)


def group_of(token: str) -> Group | None:
    """Return the group whose questions a draft answers."""
    mark = keys_of_link(token).mark
    with across_organisations():
        row = (
            Draft.objects.filter(mark=mark)
            .select_related(
                "group__campaign__study",
                "group__questionnaire",
                "group__organisation",
            )
            .first()
        )
    return None if row is None else row.group


def _place(mark: str) -> str:
    return f"draft {mark}"
