"""Who answered, who did not, and what does that leave open?"""

from __future__ import annotations

from candela.publish.disclosure import HIDDEN
from candela.publish.documents.model import Items, Table, Text
from candela.publish.impact.small import NOTE, GroupShown, Shown, total_shown
from candela.publish.impact.telling import Telling
from candela.publish.impact.tracing import Num
from candela.publish.impact.words import capital, in_list

__all__ = ["cannot_tell", "groups_table", "heard_sentence"]

ANSWERS = "answers to the questionnaires, counts to the nearest 5"


def heard_sentence(telling: Telling) -> tuple[Text, ...]:
    """Return how many people answered, in how many groups."""
    if not telling.report.groups:
        return ()
    total = total_shown(telling.report.groups, smallest=telling.smallest)
    if total == HIDDEN:
        return telling.tracing.say(
            "{n} people answered, so we do not show what they said by group.",
            n=Num(f"Fewer than {telling.smallest}", ANSWERS, HIDDEN),
        )
    if total == 0:
        return (Text("Nobody has answered a questionnaire."),)
    # Groups shown together are one here: else it is told whether a single one answered.
    groups = sum(row.answered != 0 for row in telling.shown)
    if groups < 2:
        return telling.tracing.say("About {n} people answered.", n=_num(total))
    return telling.tracing.say(
        "About {n} people in {g} groups answered.",
        n=_num(total),
        g=Num(str(groups), "groups that answered"),
    )


def groups_table(telling: Telling) -> Table:
    """Return who was asked and who answered, small groups together."""
    rows = []
    for group in telling.shown:
        asked = "not known" if group.asked is None else _cell(telling, group, "asked")
        share = "" if group.share is None else f"{group.share}%"
        rows.append(
            (capital(group.words), asked, _cell(telling, group, "answered"), share)
        )
    return Table(
        "Who was asked, and who answered",
        ("Group", "Asked", "Answered", "Share"),
        tuple(rows),
        note=NOTE,
        numeric=frozenset({1, 2, 3}),
        widths=(50, 18, 18, 14),
    )


def _cell(telling: Telling, group: GroupShown, column: str) -> str:
    shown: Shown = group.answered if column == "answered" else group.asked or 0
    where = f"{capital(group.words)}, {column}"
    return telling.tracing.cell(_num(shown), where)


def cannot_tell(telling: Telling) -> Items:
    """Return what a reader must not take from this."""
    silent = [g.words for g in telling.shown if g.answered == 0]
    told = [
        "Whether the change would have come without the study. Statements say what "
        "people reported, and what supports it.",
        "What those who did not answer would have said.",
        "How this organisation compares with others: statements do not count for that.",
    ]
    if silent:
        told.insert(2, f"What {in_list(silent, last='or')} think: none answered.")
    if not telling.report.groups:
        told.insert(2, "How many people stand behind each statement.")
    if any(claim.quantities for claim in telling.claims):
        told.append("The size of a change beyond the days and the place of its figure.")
    return Items(tuple((Text(one),) for one in told))


def _num(shown: Shown) -> Num:
    return Num(str(shown), ANSWERS)
