"""Studies and what belongs to them; no patients here.

Personal data: ``Colleague.name``, ``Colleague.orcid``.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from candela.web.accounts.models import User
from candela.web.scoping import Owned

__all__ = [
    "Colleague",
    "Identifier",
    "Lookup",
    "Milestone",
    "Output",
    "Service",
    "Study",
    "StudyMember",
    "StudyOutput",
]


class ServiceLevel(models.TextChoices):
    """How large a part of the organisation it is."""

    DIVISION = "division", "division"
    SERVICE = "service", "service"
    TEAM = "team", "team"
    SITE = "site", "site"


class Service(Owned):
    """A part of the organisation, in which studies take place."""

    Level = ServiceLevel

    name = models.CharField(max_length=120)
    level = models.CharField(
        max_length=10, choices=ServiceLevel.choices, default=ServiceLevel.SERVICE
    )
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="parts"
    )

    class Meta(Owned.Meta):
        abstract = False
        ordering = ("name",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("organisation", "name"), name="one_service_of_a_name"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Colleague(Owned):
    """Somebody who does research here; ``user`` where they can sign in.

    A claim that their own record has too is credited to them and counted once.
    """

    name = models.CharField(max_length=100)
    orcid = models.CharField(max_length=19, blank=True)
    profession = models.CharField(max_length=80, blank=True)
    user = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta(Owned.Meta):
        abstract = False
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class StudyKind(models.TextChoices):
    """What is assessed."""

    STUDY = "study_at_site", "a study at this organisation"
    PROGRAMME = "programme", "a programme of studies"
    FELLOWSHIP = "fellowship", "a fellowship"
    INFRASTRUCTURE = "infrastructure", "a research facility or unit"
    CONTRIBUTORS = "ppi_group", "a group of public contributors"
    PERSON_YEAR = "person_year", "one person's year in research"


class StudyStatus(models.TextChoices):
    """How far it is."""

    SETUP = "setup", "being set up"
    OPEN = "open", "open"
    CLOSED_RECRUITMENT = "closed_recruitment", "closed to new people"
    CLOSED = "closed", "closed"
    ARCHIVED = "archived", "archived"


class Study(Owned):
    """What is assessed: a study here, or a programme, a fellowship, a person's year.

    ``plain_name`` is what respondents read; it need not name an illness.  ``sources``
    says for each field filled from elsewhere where it came from.  ``same_as`` leads to
    the entry of the same study at another site of ours.
    """

    Kind = StudyKind
    Status = StudyStatus

    kind = models.CharField(
        max_length=15, choices=StudyKind.choices, default=StudyKind.STUDY
    )
    title = models.CharField(max_length=300)
    short_title = models.CharField(max_length=80)
    plain_name = models.CharField(max_length=80)
    plain_summary = models.TextField(blank=True, max_length=2_000)
    sponsor = models.CharField(max_length=150, blank=True)
    specialty = models.CharField(max_length=80, blank=True)
    service = models.ForeignKey(
        Service, on_delete=models.PROTECT, null=True, blank=True, related_name="studies"
    )
    lead = models.ForeignKey(
        Colleague, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    status = models.CharField(
        max_length=20, choices=StudyStatus.choices, default=StudyStatus.OPEN
    )
    opened_on = models.DateField(null=True, blank=True)
    closed_recruitment_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    recruits = models.PositiveIntegerField(null=True, blank=True)
    is_commercial = models.BooleanField(default=False)
    sources = models.JSONField(default=dict)
    same_as = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    added_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    added_at = models.DateTimeField(default=timezone.now)

    class Meta(Owned.Meta):
        abstract = False
        ordering = ("short_title",)

    def __str__(self) -> str:
        return self.short_title


class StudyMember(Owned):
    """Who did a study; they verify nothing that is claimed of it."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="members")
    colleague = models.ForeignKey(
        Colleague, on_delete=models.CASCADE, related_name="studies"
    )
    part = models.CharField(max_length=60, default="investigator")

    class Meta(Owned.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("study", "colleague"), name="one_part_in_a_study"
            )
        ]

    def __str__(self) -> str:
        return f"{self.colleague_id} in {self.study_id}"


