"""The service's own settings, in a home of their own for each run of the tests.

``CANDELA_DATABASE`` runs the tests on PostgreSQL (see ``scripts/with-postgresql``).
"""

from __future__ import annotations

import os
import tempfile

os.environ["CANDELA_HOME"] = tempfile.mkdtemp(prefix="candela-tests-")
if os.environ.get("CANDELA_DATABASE"):
    os.environ["CANDELA_ORIGIN"] = "http://testserver"
    os.environ["CANDELA_REQUIRE_SECOND_FACTOR"] = "0"

from candela.web.settings import *  # noqa: F403
from candela.web.settings import ALLOWED_HOSTS, CONFIGURATION, DATABASES, STORAGES

ALLOWED_HOSTS = [*ALLOWED_HOSTS, "testserver"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # fast, tests only
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
if not CONFIGURATION.database.is_postgresql:
    # A file, as in use: a database in memory has other locks.
    DATABASES["default"]["TEST"] = {"NAME": CONFIGURATION.home / "tests.sqlite3"}
