"""Django, set up in code: once in a process, on the database of a desk."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.utils import timezone

from leadlight.server.desk_database import DeskDatabase

#: The largest body of a request, in bytes; a file that is uploaded may be larger.
LARGEST_BODY = 4 * 1024 * 1024
_setting_up = threading.Lock()


@dataclass(frozen=True)
class WebAddress:
    """Where the server is reached: the URL that people type, and further hosts that it goes by."""

    url: str = "http://127.0.0.1:8000"
    hosts: tuple[str, ...] = ()

    @property
    def is_secure(self) -> bool:
        """Whether it is reached by TLS."""
        return urlsplit(self.url).scheme == "https"

    @property
    def allowed_hosts(self) -> list[str]:
        """The hosts that a request may name; others are refused, so that no name of somebody else
        can be pointed here.
        """
        return ["localhost", "127.0.0.1", "[::1]", urlsplit(self.url).hostname or "", *self.hosts]

    @property
    def origin(self) -> str:
        """Scheme and host of the URL."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"


def set_up(
    database: DeskDatabase, secret: bytes, address: WebAddress = WebAddress()
) -> DeskDatabase:
    """Set Django up on a database, which is made or brought up to date.

    A process serves one workspace: another database takes the place of the first.
    """
    with _setting_up, database.turn():
        if settings.configured:
            _change(database, secret, address)
        else:
            settings.configure(**_settings(database, secret.decode(), address))
            django.setup()
            # These write names and addresses of people.
            for noisy in ("axes", "django.request", "django.security", "django.server"):
                logging.getLogger(noisy).setLevel(logging.CRITICAL)
        if not _is_up_to_date():
            call_command("migrate", interactive=False, verbosity=0)
            _make_roles()
        _drop_old_rows()
    return database


def _change(database: DeskDatabase, secret: bytes, address: WebAddress) -> None:
    connections["default"].close()
    filled = connections.configure_settings({"default": database.django_settings})
    connections.settings["default"] = filled["default"]
    del connections["default"]
    settings.SECRET_KEY = secret.decode()
    for name, value in _of_address(address).items():
        setattr(settings, name, value)


def _is_up_to_date() -> bool:
    """Whether nothing is to be migrated, and what was migrated came to its end: the roles, which
    are made last, are there.
    """
    from django.contrib.auth.models import Group
    from django.db.migrations.executor import MigrationExecutor

    from leadlight.server.scopes import ROLES

    todo = MigrationExecutor(connections["default"])
    if todo.migration_plan(todo.loader.graph.leaf_nodes()):
        return False
    return set(ROLES) <= set(Group.objects.values_list("name", flat=True))


def _make_roles() -> None:
    from django.contrib.auth.models import Group

    from leadlight.server.scopes import ROLES

    known = set(Group.objects.values_list("name", flat=True))
    Group.objects.bulk_create([Group(name=role) for role in ROLES if role not in known])


def _drop_old_rows() -> None:
    """Sessions that are over, and answers that nobody may ask for again."""
    from leadlight.server.access.models import StoredAnswer

    call_command("clearsessions")
    StoredAnswer.objects.filter(at__lt=timezone.now() - timedelta(days=1)).delete()


def _of_address(address: WebAddress) -> dict[str, Any]:
    secure = address.is_secure
    return {
        "ALLOWED_HOSTS": address.allowed_hosts,
        "CSRF_TRUSTED_ORIGINS": [address.origin],
        "CSRF_COOKIE_SECURE": secure,
        "SESSION_COOKIE_SECURE": secure,
        "SECURE_HSTS_SECONDS": 31_536_000 if secure else 0,
        "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https") if secure else None,
    }


