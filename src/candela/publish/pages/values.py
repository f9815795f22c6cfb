"""How is a figure said: what was counted, by what size, when, how sure?"""

from __future__ import annotations

from candela.publish.pages.parts import Sentence
from candela.publish.pages.records import Indicator, Position
from candela.publish.pages.rounding import (
    counted,
    digits_for,
    digits_of,
    figure,
    shown,
)
from candela.tables import DENOMINATORS, MEASURES, Period

__all__ = [
    "counted_things",
    "during",
    "expected_range",
    "in_a_sentence",
    "money",
    "per_size",
    "period_words",
    "range_in_counts",
    "size_noun",
    "unit_words",
    "value_with_interval",
]

SIZE_NOUNS = {
    "staff_total_fte": "staff",
    "staff_clinical_fte": "doctors and nurses",
    "beds_general_acute": "general and acute beds",
    "spells": "hospital spells",
}


def period_words(period: Period) -> str:
    """Return a period's name: ``2016/17``, or its months in full."""
    words = str(period)
    if " to " in words:
        return f"{period.start:%B %Y} to {period.end:%B %Y}"
    return words


def during(period: Period) -> str:
    """Return ``in 2016/17`` or ``from April 2016 to June 2016``."""
    words = period_words(period)
    return f"from {words}" if " to " in words else f"in {words}"


def in_a_sentence(label: str) -> str:
    """Return a label as it stands within a sentence: an abbreviation keeps its form."""
    first = label.split(" ", 1)[0]
    if len(first) > 1 and first[1:] != first[1:].lower():
        return label
    return label[:1].lower() + label[1:]


def counted_things(indicator: Indicator) -> str:
    """Return what is counted: ``participants recruited``, ``deaths``."""
    if indicator.is_ratio:
        return "deaths"
    measure = MEASURES.get(indicator.measure)
    if measure is None:
        return in_a_sentence(indicator.label)
    words = measure.label.removesuffix(", all studies")
    return f"of {words}" if measure.unit == "gbp" else words


def money(indicator: Indicator) -> str:
    """Return ``gbp`` where the figure is money, or nothing."""
    measure = MEASURES.get(indicator.measure)
    return measure.unit if measure is not None and measure.unit == "gbp" else ""


def per_size(indicator: Indicator) -> str:
    """Return by what size: ``per 100 doctors and nurses``; nothing if by none."""
    size = DENOMINATORS.get(indicator.denominator)
    if indicator.is_ratio:
        return "for every 1,000 expected"
    return size.label if size is not None else indicator.unit


def size_noun(indicator: Indicator) -> str:
    """Return what the size of an organisation is counted in."""
    if indicator.is_ratio:
        return "deaths expected"
    return SIZE_NOUNS.get(indicator.denominator, "units of size")


def unit_words(indicator: Indicator) -> str:
    """Return the unit in full: what is counted, by what size."""
    return f"{counted_things(indicator)} {per_size(indicator)}".strip()


def value_with_interval(
    indicator: Indicator, position: Position, *, more_digits: int = 0
) -> Sentence:
    """Return the figure, its unit and its interval; nothing where there is none."""
    if position.value is None:
        return ()
    digits = digits_for(indicator, position) + more_digits
    unit = money(indicator)

    def said(value: float) -> str:
        return figure(shown(indicator, value), digits, unit)

    what = f" {unit_words(indicator)}"
    value = position.number("value", said(position.value))
    if position.lower is None or position.upper is None:
        return (value, what)
    return (
        value,
        f"{what} (95% interval ",
        position.number("lower", said(position.lower)),
        " to ",
        position.number("upper", said(position.upper)),
        ")",
    )


def expected_range(
    indicator: Indicator, position: Position, *, outer: bool = False
) -> Sentence:
    """Return the limits as a range, the inner ones unless asked: ``1.9 to 4.1``."""
    names = ("lower998", "upper998") if outer else ("lower95", "upper95")
    low, high = (getattr(position, name) for name in names)
    if low is None or high is None:
        return ()
    ends = shown(indicator, low), shown(indicator, high)
    digits, unit = digits_of(*ends, None), money(indicator)
    return (
        position.number(names[0], figure(ends[0], digits, unit)),
        " to ",
        position.number(names[1], figure(ends[1], digits, unit)),
    )


def range_in_counts(indicator: Indicator, position: Position) -> Sentence:
    """Return what organisations of this size usually count: ``190 to 655``."""
    low, high, size = position.lower95, position.upper95, position.size
    if low is None or high is None or size is None or not indicator.per:
        return ()
    unit = money(indicator)
    ends = (low * size / indicator.per, high * size / indicator.per)
    low_words, high_words = (
        figure(end, 0, unit) if unit else counted(end) for end in ends
    )
    return (
        position.number("lower95", low_words),
        " to ",
        position.number("upper95", high_words),
    )
