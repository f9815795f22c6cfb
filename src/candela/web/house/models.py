"""What does the service remember about itself, and what may it not delete yet?

Personal data: ``KeptLetter.sent_to``, in a training organisation only.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from candela.web.scoping import Owned

__all__ = ["Hold", "KeptLetter", "Note"]


class Note(models.Model):
    """One fact about the service, such as when a backup was last restored in a test."""

    name = models.CharField(max_length=60, unique=True)
    value = models.JSONField()
    at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.name


class Hold(Owned):
    """Something that an organisation keeps longer than the schedule would, and why.

    ``what`` is the key of a rule of ``candela.web.house.retention``.
    """

    what = models.CharField(max_length=40)
    reason = models.CharField("reason", max_length=300)
    held_by = models.ForeignKey(
        "accounts.User", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    held_at = models.DateTimeField(default=timezone.now)
    released_by = models.ForeignKey(
        "accounts.User", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    released_at = models.DateTimeField(null=True, blank=True)

    class Meta(Owned.Meta):
        abstract = False
        ordering = ("-held_at",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("organisation", "what"),
                condition=models.Q(released_at__isnull=True),
                name="held_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.what} of {self.organisation_id}"


class KeptLetter(Owned):
    """An e-mail that a training organisation would have sent; it never leaves."""

    sent_to = models.CharField(max_length=320)
    subject = models.CharField(max_length=300)
    text = models.TextField()
    written_at = models.DateTimeField(default=timezone.now)

    class Meta(Owned.Meta):
        abstract = False
        ordering = ("-written_at", "-id")

    def __str__(self) -> str:
        return f"letter {self.pk}"
