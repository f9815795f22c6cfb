"""What did a study bring forth?  A list to confirm, not one to type.

Publications come from DOIs and from the lists that its people keep at ORCID.  One
output may come of several studies and is kept once.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from candela.errors import InputError
from candela.impact.registers.entries import Work
from candela.impact.registers.numbers import Scheme, normalised
from candela.web.accounts.models import Organisation, User
from candela.web.audit.actions import Action
from candela.web.audit.chain import record
from candela.web.studies.actions import thing_of
from candela.web.studies.models import Output, Study, StudyOutput

__all__ = [
    "Dois",
    "add_outputs",
    "dois_in",
    "remove_output",
    "suggested",
    "title_found",
]

MOST_DOIS = 200
NO_TITLE = "Title not looked up"


class Dois(NamedTuple):
    """The DOIs of a text, and the numbers of the lines that have none."""

    dois: tuple[str, ...]
    wrong: tuple[int, ...]


def dois_in(text: str) -> Dois:
    """Return the DOIs of a text or a CSV file, each once: the first in each line.

    A heading line without a DOI is no fault.
    """
    found: list[str] = []
    wrong: list[int] = []
    for number, line in enumerate(text.splitlines(), 1):
        cells = [c.strip().strip("\"'") for c in line.replace(";", ",").split(",")]
        doi = next((d for d in map(_doi, [*cells, line]) if d), "")
        if doi:
            found.append(doi)
        elif line.strip() and not (number == 1 and "doi" in line.lower()):
            wrong.append(number)
    return Dois(tuple(dict.fromkeys(found)), tuple(wrong))


def _doi(text: str) -> str:
    try:
        return normalised(Scheme.DOI, text)
    except InputError:
        return ""


def add_outputs(*, study: Study, works: Iterable[Work], by: User) -> int:
    """Note works as brought forth by a study; return how many were not noted yet."""
    added = 0
    for work in works:
        output = _kept(study.organisation, work)
        _, is_new = StudyOutput.objects.get_or_create(
            organisation=study.organisation, study=study, output=output
        )
        added += is_new
    if added:
        record(
            Action.OUTPUT_ADDED,
            by=by,
            organisation=study.organisation,
            thing=thing_of(study),
            outputs=added,
        )
    return added


def _kept(organisation: Organisation, work: Work) -> Output:
    """Return the output that a work is, kept once for all studies."""
    same = {"doi": work.doi} if work.doi else {"title": work.title, "doi": ""}
    output, is_new = Output.objects.get_or_create(
        organisation=organisation,
        **same,
        defaults={
            "kind": work.kind,
            "title": work.title or NO_TITLE,
            "pmid": work.pmid,
            "url": work.url,
            "dated": work.dated,
        },
    )
    if not is_new and work.title:
        title_found(output, work)
    return output


def title_found(output: Output, work: Work) -> None:
    """Take over what a register says of an output that had no title yet."""
    if output.title != NO_TITLE or not work.title:
        return
    output.title, output.kind, output.dated = work.title, work.kind, work.dated
    output.save(update_fields=["title", "kind", "dated"])


def remove_output(*, study: Study, output: Output, by: User) -> None:
    """Take an output off a study; what is of no study any more is deleted."""
    StudyOutput.objects.filter(study=study, output=output).delete()
    if not output.studies.exists():
        output.delete()
    record(
        Action.OUTPUT_REMOVED,
        by=by,
        organisation=study.organisation,
        thing=thing_of(study),
    )


def suggested(study: Study, works: Iterable[Work]) -> list[Work]:
    """Return the works that are not noted for a study yet."""
    noted = list(
        Output.objects.filter(studies__study=study).values_list("doi", "title")
    )
    dois = {doi for doi, _ in noted if doi}
    titles = {title.casefold() for _, title in noted}
    return [
        work
        for work in works
        if work.doi not in dois and work.title.casefold() not in titles
    ]
