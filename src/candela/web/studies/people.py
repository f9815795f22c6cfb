"""Which services are here, and who does research in them?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from candela.errors import NotAllowed
from candela.web.accounts.models import Organisation, User
from candela.web.audit.actions import Action
from candela.web.audit.chain import record
from candela.web.studies.models import Colleague, Service, Study

__all__ = [
    "add_colleague",
    "add_service",
    "change_colleague",
    "change_service",
    "inside",
    "remove_colleague",
    "remove_service",
]


def add_service(
    *, organisation: Organisation, values: Mapping[str, Any], by: User
) -> Service:
    """Add a part of the organisation."""
    made: Service = Service.objects.create(organisation=organisation, **values)
    _record(Action.SERVICE_ADDED, made, by)
    return made


def change_service(*, service: Service, values: Mapping[str, Any], by: User) -> None:
    """Change a service's name, its level or what it is a part of."""
    if _set(service, values):
        _record(Action.SERVICE_CHANGED, service, by)


def inside(service: Service) -> set[int]:
    """Return a service and all that is a part of it, by their keys."""
    parents = dict(Service.objects.values_list("pk", "parent_id"))
    found = {service.pk}
    while True:
        more = {pk for pk, parent in parents.items() if parent in found} - found
        if not more:
            return found
        found |= more


def add_colleague(
    *, organisation: Organisation, values: Mapping[str, Any], by: User
) -> Colleague:
    """Add somebody who does research here."""
    made: Colleague = Colleague.objects.create(organisation=organisation, **values)
    _record(Action.COLLEAGUE_ADDED, made, by)
    return made


def change_colleague(
    *, colleague: Colleague, values: Mapping[str, Any], by: User
) -> None:
    """Change what is said of somebody in research.

    Raises
    ------
    NotAllowed
        If somebody would take their own account off: they could then verify claims of
        studies that they did.
    """
    if colleague.user_id == by.pk and values.get("user", by) != by:
        raise NotAllowed(
            "This is your own entry, so another person takes your account off it. "
            "Nothing was changed."
        )
    if _set(colleague, values):
        _record(Action.COLLEAGUE_CHANGED, colleague, by)


def remove_service(*, service: Service, by: User) -> None:
    """Remove a service that nothing rests on.

    Raises
    ------
    NotAllowed
        If studies took place there, or other services are a part of it.
    """
    if service.studies.exists() or service.parts.exists():
        raise NotAllowed(
            f"“{service.name}” has studies or parts. Move these first. Nothing was "
            "changed."
        )
    _record(Action.SERVICE_REMOVED, service, by)
    service.delete()


def remove_colleague(*, colleague: Colleague, by: User) -> None:
    """Remove somebody's entry that nothing rests on.

    Raises
    ------
    NotAllowed
        If they did a study, or a statement is credited to them: who did what would be
        forgotten.
    """
    led = Study.objects.filter(lead=colleague).exists()
    if led or colleague.studies.exists() or colleague.credits.exists():
        raise NotAllowed(
            f"“{colleague.name}” did a study, or a statement is credited to them. Take "
            "them off there first. Nothing was changed."
        )
    _record(Action.COLLEAGUE_REMOVED, colleague, by)
    colleague.delete()


def _set(row: Any, values: Mapping[str, Any]) -> bool:
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    if changed:
        row.save(update_fields=changed)
    return bool(changed)


def _record(action: Action, row: Service | Colleague, by: User) -> None:
    record(
        action,
        by=by,
        organisation=row.organisation,
        thing=f"{row._meta.model_name}:{row.pk}",
    )
