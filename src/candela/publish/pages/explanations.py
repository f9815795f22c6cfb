"""What else could explain the result, what was done about it, and what remains?

What remains is chosen by rule.  Little: the check's interval holds the main result and
leaves its side unchanged.  Much: the main result lies outside the check's interval.
Some: neither, so the check alone cannot tell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from candela.association.sensitivity import NEGATIVE_CONTROL
from candela.publish.pages.parts import Cell, View
from candela.publish.words import Per1000
from candela.tables import MEASURES

__all__ = ["LITTLE", "MUCH", "SOME", "Ratio", "explanations_view", "remains"]

LITTLE = "Little: the result stays."
SOME = "Some: the check alone cannot tell."
MUCH = "Much: the result depends on it."
HEADINGS = (
    "What else could explain it",
    "What we did",
    "What that did to the result",
    "What remains",
)


@dataclass(frozen=True)
class Ratio:
    """A ratio of deaths with its interval, as the table of analyses has it."""

    value: float
    lower: float
    upper: float

    @property
    def per_1000(self) -> Per1000:
        """The ratio as deaths more or fewer for every 1,000 expected."""
        return Per1000(*(1000 * (r - 1) for r in (self.value, self.lower, self.upper)))

    @property
    def words(self) -> str:
        """The ratio in words: ``21 fewer``."""
        per = self.per_1000
        return per.words(per.value)

    @property
    def interval(self) -> str:
        """The interval in words: ``30 fewer to 5 more``."""
        per = self.per_1000
        return f"{per.words(per.lower)} to {per.words(per.upper)}"

    @property
    def excludes_none(self) -> bool:
        """Whether the interval excludes no difference."""
        return self.upper < 1 or self.lower > 1


@dataclass(frozen=True)
class _Check:
    """One explanation: names of the analyses that look at it, and what they do."""

    what: str
    did: str
    names: tuple[str, ...]


CHECKS = (
    _Check("Staffing", "Allowed for staffing, and looked without", ("unadjusted",)),
    _Check(
        "A few large organisations decide",
        "Another model, in which size weighs less",
        ("negative_binomial",),
    ),
    _Check(
        "One organisation decides",
        "Left out the one that moves the result most",
        ("without_most_influential",),
    ),
    _Check(
        "Organisations differ in lasting ways",
        "Compared years of the same organisation",
        ("within_organisations",),
    ),
    _Check(
        "The time between research and deaths",
        "Took research of two and of three years before",
        ("lag_2", "lag_3"),
    ),
    _Check("An old story", "Looked at the last period alone", ("latest_period",)),
    _Check(
        "What research is divided by",
        "Divided it by other sizes",
        ("by_staff_clinical_fte", "by_beds_general_acute", "by_spells"),
    ),
    _Check("What counts as research", "Counted other research", tuple(MEASURES)),
    _Check(
        "How mergers are followed",
        "Followed organisations in other ways",
        (
            "policy_as_reported",
            "policy_drop_year_of_merger",
            "policy_successor_at",
        ),
    ),
)


def remains(main: Ratio, check: Ratio) -> str:
    """Return what remains of an explanation after one check, by rule."""
    if not check.lower <= main.value <= check.upper:
        return MUCH
    same_side = (check.value < 1) == (main.value < 1)
    if check.excludes_none == main.excludes_none and (
        same_side or not main.excludes_none
    ):
        return LITTLE
    return SOME


def explanations_view(ratios: Mapping[str, Ratio], e_value: Ratio | None) -> View:
    """Return the table of explanations; those that were not looked at say so.

    Parameters
    ----------
    ratios
        The ratios of the table of analyses by name, with ``primary`` among them.
    e_value
        The E-value: of the estimate, and of the near end of its interval as ``lower``.
    """
    main = ratios["primary"]
    rows = [_luck(main)]
    rows += [_checked(check, main, ratios) for check in CHECKS if check.names]
    rows += [_control(ratios.get(NEGATIVE_CONTROL)), _patients(), _unmeasured(e_value)]
    return View.of(
        "What else could explain it",
        HEADINGS,
        [[Cell(text) for text in row] for row in rows],
        notes=(
            "Deaths for every 1,000 expected. Little, some or much is chosen by rule: "
            "little where the check's interval holds the main result and stays on its "
            "side, much where the main result lies outside it, some otherwise.",
        ),
    )


def _luck(main: Ratio) -> tuple[str, ...]:
    left = (
        "Some: 1 in 20 such intervals misses the true figure."
        if main.excludes_none
        else "Much: none at all fits too."
    )
    return (
        "Luck",
        "A 95% interval that lets organisations differ for other reasons",
        main.interval,
        left,
    )


def _checked(
    check: _Check, main: Ratio, ratios: Mapping[str, Ratio]
) -> tuple[str, ...]:
    found = [ratios[name] for name in check.names if name in ratios]
    if not found:
        return (check.what, "Could not be looked at with these files", "", SOME_UNSEEN)
    said = _became(main, found)
    if check.names == ("unadjusted",):
        said = f"{found[0].words} without became {main.words} with"
    return (check.what, check.did, said, _worst([remains(main, r) for r in found]))


SOME_UNSEEN = "Much: it was not looked at."


def _became(main: Ratio, found: Sequence[Ratio]) -> str:
    low, high = (end(found, key=lambda r: r.value) for end in (min, max))
    if low.words == high.words == main.words:
        return f"{main.words} stayed {low.words}"
    if low.words == high.words:
        return f"{main.words} became {low.words}"
    return f"{main.words} became {low.words} to {high.words}"


def _worst(texts: Sequence[str]) -> str:
    return max(texts, key=(LITTLE, SOME, MUCH).index)


def _control(control: Ratio | None) -> tuple[str, ...]:
    what = "Good care came first, or another cause lies behind both"
    if control is None:
        return (what, "Could not be looked at with these files", "", SOME_UNSEEN)
    left = (
        "Much: something else that goes with research is at work, too."
        if control.excludes_none
        else "Some: this found no sign of it, and cannot rule it out."
    )
    return (
        what,
        "Related deaths to research done after them, allowing for that before",
        f"{control.words} ({control.interval}), where nothing should be found",
        left,
    )


def _patients() -> tuple[str, ...]:
    return (
        "Which patients came, and how they were recorded",
        "Expected deaths allow for who was admitted, as published",
        "Cannot be looked at further with these files",
        "Much: research-active hospitals may differ in ways not recorded.",
    )


def _unmeasured(e_value: Ratio | None) -> tuple[str, ...]:
    what = "A cause that nobody measured"
    if e_value is None:
        return (what, "Could not be looked at with these files", "", SOME_UNSEEN)
    return (
        what,
        "Worked out how strong it would have to be (E-value)",
        f"It would have to go with both by a ratio of {e_value.value:.2f}; of "
        f"{e_value.lower:.2f} for the interval to reach none",
        "Much: whether there is one cannot be told.",
    )
