"""Django's settings, all from the configuration.

``transaction_mode`` IMMEDIATE, ``synchronous`` FULL and ``ATOMIC_REQUESTS`` are what
keeps an acknowledged write together with its audit line when the machine is switched
off.  Readers on SQLite do without a transaction of their own (see ``access``).
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF

from candela.web.configuration import Configuration, configuration

CONFIGURATION: Configuration = configuration()

SECRET_KEY = CONFIGURATION.secret("secret-key")
DEBUG = False
ALLOWED_HOSTS = list(CONFIGURATION.hosts)
ROOT_URLCONF = "candela.web.urls"
WSGI_APPLICATION = "candela.web.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SILENCED_SYSTEM_CHECKS = [
    "security.W004",  # HSTS: sent when people come over TLS
    "security.W008",  # the proxy turns http into https
    "security.W012",  # Secure cookies: set when people come over TLS
    "security.W016",
    "security.W021",  # preload lists are a decision of who owns the name
]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "csp",
    "candela.web.accounts",
    "candela.web.audit",
    "candela.web.jobs",
    "candela.web.books",
    "candela.web.studies",
    "candela.web.questionnaires",
    "candela.web.campaigns",
    "candela.web.answering",
    "candela.web.coding",
    "candela.web.stories",
    "candela.web.house",
]

MIDDLEWARE = [
    "candela.web.middleware.reference_numbers",
    "candela.web.middleware.security_headers",
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "candela.web.retrying.retry_reads",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "candela.web.middleware.addresses_of_text",
    "candela.web.middleware.session_limits",
    "candela.web.middleware.second_factor",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [],
        "APP_DIRS": False,
        "OPTIONS": {
            "environment": "candela.web.jinja.environment",
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "candela.web.context.every_page",
            ],
        },
    },
    {  # for the e-mails and forms that allauth brings along
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

if CONFIGURATION.database.is_postgresql:
    _db = CONFIGURATION.database
    DATABASES: dict[str, dict[str, Any]] = {
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": _db.name,
            "USER": _db.user,
            "PASSWORD": _db.password,
            "HOST": _db.host,
            "PORT": _db.port,
            "ATOMIC_REQUESTS": True,
            # One connection for each thread, made anew at once when it was cut.  A pool
            # waits longer and longer before it tries again.
            "CONN_MAX_AGE": None,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": {"connect_timeout": 5},
        }
    }
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": CONFIGURATION.home / "candela.sqlite3",
            "ATOMIC_REQUESTS": True,
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": (
                    "PRAGMA journal_mode=WAL;"
                    "PRAGMA synchronous=FULL;"
                    "PRAGMA foreign_keys=ON;"
                    "PRAGMA busy_timeout=20000;"
                ),
            },
        }
    }

CACHES = {
    "default": {
        # Shared by all processes, so that guesses are counted once.
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "shared_cache",
        # Django keeps 300 entries and then throws others out: with 300 made-up names
        # somebody who guesses could push out the count of their own guesses.
        "OPTIONS": {"MAX_ENTRIES": 200_000},
    }
}

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = CONFIGURATION.home / "static"
STATICFILES_DIRS = [Path(__file__).parent / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# Sign-in
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation."
        "UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "candela.web.accounts.adapters.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "candela.web.accounts.adapters.SingleSignOnAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # an invitation has already proved the address
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Candela: "
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if CONFIGURATION.https else "http"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
PASSWORD_RESET_TIMEOUT = 3600  # seconds that a link for a new password works
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False  # a new password skips no second factor
ACCOUNT_RATE_LIMITS = {
    # Per machine (ip), per person (user), or per address of a person (key).  At sign-in
    # the key is name *and* machine (see AccountAdapter): who guesses shuts out nobody
    # else.  A whole hospital may come from one machine's address.
    "login": "200/m/ip",
    "login_failed": "30/10m/ip,5/10m/key",
    "reset_password": "20/10m/ip,3/10m/key",
    "reset_password_from_key": "20/m/ip",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
    "manage_email": "5/10m/user",
}
ACCOUNT_FORMS = {
    "login": "candela.web.accounts.sign_in_forms.SignInForm",
    "reset_password": "candela.web.accounts.sign_in_forms.ForgottenForm",
    "reset_password_from_key": "candela.web.accounts.sign_in_forms.NewPasswordForm",
    "change_password": "candela.web.accounts.sign_in_forms.OtherPasswordForm",
    "set_password": "candela.web.accounts.sign_in_forms.FirstPasswordForm",
    "reauthenticate": "candela.web.accounts.sign_in_forms.PasswordAgainForm",
}
# Whose machine it is, the proxy says; without a proxy what it says is not believed.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if CONFIGURATION.behind_tls_proxy else 0
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Candela"
MFA_ADAPTER = "candela.web.accounts.adapters.SecondFactorAdapter"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = False  # localhost is allowed in any case
MFA_ALLOW_UNVERIFIED_EMAIL = True  # there are none: a new address is proved first
MFA_FORMS = {
    "authenticate": "candela.web.accounts.sign_in_forms.CodeForm",
    "reauthenticate": "candela.web.accounts.sign_in_forms.CodeAgainForm",
    "authenticate_webauthn": "candela.web.accounts.sign_in_forms.PasskeyForm",
    "activate_totp": "candela.web.accounts.sign_in_forms.FirstCodeForm",
    "add_webauthn": "candela.web.accounts.sign_in_forms.NewPasskeyForm",
    "login_webauthn": "candela.web.accounts.sign_in_forms.SignInPasskeyForm",
    "reauthenticate_webauthn": "candela.web.accounts.sign_in_forms.PasskeyAgainForm",
    "edit_webauthn": "candela.web.accounts.sign_in_forms.PasskeyNameForm",
}
MFA_RATE_LIMITS = {"webauthn_login": "200/m/ip"}
USERSESSIONS_TRACK_ACTIVITY = False
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {
    "openid_connect": {
        "provider_class": "candela.web.accounts.single_sign_on.StrictProvider",
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [],
    }
}
if CONFIGURATION.single_sign_on:
    _sso = CONFIGURATION.single_sign_on
    SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"].append(
        {
            "provider_id": "organisation",
            "name": _sso.name,
            "client_id": _sso.client,
            "secret": _sso.secret,
            "settings": {"server_url": _sso.issuer, "oauth_pkce_enabled": True},
        }
    )
REQUIRE_SECOND_FACTOR = CONFIGURATION.require_second_factor

# Sessions and cookies: idle 30 minutes, 12 hours at most (web.md, section 6)
SESSION_IDLE = timedelta(minutes=30)
SESSION_LONGEST = timedelta(hours=12)
SESSION_COOKIE_AGE = int(SESSION_LONGEST.total_seconds())
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
_PREFIX = "__Host-" if CONFIGURATION.https else ""
SESSION_COOKIE_NAME = f"{_PREFIX}candela-session"
SESSION_COOKIE_SECURE = CONFIGURATION.https
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = f"{_PREFIX}candela-csrf"
CSRF_COOKIE_SECURE = CONFIGURATION.https
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "candela.web.errors.form_expired"
CSRF_TRUSTED_ORIGINS = [CONFIGURATION.origin] if CONFIGURATION.origin else []
MESSAGE_STORAGE = "candela.web.telling.ToldInCookie"
MESSAGE_COOKIE_NAME = f"{_PREFIX}candela-messages"

# Headers
SECURE_CONTENT_TYPE_NOSNIFF = True
# Not `no-referrer`: browsers then send forms from "null", and no form would be taken.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if CONFIGURATION.https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = False
if CONFIGURATION.behind_tls_proxy:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# Uploads: streamed to the staging folder, never held in memory
FILE_UPLOAD_HANDLERS = ["candela.web.books.uploads.StagedUpload"]
FILE_UPLOAD_TEMP_DIR = str(CONFIGURATION.folder("staging"))
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FILES = 1

# E-mail
DEFAULT_FROM_EMAIL = SERVER_EMAIL = CONFIGURATION.mail.sender
EMAIL_BACKEND = "candela.web.mail.AfterCommit"
if CONFIGURATION.mail.host:
    MAIL_THROUGH = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = CONFIGURATION.mail.host, CONFIGURATION.mail.port
    EMAIL_HOST_USER = CONFIGURATION.mail.user
    EMAIL_HOST_PASSWORD = CONFIGURATION.mail.password
    EMAIL_USE_SSL = CONFIGURATION.mail.tls
    EMAIL_TIMEOUT = 10
else:
    MAIL_THROUGH = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(CONFIGURATION.folder("mail"))

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(message)s"}},
    "filters": {
        "no_addresses": {"()": "candela.web.logs.WithoutAddresses"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "plain",
            "filters": ["no_addresses"],
        }
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django.request": {"level": "CRITICAL"},  # `errors` says what is worth saying
        "django.security": {"level": "ERROR"},
        "candela": {"level": "INFO"},
    },
}
