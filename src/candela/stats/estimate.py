"""What was found, how sure are we, and how was it computed?

An ``Estimate`` is the form in which every analysis hands over one number.  It refuses
to be made when it would mislead: a value that is not a number, or limits that do not
hold the value.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

__all__ = ["Estimate", "Scale"]

Scale = Literal["log_ratio", "ratio", "difference", "correlation", "index"]

# A correlation computed as a quotient of sums may pass 1 by rounding alone.
ROUNDING = 1e-9


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """One number with its interval, on one scale.

    Parameters
    ----------
    value, lower, upper
        The estimate and the ends of its interval, all on ``scale``.
    level
        Coverage the interval aims at, between 0 and 1.
    scale
        ``log_ratio`` (natural logarithm), ``ratio`` (> 0), ``difference``,
        ``correlation`` (-1 to 1) or ``index`` (0 to 1, such as a Gini coefficient).
    standard_error
        On ``scale``; ``None`` where the interval was not made from one.
    p_value
        Two-sided, for no association; ``None`` where no test was made.
    organisations
        How many independent organisations (clusters) stand behind the number.
    observations
        How many rows were used.
    method
        What was computed, as words for a reader.
    reference
        Where the method is described.
    cautions
        Sentences that go wherever the number goes.

    Raises
    ------
    ValueError
        If a number is not finite, the limits do not hold the value, or a value is
        impossible on its scale.
    """

    value: float
    lower: float
    upper: float
    scale: Scale
    organisations: int
    observations: int
    method: str
    reference: str
    level: float = 0.95
    standard_error: float | None = None
    p_value: float | None = None
    cautions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self._check_numbers()
        self._check_scale()

    def _check_numbers(self) -> None:
        for name in ("value", "lower", "upper"):
            if not math.isfinite(getattr(self, name)):
                raise ValueError(f"{name} of an estimate is {getattr(self, name)}")
        if not self.lower <= self.value <= self.upper:
            raise ValueError(
                f"the interval {self.lower:g} to {self.upper:g} does not hold "
                f"the estimate {self.value:g}"
            )
        if not 0 < self.level < 1:
            raise ValueError(f"level must lie between 0 and 1, not {self.level:g}")
        error = self.standard_error
        if error is not None and not (math.isfinite(error) and error >= 0):
            raise ValueError(f"standard_error of an estimate is {error}")
        if self.p_value is not None and not 0 <= self.p_value <= 1:
            raise ValueError(f"p_value of an estimate is {self.p_value}")
        if self.organisations < 0 or self.observations < 0:
            raise ValueError("organisations and observations are counts, 0 or more")

    def _check_scale(self) -> None:
        if self.scale == "ratio" and self.lower < 0:
            raise ValueError(f"a ratio cannot be {self.lower:g}")
        if self.scale == "correlation" and (
            max(-self.lower, self.upper) > 1 + ROUNDING
        ):
            raise ValueError("a correlation lies between -1 and 1")
        if self.scale == "index" and (
            self.lower < -ROUNDING or self.upper > 1 + ROUNDING
        ):
            raise ValueError("an index lies between 0 and 1")

    def exponentiated(self) -> Estimate:
        """Return the same estimate as a ratio.

        The standard error belongs to the logarithm, so the ratio has none.

        Raises
        ------
        ValueError
            If the estimate is not a log ratio, or too large to be a number.
        """
        if self.scale != "log_ratio":
            raise ValueError(f"only a log ratio is exponentiated, not a {self.scale}")
        try:
            value, lower, upper = (
                math.exp(number) for number in (self.value, self.lower, self.upper)
            )
        except OverflowError:
            raise ValueError(
                f"a log ratio with upper limit {self.upper:g} has no ratio that can "
                "be written; choose smaller units of dose"
            ) from None
        return replace(
            self,
            value=value,
            lower=lower,
            upper=upper,
            scale="ratio",
            standard_error=None,
        )

    def scaled(self, factor: float) -> Estimate:
        """Return the estimate for ``factor`` units of what it was for one unit of.

        A negative factor turns the direction round and swaps the limits.

        Raises
        ------
        ValueError
            If the scale is not additive (``log_ratio`` or ``difference``), or
            ``factor`` is zero or not finite.
        """
        if self.scale not in ("log_ratio", "difference"):
            raise ValueError(
                f"a {self.scale} is not multiplied by units; scale its logarithm"
            )
        if factor == 0 or not math.isfinite(factor):
            raise ValueError(f"factor must be a number other than 0, not {factor}")
        ends = sorted((self.lower * factor, self.upper * factor))
        error = self.standard_error
        return replace(
            self,
            value=self.value * factor,
            lower=ends[0],
            upper=ends[1],
            standard_error=None if error is None else error * abs(factor),
        )

    def with_cautions(self, *more: str) -> Estimate:
        """Return the estimate with further cautions, each kept once and in order."""
        return replace(self, cautions=tuple(dict.fromkeys((*self.cautions, *more))))
