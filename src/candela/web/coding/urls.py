"""Addresses of answers, statements, reviews and evidence."""

from __future__ import annotations

from django.urls import URLPattern, path

from candela.web.coding.views import (
    answers,
    evidence,
    parts,
    reviews,
    statements,
    waiting,
)

__all__ = ["urlpatterns"]

ANSWER = "answers/<slug:answer_id>/"
STATEMENT = "statements/<int:statement_id>/"
EVIDENCE = "evidence/<int:evidence_id>/"

urlpatterns: list[URLPattern] = [
    path("answers/", answers.answers, name="answers"),
    path(ANSWER, answers.answer, name="answer"),
    path(f"{ANSWER}clear/", answers.clear, name="answer-clear"),
    path(f"{ANSWER}hide/", answers.hide, name="answer-hide"),
    path(f"{ANSWER}look-again/", answers.look_again, name="answer-look-again"),
    path(f"{ANSWER}statement/", answers.write, name="answer-statement"),
    path(f"{ANSWER}attach/", answers.attach, name="answer-attach"),
    path(f"{ANSWER}untie/", answers.untie, name="answer-untie"),
    path(f"{ANSWER}nothing/", answers.nothing, name="answer-nothing"),
    path(f"{ANSWER}not-nothing/", answers.undo_nothing, name="answer-undo-nothing"),
    path(f"{ANSWER}second/", answers.code_again, name="answer-second"),
    path("statements/", statements.statements, name="statements"),
    path("statements/new/", statements.new, name="statement-new"),
    path(STATEMENT, statements.statement, name="statement"),
    path(f"{STATEMENT}change/", statements.change, name="statement-change"),
    path(f"{STATEMENT}step/", parts.step, name="statement-step"),
    path(f"{STATEMENT}figures/", parts.add_figure, name="statement-figures"),
    path(
        f"{STATEMENT}figures/<int:quantity_id>/remove/",
        parts.remove_figure,
        name="statement-figure-remove",
    ),
    path(f"{STATEMENT}support/", parts.support, name="statement-support"),
    path(f"{STATEMENT}unsupport/", parts.unsupport, name="statement-unsupport"),
    path(f"{STATEMENT}credit/", parts.credit, name="statement-credit"),
    path(f"{STATEMENT}repeats/", parts.repeat, name="statement-repeats"),
    path(f"{STATEMENT}review/", reviews.review, name="statement-review"),
    path("reviews/", reviews.reviews, name="reviews"),
    path("waiting/", waiting.waiting, name="waiting"),
    path("evidence/", evidence.listed, name="evidence"),
    path("evidence/new/", evidence.add, name="evidence-new"),
    path(EVIDENCE, evidence.one, name="evidence-item"),
    path(f"{EVIDENCE}change/", evidence.change, name="evidence-change"),
    path(f"{EVIDENCE}file/", evidence.file, name="evidence-file"),
    path(f"{EVIDENCE}copy/", evidence.copy, name="evidence-copy"),
    path(f"{EVIDENCE}remove/", evidence.remove, name="evidence-remove"),
    path(f"{EVIDENCE}restore/", evidence.restore, name="evidence-restore"),
]
