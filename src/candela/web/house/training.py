"""Where can somebody try everything, and hurt nobody?

In the training organisation: one for the service, made up, holding the worked example.
Its pages say so at their head, no e-mail leaves it (``candela.web.mail``), and one
button puts it back as it was.  It is made at the first start where the first book is
made up too, or by who keeps the service.
"""

from __future__ import annotations

from datetime import datetime

import numpy as np
from django.apps import apps
from django.db import router, transaction

from candela.errors import NotAllowed
from candela.impact.worked_example import worked_example
from candela.web.accounts.actions import sorted_roles
from candela.web.accounts.models import Membership, Organisation, User
from candela.web.accounts.organisations import free_slug
from candela.web.accounts.permissions import Role
from candela.web.audit.actions import Action
from candela.web.audit.chain import record
from candela.web.books.models import Book
from candela.web.house.models import KeptLetter
from candela.web.house.training_rows import put_worked_example
from candela.web.questionnaires.models import QuestionnaireVersion
from candela.web.scoping import Owned, across_organisations, organisation_scope
from candela.web.stories.example import release_example_story

__all__ = [
    "join_training",
    "make_training_organisation",
    "offer_training",
    "start_again",
    "training_organisation",
]

ALL_ROLES = sorted_roles(tuple(Role))
EMPTIED = ("stories", "coding", "answering", "campaigns", "studies")


def training_organisation() -> Organisation | None:
    """Return the training organisation, if there is one."""
    return Organisation.objects.filter(is_training=True).first()


def offer_training(*, now: datetime, rng: np.random.Generator) -> Organisation | None:
    """Make the training organisation where everything else is new and made up, too."""
    with transaction.atomic(), across_organisations():
        is_new = not User.objects.exists()
        shown = Book.objects.filter(is_mounted=True, made_up=True)
        if not is_new or not shown.exists() or training_organisation() is not None:
            return None
    return make_training_organisation(by=None, now=now, rng=rng)


@transaction.atomic
def make_training_organisation(
    *, by: User | None, now: datetime, rng: np.random.Generator
) -> Organisation:
    """Return the training organisation, with the worked example in it."""
    if training_organisation() is not None:
        raise NotAllowed("There is a training organisation already. Open it instead.")
    name = worked_example()["organisation"]
    made = Organisation.objects.create(
        name=name, slug=free_slug(name), is_training=True
    )
    with organisation_scope(made):
        record(Action.ORGANISATION_ADDED, by=by, organisation=made)
        if by is not None:
            join_training(user=by, now=now)
        _put(made, now=now, rng=rng)
    return made


def _put(
    organisation: Organisation, *, now: datetime, rng: np.random.Generator
) -> None:
    placed = put_worked_example(organisation, now=now, rng=rng)
    release_example_story(
        organisation=organisation,
        study=placed.studies[worked_example()["story"]["study"]],
        answers=placed.answers,
        now=now,
    )


def join_training(*, user: User, now: datetime) -> None:
    """Let somebody try every role in the training organisation, if there is one."""
    organisation = training_organisation()
    if organisation is None:
        return
    with organisation_scope(organisation):
        _, is_new = Membership.objects.get_or_create(
            organisation=organisation,
            user=user,
            defaults={"roles": ALL_ROLES, "since": now},
        )
        if is_new:
            record(
                Action.MEMBER_JOINED,
                by=user,
                organisation=organisation,
                thing=f"member:{user.pk}",
                roles=ALL_ROLES,
            )


def start_again(
    *, organisation: Organisation, by: User, now: datetime, rng: np.random.Generator
) -> None:
    """Put the training organisation back as it was; what was tried there is gone.

    Who is a member stays, and so do the audit log and versions of questionnaires, which
    nothing removes.
    """
    if not organisation.is_training:
        raise NotAllowed("Only a training organisation can be started again.")
    _empty(organisation)
    record(Action.TRAINING_STARTED_AGAIN, by=by, organisation=organisation)
    _put(organisation, now=now, rng=rng)


def _empty(organisation: Organisation) -> None:
    """Delete its rows table by table: what leads to what is checked at the end only."""
    for app in EMPTIED:
        for model in apps.get_app_config(app).get_models():
            if issubclass(model, Owned):
                _delete_rows(model, organisation)
    _delete_rows(KeptLetter, organisation)
    QuestionnaireVersion.objects.filter(
        organisation=organisation, state=QuestionnaireVersion.State.DRAFT
    ).delete()


def _delete_rows(model: type[Owned], organisation: Organisation) -> None:
    rows = model.objects.filter(organisation=organisation)
    # Django would follow each relation and refuse the protected ones one by one.
    rows._raw_delete(router.db_for_write(model))