class IdentifierScheme(models.TextChoices):
    """Registers that number studies."""

    ISRCTN = "isrctn", "ISRCTN"
    NCT = "nct", "ClinicalTrials.gov"
    IRAS = "iras", "IRAS"
    CPMS = "cpms", "CPMS"
    EDGE = "edge", "EDGE"
    DOI = "doi", "DOI"
    AWARD = "award_ref", "award reference"
    LOCAL = "local", "local number"


class Identifier(Owned):
    """A study's number in a register; ``verified_at`` when the register was asked."""

    Scheme = IdentifierScheme

    study = models.ForeignKey(
        Study, on_delete=models.CASCADE, related_name="identifiers"
    )
    scheme = models.CharField(max_length=10, choices=IdentifierScheme.choices)
    value = models.CharField(max_length=80)
    verified_at = models.DateTimeField(null=True, blank=True)
    payload_hash = models.CharField(max_length=64, blank=True)

    class Meta(Owned.Meta):
        abstract = False
        ordering = ("scheme", "value")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("organisation", "scheme", "value"), name="one_study_a_number"
            )
        ]

    def __str__(self) -> str:
        return f"{self.scheme} {self.value}"


class Output(Owned):
    """Something a study brought forth: a paper, a guideline, a tool."""

    kind = models.CharField(max_length=40, default="publication")
    title = models.CharField(max_length=300)
    doi = models.CharField(max_length=120, blank=True)
    pmid = models.CharField(max_length=12, blank=True)
    url = models.URLField(max_length=500, blank=True)
    dated = models.DateField(null=True, blank=True)

    class Meta(Owned.Meta):
        abstract = False
        ordering = ("-dated", "title")

    def __str__(self) -> str:
        return self.title


class StudyOutput(Owned):
    """A study brought forth an output; one output may come of several studies."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="outputs")
    output = models.ForeignKey(Output, on_delete=models.CASCADE, related_name="studies")

    class Meta(Owned.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("study", "output"), name="one_output_a_study"
            )
        ]

    def __str__(self) -> str:
        return f"output {self.output_id} of {self.study_id}"


class MilestoneKind(models.TextChoices):
    """When it is worth asking."""

    MIDDLE = "mid", "half-way through recruitment"
    CLOSE_RECRUITMENT = "close_recruitment", "closed to new people"
    CLOSE_OUT = "close_out", "closed"
    PLUS_12 = "plus12", "a year after it closed"
    PLUS_24 = "plus24", "two years after it closed"
    CUSTOM = "custom", "another day"


class Milestone(Owned):
    """A day on which it is worth asking what a study changed.

    ``due`` follows from the study's dates; "not now" sets ``put_off_until`` and leaves
    it.  ``told_on`` is when its one e-mail left.
    """

    Kind = MilestoneKind

    study = models.ForeignKey(
        Study, on_delete=models.CASCADE, related_name="milestones"
    )
    kind = models.CharField(max_length=20, choices=MilestoneKind.choices)
    due = models.DateField()
    done_on = models.DateField(null=True, blank=True)
    put_off_until = models.DateField(null=True, blank=True)
    never = models.BooleanField(default=False)
    told_on = models.DateField(null=True, blank=True)
    owner = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta(Owned.Meta):
        abstract = False
        ordering = ("due",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("study", "kind"),
                condition=~Q(kind="custom"),
                name="one_milestone_of_a_kind",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.study_id}"


class Lookup(models.Model):
    """What a register said about a number; public facts, of no organisation."""

    scheme = models.CharField(max_length=10)
    key = models.CharField(max_length=120)
    fetched_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField()
    payload = models.TextField(blank=True)
    payload_hash = models.CharField(max_length=64, blank=True)
    licence = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("scheme", "key"), name="looked_up_once")
        ]

    def __str__(self) -> str:
        return f"{self.scheme} {self.key}"
