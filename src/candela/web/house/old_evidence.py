"""When does evidence that was removed go for good, and its file with it?

Thirty days after it was removed, by the schedule (``retention``).  The file goes once
no evidence of any organisation names it: two that hold the same file share it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from candela.web.accounts.models import Organisation
from candela.web.audit.actions import Action
from candela.web.audit.chain import record
from candela.web.coding.models import Evidence, Support
from candela.web.house.holds import holders_of
from candela.web.house.retention import RULES

__all__ = ["delete_old_evidence", "sweep_evidence_files"]

NAME_LENGTH = 64  # of a file in the vault: the hash of what is in it


def delete_old_evidence(now: datetime) -> int:
    """Delete what was removed long ago and is not held, in the scope of all."""
    rule = RULES["evidence"]
    held = holders_of(rule.key)
    due = rule.rows().filter(ended__lt=now - rule.after)
    due = due.exclude(organisation__in=held)
    count = 0
    for number in set(due.order_by().values_list("organisation_id", flat=True)):
        items = Evidence.objects.filter(
            pk__in=list(due.filter(organisation_id=number).values_list("pk", flat=True))
        )
        Support.objects.filter(evidence__in=items).delete()
        deleted = items.delete()[0]
        count += deleted
        record(
            Action.DELETED_BY_SCHEDULE,
            by=None,
            organisation=Organisation.objects.get(pk=number),
            thing=rule.key,
            count=deleted,
        )
    return count


def sweep_evidence_files(now: datetime) -> int:
    """Delete files of the vault that no evidence names any more.

    A file is put there before its row is written: the newest are let be.
    """
    newest = (now - timedelta(days=1)).timestamp()
    named = set(Evidence.objects.exclude(file_name="").values_list("file_name"))
    folder = settings.CONFIGURATION.folder("evidence")
    count = 0
    for path in folder.iterdir():
        is_old = path.stat().st_mtime < newest
        if is_old and len(path.name) == NAME_LENGTH and (path.name,) not in named:
            path.unlink(missing_ok=True)
            count += 1
    return count
