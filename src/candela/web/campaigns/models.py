"""Campaigns, the groups they ask, and who was invited.

Personal data: ``Invitation.contact_sealed`` and ``NewsAddress.contact_sealed``, both
encrypted with a key that is not in the database, and deleted after a campaign closes.

Nothing here says *when* somebody answered, and in an anonymous group nothing leads from
an invitation to an answer: see ``candela.web.answering``.
"""

from __future__ import annotations

import secrets
import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone

from candela.impact.claims import Role
from candela.web.accounts.models import User
from candela.web.books.models import ALPHABET
from candela.web.questionnaires.models import QuestionnaireVersion
from candela.web.scoping import Owned
from candela.web.studies.models import Milestone, Study

__all__ = ["Campaign", "Group", "Invitation", "NewsAddress", "Told"]


def new_public_id() -> str:
    """Return what stands in a campaign's public address; it can be read aloud."""
    return "".join(secrets.choice(ALPHABET) for _ in range(12))


class Governance(models.TextChoices):
    """What kind of work asking is; decided locally, with the HRA's tool."""

    UNDECIDED = "undecided", "not decided yet"
    SERVICE_EVALUATION = "service_evaluation", "service evaluation"
    RESEARCH = "research", "research, with its own approval"
    NOT_NEEDED = "not_needed", "neither; no review needed"


class Status(models.TextChoices):
    """How far a campaign is."""

    PLANNED = "planned", "being prepared"
    OPEN = "open", "open"
    PAUSED = "paused", "paused"
    CODING = "coding", "closed; answers are being read"
    REPORTED = "reported", "reported"
    FINISHED = "finished", "finished"


class Campaign(Owned):
    """One round of asking about one study."""

    Governance = Governance
    Status = Status

    public_id = models.CharField(
        max_length=12, unique=True, default=new_public_id, editable=False
    )
    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="campaigns")
    milestone = models.ForeignKey(
        Milestone, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(max_length=300, blank=True)
    governance = models.CharField(
        max_length=20, choices=Governance.choices, default=Governance.UNDECIDED
    )
    governance_reference = models.CharField(max_length=80, blank=True)
    governance_decided_on = models.DateField(null=True, blank=True)
    coordinator = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+"
    )
    contact = models.CharField(
        max_length=200,
        blank=True,
        help_text="Whom respondents can ask, with a telephone number or an address.",
    )
    help_now = models.CharField(
        max_length=300,
        blank=True,
        help_text="Where somebody in distress finds help at once.",
    )
    names_study_in_subject = models.BooleanField(default=False)
    privacy_notice = models.CharField(max_length=20, default="1")
    status = models.CharField(
        max_length=10, choices=Status.choices, default=Status.PLANNED
    )
    opens_on = models.DateField(null=True, blank=True)
    closes_on = models.DateField(null=True, blank=True)
    read_by = models.DateField(null=True, blank=True)
    told_by = models.DateField(null=True, blank=True)
    tried_at = models.DateTimeField(null=True, blank=True)
    # When it begins: ten minutes after somebody said so.
    started_at = models.DateTimeField(null=True, blank=True)
    reminder_rounds = models.PositiveSmallIntegerField(default=0)
    reminded_on = models.DateField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    finished_without_telling = models.CharField(max_length=300, blank=True)
    contacts_deleted_at = models.DateTimeField(null=True, blank=True)
    added_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    added_at = models.DateTimeField(default=timezone.now)

    class Meta(Owned.Meta):
        abstract = False
        ordering = ("-added_at",)

    def __str__(self) -> str:
        return f"campaign {self.pk}"


class Mode(models.TextChoices):
    """Who can find out who said what; each is exactly what it says."""

    IDENTIFIED = "identified", "named"
    CONFIDENTIAL = "confidential", "confidential"
    ANONYMOUS = "anonymous", "anonymous"


class Group(Owned):
    """People of one role who are asked the same questions in one campaign.

    ``door`` is the code on a poster; whoever has it may answer.  ``passphrase`` is
    printed beside it.  ``opened_at`` is when the sealed box of an anonymous group was
    opened, after the close.
    """

    Mode = Mode

    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, related_name="groups"
    )
    role = models.CharField(max_length=15, choices=[(r.value, r.words) for r in Role])
    questionnaire = models.ForeignKey(
        QuestionnaireVersion, on_delete=models.PROTECT, null=True, related_name="+"
    )
    mode = models.CharField(max_length=12, choices=Mode.choices, default=Mode.ANONYMOUS)
    target = models.PositiveIntegerField(null=True, blank=True)
    door = models.CharField(max_length=20, unique=True, null=True, blank=True)
    passphrase = models.CharField(max_length=40, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)

    class Meta(Owned.Meta):
        abstract = False
        ordering = ("id",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("campaign", "role"), name="one_group_of_a_role"
            )
        ]

    def __str__(self) -> str:
        return f"{self.role} of campaign {self.campaign_id}"


