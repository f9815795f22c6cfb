"""What does a register on the web say about a number?

Off unless ``CANDELA_LOOKUPS`` is set: then everything works without, and numbers stand
as "not checked".  Only numbers of a known form are asked about, at four known
addresses; no other host is followed to, and nothing large or slow is waited for.  What
was answered is kept in ``Lookup``, since it is public and the same for everybody.
"""

from __future__ import annotations

import hashlib
import http.client
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import IO
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlsplit
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
    UnknownHandler,
)

from django.conf import settings
from django.db import IntegrityError, transaction

from candela.errors import InputError
from candela.impact.registers import clinical_trials, isrctn, publications
from candela.impact.registers.entries import Entry, Work
from candela.impact.registers.numbers import Scheme
from candela.web.studies.models import Lookup

__all__ = [
    "ADDRESSES",
    "ORCID",
    "Answer",
    "Outcome",
    "are_on",
    "ask",
    "entry_of",
    "is_unknown",
    "keep",
    "kept",
    "work_of",
    "works_of",
]

ORCID = "orcid"
TIMEOUT_SECONDS = 3.0  # of one step; the whole may take twice that
LARGEST = 3_000_000
FRESH = timedelta(days=30)
FRESH_IF_NOT_FOUND = timedelta(days=1)
ADDRESSES: dict[str, str] = {
    Scheme.ISRCTN: "https://www.isrctn.com/api/query/format/default?q={}",
    Scheme.NCT: "https://clinicaltrials.gov/api/v2/studies/{}",
    Scheme.DOI: "https://api.crossref.org/works/{}",
    ORCID: "https://pub.orcid.org/v3.0/{}/works",
}
LICENCES: Mapping[str, str] = {
    Scheme.ISRCTN: isrctn.LICENCE,
    Scheme.NCT: clinical_trials.LICENCE,
    Scheme.DOI: publications.CROSSREF_LICENCE,
    ORCID: publications.ORCID_LICENCE,
}
ACCEPT: Mapping[str, str] = {Scheme.ISRCTN: "application/xml"}


class Outcome(Enum):
    """What came of asking, in words for a page after the register's name."""

    OFF = "was not asked: looking up is switched off here"
    FOUND = "was asked"
    NOT_FOUND = "does not know this number"
    NO_ANSWER = "did not answer"


@dataclass(frozen=True)
class Answer:
    """What a register answered; ``payload`` is empty unless it found something."""

    outcome: Outcome
    status: int = 0
    payload: str = ""


