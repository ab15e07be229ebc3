"""Django's settings, made from the configuration (``configuration.py``): the one place where they are wired."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from lightkeeper import configuration, logs

LIGHTKEEPER = configuration.load()
"""The configuration as it was read at the start."""

PACKAGE = Path(__file__).resolve().parent
DATA_DIR: Path = LIGHTKEEPER["data_dir"]


def _secret() -> str:
    """The web secret from the configuration or its file; empty where there is none yet (``init`` makes one)."""
    if LIGHTKEEPER["secret_key"]:
        return str(LIGHTKEEPER["secret_key"])
    file = LIGHTKEEPER.secret_key_file
    try:
        return file.read_text("ascii").strip()
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        raise configuration.ConfigurationError(f"The web secret in {file} cannot be read: {reason}.") from None


def _database() -> dict[str, Any]:
    url = LIGHTKEEPER["database_url"]
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA_DIR / "lightkeeper.sqlite3",
            # FULL: what was accepted survives a power cut. IMMEDIATE: a transaction that will write waits its turn at
            # its beginning instead of failing in its middle.
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
            },
        }
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        # What follows the question mark is for libpq: ?sslmode=verify-full&sslrootcert=/path
        "OPTIONS": {"pool": {"min_size": 1, "max_size": 16, "timeout": 20}, **dict(parse_qsl(parts.query))},
    }


SECRET_KEY = _secret() or "unset"
DEBUG = bool(LIGHTKEEPER["debug"])
_host = LIGHTKEEPER.public_host
ALLOWED_HOSTS = sorted({*LIGHTKEEPER["hosts"], f"[{_host}]" if ":" in _host else _host})
LOGGING = logs.dictionary(LIGHTKEEPER["log_level"])
DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
ROOT_URLCONF = "lightkeeper.web.urls"
WSGI_APPLICATION = "lightkeeper.web.wsgi.application"

INSTALLED_APPS = [
    "lightkeeper.runtime",
    "lightkeeper.record",
    "lightkeeper.people",
    "lightkeeper.lists",
    "lightkeeper.review",
    "lightkeeper.act",
    "lightkeeper.intake",
    "lightkeeper.web",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
MIDDLEWARE = ["django.middleware.security.SecurityMiddleware"]
TEMPLATES = [
    {
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
STATIC_URL = "/static/"
# No route may spool an upload to a file in clear: rooms that take files name their own handler.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
