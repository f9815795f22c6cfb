"""How does somebody ask to be told what came of it, without a trace in their answer?

Asked after sending, with a form of its own.  Who was invited is told at the address
that the invitation went to; who came by a poster leaves an address, kept by itself.  In
an anonymous group each address is kept by itself, in no way joined to an invitation.
"""

from __future__ import annotations

from typing import Any

from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from candela.errors import InputError
from candela.web.campaigns import links
from candela.web.campaigns.contacts import mark_for_news, seal, unseal
from candela.web.campaigns.models import Group, Invitation, NewsAddress
from candela.web.scoping import across_organisations

__all__ = ["group_of", "named", "tell"]

SALT = "candela.web.answering.group"


def group_of(token: str, request: Any) -> Group | None:
    """Return the group of a link that was used.

    Of a poster's link nothing is left, so the address says it, signed.
    """
    invitation = links.find(token)
    if invitation is not None:
        return invitation.group
    try:
        number = signing.loads(request.GET.get("g", ""), salt=SALT)
    except signing.BadSignature:
        return None
    with across_organisations():
        return (
            Group.objects.select_related("campaign__study", "organisation")
            .filter(pk=number)
            .first()
        )


def named(group: Group) -> str:
    """Return what the address says of the group, for ``group_of``."""
    return signing.dumps(group.pk, salt=SALT)


def tell(*, group: Group, invitation: Invitation | None, address: str) -> None:
    """Have somebody told what came of it.

    Raises
    ------
    InputError
        If what was typed is no address.
    """
    if invitation is not None and invitation.contact_sealed:
        if group.mode != Group.Mode.ANONYMOUS:
            Invitation.objects.filter(pk=invitation.pk).update(wants_news=True)
            return
        # A wish noted at the invitation would tell, after the close, who answered.
        address = unseal(invitation.contact_sealed)
    address = address.strip()
    try:
        validate_email(address)
    except ValidationError:
        raise InputError(
            "Your e-mail address: this is not one. Write it like name@place.uk."
        ) from None
    NewsAddress.objects.get_or_create(
        organisation_id=group.organisation_id,
        campaign_id=group.campaign_id,
        contact_mark=mark_for_news(address, campaign=group.campaign_id),
        defaults={"contact_sealed": seal(address)},
    )
