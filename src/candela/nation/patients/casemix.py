"""What are the made-up patients like, and what does each trait add to their risk?

Shapes are those of English hospitals in round figures, put in by hand.  Each trait has
weights by which its values are drawn and coefficients on the log odds (admissions) or
the log hazard (cancer).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = [
    "AGES",
    "COMORBIDITY_SCORES",
    "METHODS",
    "ROUTES",
    "SITES",
    "admission_age_log_odds",
    "admission_age_weights",
    "age_class",
    "cancer_age_weights",
    "comorbidity_weights",
    "group_log_odds",
    "group_weights",
    "method_weights",
    "stage_weights",
]

Floats = npt.NDArray[np.float64]

AGES = np.arange(101)
CHILD_UNTIL, MIDDLE_FROM, OLD_FROM = 18, 45, 70
AGE_CLASSES = 4

# Admissions -------------------------------------------------------------------------
METHODS = ("elective", "emergency", "maternity", "other")
METHOD_LOG_ODDS = np.array([-2.5, 0.0, -5.0, -1.0])
METHOD_NIGHTS = np.array([1.2, 6.0, 1.8, 3.0])
DAY_CASE_SHARE = 0.75  # of elective admissions
SEX_LOG_ODDS = np.array([0.05, -0.05])  # male, female
MALE_SHARE = 0.47
DEPRIVATION_LOG_ODDS = np.array([0.16, 0.09, 0.0, -0.08, -0.15])
DEPRIVATION_WEIGHTS = np.array([0.24, 0.22, 0.2, 0.18, 0.16])
COMORBIDITY_SCORES = np.array([0, 3, 4, 6, 8, 10, 12, 18, 26])
COMORBIDITY_LOG_ODDS = 0.045 * COMORBIDITY_SCORES
# January first.
MONTH_LOG_ODDS = 0.06 * np.cos(2 * np.pi * (np.arange(12) - 0.3) / 12)
YEARLY_LOG_ODDS = -0.02  # the same in every trust
IN_HOSPITAL_SHARE = 0.7  # of deaths within 30 days of discharge
LATER_DEATH_SHARE = 0.04  # of those who live, in the year that follows

# Cancer -----------------------------------------------------------------------------
SITES = ("C18", "C19", "C20")
SITE_WEIGHTS = np.array([0.65, 0.08, 0.27])
OTHER_SITES = ("C34", "C50", "C61")
STAGE_LOG_HAZARD = np.array([0.0, 0.5, 1.1, 2.4])
ROUTES = ("screening", "urgent referral", "other referral", "emergency")
ROUTE_WEIGHTS = np.array([0.1, 0.35, 0.32, 0.23])
ROUTE_LOG_HAZARD = np.array([-0.5, 0.0, 0.1, 0.6])
PERFORMANCE_WEIGHTS = np.array([0.42, 0.3, 0.15, 0.09, 0.04])
PERFORMANCE_LOG_HAZARD = np.array([0.0, 0.2, 0.5, 0.9, 1.3])
CANCER_SEX_LOG_HAZARD = np.array([0.06, -0.06])
CANCER_DEPRIVATION_LOG_HAZARD = np.array([0.14, 0.07, 0.0, -0.06, -0.12])
CANCER_COMORBIDITY_LOG_HAZARD = 0.03 * COMORBIDITY_SCORES
CANCER_AGE_LOG_HAZARD = 0.035 * np.maximum(AGES - 50, -10)
# Deaths come early: the cumulative hazard grows with this power of time.
HAZARD_SHAPE = 0.6
OPERATED_SHARE = np.array([0.85, 0.85, 0.8, 0.35])  # by stage
DAYS_TO_SURGERY = np.array([40.0, 35.0, 45.0, 2.0])  # by route
DAYS_TO_CONSENT = 120.0
LOST_SHARE = 0.01


def admission_age_weights() -> Floats:
    """Return weights of ages 0 to 100 at admission."""
    children = np.where(CHILD_UNTIL > AGES, np.exp(-AGES / 3.0) + 0.15, 0.0)
    young = np.exp(-0.5 * ((AGES - 34) / 12) ** 2) * (AGES >= CHILD_UNTIL)
    old = np.exp(-0.5 * ((AGES - 74) / 14) ** 2) * (AGES >= CHILD_UNTIL)
    parts = ((children, 0.12), (young, 0.3), (old, 0.58))
    return np.asarray(sum(share * part / part.sum() for part, share in parts))


def admission_age_log_odds() -> Floats:
    """Return log odds of death by age 0 to 100."""
    return 0.045 * (np.maximum(AGES, CHILD_UNTIL) - 65.0)


def age_class() -> npt.NDArray[np.uint16]:
    """Return the class of each age: child, young, middle, old."""
    bounds = (CHILD_UNTIL, MIDDLE_FROM, OLD_FROM)
    return np.digitize(AGES, bounds).astype(np.uint16)


def comorbidity_weights() -> Floats:
    """Return weights of the scores by class of age."""
    none = np.array([0.9, 0.75, 0.5, 0.3])
    some = np.array([0.24, 0.22, 0.16, 0.13, 0.1, 0.08, 0.05, 0.02])
    return np.column_stack([none, (1 - none)[:, None] * some])


def method_weights(emergency_share: float) -> Floats:
    """Return weights of the methods by class of age; maternity among the young only."""
    rest = np.array(
        [
            [0.6, 0.0, 0.0, 0.4],
            [0.5, 0.0, 0.38, 0.12],
            [0.9, 0.0, 0.0, 0.1],
            [0.9, 0.0, 0.0, 0.1],
        ]
    )
    found = (1 - emergency_share) * rest
    found[:, METHODS.index("emergency")] = emergency_share
    return found


def group_weights(groups: int) -> Floats:
    """Return how common each diagnosis group is: a few are, most are not."""
    return np.asarray(1.0 / (np.arange(groups) + 5.0))


def group_log_odds(groups: int, sd: float, rng: np.random.Generator) -> Floats:
    """Return log odds of the groups: spread evenly, in random order."""
    from scipy.special import ndtri

    even: Floats = ndtri((np.arange(groups) + 0.5) / groups)
    return sd * rng.permutation(even)


def cancer_age_weights() -> Floats:
    """Return weights of ages 0 to 100 at diagnosis: adults, mostly old."""
    return np.exp(-0.5 * ((AGES - 71) / 12) ** 2) * (AGES >= 20)


def stage_weights() -> Floats:
    """Return weights of stages 1 to 4 by route to diagnosis."""
    return np.array(
        [
            [0.42, 0.26, 0.24, 0.08],
            [0.18, 0.27, 0.32, 0.23],
            [0.18, 0.28, 0.3, 0.24],
            [0.06, 0.22, 0.28, 0.44],
        ]
    )
