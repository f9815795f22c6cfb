"""One line of the audit log, chained to the line before it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from candela.web.scoping import Owned

__all__ = ["Event"]


class Event(Owned):
    """Something that was done; never changed, never removed.

    ``organisation`` is empty for what concerns the service itself.  ``details`` hold no
    answers, tokens or addresses.
    """

    number = models.BigIntegerField(unique=True)
    at = models.DateTimeField()
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, null=True, related_name="+"
    )
    actor_id = models.BigIntegerField(null=True)
    action = models.CharField(max_length=60)
    thing = models.CharField(max_length=120, blank=True)
    details = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta(Owned.Meta):
        abstract = False
        ordering = ("-number",)
        indexes: ClassVar = [models.Index(fields=("organisation", "-number"))]

    def __str__(self) -> str:
        return f"{self.number} {self.action}"

    def refuse_foreign_organisation(self) -> None:
        """Let what concerns the service itself be written in any scope."""
        if self.organisation_id is not None:
            super().refuse_foreign_organisation()

    def content(self) -> dict[str, Any]:
        """Return what the hash is of."""
        return {
            "number": self.number,
            "at": self.at.isoformat(),
            "organisation": self.organisation_id,
            "actor": self.actor_id,
            "action": self.action,
            "thing": self.thing,
            "details": self.details,
            "previous_hash": self.previous_hash,
        }
