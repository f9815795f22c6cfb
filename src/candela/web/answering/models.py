"""What people said.

Three modes of a group, each what it says.  *Named* and *confidential* answers hold the
invitation; the latter is shown to information governance only, each time with a line in
the audit log.  *Anonymous* answers wait in ``SealedAnswer`` until the campaign closes,
padded to one length and encrypted with a key that is not in the database.  Then all of
a group are opened together, in an order drawn at random, and the sealed rows deleted.
So no key, no moment, no order and no length leads from an invitation to an answer.

Rows have random keys: a counter would tell the order in which they came.
"""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from candela.impact.questions import Format
from candela.web.accounts.models import User
from candela.web.campaigns.models import Group, Invitation
from candela.web.questionnaires.models import QuestionnaireVersion
from candela.web.scoping import Owned

__all__ = [
    "AboutYou",
    "Answer",
    "Consent",
    "Draft",
    "Holds",
    "How",
    "Response",
    "SealedAnswer",
]


class Draft(Owned):
    """Answers not sent yet; only who holds the link can read them.

    ``mark`` and the key of ``sealed`` are both made from the link's token, kept
    nowhere.  What tells a second tab from the first is inside ``sealed``: a counter of
    saves out here would tell how many pages somebody answered.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    mark = models.CharField(max_length=64, unique=True)
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="+")
    sealed = models.TextField()
    saved_on = models.DateField()

    class Meta(Owned.Meta):
        abstract = False

    def __str__(self) -> str:
        return "draft"


class Holds(models.TextChoices):
    """What is in a sealed row."""

    ANSWER = "answer", "what somebody said"
    ABOUT = "about", "broad bands of who they are, or nothing"


class SealedAnswer(Owned):
    """What nobody can read before the campaign closes.

    An anonymous answer, or bands about somebody in any group.  Everybody who sends
    leaves a row with bands, empty or not, so that its being there tells nothing.
    """

    Holds = Holds

    holds = models.CharField(
        max_length=6, choices=Holds.choices, default=Holds.ANSWER, editable=False
    )
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="+")
    sealed = models.TextField()

    class Meta(Owned.Meta):
        abstract = False

    def __str__(self) -> str:
        return "sealed answer"


class How(models.TextChoices):
    """How an answer came in."""

    WEB = "web", "by the person, on a page"
    OFFLINE = "offline", "by the person, sent later"
    PAPER = "paper", "on paper, typed in"
    INTERVIEW = "interview", "in a conversation, written down by somebody else"
    UNSAID = "unsaid", "not kept, to protect people"


class Response(Owned):
    """What one respondent sent; ``invitation`` is empty where they are anonymous.

    Where they are anonymous, ``sent_on`` is the first day of the month in which all
    answers of the group were opened, and ``how`` is kept only where each way of
    answering has eight answers: one sheet of paper would else lead to one answer.
    """

    How = How

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="responses")
    questionnaire = models.ForeignKey(
        QuestionnaireVersion, on_delete=models.PROTECT, related_name="+"
    )
    invitation = models.OneToOneField(
        Invitation, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    how = models.CharField(max_length=10, choices=How.choices, default=How.WEB)
    entered_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    sent_on = models.DateField()
    locale = models.CharField(max_length=10, default="en-GB")
    format = models.CharField(
        max_length=12,
        choices=[(f.value, f.value) for f in Format],
        default=Format.STANDARD.value,
    )
    nothing_to_tell = models.BooleanField(default=False)
    withdrawal_mark = models.CharField(max_length=64, blank=True)
    withdrawn_on = models.DateField(null=True, blank=True)

    class Meta(Owned.Meta):
        abstract = False
        ordering = ("id",)  # random, and the same each time

    def __str__(self) -> str:
        return "response"


class Redaction(models.TextChoices):
    """Whether free text was looked at for what could identify somebody."""

    RAW = "raw", "not looked at"
    LOCKED = "locked", "may identify somebody"
    REDACTED = "redacted", "parts taken out"
    CLEARED = "cleared", "cleared by a person"


class Answer(Owned):
    """The answer to one question.

    ``shown`` is the text as it may be read and used, after redaction; ``value`` is what
    was sent.
    """

    Redaction = Redaction

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    response = models.ForeignKey(
        Response, on_delete=models.CASCADE, related_name="answers"
    )
    question = models.CharField(max_length=60)
    value = models.JSONField()
    is_text = models.BooleanField(default=False)
    redaction = models.CharField(
        max_length=10, choices=Redaction.choices, default=Redaction.RAW
    )
    shown = models.TextField(blank=True)
    cleared_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta(Owned.Meta):
        abstract = False
        ordering = ("id",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("response", "question"), name="one_answer_a_question"
            )
        ]

    def __str__(self) -> str:
        return "answer"


class Purpose(models.TextChoices):
    """What somebody may agree to, each apart from the other."""

    SUMMARY = "use_in_summary", "use in a summary"
    QUOTE = "quote_anonymously", "quote without a name"
    QUOTE_NAMED = "quote_named", "quote with a name"


class Consent(Owned):
    """What a respondent agreed to, in which words, and whether they took it back."""

    Purpose = Purpose

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    response = models.ForeignKey(
        Response, on_delete=models.CASCADE, related_name="consents"
    )
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    given = models.BooleanField()
    wording = models.CharField(max_length=20, default="1")
    withdrawn_on = models.DateField(null=True, blank=True)

    class Meta(Owned.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("response", "purpose"), name="one_consent_a_purpose"
            )
        ]

    def __str__(self) -> str:
        return "consent"


class AboutYou(Owned):
    """Broad bands of who answered, in no way joined to what they said."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="+")
    bands = models.JSONField(default=dict)

    class Meta(Owned.Meta):
        abstract = False

    def __str__(self) -> str:
        return "about you"
