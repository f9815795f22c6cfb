"""How are the limits of a funnel made?  One page for each method."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from candela.publish.pages.methods.page import (
    MADE_UP_ROWS,
    QUESTION,
    MethodPage,
    Reference,
)
from candela.publish.pages.parts import View
from candela.stats.funnel import (
    FUNNEL_METHODS,
    FunnelLimits,
    FunnelMethod,
    funnel_limits,
)

__all__ = ["limits_page", "limits_pages"]

# Twelve made-up organisations: a funnel needs ten.  The first four are shown.
OBSERVED = np.array([130.0, 380, 1050, 60, 205, 520, 790, 88, 300, 1480, 150, 640])
EXPECTED = np.array([100.0, 400, 1000, 75, 200, 500, 820, 90, 310, 1400, 160, 600])
SHOWN = 4

SPIEGELHALTER = Reference(
    "Spiegelhalter DJ. Funnel plots for comparing institutional performance. Stat Med "
    "2005;24:1185-1202",
    "10.1002/sim.1970",
)
INSPECTION = Reference(
    "Spiegelhalter DJ and others. Statistical methods for healthcare regulation. J R "
    "Stat Soc A 2012;175:1-47",
    "10.1111/j.1467-985X.2011.01010.x",
)


@dataclass(frozen=True)
class _Method:
    """What is told of one method in words."""

    title: str
    definition: str
    formula: tuple[str, ...]
    references: tuple[Reference, ...]
    leaves_out: tuple[str, ...]


SYMBOLS = (
    "O: deaths or people counted; E: as many as expected; chance variance of "
    "log(O / E): 1 / E; tau2: variance between organisations beyond chance."
)
OVER_DISPERSED = (
    "95% limits of O / E: exp(-1.96 s) to exp(1.96 s), where s = sqrt(1 / E + tau2).",
    "99.8% limits: the same with 3.09 in the place of 1.96.",
)
NOT_KIND = "What kind of hospital it is: limits allow for size and spread only."
METHODS: dict[FunnelMethod, _Method] = {
    "poisson": _Method(
        "Limits from chance alone",
        "Limits that allow for chance in counting and for nothing else, so that "
        "ordinary differences between organisations fall outside them.",
        (
            SYMBOLS,
            "95% limits of O / E: the exact Poisson interval of E deaths, divided by "
            "E; 99.8% limits likewise. tau2 is taken as 0.",
        ),
        (SPIEGELHALTER,),
        (
            "Ordinary differences between organisations: with many deaths, a third to "
            "two thirds of organisations fall outside the 95% limits.",
        ),
    ),
    "shmi": _Method(
        "The official rule for deaths compared with expected (SHMI)",
        "The limits of the official publication: the inner ones allow for spread "
        "between organisations, the outer ones for chance alone.",
        (
            SYMBOLS,
            "tau2 by moments from log(O / E), a tenth dropped at each end and not "
            "corrected for.",
            "95% limits: exp(-1.96 s) to exp(1.96 s), where s = sqrt(1 / E + tau2).",
            "99.8% limits: exact Poisson.",
        ),
        (SPIEGELHALTER, INSPECTION),
        (
            "The correction for dropping the ends: about 1 in 5 organisations fall "
            "outside the 95% limits when none stands out.",
        ),
    ),
    "trim-consistent": _Method(
        "The limits used in this book",
        "Limits that allow for chance and for ordinary spread, estimated from the "
        "middle of all organisations and corrected for looking at the middle only.",
        (
            SYMBOLS,
            "tau2: the value at which the mean square of log(O / E) / s, a tenth "
            "dropped at each end, is that of so trimmed normal values (0.438).",
            *OVER_DISPERSED,
        ),
        (SPIEGELHALTER, INSPECTION),
        (
            NOT_KIND,
            "Organisations that truly differ still widen the limits a little for all.",
        ),
    ),
    "dl": _Method(
        "Limits with the spread of DerSimonian and Laird",
        "Limits that allow for chance and for the spread of all organisations, "
        "estimated by moments with nothing dropped.",
        (
            SYMBOLS,
            "tau2 = max(0, (Q - (n - 1)) / (sum w - sum w2 / sum w)), where w = E and "
            "Q is the weighted sum of squares of log(O / E) around its mean.",
            *OVER_DISPERSED,
        ),
        (
            Reference(
                "DerSimonian R, Laird N. Control Clin Trials 1986;7:177-188",
                "10.1016/0197-2456(86)90046-2",
            ),
            SPIEGELHALTER,
        ),
        (NOT_KIND, "Organisations that truly differ widen the limits for all."),
    ),
    "pm": _Method(
        "Limits with the spread of Paule and Mandel",
        "Limits that allow for chance and for the spread of all organisations, found "
        "by balancing the weighted sum of squares.",
        (
            SYMBOLS,
            "tau2: the value at which the sum of (log(O / E) - mean)2 / (1 / E + tau2) "
            "is n - 1; 0 where there is none.",
            *OVER_DISPERSED,
        ),
        (
            Reference(
                "Paule RC, Mandel J. J Res Natl Bur Stand 1982;87:377-385",
                "10.6028/jres.087.022",
            ),
            SPIEGELHALTER,
        ),
        (NOT_KIND, "Organisations that truly differ widen the limits for all."),
    ),
    "reml": _Method(
        "Limits with the spread by restricted likelihood",
        "Limits that allow for chance and for the spread of all organisations, the "
        "spread being the one that makes the data likeliest.",
        (
            SYMBOLS,
            "tau2: the value with the largest restricted likelihood of log(O / E) as "
            "normal with variance 1 / E + tau2.",
            *OVER_DISPERSED,
        ),
        (
            Reference(
                "Viechtbauer W. J Educ Behav Stat 2005;30:261-293",
                "10.3102/10769986030003261",
            ),
            SPIEGELHALTER,
        ),
        (NOT_KIND, "Organisations that truly differ widen the limits for all."),
    ),
    "cqc": _Method(
        "Limits on the scale of the square root",
        "Limits made on the square root of the ratio, with the ends pulled in before "
        "the spread is estimated, and squared back.",
        (
            SYMBOLS,
            "y = sqrt(O / E), chance variance 1 / (4 E); values beyond the 10th and "
            "90th centile are pulled in to them; tau2 by moments.",
            "95% limits: (1 - 1.96 s)2 to (1 + 1.96 s)2, where s = "
            "sqrt(1 / (4 E) + tau2), not below 0; 99.8% limits with 3.09.",
        ),
        (INSPECTION,),
        (
            "The correction for pulling the ends in: about 1 in 8 organisations fall "
            "outside the 95% limits when none stands out.",
        ),
    ),
}
VERSIONS = ("From version 0.1.0 on: as told here.",)


def limits_pages() -> dict[str, FunnelMethod]:
    """Return the method of limits by the name of its page."""
    return {f"limits-{method}": method for method in FUNNEL_METHODS}


def limits_page(method: FunnelMethod) -> MethodPage:
    """Return the page of one method of limits."""
    told = METHODS[method]
    limits = funnel_limits(OBSERVED, EXPECTED, method=method)
    return MethodPage(
        name=f"limits-{method}",
        title=told.title,
        question=QUESTION,
        definition=told.definition,
        example=_example(limits),
        arithmetic=_arithmetic(method, limits),
        formula=told.formula,
        references=told.references,
        leaves_out=told.leaves_out,
        versions=VERSIONS,
    )


def _example(limits: FunnelLimits) -> View:
    rows = []
    for n in range(SHOWN):
        ratio = OBSERVED[n] / EXPECTED[n]
        inner, outer = _inner(limits, n), _outer(limits, n)
        where = "inside both"
        if not inner[0] <= ratio <= inner[1]:
            where = "outside the inner limits"
        if not outer[0] <= ratio <= outer[1]:
            where = "outside the outer limits"
        rows.append(
            (
                f"Organisation {'ABCD'[n]}",
                f"{OBSERVED[n]:,.0f}",
                f"{EXPECTED[n]:,.0f}",
                f"{ratio:.3f}",
                f"{inner[0]:.3f} to {inner[1]:.3f}",
                f"{outer[0]:.3f} to {outer[1]:.3f}",
                where,
            )
        )
    return View.of(
        f"Four of {len(OBSERVED)} made-up organisations",
        (
            "Organisation",
            "Observed",
            "Expected",
            "Ratio",
            "95% limits",
            "99.8% limits",
            "Where it lies",
        ),
        rows,
        numeric=(False, True, True, True, True, True, False),
        notes=(MADE_UP_ROWS,),
    )


def _inner(limits: FunnelLimits, n: int) -> tuple[float, float]:
    return float(limits.lower95[n]), float(limits.upper95[n])


def _outer(limits: FunnelLimits, n: int) -> tuple[float, float]:
    return float(limits.lower998[n]), float(limits.upper998[n])


def _arithmetic(method: FunnelMethod, limits: FunnelLimits) -> tuple[str, ...]:
    """Return the steps for organisation A, with the numbers of the example."""
    observed, expected = float(OBSERVED[0]), float(EXPECTED[0])
    low, high = _inner(limits, 0)
    steps = [f"Ratio of A: {observed:.0f} / {expected:.0f} = {observed / expected:.3f}"]
    tau2 = limits.between_sd**2
    if method == "poisson":
        steps.append(
            f"Exact Poisson limits at {expected:.0f} expected: {low:.3f} to {high:.3f}"
        )
        return tuple(steps)
    chance = 1 / expected if limits.scale == "log" else 1 / (4 * expected)
    s = math.sqrt(chance + tau2)
    steps += [
        f"Spread between organisations: tau2 = {tau2:.5f}",
        f"s = sqrt({chance:.5f} + {tau2:.5f}) = {s:.4f}",
    ]
    if limits.scale == "log":
        steps.append(
            f"95% limits: exp(-1.96 x {s:.4f}) = {low:.3f} to "
            f"exp(1.96 x {s:.4f}) = {high:.3f}"
        )
    else:
        steps.append(
            f"95% limits: (1 - 1.96 x {s:.4f}) squared = {low:.3f} to "
            f"(1 + 1.96 x {s:.4f}) squared = {high:.3f}"
        )
    return tuple(steps)
