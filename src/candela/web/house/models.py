"""What does the service remember about itself?"""

from __future__ import annotations

from django.db import models

__all__ = ["Note"]


class Note(models.Model):
    """One fact about the service, such as when a backup was last restored in a test."""

    name = models.CharField(max_length=60, unique=True)
    value = models.JSONField()
    at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.name
