"""When are the addresses of people who were asked forgotten?

Of an anonymous group the night after the campaign closes.  Of a named or confidential
group, where an address is what tells whose an answer is, 30 days after it closes, or
once it is finished.  Of those who asked to hear what came of it as that e-mail leaves,
once the campaign is finished, or 120 days after it closes, whatever comes first.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from candela.web.campaigns.models import Campaign, Group, Invitation, NewsAddress

__all__ = ["KEPT_FOR", "NEWS_KEPT_FOR", "forget_contacts"]

KEPT_FOR = timedelta(days=30)
NEWS_KEPT_FOR = timedelta(days=120)


def forget_contacts(now: datetime) -> int:
    """Forget what is due, in the scope of all; return how many addresses that were."""
    invited = Invitation.objects.exclude(contact_sealed="")
    closed = Campaign.objects.filter(closed_at__isnull=False)
    over = Q(finished_at__isnull=False)
    anonymous = invited.filter(
        group__mode=Group.Mode.ANONYMOUS,
        group__campaign__in=closed,
        wants_news=False,
    )
    a_month_ago = closed.filter(over | Q(closed_at__lte=now - KEPT_FOR))
    long_ago = closed.filter(over | Q(closed_at__lte=now - NEWS_KEPT_FOR))
    done = list(
        a_month_ago.filter(contacts_deleted_at=None).values_list("pk", flat=True)
    )
    count = _forget(anonymous)
    count += _forget(invited.filter(group__campaign__in=a_month_ago, wants_news=False))
    count += _forget(invited.filter(group__campaign__in=long_ago))
    count += NewsAddress.objects.filter(campaign__in=long_ago).delete()[0]
    Campaign.objects.filter(pk__in=done).update(contacts_deleted_at=now)
    return count


def _forget(invitations: QuerySet[Invitation]) -> int:
    keys = list(invitations.values_list("pk", flat=True))
    return Invitation.objects.filter(pk__in=keys).update(
        contact_sealed="", contact_mark=None
    )
