"""Work that takes longer than a page may, and how far it has come."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from candela.web.scoping import Owned

__all__ = ["Job", "Status"]


class Status(models.TextChoices):
    """Where a job stands."""

    READY = "ready", "waiting to start"
    RUNNING = "running", "being done"
    DONE = "done", "done"
    FAILED = "failed", "could not be done"
    CANCELLED = "cancelled", "cancelled"


class Job(Owned):
    """One piece of work, done exactly once.

    A worker takes it for a *lease* and renews the lease as it goes.  When a worker dies
    the lease runs out and another takes the job.  What the job does to the database is
    written in the same transaction as ``DONE``, under the condition that ``attempts``
    is still the worker's own: a worker that wakes late changes nothing.

    ``organisation`` is empty for work of the service itself.  ``key`` is given to work
    that must not be asked for twice, such as tonight's backup.
    """

    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, null=True, related_name="+"
    )
    key = models.CharField(max_length=100, unique=True, null=True, editable=False)
    kind = models.CharField(max_length=40)
    arguments = models.JSONField(default=dict)
    status = models.CharField(
        max_length=10, choices=Status.choices, default=Status.READY
    )
    attempts = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    run_after = models.DateTimeField(default=timezone.now)
    stage = models.CharField(max_length=200, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    cancel_requested = models.BooleanField(default=False)
    message = models.TextField(blank=True)
    result = models.JSONField(default=dict)
    created_by = models.ForeignKey(
        "accounts.User", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta(Owned.Meta):
        abstract = False
        ordering = ("-created_at",)
        indexes: ClassVar = [
            models.Index(fields=("status", "run_after", "lease_until")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    def refuse_foreign_organisation(self) -> None:
        """Let work of the service itself be asked for in any scope."""
        if self.organisation_id is not None:
            super().refuse_foreign_organisation()

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.status in (Status.DONE, Status.FAILED, Status.CANCELLED)
