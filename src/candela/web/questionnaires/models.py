"""Versions of questionnaires; nothing personal."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from candela.impact.claims import Role
from candela.web.accounts.models import User
from candela.web.scoping import Owned

__all__ = ["QuestionnaireVersion"]


class State(models.TextChoices):
    """Whether it can still be changed."""

    DRAFT = "draft", "draft"
    ACTIVE = "active", "in use"
    RETIRED = "retired", "no longer used"


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
