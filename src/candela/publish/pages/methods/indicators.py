"""How are the indicators worked out: deaths compared with expected, and activity?"""

from __future__ import annotations

import numpy as np

from candela.indicators import DEFAULT_METHOD
from candela.publish.pages.methods.limits import EXPECTED, OBSERVED, SPIEGELHALTER
from candela.publish.pages.methods.page import (
    MADE_UP_ROWS,
    QUESTION,
    MethodPage,
    Reference,
)
from candela.publish.pages.parts import View
from candela.stats.funnel import funnel_limits
from candela.stats.poisson_limits import poisson_interval

__all__ = ["activity_page", "deaths_page"]

SHOWN = 4
PER = 100
VERSIONS = ("From version 0.1.0 on: as told here.",)
GARWOOD = Reference(
    "Garwood F. Fiducial limits for the Poisson distribution. Biometrika "
    "1936;28:437-442",
    "10.1093/biomet/28.3-4.437",
)
# Twelve made-up organisations: people who joined, and doctors and nurses.
JOINED = np.array([415.0, 96, 1210, 260, 640, 150, 880, 330, 505, 72, 700, 210])
STAFF = np.array(
    [2100.0, 1250, 4300, 1900, 2600, 900, 3100, 1500, 2450, 800, 2900, 1400]
)


def deaths_page() -> MethodPage:
    """Return the page of deaths compared with expected."""
    low, high = poisson_interval(OBSERVED[:SHOWN])
    rows = [
        (
            f"Organisation {'ABCD'[n]}",
            f"{OBSERVED[n]:,.0f}",
            f"{EXPECTED[n]:,.0f}",
            f"{1000 * OBSERVED[n] / EXPECTED[n]:,.0f}",
            _per_thousand(low[n], high[n], EXPECTED[n]),
        )
        for n in range(SHOWN)
    ]
    o, e = OBSERVED[0], EXPECTED[0]
    return MethodPage(
        name="shmi",
        title="Deaths compared with expected (SHMI)",
        question=QUESTION,
        definition=(
            "Deaths in hospital or within 30 days of leaving, divided by the deaths "
            "expected from who was admitted."
        ),
        example=View.of(
            "Four made-up organisations",
            (
                "Organisation",
                "Deaths",
                "Deaths expected",
                "For every 1,000 expected",
                "95% interval",
            ),
            rows,
            numeric=(False, True, True, True, True),
            notes=(MADE_UP_ROWS,),
        ),
        arithmetic=(
            f"A: {o:.0f} deaths / {e:.0f} expected = {o / e:.3f}, or "
            f"{1000 * o / e:,.0f} for every 1,000 expected",
            f"Exact Poisson interval of {o:.0f}: {low[0]:.1f} to {high[0]:.1f}",
            f"Divided by {e:.0f}: {low[0] / e:.3f} to {high[0] / e:.3f}",
        ),
        formula=(
            "Ratio: deaths observed / deaths expected, as published and never "
            "recomputed.",
            "Expected: by the publisher's model of age, illness, kind of admission and "
            "other things recorded of each patient.",
            "Limits: see the limits used in this book.",
        ),
        references=(
            Reference(
                "Campbell MJ and others. Developing a summary hospital mortality "
                "index: retrospective analysis in English hospitals over five years. "
                "BMJ 2012;344:e1001",
                "10.1136/bmj.e1001",
            ),
            GARWOOD,
        ),
        leaves_out=(
            "Deaths more than 30 days after leaving hospital.",
            "How ill patients were beyond what is recorded, and what is available "
            "outside hospital.",
            "Whether a death could have been avoided.",
        ),
        versions=(
            *VERSIONS,
            "Recent files print deaths to the nearest 5; the book says where.",
        ),
    )


def _per_thousand(low: float, high: float, expected: float) -> str:
    """Return an interval of deaths for every 1,000 expected."""
    return f"{1000 * low / expected:,.0f} to {1000 * high / expected:,.0f}"


def activity_page() -> MethodPage:
    """Return the page of research activity by size."""
    rate = PER * JOINED / STAFF
    middle = float(np.median(rate))
    limits = funnel_limits(JOINED, middle * STAFF / PER, method=DEFAULT_METHOD)
    rows = [
        (
            f"Organisation {'ABCD'[n]}",
            f"{JOINED[n]:,.0f}",
            f"{STAFF[n]:,.0f}",
            f"{rate[n]:.1f}",
            f"{middle * limits.lower95[n]:.1f} to {middle * limits.upper95[n]:.1f}",
        )
        for n in range(SHOWN)
    ]
    joined, staff = JOINED[0], STAFF[0]
    expected = middle * staff / PER
    return MethodPage(
        name="activity",
        title="Research activity, by size",
        question=QUESTION,
        definition=(
            "What was counted in a year, divided by the size of the organisation, "
            "beside what the middle organisation of that size would have."
        ),
        example=View.of(
            f"Four of {len(JOINED)} made-up organisations",
            (
                "Organisation",
                "People who joined",
                "Doctors and nurses",
                f"Per {PER} of them",
                "Expected (inner limits)",
            ),
            rows,
            numeric=(False, True, True, True, True),
            notes=(MADE_UP_ROWS,),
        ),
        arithmetic=(
            f"A: {joined:,.0f} / {staff:,.0f} x {PER} = {rate[0]:.1f}",
            f"Middle of all {len(JOINED)}: {middle:.1f}",
            f"Expected of A: {middle:.1f} x {staff:,.0f} / {PER} = {expected:,.0f}",
            f"Inner limits of A: {middle:.1f} x {limits.lower95[0]:.3f} = "
            f"{middle * limits.lower95[0]:.1f} to {middle:.1f} x "
            f"{limits.upper95[0]:.3f} = {middle * limits.upper95[0]:.1f}",
        ),
        formula=(
            "Figure: count / size x so many units of size.",
            "Expected: the rate of the middle organisation, times the size.",
            "Limits: those used in this book, for count over expected.",
            "95% interval: exact Poisson, on the count.",
        ),
        references=(SPIEGELHALTER, GARWOOD),
        leaves_out=(
            "What kind of hospital it is: limits allow for size and spread only.",
            "People are recruited in studies and not one by one, so the interval of a "
            "count is narrower than what another year would bring.",
            "What the research was worth.",
        ),
        versions=VERSIONS,
    )