class _SameHost(HTTPRedirectHandler):
    """Follows a register to another page of its own, and nowhere else."""

    def redirect_request(
        self,
        req: Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> Request | None:
        """Return the next request, or nothing where it leads elsewhere."""
        before, after = urlsplit(req.full_url), urlsplit(newurl)
        if (before.scheme, before.netloc) != (after.scheme, after.netloc):
            raise HTTPError(req.full_url, code, "leads elsewhere", headers, fp)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def are_on() -> bool:
    """Say whether registers may be asked."""
    return bool(settings.CONFIGURATION.lookups)


def ask(scheme: str, number: str) -> Answer:
    """Ask a register; call it outside any transaction, since it may take seconds."""
    if not are_on() or scheme not in ADDRESSES:
        return Answer(Outcome.OFF)
    address = ADDRESSES[scheme].format(quote(number, safe=""))
    request = Request(
        address,
        headers={
            "Accept": ACCEPT.get(scheme, "application/json"),
            "User-Agent": "Candela (research impact)",
        },
    )
    try:
        with _opener().open(request, timeout=TIMEOUT_SECONDS) as response:
            payload = _read(response)
    except HTTPError as error:
        error.close()
        known = error.code in (404, 410)
        return Answer(
            Outcome.NOT_FOUND if known else Outcome.NO_ANSWER, status=error.code
        )
    except (URLError, OSError, http.client.HTTPException, ValueError):
        return Answer(Outcome.NO_ANSWER)
    return _judged(scheme, number, payload)


def _opener() -> OpenerDirector:
    """Return what opens addresses of the web alone: no files, no FTP, no data."""
    opener = OpenerDirector()
    for handler in (
        ProxyHandler(),
        HTTPHandler(),
        HTTPSHandler(),
        _SameHost(),
        HTTPDefaultErrorHandler(),
        HTTPErrorProcessor(),
        UnknownHandler(),
    ):
        opener.add_handler(handler)
    return opener


def _read(response: IO[bytes]) -> str:
    """Return the answer's text; one that is too large or too slow is none."""
    ends = time.monotonic() + 2 * TIMEOUT_SECONDS
    parts: list[bytes] = []
    size = 0
    while part := response.read(65_536):
        size += len(part)
        if size > LARGEST or time.monotonic() > ends:
            raise ValueError("too large or too slow")
        parts.append(part)
    return b"".join(parts).decode("utf-8", "replace").replace("\0", "")


def _judged(scheme: str, number: str, payload: str) -> Answer:
    """Say whether an answer holds what was asked for."""
    try:
        found = _parsed(scheme, number, payload)
    except InputError:
        return Answer(Outcome.NO_ANSWER, status=200)
    if found is None:
        return Answer(Outcome.NOT_FOUND, status=200)
    return Answer(Outcome.FOUND, status=200, payload=payload)


def _parsed(
    scheme: str, number: str, payload: str
) -> Entry | Work | tuple[Work, ...] | None:
    if scheme == Scheme.ISRCTN:
        return isrctn.read(payload, number)
    if scheme == Scheme.NCT:
        return clinical_trials.read(payload, number)
    if scheme == Scheme.DOI:
        work = publications.crossref(payload)
        return work if work is not None and work.doi == number else None
    return publications.orcid_works(payload)


def keep(scheme: str, number: str, answer: Answer, *, now: datetime) -> None:
    """Keep an answer; one that did not come leaves what was there."""
    if answer.outcome not in (Outcome.FOUND, Outcome.NOT_FOUND):
        return
    values = {
        "fetched_at": now,
        "status": answer.status,
        "payload": answer.payload,
        "payload_hash": hashlib.sha256(answer.payload.encode()).hexdigest(),
        "licence": LICENCES[scheme],
    }
    try:
        with transaction.atomic():
            Lookup.objects.update_or_create(
                scheme=str(scheme), key=number, defaults=values
            )
    except IntegrityError:  # another worker kept the same answer just now
        return


def kept(scheme: str, number: str, *, now: datetime) -> Lookup | None:
    """Return an answer that is fresh enough not to be asked for again."""
    found: Lookup | None = Lookup.objects.filter(scheme=str(scheme), key=number).first()
    if found is None:
        return None
    fresh = FRESH if found.payload else FRESH_IF_NOT_FOUND
    return found if found.fetched_at > now - fresh else None


def entry_of(scheme: str, number: str) -> tuple[Entry, datetime] | None:
    """Return what a register said of a study when it was last asked, and when."""
    found = Lookup.objects.filter(scheme=str(scheme), key=number).first()
    if found is None or not found.payload:
        return None
    parsed = _parsed(scheme, number, found.payload)
    return (parsed, found.fetched_at) if isinstance(parsed, Entry) else None


def is_unknown(scheme: str, number: str) -> bool:
    """Say whether a register was asked and does not know the number."""
    return Lookup.objects.filter(scheme=str(scheme), key=number, payload="").exists()


def work_of(doi: str) -> Work | None:
    """Return what Crossref said of a DOI."""
    found = Lookup.objects.filter(scheme=Scheme.DOI.value, key=doi).first()
    parsed = (
        _parsed(Scheme.DOI, doi, found.payload) if found and found.payload else None
    )
    return parsed if isinstance(parsed, Work) else None


def works_of(orcid: str) -> tuple[Work, ...]:
    """Return the works of a person when ORCID was last asked."""
    found = Lookup.objects.filter(scheme=ORCID, key=orcid).first()
    if found is None or not found.payload:
        return ()
    return publications.orcid_works(found.payload)
