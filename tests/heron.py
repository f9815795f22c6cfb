"""An invented study, Heron, from which every document is made in tests."""

from __future__ import annotations

from datetime import date

from candela.impact.claims import (
    Beneficiary,
    Claim,
    Contribution,
    Direction,
    Evidence,
    EvidenceKind,
    EvidenceQuality,
    Horizon,
    Intent,
    Level,
    Method,
    MoneyKind,
    Pathway,
    Quantity,
    Realised,
    Role,
    Sensitivity,
    Verification,
)
from candela.impact.report import (
    CaseReport,
    Coverage,
    GroupHeard,
    Quoted,
    StudyFacts,
)

ROTA = Evidence(
    "E1",
    EvidenceKind.MINUTES,
    "Ward meeting: rota for foot checks",
    date(2025, 1, 14),
    EvidenceQuality.INTERNAL,
    Sensitivity.INTERNAL,
)
AUDIT = Evidence(
    "E2",
    EvidenceKind.DATASET,
    "Audit of foot checks at admission",
    date(2025, 9, 30),
    EvidenceQuality.OFFICIAL,
    Sensitivity.PUBLIC,
)
GUIDELINE = Evidence(
    "E3",
    EvidenceKind.GUIDELINE,
    "Guideline 114: feet of inpatients with diabetes",
    date(2025, 3, 3),
    EvidenceQuality.OFFICIAL,
    Sensitivity.PUBLIC,
)
LEDGER = Evidence(
    "E4",
    EvidenceKind.FINANCE,
    "Ledger of podiatry call-outs",
    date(2026, 4, 30),
    EvidenceQuality.OFFICIAL,
    Sensitivity.CONFIDENTIAL,
    sha256="9f86d081884c7d659a2feaa0c55ad015",
)


def claim(number: int, title: str, text: str, kind: str, **changes: object) -> Claim:
    """Return a verified claim of the Heron study."""
    given: dict[str, object] = {
        "label": f"S-{number}",
        "study": "1",
        "service": "1",
        "title": title,
        "text": text,
        "kind": kind,
        "direction": Direction.POSITIVE,
        "intent": Intent.UNINTENDED,
        "beneficiaries": frozenset({Beneficiary.OTHER_PATIENTS}),
        "level": Level.SERVICE,
        "horizon": Horizon.DURING,
        "realised": Realised.SUSTAINED,
        "pathway": Pathway.TAKING_PART,
        "contribution": Contribution.SHARED,
        "verification": Verification.SECOND_ROLE,
        "state": "verified",
        "groups": frozenset({Role.CLINICIAN, Role.PARTICIPANT}),
        "first_seen": date(2025, 1, 14),
        "last_confirmed": date(2026, 10, 2),
    }
    return Claim(**{**given, **changes})  # type: ignore[arg-type]


