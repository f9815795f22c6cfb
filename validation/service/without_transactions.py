"""The service's settings without what keeps a deed and its audit line together.

Only for the proof that ``kills.py`` can fail.  The transaction around each request is
taken away, and with it the two guards that refuse to work without one.  A line of the
log is still written in one piece, a moment later, as on a busy machine: nothing but a
kill can part it from its deed.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import AppConfig

from candela.web.settings import *  # noqa: F403
from candela.web.settings import DATABASES, INSTALLED_APPS

MOMENT = 0.03  # seconds
DATABASES["default"]["ATOMIC_REQUESTS"] = False


class Unguarded(AppConfig):  # type: ignore[misc]
    """Takes the guards away, once the apps are there."""

    name = "without_transactions"
    verbose_name = "without transactions"

    def ready(self) -> None:
        """Let a line follow its deed in a transaction of its own."""
        from candela.web import scoping
        from candela.web.audit import chain

        chain.connection = _Unguarded()  # type: ignore[attr-defined]
        chain.across_organisations = _own_transaction  # type: ignore[attr-defined]
        scoping._set_database_scope = _told_for_good


class _Unguarded:
    """The connection, claiming to be in a transaction."""

    in_atomic_block = True

    def __getattr__(self, name: str) -> Any:
        from django.db import connection

        return getattr(connection, name)


@contextmanager
def _own_transaction() -> Iterator[None]:
    from django.db import transaction

    from candela.web.scoping import across_organisations

    time.sleep(MOMENT)
    with transaction.atomic(), across_organisations():
        yield


def _told_for_good(number: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('candela.organisation', %s, false)", [number])


INSTALLED_APPS = [*INSTALLED_APPS, "without_transactions.Unguarded"]
