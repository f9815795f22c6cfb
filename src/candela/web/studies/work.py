"""What is done about studies outside a page: asking registers, telling what is due."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from candela.impact.registers.numbers import Scheme
from candela.web.jobs.handlers import Effect, Progress, handles
from candela.web.jobs.periods import Every
from candela.web.jobs.queue import Claimed, rows_of
from candela.web.studies import lookups
from candela.web.studies.actions import take_entry
from candela.web.studies.lookups import Answer, Outcome
from candela.web.studies.models import Output, Study
from candela.web.studies.outputs import NO_TITLE, title_found
from candela.web.studies.telling import tell_due

__all__ = ["FIND", "LOOK_UP", "OUTPUTS", "ask_about_outputs", "find", "look_up", "tell"]

FIND = "find-study"
LOOK_UP = "look-up-study"
OUTPUTS = "look-up-outputs"


@handles("tell-milestones", words="Tell which studies are due", every=Every.DAY)
def tell(job: Claimed, progress: Progress) -> Effect:
    """Send the e-mail of each day for asking that has come."""
    progress("Looking for studies that are due")
    sent = tell_due(timezone.localdate(datetime.now(UTC)))
    return lambda: {"sent": sent}


@handles(FIND, words="Find a study in a register")
def find(job: Claimed, progress: Progress) -> Effect:
    """Ask a register about a number, for the page on which a study is added."""
    scheme, number = job.arguments["scheme"], job.arguments["number"]
    progress(f"Asking {Scheme(scheme).words}")
    now = datetime.now(UTC)
    answer = lookups.ask(scheme, number)

    def effect() -> dict[str, Any]:
        lookups.keep(scheme, number, answer, now=now)
        assert job.organisation is not None
        page = reverse("study-new", args=[job.organisation.slug])
        asked = urlencode({"register": scheme, "number": number})
        name = Scheme(scheme).words
        words = f"{name} {answer.outcome.value}: go on without"
        if answer.outcome is Outcome.FOUND:
            words = f"Go on with what {name} says"
        return {"address": f"{page}?{asked}", "words": words}

    return effect


@handles(LOOK_UP, words="Look a study up in registers")
def look_up(job: Claimed, progress: Progress) -> Effect:
    """Ask every register that knows a study, and take over what they say."""
    with rows_of(job):
        study = Study.objects.get(pk=job.arguments["study"])
        numbers = [
            (number.scheme, number.value)
            for number in study.identifiers.all()
            if number.scheme in (Scheme.ISRCTN, Scheme.NCT)
        ]
    answers = _asked(numbers, progress)

    def effect() -> dict[str, Any]:
        now = datetime.now(UTC)
        there = Study.objects.get(pk=study.pk)
        for (scheme, number), answer in answers.items():
            lookups.keep(scheme, number, answer, now=now)
            found = lookups.entry_of(scheme, number)
            if answer.outcome is not Outcome.FOUND or found is None:
                continue
            take_entry(study=there, entry=found[0], by=job.created_by, now=now)
            there.identifiers.filter(scheme=scheme, value=number).update(
                verified_at=now
            )
        return _back_to("study", there, answers)

    return effect


@handles(OUTPUTS, words="Look publications up")
def ask_about_outputs(job: Claimed, progress: Progress) -> Effect:
    """Ask for the titles of DOIs, and for the lists of a study's people at ORCID."""
    with rows_of(job):
        study = Study.objects.get(pk=job.arguments["study"])
        untitled = Output.objects.filter(studies__study=study, title=NO_TITLE)
        numbers = [(str(Scheme.DOI), output.doi) for output in untitled if output.doi]
        numbers += [
            (lookups.ORCID, orcid)
            for orcid in study.members.values_list("colleague__orcid", flat=True)
            if orcid
        ]
    answers = _asked(numbers, progress)

    def effect() -> dict[str, Any]:
        now = datetime.now(UTC)
        for (scheme, number), answer in answers.items():
            lookups.keep(scheme, number, answer, now=now)
            work = lookups.work_of(number) if scheme == Scheme.DOI else None
            if work is None:
                continue
            for output in Output.objects.filter(doi=number):
                title_found(output, work)
        return _back_to("study-outputs", study, answers)

    return effect


def _asked(
    numbers: list[tuple[str, str]], progress: Progress
) -> dict[tuple[str, str], Answer]:
    answers = {}
    for n, (scheme, number) in enumerate(numbers, 1):
        progress("Asking registers", n, len(numbers))
        answers[scheme, number] = lookups.ask(scheme, number)
    return answers


def _back_to(
    page: str, study: Study, answers: dict[tuple[str, str], Answer]
) -> dict[str, Any]:
    found = sum(a.outcome is Outcome.FOUND for a in answers.values())
    address = reverse(page, args=[study.organisation.slug, study.pk])
    return {
        "address": address,
        "words": f"See the study: {found} of {len(answers)} answered",
    }
