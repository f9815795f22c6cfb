"""Versions of questionnaires; nothing personal."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from candela.errors import NotAllowed
from candela.impact.claims import Role
from candela.web.accounts.models import User
from candela.web.scoping import Owned

__all__ = ["QuestionnaireVersion"]


class State(models.TextChoices):
    """Whether it can still be changed."""

    DRAFT = "draft", "draft"
    ACTIVE = "active", "in use"
    RETIRED = "retired", "no longer used"


UNCHANGING = ("key", "role", "version", "content", "checksum", "activated_at")


class QuestionnaireVersion(Owned):
    """One version of one questionnaire, with all its languages and formats.

    ``content`` is what ``candela.impact.questionnaire.Questionnaire.of`` takes.  Once a
    version is active neither it nor ``checksum`` ever changes: the database refuses.
    """

    State = State

    key = models.SlugField(max_length=40)
    role = models.CharField(max_length=15, choices=[(r.value, r.words) for r in Role])
    version = models.CharField(max_length=20)
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    content = models.JSONField()
    checksum = models.CharField(max_length=64)
    made_from = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    made_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    made_at = models.DateTimeField(default=timezone.now)
    activated_at = models.DateTimeField(null=True, blank=True)

    class Meta(Owned.Meta):
        abstract = False
        ordering = ("role", "key", "-made_at")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("organisation", "key", "version"), name="one_of_a_version"
            )
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.version}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, unless it would change what people have been asked."""
        kept = self._kept()
        if kept is not None and (
            self.state == State.DRAFT
            or any(getattr(self, name) != getattr(kept, name) for name in UNCHANGING)
        ):
            raise NotAllowed(
                f"Version {kept.version} was taken into use, so its words stay as "
                "people met them. Make a new version, and change that."
            )
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete a draft; nothing that was ever in use."""
        kept = self._kept()
        if kept is not None:
            raise NotAllowed(
                f"Version {kept.version} was taken into use, so it stays. Retire it."
            )
        return super().delete(*args, **kwargs)

    def _kept(self) -> QuestionnaireVersion | None:
        """Return the stored row, if it was ever in use."""
        if self.pk is None:
            return None
        rows = QuestionnaireVersion.objects.filter(pk=self.pk)
        found: QuestionnaireVersion | None = rows.exclude(state=State.DRAFT).first()
        return found
