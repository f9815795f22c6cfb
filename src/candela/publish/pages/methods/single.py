"""How are intervals, usual swings and peers worked out?"""

from __future__ import annotations

import math
from statistics import stdev

import numpy as np

from candela.indicators import Feature, peers_of
from candela.indicators.trend import FALSE_ALARMS, swings_of
from candela.publish.pages.histories import listed
from candela.publish.pages.methods.indicators import GARWOOD, VERSIONS
from candela.publish.pages.methods.page import (
    MADE_UP_ROWS,
    QUESTION,
    MethodPage,
    Reference,
)
from candela.publish.pages.parts import View
from candela.stats.poisson_limits import poisson_interval
from candela.tables import MEASURES, Period

__all__ = ["change_page", "interval_page", "peers_method_page"]

COUNTS = (8, 40, 415, 2100)
SERIES = (35.0, 41, 29, 38, 33, 44, 36, 30, 39, 34, 42, 70)
BEDS = {"A": 400.0, "B": 420.0, "C": 800.0, "D": 150.0}
NURSES = {"A": 1000.0, "B": 900.0, "C": 2100.0, "D": 450.0}


def interval_page() -> MethodPage:
    """Return the page of the 95% interval of a count."""
    low, high = poisson_interval(COUNTS)
    rows = [
        (f"{count:,}", f"{a:,.1f}", f"{b:,.1f}", f"{100 * (b - a) / count:.0f}%")
        for count, a, b in zip(COUNTS, low.tolist(), high.tolist(), strict=True)
    ]
    return MethodPage(
        name="interval",
        title="The 95% interval of a count",
        question=QUESTION,
        definition=(
            "The range of true averages that fit a count: at each end, a count so far "
            "off comes up once in 40 times."
        ),
        example=View.of(
            "Four counts",
            ("Count", "From", "To", "Width, of the count"),
            rows,
            numeric=(True, True, True, True),
            notes=(MADE_UP_ROWS,),
        ),
        arithmetic=(
            f"At a true average of {low[0]:.2f}, {COUNTS[0]} or more come up 2.5% of "
            "the time",
            f"At a true average of {high[0]:.2f}, {COUNTS[0]} or fewer come up 2.5% of "
            "the time",
        ),
        formula=(
            "Lower end: the 2.5% point of a gamma distribution with shape O.",
            "Upper end: its 97.5% point with shape O + 1.",
            "If we measured again many times and drew this range each time, 19 in 20 "
            "of the ranges would hold the true figure.",
        ),
        references=(GARWOOD,),
        leaves_out=(
            "Everything but chance in counting: mistakes in the records, and swings "
            "between years.",
        ),
        versions=VERSIONS,
    )


def change_page() -> MethodPage:
    """Return the page of usual swings and signals."""
    swings = swings_of(SERIES)
    moves = np.abs(np.diff(SERIES))
    shown = range(len(SERIES) - 4, len(SERIES))
    rows = [
        (
            f"Period {n + 1}",
            f"{SERIES[n]:.0f}",
            f"{moves[n - 1]:.0f}",
            "inside" if swings.lower <= SERIES[n] <= swings.upper else "outside",
        )
        for n in shown
    ]
    mean, move = swings.mean, float(moves.mean())
    return MethodPage(
        name="change",
        title="Usual swings, and what counts as a sign of change",
        question=QUESTION,
        definition=(
            "How far figures of one organisation usually move between periods; a point "
            "outside, or eight running on one side, is a sign of change."
        ),
        example=View.of(
            f"The last four of {len(SERIES)} made-up periods",
            ("Period", "Figure", "Move from the period before", "Usual swings"),
            rows,
            numeric=(False, True, True, False),
            notes=(MADE_UP_ROWS,),
        ),
        arithmetic=(
            f"Mean of all {len(SERIES)}: {mean:.1f}",
            f"Mean move: {move:.2f}",
            f"Usual swings: {mean:.1f} - 2.66 x {move:.2f} = {swings.lower:.1f} to "
            f"{mean:.1f} + 2.66 x {move:.2f} = {swings.upper:.1f}",
            f"Period {len(SERIES)} is {SERIES[-1]:.0f}: "
            f"{swings.signal.words if swings.signal else 'no signal'}",
        ),
        formula=(
            "Limits: mean - 2.66 x mean move to mean + 2.66 x mean move, not below 0.",
            "Signals: one point outside the limits; 8 points running on one side of "
            "the mean.",
            "Only periods that share no day, without a gap up to the last; from 12 on.",
        ),
        references=(
            Reference(
                "Shewhart WA. Economic control of quality of manufactured product. New "
                "York: Van Nostrand; 1931"
            ),
            Reference(
                "Mohammed MA, Worthington P, Woodall WH. Plotting basic control "
                "charts: tutorial notes for healthcare practitioners. Qual Saf Health "
                "Care 2008;17:137-145",
                "10.1136/qshc.2004.012047",
            ),
        ),
        leaves_out=(
            "Why something changed.",
            "Slow drift, which can stay within the usual swings for years.",
            f"False alarms: of steady series, {_alarms()} give at least one signal, "
            "and more where periods resemble each other.",
        ),
        versions=VERSIONS,
    )


