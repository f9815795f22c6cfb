"""Is a fault known for what it is, and written down without anybody's data?"""

from __future__ import annotations

import errno
from unittest.mock import patch

import pytest
from django.db import DatabaseError, OperationalError
from django.test import Client

from candela.web.errors import is_disk_full


@pytest.mark.parametrize(
    ("error", "full"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), True),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), True),
        (OperationalError("database or disk is full"), True),
        (OperationalError("could not extend file: No space left on device"), True),
        (DatabaseError("disk full"), True),
        (OperationalError("database is locked"), False),
        (OSError(errno.EACCES, "Permission denied"), False),
        (ValueError("no space left"), False),
    ],
)
def test_a_full_disk_is_known_from_its_error(error: Exception, full: bool) -> None:
    assert is_disk_full(error) is full


@pytest.mark.django_db
def test_the_log_has_the_number_on_the_page_and_the_place_and_nothing_else(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(*args: object, **more: object) -> None:
        raise DatabaseError("SELECT 1 FROM user WHERE email = 'ann@example.org'")

    with patch("candela.web.house.views.JsonResponse", broken):
        answer = Client(raise_request_exception=False).get("/health")
    (line,) = [r.getMessage() for r in caplog.records if r.name == "candela.web"]
    number, _, place = line.partition(": ")
    assert place.startswith("DatabaseError at test_faults.py:")
    assert number in answer.content.decode()
    assert "ann@" not in answer.content.decode()
