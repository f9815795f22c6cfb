"""Whose words may be quoted, and in which reports are words that no longer may?

Words are quoted where who said them agreed to that apart from everything else, where a
person has cleared them of names, and where enough people of the group answered.  All
three are asked anew each time a report is shown or taken away.  Words in which a person
has hidden something since are gone from it too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, QuerySet

from candela.web.answering.models import Answer, Consent
from candela.web.stories.models import Quote, Report

__all__ = ["Gone", "gone_from", "reports_with_gone_quotes", "words_to_quote"]

QUOTING = (Consent.Purpose.QUOTE, Consent.Purpose.QUOTE_NAMED)


@dataclass(frozen=True)
class Gone:
    """Words in a report that may not be quoted any more."""

    quote: Quote
    since: date | None
    taken_out: bool


def _agreed() -> Exists:
    return Exists(
        Consent.objects.filter(
            response=OuterRef("response"),
            purpose__in=QUOTING,
            given=True,
            withdrawn_on=None,
        )
    )


def words_to_quote(answers: QuerySet[Answer]) -> QuerySet[Answer]:
    """Return those of the answers whose words may be quoted today."""
    return answers.filter(
        _agreed(),
        is_text=True,
        response__withdrawn_on=None,
        redaction__in=(Answer.Redaction.CLEARED, Answer.Redaction.REDACTED),
    ).exclude(shown="")


def gone_from(report: Report) -> tuple[Gone, ...]:
    """Return the words in a report that may not be quoted any more."""
    quotes = list(report.quotes.select_related("answer__response"))
    standing = _standing(quotes)
    return tuple(
        Gone(quote, _since(quote), quote.taken_out_on is not None)
        for quote in quotes
        if quote.pk not in standing or quote.taken_out_on is not None
    )


def _standing(quotes: Iterable[Quote]) -> frozenset[int]:
    """Return the quotes whose words may be quoted today, as they stand in a report."""
    told = {quote.pk: (quote.answer_id, quote.text) for quote in quotes}
    asked = Answer.objects.filter(pk__in={answer for answer, _ in told.values()})
    may_be = set(words_to_quote(asked).values_list("pk", "shown"))
    return frozenset(quote for quote, words in told.items() if words in may_be)


def _since(quote: Quote) -> date | None:
    """Return the day on which the permission was taken back, if it is known."""
    response = quote.answer.response
    if response.withdrawn_on is not None:
        return date.fromisoformat(str(response.withdrawn_on))
    taken_back = response.consents.filter(
        purpose__in=QUOTING, withdrawn_on__isnull=False
    )
    latest: date | None = (
        taken_back.order_by("-withdrawn_on")
        .values_list("withdrawn_on", flat=True)
        .first()
    )
    return latest


def reports_with_gone_quotes(reports: Iterable[Report]) -> frozenset[int]:
    """Return which of these reports have words that wait to be taken out."""
    keys = [report.pk for report in reports]
    quotes = list(Quote.objects.filter(report__in=keys, taken_out_on=None))
    standing = _standing(quotes)
    return frozenset(q.report_id for q in quotes if q.pk not in standing)
