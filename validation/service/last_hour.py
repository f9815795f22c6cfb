"""Do 500 people get through in the last hour of a campaign, and is each heard once?

The hour is pressed into less than two minutes.  Half say that nothing changed; half
write about it, page by page.  Some press twice, some links are opened by mail filters
first, some save one page from two tabs.  Then a hundred more come, and in the midst of
them the service is killed (SIGKILL) and started again.  At the end boxes are opened,
and what people were told is compared with what is there.

    python validation/service/last_hour.py

Exits 1 when an answer is lost or is there twice, when something came that nobody sent,
when a page is an error, or when the 95th percentile of what the 500 waited leaves
1 second.
"""

from __future__ import annotations

import argparse
import json
import queue
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from browsing import Answer, Browser, Cut, forms_of
from running import Service, embedded

PEOPLE = 500
KILLED = 100  # people who answer while the service is killed
AT_ONCE = 60
THOUGHT = 1.0  # seconds between two pages, about
COMING = 6.0  # seconds in which the first ones come
PROMISED = 1.0  # seconds, 95th percentile
SEED = 20_261_125
PAUSE = 0.1  # after a cut: the service is being started again
TRIES = 200
KILL_AFTER = 0.4  # of those
WORDS = "It was a long way to the hospital, and they had time for me. "
LONG_WAY: tuple[tuple[str, Mapping[str, str]], ...] = (
    ("any", {"any": "better"}),
    ("about", {"about": "care"}),
    ("care", {"care": "better"}),
    ("hard", {"hard": "no_change"}),
    ("more", {}),
)


@dataclass
class Told:
    """What people waited for and were told, all together."""

    seconds: list[float] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    cuts: int = 0
    lasted: float = 0.0
    processor: float = 0.0


class Respondent:
    """One person with one link."""

    def __init__(self, port: int, number: int, token: str, told: Told) -> None:
        self.browser = Browser(port)
        self.number, self.base, self.told = number, f"/tell/{token}/", told
        self.rng = random.Random(SEED + number)
        self.writes = number % 2 == 0

    @property
    def name(self) -> str:
        """What is found in the database, if they were heard."""
        return f"Person {self.number:04}. {WORDS * 3}".strip()

    def answer(self) -> None:
        """Open the link, answer, check and send."""
        if self.number % 10 == 3:
            for _ in range(3):  # a mail filter, before the person
                self._get("")
        self._get("")
        if self.writes:
            for page, fields in LONG_WAY:
                more = {"more": self.name} if page == "more" else {}
                self._page(page, {**fields, **more})
        else:
            self._page("any", {"any": "no_change"})
        self._send()

    def _page(self, page: str, fields: Mapping[str, str]) -> None:
        shown = self._get(f"{page}/")
        form = next(f for f in forms_of(shown) if "tab" in f.names)
        given = {**form.fields, **fields, "go": "on"}
        self._post(f"{page}/", given, (302,))
        if self.number % 10 == 6:  # the same tab again: double click
            self._post(f"{page}/", given, (302,))

    def _send(self) -> None:
        shown = self._get("check/")
        form = next(f for f in forms_of(shown) if "ticket" in f.names)
        answer = self._post("check/", form.fields, (302, 409))
        if answer.status in (302, 409):
            self.told.sent.append(self.name)
        if self.number % 5 == 1:
            self._post("check/", form.fields, (409,))
        if answer.status == 302:
            thanks = self._ask("GET", answer.location)
            self._expect(thanks, (200,))
        self.browser.close()

    def _get(self, path: str) -> Answer:
        answer = self._ask("GET", self.base + path)
        self._expect(answer, (200,))
        time.sleep(THOUGHT * self.rng.uniform(0.5, 1.5))
        return answer

    def _post(
        self, path: str, fields: Mapping[str, str], right: tuple[int, ...]
    ) -> Answer:
        answer = self._ask("POST", self.base + path, fields)
        self._expect(answer, right)
        return answer

    def _ask(
        self, method: str, path: str, fields: Mapping[str, str] | None = None
    ) -> Answer:
        """Ask until there is an answer: after a cut, a person tries again."""
        for _ in range(TRIES):
            began = time.perf_counter()
            try:
                if method == "GET":
                    answer = self.browser.get(path)
                else:
                    answer = self.browser.post(path, fields or {})
            except Cut:
                self.told.cuts += 1
                time.sleep(PAUSE)
                continue
            self.told.seconds.append(time.perf_counter() - began)
            return answer
        raise Cut(f"{path}: no answer in {TRIES} tries")

    def _expect(self, answer: Answer, right: tuple[int, ...]) -> None:
        if answer.status not in right:
            place = answer.path.removeprefix(self.base) or "the first page"
            self.told.errors.append(f"{place}: {answer.status}, not {right}")


