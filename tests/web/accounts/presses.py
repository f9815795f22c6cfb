"""People who press at the same moment; run by ``test_presses``.

    python presses.py race     several use one link, two administrators both leave
    python presses.py guess    guess a password 50 times, beside another such process

The database is that of the environment.  Prints, as JSON, what came of it.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime

import django

PEOPLE, TRIES = 6, 50
NOW = datetime.now(UTC)


def at_once(*deeds: Callable[[], object]) -> list[str]:
    """Do these at the same moment, each in a transaction; return what came of each."""
    from django.db import connection, transaction

    start, told = threading.Barrier(len(deeds)), [""] * len(deeds)

    def do(number: int) -> None:
        start.wait()
        try:
            with transaction.atomic():
                told[number] = str(deeds[number]())
        except Exception as error:
            told[number] = type(error).__name__
        connection.close()

    threads = [threading.Thread(target=do, args=(n,)) for n in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(told)


def race() -> dict[str, list[str]]:
    """Return who got in, who joined, and which administrators could leave."""
    from django.core.management import call_command
    from django.db import transaction

    from candela.web.accounts import actions
    from candela.web.accounts.first_user import Start, first_user_link, start_service
    from candela.web.accounts.models import Membership, Organisation, User
    from candela.web.scoping import organisation_scope

    call_command("migrate", verbosity=0)
    call_command("createcachetable")
    call_command("collectstatic", verbosity=0, interactive=False)
    link = first_user_link(NOW)
    assert link is not None

    def start(number: int) -> object:
        said = Start("Here", "", "First", f"first{number}@here.example", "pear lamp")
        return start_service(token=link.split("/")[2], start=said, now=NOW)

    started = at_once(*(lambda n=n: start(n) for n in range(PEOPLE)))
    place, first = Organisation.objects.get(), User.objects.get()
    with transaction.atomic(), organisation_scope(place):
        made, _ = actions.invite(
            organisation=place,
            email="second@here.example",
            roles=["administrator"],
            by=first,
            now=NOW,
        )
    second = actions.Newcomer("Second", "pear lamp")
    joined = at_once(
        *(lambda: actions.join(invitation=made, user=second, now=NOW),) * PEOPLE
    )

    def leave(number: int) -> object:
        with organisation_scope(place):
            found = Membership.objects.select_related("organisation", "user").get(
                pk=number
            )
            actions.end_membership(membership=found, by=first)
        return "left"

    with transaction.atomic(), organisation_scope(place):
        numbers = list(Membership.objects.values_list("pk", flat=True))
    left = at_once(*(lambda n=n: leave(n) for n in numbers))
    return {"started": started, "joined": joined, "left": left}


def guess() -> dict[str, int]:
    """Guess, as the page of sign-in takes it; return how many tries are in the log."""
    from django.test import Client

    from candela.web.accounts.models import User
    from candela.web.audit.models import Event
    from candela.web.scoping import across_organisations, read_transaction

    email = User.objects.earliest("pk").email
    for n in range(TRIES):
        form = {"login": email, "password": f"guess {n}"}
        Client().post("/sign-in/", form, HTTP_HOST="localhost")
    with read_transaction(), across_organisations():
        refused = Event.objects.filter(action="account.sign_in_refused").count()
    return {"refused": refused}


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "candela.web.settings"
    django.setup()
    print(json.dumps({"race": race, "guess": guess}[sys.argv[1]]()))
