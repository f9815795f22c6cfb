"""Are guesses at a password counted together by two processes, and who is shut out?

A hundred wrong passwords for one person, by eight clients at once, through two
processes of gunicorn.  How many were compared with the password is read in the audit
log.  The right password no longer lets in from where the guesses came, and still does
from elsewhere.

    scripts/with-postgresql python validation/service/guesses.py
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path

from browsing import Browser
from running import inside, prepare, server_edition

GUESSES, CLIENTS = 100, 8
ELSEWHERE = "127.0.0.2"  # also this machine, for whom it is another address
ALLOWED = 5  # tries of one person from one address in ten minutes


def guess(port: int, email: str, numbers: range) -> None:
    """Try wrong passwords, one after the other."""
    browser = Browser(port)
    form = browser.form("/sign-in/", "password")
    for number in numbers:
        fields = form.filled(login=email, password=f"a guess, number {number}")
        browser.post(form.path, fields)


def is_let_in(browser: Browser, email: str, password: str) -> bool:
    """Say whether the right password lets in."""
    form = browser.form("/sign-in/", "password")
    answer = browser.post(form.path, form.filled(login=email, password=password))
    return answer.status == 302 and browser.get("/account/").status == 200


def tried(port: int, prepared: Mapping[str, object]) -> tuple[bool, bool]:
    """Guess at a password; return whether the right one lets in, here and elsewhere."""
    people = prepared["people"]
    assert isinstance(people, list)
    email, password = people[0], str(prepared["password"])
    each = GUESSES // CLIENTS + 1
    guessers = [
        threading.Thread(
            target=guess, args=(port, email, range(n * each, (n + 1) * each))
        )
        for n in range(CLIENTS)
    ]
    for guesser in guessers:
        guesser.start()
    for guesser in guessers:
        guesser.join()
    here = is_let_in(Browser(port), email, password)
    return here, is_let_in(Browser(port, address=ELSEWHERE), email, password)


def main() -> int:
    """Print one line of figures and return the exit code."""
    with tempfile.TemporaryDirectory(prefix="candela-guesses-") as place:
        home = Path(place) / "home"
        home.mkdir(mode=0o700)
        service = server_edition(home, os.environ["CANDELA_DATABASE"])
        prepared = prepare(service, 1)
        service.start()
        try:
            here, elsewhere = tried(service.port, prepared)
        finally:
            service.kill()
        compared = inside(service, "refused")["refused"]
    assert isinstance(compared, int)
    print(
        f"guesses: {GUESSES} at one password by {CLIENTS} clients through 2 processes, "
        f"{compared} compared with it; then the right one lets in: "
        f"{'yes' if here else 'no'} from there, {'yes' if elsewhere else 'no'} from "
        "elsewhere"
    )
    kept = compared == ALLOWED and not here and elsewhere
    return int(not kept)


if __name__ == "__main__":
    sys.exit(main())
