"""What is done outside a page: asking whether links open, telling what waits."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.conf import settings

from candela.web.coding.digest import send_digests
from candela.web.coding.links import opens
from candela.web.coding.models import Evidence
from candela.web.coding.steps import fall_due
from candela.web.jobs.handlers import Effect, Progress, handles
from candela.web.jobs.periods import Every
from candela.web.jobs.queue import Claimed, rows_of

__all__ = ["check_links", "look_again", "send_waiting"]


@handles("check-links", words="See whether addresses still open", every=Every.WEEK)
def check_links(job: Claimed, progress: Progress) -> Effect:
    """Ask each address of evidence, where lookups are switched on."""
    if not settings.CONFIGURATION.lookups:
        return lambda: {"checked": 0}
    with rows_of(job):
        held = Evidence.objects.filter(removed_at=None).exclude(url="")
        addresses = dict(held.values_list("pk", "url"))
    found: dict[int, bool | None] = {}
    for n, (key, url) in enumerate(addresses.items(), 1):
        progress("Asking addresses", n, len(addresses))
        found[key] = opens(url)
    today = datetime.now(UTC).date()

    def effect() -> dict[str, Any]:
        for key, works in found.items():
            if works is not None:
                same = Evidence.objects.filter(pk=key, url=addresses[key])
                same.update(url_works=works, url_checked_on=today)
        return {"checked": sum(works is not None for works in found.values())}

    return effect


@handles("look-again", words="Mark statements for another look", every=Every.DAY)
def look_again(job: Claimed, progress: Progress) -> Effect:
    """Mark what was published two years ago."""
    progress("Looking what is due")
    now = datetime.now(UTC)
    return lambda: {"due": fall_due(now)}


@handles("send-waiting", words="Send e-mail about what waits", every=Every.DAY)
def send_waiting(job: Claimed, progress: Progress) -> Effect:
    """Tell people once a working day that something new waits for them."""
    progress("Looking what waits")
    now = datetime.now(UTC)
    return lambda: {"sent": send_digests(now)}