CLAIMS = (
    claim(
        17,
        "Foot checks moved to ward admission",
        "Feet of inpatients with diabetes are now checked on the ward at admission.",
        "W1",
        verification=Verification.MEASURED,
        evidence=(ROTA, AUDIT),
        other_contributors="The podiatry team, which trained the wards",
        plain_summary=(
            "People with diabetes can lose feeling in a foot and not notice a sore. "
            "A check on the first day finds it before it needs treatment."
        ),
        quantities=(
            Quantity(
                "Inpatients checked at admission",
                91,
                "in 100",
                Method.MEASURED,
                start=date(2025, 4, 1),
                end=date(2025, 9, 30),
                baseline=38,
                baseline_period="April to September 2024",
            ),
        ),
        beneficiaries=frozenset({Beneficiary.PARTICIPANTS, Beneficiary.OTHER_PATIENTS}),
    ),
    claim(
        18,
        "Checks take 20 minutes more of each shift",
        "Ward nurses spend about 20 minutes more of each shift on foot checks. No time "
        "was taken from other tasks to make room.",
        "W1",
        direction=Direction.NEGATIVE,
        groups=frozenset({Role.CLINICIAN, Role.MANAGER}),
        quantities=(
            Quantity("Time for checks", 20, "minutes a shift", Method.ESTIMATED),
        ),
        beneficiaries=frozenset({Beneficiary.OTHER_STAFF}),
    ),
    claim(
        19,
        "People who took part understood their feet better",
        "People who took part say that they look at their own feet more often and know "
        "whom to ring.",
        "H1",
        groups=frozenset({Role.PARTICIPANT, Role.NURSE}),
    ),
    claim(
        20,
        "A guideline for inpatients' feet",
        "The organisation's guideline on feet of inpatients with diabetes was redone "
        "with what the study found.",
        "W6",
        pathway=Pathway.FINDINGS,
        verification=Verification.DOCUMENT,
        contribution=Contribution.MAJOR,
        evidence=(GUIDELINE,),
        groups=frozenset({Role.RESEARCHER}),
    ),
    claim(
        21,
        "Fewer urgent call-outs of podiatry",
        "Podiatry was called out of hours less often in the year after the study.",
        "E2",
        verification=Verification.DOCUMENT,
        evidence=(LEDGER,),
        groups=frozenset({Role.MANAGER}),
        quantities=(
            Quantity(
                "Call-outs that did not arise",
                12_400,
                "pounds",
                Method.ESTIMATED,
                money_kind=MoneyKind.COST_AVOIDED,
                price_year=2025,
                low=8_000,
                high=15_000,
                recurring=True,
            ),
        ),
    ),
    claim(
        22,
        "No change in how departments work together",
        "Clinicians and the research team say that the departments work together as "
        "they did before.",
        "I1",
        direction=Direction.NO_CHANGE,
        groups=frozenset({Role.CLINICIAN, Role.RESEARCHER}),
    ),
)

HERON = CaseReport(
    organisation="Quillmere Hospitals",
    dated=date(2026, 11, 24),
    made_up=True,
    study=StudyFacts(
        key="1",
        kind="study",
        title="Heron: a daily foot check for inpatients with diabetes",
        short_title="Heron",
        plain_summary=(
            "Heron asked if a short foot check each day finds sores early in people "
            "with diabetes who are in hospital for another reason."
        ),
        service="diabetes and endocrinology",
        lead="Dr Ada Marsh",
        sponsor="University of Quillmere",
        opened_on=date(2023, 5, 1),
        closed_on=date(2025, 4, 30),
        recruits=213,
        identifiers={"ISRCTN": "ISRCTN00000000"},
    ),
    claims=CLAIMS,
    groups=(
        GroupHeard(Role.PARTICIPANT, 120, 41, anonymous=True),
        GroupHeard(Role.CLINICIAN, 24, 13, anonymous=False),
        GroupHeard(Role.MANAGER, 4, 3, anonymous=False),
        GroupHeard(Role.RESEARCHER, 12, 9, anonymous=False),
        GroupHeard(Role.NURSE, 10, 0, anonymous=False),
    ),
    quotes=(
        Quoted(
            "They looked at my feet the day I came in, and told me what they were "
            "looking for.",
            Role.PARTICIPANT,
            "S-17",
        ),
    ),
    coverage=Coverage(eligible=38, asked=14, with_claims=11),
    did_not_go_to_plan=(
        "The check was meant to take five minutes and takes longer. Two wards stopped "
        "for a month while they were short of nurses."
    ),
    what_next=(
        "The divisional manager will time the check on three wards and report to the "
        "quality committee by 31 March 2027."
    ),
    contact="Research office, research@quillmere.example",
    reviewed_by=("a reviewer who did not do the study",),
    review_due=date(2028, 11, 24),
    asked_of_board=(
        "To note what changed, and to decide whether time for foot checks is added to "
        "ward staffing from April 2027."
    ),
    services={"1": "Diabetes and endocrinology"},
    studies={"1": "Heron"},
)
