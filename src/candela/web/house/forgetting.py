"""When are the addresses of people who were asked forgotten?

Of an anonymous group the night after the campaign closes, except of those who asked to
hear what came of it; of a named or confidential group, where an address is what tells
whose an answer is, and of everybody else, once the campaign is finished.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from candela.web.campaigns.models import Campaign, Group, Invitation, NewsAddress

__all__ = ["forget_contacts"]


def forget_contacts(now: datetime) -> int:
    """Forget what is due, in the scope of all; return how many addresses that were."""
    invited = Invitation.objects.exclude(contact_sealed="")
    anonymous = invited.filter(
        group__mode=Group.Mode.ANONYMOUS,
        group__campaign__closed_at__isnull=False,
        wants_news=False,
    )
    over = Campaign.objects.filter(finished_at__isnull=False)
    count = _forget(anonymous) + _forget(invited.filter(group__campaign__in=over))
    count += NewsAddress.objects.filter(campaign__in=over).delete()[0]
    over.filter(contacts_deleted_at=None).update(contacts_deleted_at=now)
    return count


def _forget(invitations: QuerySet[Invitation]) -> int:
    keys = list(invitations.values_list("pk", flat=True))
    return Invitation.objects.filter(pk__in=keys).update(
        contact_sealed="", contact_mark=None
    )
