"""What exactly is claimed, how is it known, and how much is it?

A claim is one change, in 60 words at most.  Everything here is a value: the web keeps
the rows and hands claims over; ``publish`` says them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

__all__ = [
    "CLAIM_WORDS",
    "STORY_WORDS",
    "Beneficiary",
    "Claim",
    "Contribution",
    "Direction",
    "Evidence",
    "EvidenceKind",
    "EvidenceQuality",
    "Horizon",
    "Intent",
    "Level",
    "Method",
    "MoneyKind",
    "Pathway",
    "Quantity",
    "Realised",
    "Role",
    "Sensitivity",
    "Supports",
    "Verification",
    "Worded",
    "by_number",
]

CLAIM_WORDS = 60
STORY_WORDS = 400


class Worded(StrEnum):
    """A code with its words for a page."""

    words: str

    def __new__(cls, code: str, words: str = "") -> Worded:
        made = str.__new__(cls, code)
        made._value_ = code
        made.words = words
        return made


class Role(Worded):
    """Who answers; ``words`` is the group, in the plural."""

    PARTICIPANT = "participant", "people who took part"
    CARER = "carer", "families and carers"
    CLINICIAN = "clinician", "clinicians and service staff"
    MANAGER = "manager", "managers"
    RESEARCHER = "researcher", "the research team"
    NURSE = "nurse", "delivery nurses and allied health professionals"
    CONTRIBUTOR = "contributor", "public contributors"
    FINANCE = "finance", "finance and commercial staff"

    @property
    def is_staff(self) -> bool:
        """Whether the group works for the organisation."""
        return self not in {Role.PARTICIPANT, Role.CARER, Role.CONTRIBUTOR}

    @property
    def is_research(self) -> bool:
        """Whether the group did the research, so that others should confirm it."""
        return self in {Role.RESEARCHER, Role.NURSE}


class Direction(Worded):
    """Which way something changed."""

    POSITIVE = "positive", "better"
    NEGATIVE = "negative", "worse, or a cost"
    MIXED = "mixed", "some of both"
    NO_CHANGE = "no_change", "no change"


class Intent(Worded):
    """Whether somebody meant it."""

    INTENDED = "intended", "intended"
    UNINTENDED = "unintended", "not intended"


class Beneficiary(Worded):
    """Whom the change reaches."""

    PARTICIPANTS = "participants", "people who took part"
    OTHER_PATIENTS = "other_patients", "other patients"
    CARERS = "carers", "families and carers"
    PUBLIC = "public", "public and community"
    CLINICIANS = "clinicians", "clinicians"
    OTHER_STAFF = "other_staff", "other staff"
    SERVICES = "services", "teams and services"
    ORGANISATION = "organisation", "the organisation"
    HEALTH_SYSTEM = "health_system", "the health system"
    RESEARCHERS = "researchers", "researchers"
    FUNDERS = "funders", "funders and industry"
    POLICY = "policy", "policy"
    ECONOMY = "economy", "the economy"


class Level(Worded):
    """How far the change reaches."""

    INDIVIDUAL = "individual", "single people"
    TEAM = "team", "a team"
    SERVICE = "service", "a service"
    ORGANISATION = "organisation", "the organisation"
    SYSTEM = "system", "the local system"
    REGIONAL = "regional", "the region"
    NATIONAL = "national", "the country"
    INTERNATIONAL = "international", "other countries"


class Horizon(Worded):
    """When the change came, counted from the study's close."""

    NOT_SAID = "", "not said yet"
    DURING = "during_study", "during the study"
    UNDER_ONE_YEAR = "under_1y", "within a year of its close"
    ONE_TO_THREE_YEARS = "1_to_3y", "one to three years after its close"
    OVER_THREE_YEARS = "over_3y", "more than three years after its close"


class Realised(Worded):
    """How far the change has come."""

    ANTICIPATED = "anticipated", "expected, not seen yet"
    EMERGING = "emerging", "beginning to be seen"
    REALISED = "realised", "seen"
    SUSTAINED = "sustained", "seen, and lasting"
    ENDED = "ended", "seen, and over"


class Pathway(Worded):
    """What brought the change: being in the study, or what it found."""

    TAKING_PART = "taking_part", "from taking part"
    FINDINGS = "findings", "from using what it found"


class Contribution(Worded):
    """How much of the change is the study's; never more than people can know."""

    SOLE = "sole", "the study alone"
    MAJOR = "major", "mainly the study"
    SHARED = "shared", "the study and others"
    MINOR = "minor", "the study a little"
    ASSOCIATED = "associated_only", "went together; nobody can say more"