def crowd(service: Service, people: list[tuple[int, str]], *, kill: bool) -> Told:
    """Let everybody answer; return what they were told, and how long it took."""
    waiting: queue.Queue[tuple[int, str]] = queue.Queue()
    for pair in people:
        waiting.put(pair)
    parts = [Told() for _ in range(AT_ONCE)]
    threads = [
        threading.Thread(target=_one_after_another, args=(service, waiting, part))
        for part in parts
    ]
    began, worked, killed = time.monotonic(), service.processor_seconds(), 0.0
    for thread in threads:
        thread.start()
        time.sleep(COMING / AT_ONCE)
    if kill:
        while waiting.qsize() > len(people) * (1 - KILL_AFTER):
            time.sleep(PAUSE)
        killed = service.processor_seconds() - worked
        service.kill()
        service.start()
        worked = service.processor_seconds()  # starting is no work for anybody
    for thread in threads:
        thread.join()
    every = Told(
        lasted=time.monotonic() - began,
        processor=killed + service.processor_seconds() - worked,
    )
    for part in parts:
        every.seconds += part.seconds
        every.sent += part.sent
        every.errors += part.errors
        every.cuts += part.cuts
    return every


def _one_after_another(
    service: Service, waiting: queue.Queue[tuple[int, str]], told: Told
) -> None:
    while True:
        try:
            number, token = waiting.get_nowait()
        except queue.Empty:
            return
        try:
            Respondent(service.port, number, token, told).answer()
        except (Cut, StopIteration) as error:
            told.errors.append(f"{type(error).__name__}: {error}")


def complaints(told: Told, found: Mapping[str, Any], people: int) -> list[str]:
    """Return what is wrong, after comparing what was told with what is there."""
    there = Counter(found["words"])
    wrote = {name for name in told.sent if int(name[7:11]) % 2 == 0}
    wrong = [f"lost: {name[:11]}" for name in sorted(wrote - set(there))]
    wrong += [f"twice: {n[:11]}" for n, times in there.items() if times > 1]
    wrong += [f"never sent: {name[:11]}" for name in sorted(set(there) - wrote)]
    if found["answers"] != len(told.sent):
        wrong.append(f"{len(told.sent)} sent, {found['answers']} there")
    if len(told.sent) != people:
        wrong.append(f"{people} came, {len(told.sent)} were told that it was sent")
    if found["drafts"] or found["sealed"]:
        wrong.append(f"{found['drafts']} drafts, {found['sealed']} sealed rows left")
    return wrong + told.errors


