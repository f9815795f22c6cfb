"""Which organisations use this service, and what are they called?"""

from __future__ import annotations

from django.db import transaction
from django.utils.text import slugify

from candela.web.accounts.models import Organisation, User
from candela.web.audit.actions import Action
from candela.web.audit.chain import record
from candela.web.house.models import Note
from candela.web.scoping import organisation_scope

__all__ = [
    "add_organisation",
    "change_organisation",
    "free_slug",
    "own_organisation",
]

OWN = "own organisation"  # the note that says which one it is, whatever it is called
FIRST_NAME, FIRST_SLUG = "This service", "this-service"
SLUG_LENGTH = 50


@transaction.atomic
def own_organisation() -> Organisation:
    """Return the organisation that owns mounted books; made before anybody signs in.

    It is called "This service" until the first user gives it a name.
    """
    note = Note.objects.filter(name=OWN).first()
    if note is not None:
        return Organisation.objects.get(pk=note.value["organisation"])
    organisation, is_new = Organisation.objects.get_or_create(
        slug=FIRST_SLUG, defaults={"name": FIRST_NAME}
    )
    Note.objects.get_or_create(
        name=OWN, defaults={"value": {"organisation": organisation.pk}}
    )
    if is_new:
        record(Action.ORGANISATION_ADDED, by=None, organisation=organisation)
    return organisation


def free_slug(name: str, *, of: Organisation | None = None) -> str:
    """Return what stands in addresses for a name, and for no other organisation."""
    wanted = slugify(name)[: SLUG_LENGTH - 4].strip("-") or "organisation"
    taken = set(
        Organisation.objects.filter(slug__startswith=wanted)
        .exclude(pk=None if of is None else of.pk)
        .values_list("slug", flat=True)
    )
    numbered = (f"{wanted}-{n}" for n in range(2, 1000))
    return next(slug for slug in (wanted, *numbered) if slug not in taken)


def add_organisation(*, name: str, org_code: str, by: User) -> Organisation:
    """Return a new organisation; nobody is in it yet."""
    made = Organisation.objects.create(
        name=name, slug=free_slug(name), org_code=org_code
    )
    with organisation_scope(made):
        record(Action.ORGANISATION_ADDED, by=by, organisation=made)
    return made


def change_organisation(
    *, organisation: Organisation, name: str, org_code: str, by: User
) -> None:
    """Give an organisation another name or code; its addresses stay as they are."""
    before = {"name": organisation.name, "org_code": organisation.org_code}
    after = {"name": name, "org_code": org_code}
    if before == after:
        return
    organisation.name, organisation.org_code = name, org_code
    organisation.save()
    record(
        Action.ORGANISATION_CHANGED,
        by=by,
        organisation=organisation,
        before=before,
        after=after,
    )