class Verification(Worded):
    """The strongest support a claim has, in rising order."""

    SELF_REPORT = "self_report", "one group says so"
    SECOND_ROLE = "second_role_agrees", "a second group agrees"
    DOCUMENT = "document", "a document shows it"
    MEASURED = "measured_data", "measured data show it"
    EXTERNAL = "external_confirmed", "somebody outside confirms it"


class Method(Worded):
    """How a figure was come by."""

    MEASURED = "measured", "measured"
    ESTIMATED = "estimated", "estimated"
    MODELLED = "modelled", "modelled"


class MoneyKind(Worded):
    """Kinds of money, never added to one another."""

    CASH_RELEASING = "cash_releasing", "saving that frees cash"
    NON_CASH = "non_cash", "saving of time or room, no cash"
    COST_AVOIDED = "cost_avoided", "cost that did not arise"
    INCOME = "income", "income"
    INVESTMENT = "investment", "money put in"


class EvidenceKind(Worded):
    """What kind of thing supports a claim."""

    DOCUMENT = "document", "document"
    DATASET = "dataset", "data"
    URL = "url", "page on the web"
    PUBLICATION = "publication", "publication"
    GUIDELINE = "guideline", "guideline"
    TESTIMONIAL = "testimonial", "somebody's account"
    SURVEY = "survey_result", "survey result"
    IMAGE = "image", "picture"
    MINUTES = "minutes", "minutes"
    FINANCE = "finance_record", "finance record"


class EvidenceQuality(Worded):
    """How much weight a piece of evidence bears, in rising order."""

    ANECDOTE = "anecdote", "anecdote"
    INTERNAL = "internal_record", "internal record"
    OFFICIAL = "official_record", "official record"
    INDEPENDENT = "independent", "independent"


class Sensitivity(Worded):
    """Who may see a piece of evidence."""

    PUBLIC = "public", "anybody"
    INTERNAL = "internal", "members"
    CONFIDENTIAL = "confidential", "information governance and reviewers"
    PERSONAL = "contains_personal", "information governance only: it names people"


class Supports(Worded):
    """Which part of a claim a piece of evidence supports."""

    LINK = "link_to_research", "that research brought it"
    CHANGE = "change", "that it changed"
    SIZE = "size", "how much"
    BENEFICIARY = "beneficiary", "whom it reaches"


@dataclass(frozen=True)
class Quantity:
    """A figure of a claim.

    Attributes
    ----------
    what
        What is counted, in words.
    value, low, high
        In ``unit``; pounds where ``money_kind`` is set.
    baseline
        The same before, with the period it is of in words.
    price_year
        The year whose prices money is in; needed with ``money_kind``.
    shared_key
        The same saving claimed by several studies has the same key, and counts once.
    """

    what: str
    value: float
    unit: str
    method: Method
    start: date | None = None
    end: date | None = None
    baseline: float | None = None
    baseline_period: str = ""
    low: float | None = None
    high: float | None = None
    money_kind: MoneyKind | None = None
    price_year: int | None = None
    recurring: bool = False
    shared_key: str = ""


@dataclass(frozen=True)
class Evidence:
    """Something that supports a claim; ``label`` (E1) is what documents say."""

    label: str
    kind: EvidenceKind
    title: str
    dated: date | None
    quality: EvidenceQuality
    sensitivity: Sensitivity
    supports: frozenset[Supports] = frozenset()
    url: str = ""
    sha256: str = ""


@dataclass(frozen=True)
class Claim:
    """One change, as it stands now.

    Attributes
    ----------
    label
        ``S-17``: what documents say and people look for.
    study, service
        Keys of the study and of the service it was at; names are the caller's.
    kind, other_kinds
        Codes of ``framework``.
    groups
        Whose answers it rests on.
    state
        One of ``lifecycle.State``.
    same_as
        Label of the claim that this one repeats; then it is not counted.
    credited
        Keys of people whose own record has the claim too.
    """

    label: str
    study: str
    service: str
    title: str
    text: str
    kind: str
    direction: Direction
    intent: Intent
    beneficiaries: frozenset[Beneficiary]
    level: Level
    horizon: Horizon
    realised: Realised
    pathway: Pathway
    contribution: Contribution
    verification: Verification
    state: str
    other_kinds: tuple[str, ...] = ()
    other_contributors: str = ""
    story: str = ""
    plain_summary: str = ""
    first_seen: date | None = None
    last_confirmed: date | None = None
    review_due: date | None = None
    reach: int | None = None
    significance: int | None = None
    groups: frozenset[Role] = frozenset()
    quantities: tuple[Quantity, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    same_as: str = ""
    credited: frozenset[str] = frozenset()
    notes: Mapping[str, str] = field(default_factory=dict)


def by_number(label: str) -> tuple[int, str]:
    """Return what to sort labels by: S-9 comes before S-10."""
    return len(label), label
