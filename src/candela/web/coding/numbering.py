"""Which number does the next statement, or piece of evidence, have?

Numbers are read aloud and printed, so each organisation counts its own, without gaps
on purpose and never twice.  Who counts holds the organisation's row until the end of
the transaction; the unique constraint is what makes sure.
"""

from __future__ import annotations

from django.db.models import Max

from candela.web.accounts.models import Organisation
from candela.web.coding.models import Evidence, Statement

__all__ = ["next_number"]


def next_number(
    counted: type[Statement] | type[Evidence], organisation: Organisation
) -> int:
    """Return the next number, in the transaction that will use it."""
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    (last,) = counted.objects.order_by().aggregate(last=Max("number")).values()
    return int(last or 0) + 1