def _alarms() -> str:
    """Return the measured rates: ``3 of 100 with 12 periods, ...``."""
    told = [f"{100 * rate:.0f} of 100 with {n}" for n, rate in FALSE_ALARMS.items()]
    return f"{listed(told)} periods"


def peers_method_page() -> MethodPage:
    """Return the page of how peers are found."""
    year = Period.financial_year(2023)
    features = [
        Feature(code, MEASURES[measure], value, year, ())
        for measure, of in (("beds_total", BEDS), ("staff_nurses_fte", NURSES))
        for code, value in of.items()
    ]
    distance = {
        peer.peer_code: peer.distance
        for peer in peers_of(features)
        if (peer.org_code, peer.basis) == ("A", "all")
    }
    spread = [stdev(math.log(v) for v in of.values()) for of in (BEDS, NURSES)]
    apart = [abs(math.log(of["B"] / of["A"])) for of in (BEDS, NURSES)]
    z = [a / s for a, s in zip(apart, spread, strict=True)]
    return MethodPage(
        name="peers",
        title="How peers are found",
        question=QUESTION,
        definition=(
            "The organisations nearest in size, where twice as large counts the same "
            "as half as large and every size counts alike."
        ),
        example=View.of(
            "Four made-up organisations, peers of A",
            ("Organisation", "Beds", "Nurses", "Distance from A"),
            [
                (
                    f"Organisation {code}",
                    f"{BEDS[code]:,.0f}",
                    f"{NURSES[code]:,.0f}",
                    "-" if code == "A" else f"{distance[code]:.2f}",
                )
                for code in BEDS
            ],
            numeric=(False, True, True, True),
            notes=(MADE_UP_ROWS,),
        ),
        arithmetic=(
            f"Beds, B and A: log(420 / 400) = {apart[0]:.3f}; divided by the spread "
            f"{spread[0]:.3f} = {z[0]:.3f}",
            f"Nurses, B and A: log(1,000 / 900) = {apart[1]:.3f}; divided by the "
            f"spread {spread[1]:.3f} = {z[1]:.3f}",
            f"Distance: sqrt(({z[0]:.3f} squared + {z[1]:.3f} squared) / 2) = "
            f"{distance['B']:.2f}",
        ),
        formula=(
            "For each size: difference of logarithms, divided by its standard "
            "deviation over all organisations.",
            "All sizes together: the root of the mean square over the sizes that both "
            "have.",
            "Peers: the 15 with the smallest distance.",
        ),
        references=(
            Reference(
                "Gower JC. A general coefficient of similarity and some of its "
                "properties. Biometrics 1971;27:857-871 (the idea of comparing over "
                "what both have)",
                "10.2307/2528823",
            ),
        ),
        leaves_out=(
            "Which patients come, how ill they are, and what the hospital teaches.",
        ),
        versions=VERSIONS,
    )
