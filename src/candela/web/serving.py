"""How is the service run on one machine?  Web server and worker in one process.

The embedded edition: waitress on the loopback address, a worker as a thread.  The
server edition has ``candela.web.wsgi`` under gunicorn, and ``candela worker`` beside.
"""

from __future__ import annotations

import logging
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from candela.errors import InputError
from candela.web.addressed import listens_at
from candela.web.configuration import Configuration
from candela.web.starting import only_one, prepare

__all__ = ["LOOPBACK", "first_user_words", "serve", "work"]

LOOPBACK = "127.0.0.1"
THREADS = 8
FINISH_SECONDS = 20.0  # how long the job at hand may take once we are asked to stop
MEGABYTE = 1_000_000
Say = Callable[[str], None]


def serve(
    configuration: Configuration, books: Sequence[Path], port: int, *, say: Say
) -> None:
    """Serve until stopped from the keyboard or by SIGTERM.

    Raises
    ------
    InputError
        If the port is taken, the home is in use, or a book cannot be shown.
    """
    with _listening(port) as listener, only_one(configuration):
        made = prepare(configuration, alive=lambda stage: None)
        if made:
            say(f"Upgraded. The backup made before: {made}")
        _mount(books, say)
        _offer_training()
        server = _server(configuration, listener)
        address = f"http://localhost:{listener.getsockname()[1]}"
        listens_at(address)
        say(f"The service is at {address}/ (this machine only; Ctrl-C stops it)")
        for line in first_user_words(address):
            say(line)
        with _worker(configuration), _stopped_by_sigterm():
            try:
                server.run()
            except KeyboardInterrupt:
                pass
            finally:
                say("Stopping.")
                server.close()
    say("Stopped.")


@contextmanager
def _listening(port: int) -> Iterator[socket.socket]:
    """Take the port before anything else is done."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((LOOPBACK, port))
            listener.listen()
        except OSError as error:
            raise InputError(
                f"port {port} cannot be used ({error.strerror}); choose another with "
                "--port, or 0 for a free one."
            ) from None
        yield listener


def _mount(books: Sequence[Path], say: Say) -> None:
    from candela.web.books.mounting import mount, withdraw_what_is_gone

    named = {mount(folder).pk for folder in books}
    for book in withdraw_what_is_gone():
        if book.pk not in named:
            say(f"Also shown, as at an earlier start: {book.folder}")


def _offer_training() -> None:
    """Have somewhere to try everything, where the service is new and all is made up."""
    import numpy as np

    from candela.web.house.training import offer_training

    offer_training(now=datetime.now(UTC), rng=np.random.default_rng())


def _server(configuration: Configuration, listener: socket.socket) -> Any:
    import waitress.server

    from candela.web.wsgi import application

    # It warns whenever a request waits for a thread, which is what threads are for.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    return waitress.server.create_server(
        application,
        sockets=[listener],
        threads=THREADS,
        connection_limit=500,
        channel_timeout=60,
        # Twice the limit: whoever is a little over it is told so by the form.
        max_request_body_size=2 * configuration.upload_megabytes * MEGABYTE,
        ident="candela",
        clear_untrusted_proxy_headers=True,
    )


def first_user_words(address: str) -> list[str]:
    """Return how the first person comes in, while there is nobody."""
    from candela.web.accounts.first_user import first_user_link

    link = first_user_link(datetime.now(UTC))
    if link is None:
        return []
    return [f"Make the first account, once, at {address}{link}"]


@contextmanager
def _worker(configuration: Configuration) -> Iterator[None]:
    """Have a worker beside the server; at the end it finishes the job at hand."""
    from candela.web.books.keeping import sweep
    from candela.web.jobs.queue import release_all
    from candela.web.jobs.worker import work_until

    if not configuration.database.is_postgresql:
        # We alone are here: no worker is alive, and no upload on its way.
        now = datetime.now(UTC)
        release_all(now)
        sweep(now, older_than=timedelta())
    stop = threading.Event()
    # A daemon: a job that takes long is taken over at the next start.
    thread = threading.Thread(target=work_until, args=(stop,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(FINISH_SECONDS)


@contextmanager
def _stopped_by_sigterm() -> Iterator[None]:
    """Stop as Ctrl-C does when the machine asks us to."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def work(configuration: Configuration, *, say: Say) -> None:
    """Be a worker of the server edition, until SIGTERM or Ctrl-C; finish the job first.

    Raises
    ------
    InputError
        In the embedded edition, whose one process does its jobs itself.
    """
    from candela.web.books.keeping import sweep
    from candela.web.jobs.worker import work_until

    if not configuration.database.is_postgresql:
        raise InputError(
            "Without CANDELA_DATABASE there is nothing to do here: `candela serve` "
            "does the jobs itself."
        )
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    sweep(datetime.now(UTC))
    say("Working. Ctrl-C stops after the job at hand.")
    work_until(stop)
    say("Stopped.")
