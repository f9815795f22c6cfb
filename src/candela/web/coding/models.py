"""Claims made of answers, what supports them, and who checked.

Personal data: none on purpose; evidence files may hold some and then say so
(``Evidence.sensitivity``).
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from candela.impact import claims as values
from candela.impact.lifecycle import State
from candela.web.accounts.models import User
from candela.web.answering.models import Answer
from candela.web.scoping import Owned
from candela.web.studies.models import Colleague, Study

__all__ = [
    "Coding",
    "Credit",
    "Evidence",
    "Quantity",
    "Review",
    "Source",
    "Statement",
    "StatementVersion",
    "Support",
    "WorkWaiting",
]


def _choices(words: type[values.Worded]) -> list[tuple[str, str]]:
    return [(member.value, member.words) for member in words]


def _code(words: type[values.Worded], **more: Any) -> models.CharField:
    return models.CharField(max_length=20, choices=_choices(words), **more)


class Statement(Owned):
    """One change that somebody reported, as it is claimed now.

    ``number`` is the S-number, counted in the organisation.  What is published is never
    edited: a change makes the next ``version``, and ``StatementVersion`` keeps each.
    """

    number = models.PositiveIntegerField()
    study = models.ForeignKey(
        Study, on_delete=models.PROTECT, related_name="statements"
    )
    title = models.CharField(max_length=120, blank=True)
    text = models.TextField(max_length=1_000)
    story = models.TextField(max_length=5_000, blank=True)
    plain_summary = models.TextField(max_length=1_000, blank=True)
    kind = models.CharField(max_length=3, blank=True)
    other_kinds = models.JSONField(default=list)
    direction = _code(values.Direction, default="positive")
    intent = _code(values.Intent, default="intended")
    beneficiaries = models.JSONField(default=list)
    level = _code(values.Level, default="service")
    horizon = _code(values.Horizon, blank=True, default="")
    realised = _code(values.Realised, default="realised")
    pathway = _code(values.Pathway, default="taking_part")
    contribution = _code(values.Contribution, default="shared")
    other_contributors = models.CharField(max_length=300, blank=True)
    first_seen = models.DateField(null=True, blank=True)
    last_confirmed = models.DateField(null=True, blank=True)
    reach = models.PositiveSmallIntegerField(null=True, blank=True)
    significance = models.PositiveSmallIntegerField(null=True, blank=True)
    rubric = models.CharField(max_length=20, blank=True)
    state = _code(State, default=State.DRAFT.value)
    version = models.PositiveIntegerField(default=1)
    edition = models.PositiveIntegerField(default=1)
    same_as = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="repeats"
    )
    review_due = models.DateField(null=True, blank=True)
    well_led_question = models.CharField(max_length=20, blank=True)
    evidence_category = models.CharField(max_length=40, blank=True)
    author = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    made_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta(Owned.Meta):
        abstract = False
        ordering = ("number",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("organisation", "number"), name="one_statement_a_number"
            )
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """What documents call it."""
        return f"S-{self.number}"


class Credit(Owned):
    """A statement is in somebody's own record too; it is counted once all the same."""

    statement = models.ForeignKey(
        Statement, on_delete=models.CASCADE, related_name="credits"
    )
    colleague = models.ForeignKey(
        Colleague, on_delete=models.CASCADE, related_name="credits"
    )

    class Meta(Owned.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("statement", "colleague"), name="credited_once"
            )
        ]

    def __str__(self) -> str:
        return f"credit of statement {self.statement_id}"


class StatementVersion(Owned):
    """A statement as it stood when something was done to it; never changed."""

    statement = models.ForeignKey(
        Statement, on_delete=models.CASCADE, related_name="versions"
    )
    version = models.PositiveIntegerField()
    state = _code(State)
    content = models.JSONField()
    made_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    made_at = models.DateTimeField(default=timezone.now)
    why = models.CharField(max_length=500, blank=True)

    class Meta(Owned.Meta):
        abstract = False
        ordering = ("made_at", "id")

    def __str__(self) -> str:
        return f"version {self.version} of statement {self.statement_id}"


class Source(Owned):
    """A statement rests on an answer."""

    statement = models.ForeignKey(
        Statement, on_delete=models.CASCADE, related_name="sources"
    )
    answer = models.ForeignKey(Answer, on_delete=models.PROTECT, related_name="sources")
    added_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    added_on = models.DateField(default=timezone.localdate)

    class Meta(Owned.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("statement", "answer"), name="one_source_once"
            )
        ]

    def __str__(self) -> str:
        return f"source of statement {self.statement_id}"