class Channel(models.TextChoices):
    """How a link reaches somebody."""

    EMAIL = "email", "e-mail"
    PAPER = "paper", "paper"
    INTERVIEW = "interview", "interview"


class InvitationState(models.TextChoices):
    """What became of an invitation."""

    NEW = "new", "not sent yet"
    SENT = "sent", "sent"
    ANSWERED = "answered", "answered"
    BOUNCED = "bounced", "could not be delivered"
    NO_THANKS = "no_thanks", "no thank you"
    REVOKED = "revoked", "taken back"


class Mail(models.TextChoices):
    """What became of the latest e-mail to somebody.

    It is noted as leaving before it leaves, so that nobody ever gets it twice.  What is
    still leaving when the work is over may not have left.
    """

    NONE = "none", "none yet"
    LEAVING = "leaving", "may not have left"
    LEFT = "left", "left"
    FAILED = "failed", "not taken by the mail server"
    AGAIN = "again", "to be sent again"


class Invitation(Owned):
    """One person, or one sheet of paper, may answer once.

    The token is made from ``nonce`` and a key that is not in the database; kept is only
    its hash.  ``code`` is what stands at the foot of a paper form.  There is no moment
    of answering here, on purpose.  ``undelivered`` is apart from ``state``, so that who
    notes it learns nothing about answers.
    """

    State = InvitationState
    Channel = Channel
    Mail = Mail

    group = models.ForeignKey(
        Group, on_delete=models.PROTECT, related_name="invitations"
    )
    channel = models.CharField(
        max_length=10, choices=Channel.choices, default=Channel.EMAIL
    )
    nonce = models.CharField(max_length=43, unique=True)
    token_hash = models.CharField(max_length=64, unique=True)
    code = models.CharField(max_length=20, null=True, blank=True, unique=True)
    contact_sealed = models.TextField(blank=True)
    contact_mark = models.CharField(
        max_length=64, null=True, blank=True, unique=True, editable=False
    )
    mail = models.CharField(max_length=7, choices=Mail.choices, default=Mail.NONE)
    undelivered = models.BooleanField(default=False)
    state = models.CharField(
        max_length=10, choices=InvitationState.choices, default=InvitationState.NEW
    )
    sent_on = models.DateField(null=True, blank=True)
    reminders = models.PositiveSmallIntegerField(default=0)
    reminded_on = models.DateField(null=True, blank=True)
    wants_news = models.BooleanField(default=False)
    expires_on = models.DateField(null=True, blank=True)

    class Meta(Owned.Meta):
        abstract = False
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(reminders__lte=2), name="two_reminders_at_most"
            ),
            models.CheckConstraint(
                # A day that is missing makes a comparison neither true nor false, and
                # then the database lets the row be: so it is asked for by itself.
                condition=models.Q(reminders=0, reminded_on__isnull=True)
                | models.Q(
                    reminders__gt=0,
                    reminded_on__isnull=False,
                    sent_on__isnull=False,
                    reminded_on__gt=models.F("sent_on"),
                ),
                name="reminded_after_sending",
            ),
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk}"


class NewsAddress(Owned):
    """Somebody without an invitation asked to be told what came of it.

    Its key is drawn at random: a counter would tell in which order people answered.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="news_addresses"
    )
    contact_sealed = models.TextField()
    contact_mark = models.CharField(max_length=64)

    class Meta(Owned.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("campaign", "contact_mark"), name="told_once"
            )
        ]

    def __str__(self) -> str:
        return f"news address {self.pk}"


class Told(Owned):
    """You said, we did: what respondents are told."""

    campaign = models.OneToOneField(
        Campaign, on_delete=models.PROTECT, related_name="told"
    )
    heard = models.TextField(max_length=2_000, blank=True)
    did = models.TextField(max_length=2_000, blank=True)
    could_not = models.TextField(max_length=2_000, blank=True)
    written_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta(Owned.Meta):
        abstract = False

    def __str__(self) -> str:
        return f"told of campaign {self.campaign_id}"
