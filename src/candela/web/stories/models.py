"""Documents made of statements, frozen, and where they were used."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from candela.web.accounts.models import User
from candela.web.answering.models import Answer
from candela.web.campaigns.models import Group, new_public_id
from candela.web.coding.models import Statement
from candela.web.scoping import Owned
from candela.web.studies.models import Study

__all__ = ["Quote", "Report", "ReportStatement", "ShownCount"]


class Kind(models.TextChoices):
    """What kind of document it is."""

    STORY = "story", "one-page story"
    POSTER = "poster", "poster"
    BOARD_PAPER = "board_paper", "board paper"
    FULL = "full", "full report"


class State(models.TextChoices):
    """How far it is."""

    DRAFT = "draft", "draft"
    PROPOSED = "proposed", "waiting for release"
    RELEASED = "released", "released"
    WITHDRAWN = "withdrawn", "withdrawn"


class Report(Owned):
    """A document; once released its ``content`` never changes.

    ``content`` is the document as data (``candela.publish.documents``), ``seal`` its
    hash.  ``study`` is empty for what is about all of an organisation.
    """

    Kind = Kind
    State = State

    public_id = models.CharField(
        max_length=12, unique=True, default=new_public_id, editable=False
    )
    kind = models.CharField(max_length=12, choices=Kind.choices)
    study = models.ForeignKey(
        Study, on_delete=models.PROTECT, null=True, blank=True, related_name="reports"
    )
    title = models.CharField(max_length=200)
    audience = models.CharField(max_length=20, default="internal")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    choices = models.JSONField(default=dict)
    content = models.JSONField(default=dict)
    seal = models.CharField(max_length=64, blank=True)
    version = models.PositiveIntegerField(default=1)
    follows = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    made_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    made_at = models.DateTimeField(default=timezone.now)
    released_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    released_at = models.DateTimeField(null=True, blank=True)
    review_due = models.DateField(null=True, blank=True)
    flagged_because = models.CharField(max_length=300, blank=True)

    class Meta(Owned.Meta):
        abstract = False
        ordering = ("-made_at",)

    def __str__(self) -> str:
        return self.title


class ReportStatement(Owned):
    """A report has a statement, in the version that it had then."""

    report = models.ForeignKey(
        Report, on_delete=models.CASCADE, related_name="statements"
    )
    statement = models.ForeignKey(
        Statement, on_delete=models.PROTECT, related_name="reports"
    )
    version = models.PositiveIntegerField()
    order = models.PositiveSmallIntegerField(default=0)

    class Meta(Owned.Meta):
        abstract = False
        ordering = ("order", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("report", "statement"), name="one_statement_a_report"
            )
        ]

    def __str__(self) -> str:
        return f"statement {self.statement_id} in report {self.report_id}"


class Quote(Owned):
    """A report quotes an answer; kept so that a consent taken back finds it."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="quotes")
    answer = models.ForeignKey(Answer, on_delete=models.PROTECT, related_name="quotes")
    text = models.TextField()
    taken_out_on = models.DateField(null=True, blank=True)

    class Meta(Owned.Meta):
        abstract = False

    def __str__(self) -> str:
        return f"quote in report {self.report_id}"


class ShownCount(Owned):
    """How many answers of a group stood behind what was last released.

    A new release waits for enough further answers, so that no difference of the two
    tells of few people.
    """

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="+")
    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="+")
    behind = models.PositiveIntegerField()
    shown_at = models.DateTimeField(default=timezone.now)

    class Meta(Owned.Meta):
        abstract = False

    def __str__(self) -> str:
        return f"shown count {self.pk}"
