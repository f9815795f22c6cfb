"""What could be done next?  One thing, or nothing from this figure alone."""

from __future__ import annotations

from candela.publish.pages.nothings import nothing_next
from candela.publish.pages.parts import Nothing
from candela.publish.pages.records import Change, Indicator
from candela.publish.pages.values import in_a_sentence
from candela.publish.pages.verdicts import direction

__all__ = ["FROM_THIS_ALONE", "next_step"]

FROM_THIS_ALONE = "Nothing from this figure alone."
NO_LIMITS = (
    "Look at the figure beside those of your peers; without limits nothing can be said "
    "of it alone."
)


def next_step(
    indicator: Indicator,
    verdict: str,
    change: Change | None,
    nothing: Nothing = "",
) -> str:
    """Return what to do next about one figure."""
    if nothing and nothing != "none":
        return nothing_next(nothing)
    label = in_a_sentence(indicator.label)
    if verdict in ("higher", "lower"):
        if indicator.is_ratio:
            return (
                "Ask what the reviews of deaths in these months found, and whether the "
                "recording of patients changed."
            )
        return (
            "Ask the research office whether the return was complete, and then what "
            f"made {label} {direction(verdict)} than usual for this size."
        )
    if verdict.startswith("possibly_"):
        return "Look again when the next figure is out, before asking more of it."
    if change is not None and change.kind == "signal":
        return f"Ask what changed in {label} around that time."
    return FROM_THIS_ALONE if verdict == "as_expected" else NO_LIMITS