def _settings(database: DeskDatabase, secret: str, address: WebAddress) -> dict[str, Any]:
    return {
        "SECRET_KEY": secret,
        "DEBUG": False,
        "ROOT_URLCONF": "leadlight.server.urls",
        "USE_TZ": True,
        "TIME_ZONE": "UTC",
        **_LANGUAGES,
        "LOGGING_CONFIG": None,
        "DATABASES": {"default": database.django_settings},
        "INSTALLED_APPS": _APPS,
        "MIDDLEWARE": _MIDDLEWARE,
        "TEMPLATES": [_TEMPLATES],
        "STATIC_URL": "/static/",
        "WHITENOISE_USE_FINDERS": True,
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        "DATA_UPLOAD_MAX_MEMORY_SIZE": LARGEST_BODY,
        "FILE_UPLOAD_PERMISSIONS": 0o600,
        **_of_address(address),
        **_LOG_IN,
        **_POLICY,
    }


_APPS: Sequence[str] = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "leadlight.server.access",
    "leadlight.server.drafts",
    "leadlight.server.pages",
]
_MIDDLEWARE: Sequence[str] = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "leadlight.server.private_pages.PrivatePages",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]
_TEMPLATES: dict[str, Any] = {
    "BACKEND": "django.template.backends.django.DjangoTemplates",
    "APP_DIRS": True,
    "OPTIONS": {
        "context_processors": [
            "django.template.context_processors.request",
            "django.contrib.auth.context_processors.auth",
            "django.contrib.messages.context_processors.messages",
        ]
    },
}
#: English is the source; the words of others stand in `locale/`, made by `tools/messages.py`.
_LANGUAGES: dict[str, Any] = {
    "USE_I18N": True,
    "LANGUAGE_CODE": "en",
    "LANGUAGES": [("en", "English"), ("de", "Deutsch")],
    "LOCALE_PATHS": [str(Path(__file__).parent / "locale")],
    # A number in a page is the same in every language: coordinates and fields are numbers too.
    "FORMAT_MODULE_PATH": "leadlight.server.locale.formats",
    "LANGUAGE_COOKIE_NAME": "language",
    "LANGUAGE_COOKIE_SAMESITE": "Lax",
    "LANGUAGE_COOKIE_HTTPONLY": True,
}
_PASSWORDS = "django.contrib.auth.password_validation."
_LOG_IN: dict[str, Any] = {
    "AUTHENTICATION_BACKENDS": [
        "axes.backends.AxesStandaloneBackend",
        "django.contrib.auth.backends.ModelBackend",
    ],
    "AUTH_PASSWORD_VALIDATORS": [
        {"NAME": f"{_PASSWORDS}UserAttributeSimilarityValidator"},
        {"NAME": f"{_PASSWORDS}MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
        {"NAME": f"{_PASSWORDS}CommonPasswordValidator"},
        {"NAME": f"{_PASSWORDS}NumericPasswordValidator"},
    ],
    "PASSWORD_RESET_TIMEOUT": 24 * 3600,
    "LOGIN_URL": "/log-in",
    "LOGIN_REDIRECT_URL": "/",
    "LOGOUT_REDIRECT_URL": "/log-in",
    "SESSION_COOKIE_HTTPONLY": True,
    "SESSION_COOKIE_SAMESITE": "Lax",
    "SESSION_COOKIE_AGE": 7 * 24 * 3600,
    "CSRF_COOKIE_SAMESITE": "Lax",
    "AXES_FAILURE_LIMIT": 5,
    "AXES_COOLOFF_TIME": timedelta(minutes=15),
    "AXES_LOCKOUT_PARAMETERS": [["username", "ip_address"]],
    "AXES_RESET_ON_SUCCESS": True,
    "AXES_LOCKOUT_TEMPLATE": "access/locked.html",
    "AXES_VERBOSE": False,
}
_POLICY: dict[str, Any] = {
    "X_FRAME_OPTIONS": "DENY",
    "SECURE_REFERRER_POLICY": "same-origin",
    "SECURE_CONTENT_TYPE_NOSNIFF": True,
    "CONTENT_SECURITY_POLICY": {
        "DIRECTIVES": {
            "default-src": ["'none'"],
            "script-src": ["'self'"],
            "style-src": ["'self'"],
            "img-src": ["'self'", "data:"],
            "font-src": ["'self'"],
            "connect-src": ["'self'"],
            "form-action": ["'self'"],
            "frame-ancestors": ["'none'"],
            "base-uri": ["'none'"],
        }
    },
}