class Coding(Owned):
    """What one coder made of one answer; two coders of one answer are compared.

    ``kinds`` are codes of the framework; none with ``nothing`` means that there is
    nothing to code.  ``is_second`` was made without seeing the first.
    """

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="codings")
    coder = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    kinds = models.JSONField(default=list)
    direction = _code(values.Direction, blank=True, default="")
    nothing = models.BooleanField(default=False)
    is_second = models.BooleanField(default=False)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta(Owned.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("answer", "coder"), name="one_coding_a_coder"
            )
        ]

    def __str__(self) -> str:
        return f"coding {self.pk}"


class Quantity(Owned):
    """A figure of a statement; see ``candela.impact.claims.Quantity``."""

    statement = models.ForeignKey(
        Statement, on_delete=models.CASCADE, related_name="quantities"
    )
    what = models.CharField(max_length=120)
    value = models.FloatField()
    unit = models.CharField(max_length=40)
    method = _code(values.Method)
    start = models.DateField(null=True, blank=True)
    end = models.DateField(null=True, blank=True)
    baseline = models.FloatField(null=True, blank=True)
    baseline_period = models.CharField(max_length=80, blank=True)
    low = models.FloatField(null=True, blank=True)
    high = models.FloatField(null=True, blank=True)
    money_kind = _code(values.MoneyKind, blank=True, default="")
    price_year = models.PositiveSmallIntegerField(null=True, blank=True)
    recurring = models.BooleanField(default=False)
    shared_key = models.CharField(max_length=60, blank=True)

    class Meta(Owned.Meta):
        abstract = False

    def __str__(self) -> str:
        return f"quantity {self.pk}"


class Evidence(Owned):
    """Something that supports a claim: a file in the vault or an address.

    ``file_name`` is the name below the home's folder of evidence, which is the hash of
    its content; ``given_name`` is what it was called.
    """

    number = models.PositiveIntegerField()
    kind = _code(values.EvidenceKind)
    title = models.CharField(max_length=200)
    dated = models.DateField(null=True, blank=True)
    holder = models.CharField(max_length=120, blank=True)
    quality = _code(values.EvidenceQuality, default="internal_record")
    sensitivity = _code(values.Sensitivity, default="internal")
    url = models.URLField(max_length=500, blank=True)
    url_checked_on = models.DateField(null=True, blank=True)
    url_works = models.BooleanField(null=True, blank=True)
    file_name = models.CharField(max_length=64, blank=True)
    given_name = models.CharField(max_length=150, blank=True)
    media_type = models.CharField(max_length=100, blank=True)
    size = models.PositiveBigIntegerField(null=True, blank=True)
    needs_redaction = models.BooleanField(default=False)
    redacted_copy = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    added_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    added_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta(Owned.Meta):
        abstract = False
        ordering = ("number",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("organisation", "number"), name="one_evidence_a_number"
            )
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """What documents call it."""
        return f"E{self.number}"


class Support(Owned):
    """A piece of evidence supports a statement in these respects."""

    statement = models.ForeignKey(
        Statement, on_delete=models.CASCADE, related_name="supports"
    )
    evidence = models.ForeignKey(
        Evidence, on_delete=models.PROTECT, related_name="supports"
    )
    supports = models.JSONField(default=list)
    note = models.CharField(max_length=300, blank=True)

    class Meta(Owned.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("statement", "evidence"), name="one_support_once"
            )
        ]

    def __str__(self) -> str:
        return f"support of statement {self.statement_id}"


class Review(Owned):
    """What a reviewer decided, and why."""

    statement = models.ForeignKey(
        Statement, on_delete=models.CASCADE, related_name="reviews"
    )
    version = models.PositiveIntegerField()
    reviewer = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    decision = models.CharField(max_length=12)
    checks = models.JSONField(default=dict)
    reasons = models.CharField(max_length=1_000, blank=True)
    conflict = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta(Owned.Meta):
        abstract = False
        ordering = ("made_at", "id")

    def __str__(self) -> str:
        return f"review {self.pk}"


class WorkWaiting(Owned):
    """Whether somebody is told by e-mail what waits for them, and what they know of.

    ``known`` holds what the last e-mail was about, so that only something new is told.
    ``stop_token_hash`` is of the secret in its stop link.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    is_off = models.BooleanField(default=False)
    known = models.JSONField(default=list)
    sent_on = models.DateField(null=True, blank=True)
    stop_token_hash = models.CharField(max_length=64, unique=True)

    class Meta(Owned.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("organisation", "user"), name="one_digest_a_member"
            )
        ]

    def __str__(self) -> str:
        return f"work waiting for {self.user_id}"