def percentile(waits: list[float], percent: int) -> float:
    """Return the wait that so many percent did not exceed; of a sorted list."""
    return waits[min(len(waits) - 1, len(waits) * percent // 100)]


# --- In the environment of the service, as a process of its own -----------------------


def inside(service: Service, *arguments: str) -> dict[str, Any]:
    """Run a part of this file where the service's database is."""
    ran = subprocess.run(
        [sys.executable, __file__, *arguments],
        env=dict(service.environment),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    if ran.returncode:
        raise RuntimeError(f"{arguments[0]}: {ran.stderr[-2000:]}")
    told: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return told


def prepare(number: int) -> dict[str, Any]:
    """Make an open campaign with an anonymous and a named group, and links."""
    from datetime import UTC, datetime, timedelta

    from django.conf import settings
    from django.db import transaction

    from candela.web import starting
    from candela.web.accounts.models import Organisation
    from candela.web.campaigns import links
    from candela.web.campaigns.models import Campaign, Group, Invitation
    from candela.web.questionnaires.actions import take_into_use
    from candela.web.scoping import organisation_scope
    from candela.web.studies.models import Study

    starting.prepare(settings.CONFIGURATION, alive=lambda stage: None)
    now = datetime.now(UTC)
    tokens: list[str] = []
    with transaction.atomic():
        place = Organisation.objects.create(slug="quillmere", name="Quillmere Trust")
        with organisation_scope(place):
            study = Study.objects.create(
                organisation=place,
                title="Feet in hospital",
                short_title="Heron study",
                plain_name="Heron study",
            )
            version = take_into_use(
                organisation=place, key="participant", by=None, now=now
            )
            for part, mode in enumerate((Group.Mode.ANONYMOUS, Group.Mode.IDENTIFIED)):
                campaign = Campaign.objects.create(
                    organisation=place,
                    study=study,
                    status=Campaign.Status.OPEN,
                    started_at=now - timedelta(days=30),
                    closes_on=(now + timedelta(days=1)).date(),
                    contact="Ada Quill, 01632 960001",
                    help_now="Ring 111, or 999 in an emergency.",
                )
                group = Group.objects.create(
                    organisation=place,
                    campaign=campaign,
                    role="participant",
                    questionnaire=version,
                    mode=mode,
                )
                made = [
                    links.new(group=group, channel=Invitation.Channel.EMAIL)
                    for _ in range(number // 2 + (part and number % 2))
                ]
                Invitation.objects.bulk_create(made)
                tokens += [links.token_of(invitation) for invitation in made]
    random.Random(SEED).shuffle(tokens)
    return {"tokens": tokens}


def examine() -> dict[str, Any]:
    """Open the boxes, and say what is there."""
    from datetime import UTC, datetime

    from django.db import transaction

    from candela.web.answering.models import Answer, Draft, Response, SealedAnswer
    from candela.web.answering.opening import open_box
    from candela.web.campaigns.models import Group
    from candela.web.scoping import across_organisations

    with transaction.atomic(), across_organisations():
        groups = list(Group.objects.select_related("organisation"))
    for group in groups:
        with transaction.atomic():
            open_box(group=group, now=datetime.now(UTC), rng=random.SystemRandom())
    with transaction.atomic(), across_organisations():
        texts = Answer.objects.filter(question="more")
        return {
            "answers": Response.objects.count(),
            "words": list(texts.values_list("value", flat=True)),
            "drafts": Draft.objects.count(),
            "sealed": SealedAnswer.objects.count(),
        }


def part(name: str, *arguments: str) -> int:
    """Be the process in the service's environment."""
    from candela.web.starting import set_up

    set_up(None)
    told = prepare(int(arguments[0])) if name == "prepare" else examine()
    print(json.dumps(told))
    return 0


def main() -> int:
    """Print one line of figures and return the exit code."""
    if len(sys.argv) > 1 and sys.argv[1] in ("prepare", "examine"):
        return part(*sys.argv[1:])
    parser = argparse.ArgumentParser(description="Let 500 people answer at the end.")
    parser.add_argument("--people", type=int, default=PEOPLE)
    asked = parser.parse_args()
    number = asked.people + KILLED
    with tempfile.TemporaryDirectory(prefix="candela-last-hour-") as place:
        home = Path(place) / "home"
        home.mkdir(mode=0o700)
        service = embedded(home)
        tokens = inside(service, "prepare", str(number))["tokens"]
        people = list(enumerate(tokens))
        service.start()
        try:
            told = crowd(service, people[: asked.people], kill=False)
            killed = crowd(service, people[asked.people :], kill=True)
        finally:
            service.stop()
        found = inside(service, "examine")
    both = Told(sent=told.sent + killed.sent, errors=told.errors + killed.errors)
    wrong = complaints(both, found, number)
    waits = sorted(told.seconds)
    if percentile(waits, 95) > PROMISED:
        wrong.append("the 95th percentile leaves 1 second")
    print(
        f"last hour: {asked.people} people, {AT_ONCE} at once, {len(waits):,} pages in "
        f"{told.lasted:.0f} s; median {1000 * percentile(waits, 50):.0f} ms, 95% "
        f"{1000 * percentile(waits, 95):.0f} ms, longest {1000 * waits[-1]:.0f} ms; a "
        f"page took the service {1000 * told.processor / len(waits):.1f} ms of "
        f"processor\nkilled: {KILLED} people, {killed.cuts} tries cut; heard "
        f"{found['answers']} of {number}; wrong {len(wrong)}"
    )
    for complaint in wrong[:10]:
        print(complaint, file=sys.stderr)
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
