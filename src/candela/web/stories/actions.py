"""What may be done with a report, each with its line in the audit log.

Who made a report never releases it.  What is released is exactly what was proposed, and
stays so: a change makes the next version.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from candela.errors import NotAllowed
from candela.web.accounts.models import Organisation, User
from candela.web.answering.models import Answer
from candela.web.audit.actions import Action
from candela.web.audit.chain import record
from candela.web.coding.steps import may_be_used
from candela.web.stories.audiences import Audience
from candela.web.stories.building import content_of, draft_document, seal_of
from candela.web.stories.consents import gone_from
from candela.web.stories.counting import behind_groups, note_shown
from candela.web.stories.gathering import quotes_to_choose, statements_to_choose
from candela.web.stories.models import Quote, Report, ReportStatement
from candela.web.studies.models import Study

__all__ = [
    "REVIEW_AFTER",
    "TwoPeopleNeeded",
    "ask_about_quote",
    "begin",
    "change",
    "makers_of",
    "next_version",
    "propose",
    "release",
    "take_back",
    "take_quote_out",
    "thing_of",
    "withdraw",
]

REVIEW_AFTER = timedelta(days=730)
State: Any = Report.State
Kind: Any = Report.Kind
OWN = "You made this report or had a hand in it, so another person has to release it."
CHANGED_MEANWHILE = (
    "The report is not the one that this page showed: it was changed meanwhile. "
    "Nothing was released. Look at it again, then decide."
)


class TwoPeopleNeeded(NotAllowed):
    """Somebody tried to release what they made; the attempt is recorded."""


def begin(
    *,
    organisation: Organisation,
    kind: str,
    study: Study | None,
    audience: Audience,
    by: User | None,
    now: datetime,
) -> Report:
    """Return a new draft, with all that is verified chosen to begin with."""
    ready = statements_to_choose(study).order_by("number").values_list("pk", flat=True)
    made = Report.objects.create(
        organisation=organisation,
        kind=kind,
        study=study,
        audience=audience.value,
        title=_first_title(kind, study, organisation),
        choices={"statements": list(ready), "quotes": []},
        review_due=(now + REVIEW_AFTER).date(),
        made_by=by,
        made_at=now,
    )
    _record(Action.REPORT_MADE, made, by, kind=kind, audience=audience.value)
    return made


def _first_title(kind: str, study: Study | None, organisation: Organisation) -> str:
    about = organisation.name if study is None else study.short_title
    if kind == Kind.BOARD_PAPER:
        return f"What research changed: {about}"
    return (
        f"{about}: what it changed here" if study else f"What research changed: {about}"
    )


def change(*, report: Report, title: str, choices: dict[str, Any], by: User) -> None:
    """Keep what a draft shall tell."""
    _refuse_unless(report, State.DRAFT)
    report.title, report.choices = title, _with_hand(choices, report, by)
    report.save(update_fields=["title", "choices"])
    _record(Action.REPORT_CHANGED, report, by)


def propose(*, report: Report, by: User | None, now: datetime) -> None:
    """Freeze what is to be released, and ask another person to release it."""
    _refuse_unless(report, State.DRAFT)
    _refuse_taken_back(report.choices.get("statements", []))
    document = draft_document(report, today=now.date())
    report.content = content_of(document)
    report.seal = seal_of(report.content)
    choices = {**report.choices, "behind": behind_groups(report.study)}
    report.choices = _with_hand(choices, report, by)
    report.state = State.PROPOSED
    report.save()
    _keep_what_it_tells(report)
    _record(Action.REPORT_PROPOSED, report, by, seal=report.seal)


def _keep_what_it_tells(report: Report) -> None:
    """Keep in rows which statements and which words of whom a report has."""
    chosen = report.choices["statements"]
    rows = statements_to_choose(report.study).in_bulk(chosen)
    ReportStatement.objects.bulk_create(
        ReportStatement(
            organisation=report.organisation,
            report=report,
            statement=rows[key],
            version=rows[key].version,
            order=order,
        )
        for order, key in enumerate(chosen)
        if key in rows
    )
    chosen_quotes = report.choices.get("quotes", [])
    Quote.objects.bulk_create(
        Quote(
            organisation=report.organisation,
            report=report,
            answer=answer,
            text=answer.shown,
        )
        for answer in quotes_to_choose(report.study).filter(pk__in=chosen_quotes)
    )


def take_back(*, report: Report, releases: bool, by: User) -> None:
    """End a proposal: it is a draft again, to be changed."""
    _refuse_unless(report, State.PROPOSED)
    if by.pk not in makers_of(report) and not releases:
        raise NotAllowed(
            "Only who made this report, or a publisher, ends the proposal. Ask them."
        )
    report.state, report.content, report.seal = State.DRAFT, {}, ""
    report.save(update_fields=["state", "content", "seal"])
    report.statements.all().delete()
    report.quotes.all().delete()
    _record(Action.REPORT_PROPOSAL_ENDED, report, by)


def release(*, report: Report, seal: str, by: User | None, now: datetime) -> None:
    """Release exactly what another person proposed."""
    _refuse_unless(report, State.PROPOSED)
    if by is not None and by.pk in makers_of(report):
        _record(Action.REFUSED, report, by, needed="another person")
        raise TwoPeopleNeeded(OWN)
    if report.seal != seal or seal_of(report.content) != seal:
        raise NotAllowed(CHANGED_MEANWHILE)
    _refuse_what_has_changed(report)
    report.state = State.RELEASED
    report.released_by, report.released_at = by, now
    report.review_due = (now + REVIEW_AFTER).date()
    report.save(update_fields=["state", "released_by", "released_at", "review_due"])
    note_shown(report)
    _record(
        Action.REPORT_RELEASED, report, by, seal=report.seal, audience=report.audience
    )


def _refuse_what_has_changed(report: Report) -> None:
    """Refuse where a quote, a statement or a count is not as it was when proposed."""
    if gone_from(report):
        raise NotAllowed(
            "A quote in this report may not be used any more. Take the proposal back, "
            "leave the quote out, and propose it again."
        )
    _refuse_taken_back(report.statements.values_list("statement", flat=True))
    told = report.statements.values_list("statement", "version")
    standing = statements_to_choose(report.study).values_list("pk", "version")
    if set(told) - set(standing):
        raise NotAllowed(
            "A statement in this report was changed or withdrawn since. Take the "
            "proposal back, look at the statements, and propose it again."
        )
    if report.choices.get("behind", {}) != behind_groups(report.study):
        raise NotAllowed(
            "More people have answered since this was proposed, or another report was "
            "released. Take the proposal back, and propose it again."
        )


def _refuse_taken_back(statements: Iterable[int]) -> None:
    """Refuse where somebody whose answer a statement rests on took it back."""
    answers = Answer.objects.filter(sources__statement__in=list(statements))
    if not may_be_used(list(answers.select_related("response").distinct())):
        raise NotAllowed(
            "Somebody behind a statement in this report has taken their answer back. "
            "Leave the statement out, or untie the answer in a new version of it."
        )


def makers_of(report: Report) -> set[int | None]:
    """Return who began, changed or proposed a report: none of them releases it."""
    return {report.made_by_id, *report.choices.get("hands", [])}


def _with_hand(
    choices: dict[str, Any], report: Report, by: User | None
) -> dict[str, Any]:
    """Return what was chosen, with everybody who has had a hand in it."""
    hands = {*report.choices.get("hands", []), *([] if by is None else [by.pk])}
    return {**choices, "hands": sorted(hands)}


def withdraw(*, report: Report, by: User) -> None:
    """Withdraw a released report; that it was there stays visible."""
    _refuse_unless(report, State.RELEASED)
    report.state = State.WITHDRAWN
    report.save(update_fields=["state"])
    _record(Action.REPORT_WITHDRAWN, report, by)


def next_version(*, report: Report, by: User, now: datetime) -> Report:
    """Return a draft that follows a released report."""
    _refuse_unless(report, State.RELEASED)
    choices = {k: v for k, v in report.choices.items() if k not in ("behind", "hands")}
    made = Report.objects.create(
        organisation=report.organisation,
        kind=report.kind,
        study=report.study,
        audience=report.audience,
        title=report.title,
        choices=choices,
        version=report.version + 1,
        follows=report,
        review_due=(now + REVIEW_AFTER).date(),
        made_by=by,
        made_at=now,
    )
    _record(Action.REPORT_MADE, made, by, follows=report.pk)
    return made


def take_quote_out(*, quote: Quote, by: User, now: datetime) -> None:
    """Take a quote out of a released report for good."""
    if quote.taken_out_on is not None:
        return
    quote.taken_out_on = now.date()
    quote.save(update_fields=["taken_out_on"])
    _record(Action.QUOTE_TAKEN_OUT, quote.report, by, quote=quote.pk)


def ask_about_quote(*, quote: Quote, by: User, now: datetime) -> None:
    """Note that somebody was asked again; the quote stays out until they agree."""
    report = quote.report
    report.flagged_because = f"Asked again on {now.date().isoformat()}"
    report.save(update_fields=["flagged_because"])
    _record(Action.QUOTE_ASKED, report, by, quote=quote.pk)


def thing_of(report: Report) -> str:
    """Return how the audit log names a report."""
    return f"report:{report.pk}"


def _refuse_unless(report: Report, state: str) -> None:
    if report.state != state:
        words = State(report.state).label
        raise NotAllowed(f"This report is {words}. Go back to it and look again.")


def _record(action: Action, report: Report, by: User | None, **details: Any) -> None:
    record(
        action,
        by=by,
        organisation=report.organisation,
        thing=thing_of(report),
        **details,
    )
