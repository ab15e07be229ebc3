"""Django's settings, made from the configuration (``configuration.py``): the one place where they are wired."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.utils.translation import to_language

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
            # Kept open: closing the last connection would copy the whole log into the file, and empty the cache.
            "CONN_MAX_AGE": None,
            # Tests use a file too: in memory, threads would share one connection's locks.
            "TEST": {"NAME": DATA_DIR / "tests.sqlite3"},
            # FULL: what was accepted survives a power cut. IMMEDIATE: a transaction that will write waits its turn at
            # its beginning instead of failing in its middle. Secure delete: what is freed is overwritten with zeros.
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON;"
                ),
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
        # A connection from the pool is tried before it is used: the database may have been restarted.
        "CONN_HEALTH_CHECKS": True,
        # Queries are short: compiling one first (jit) takes a hundred times as long as the query itself.
        # What follows the question mark is for libpq: ?sslmode=verify-full&sslrootcert=/path
        "OPTIONS": {
            "pool": {"min_size": 1, "max_size": 16, "timeout": 20},
            "options": "-c jit=off",
            **dict(parse_qsl(parts.query)),
        },
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
# English, and whatever languages have a catalogue (docs/translating.md); the browser says which one it would like.
LANGUAGE_CODE = "en"
LOCALE_PATHS = [PACKAGE / "locale"]
LANGUAGES = [("en", "English")] + [
    (to_language(folder.parent.parent.name), folder.parent.parent.name)
    for folder in sorted(PACKAGE.glob("locale/*/LC_MESSAGES/django.mo"))
]
LANGUAGE_COOKIE_HTTPONLY = True
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
    "lightkeeper.figures",
    "lightkeeper.web",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
    "csp",
    "django_htmx",
]
if LIGHTKEEPER["database_url"]:  # it knows no other database
    INSTALLED_APPS.append("procrastinate.contrib.django")
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = None
MIDDLEWARE = [
    "lightkeeper.web.probes.ProbesMiddleware",
    "lightkeeper.web.api.ApiMiddleware",
    "lightkeeper.web.middleware.Headers",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "lightkeeper.web.static_files.HashedStatic",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
    "lightkeeper.people.middleware.SignInRules",
    "lightkeeper.web.middleware.WrongMethod",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "lightkeeper.web.context.frame",
            ],
        },
    },
]
STATIC_URL = "/static/"
# No route may spool an upload to a file in clear: rooms that take files name their own handler.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]

# Who signs in, and how. The rules themselves are in people/middleware.py, people/lockout.py and docs/people.md.
_HTTPS = LIGHTKEEPER["public_url"].startswith("https://")
AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
_VALIDATION = "django.contrib.auth.password_validation."
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": _VALIDATION + "MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": _VALIDATION + "UserAttributeSimilarityValidator", "OPTIONS": {"user_attributes": ("email", "name")}},
    {"NAME": _VALIDATION + "CommonPasswordValidator"},
    {"NAME": _VALIDATION + "NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"

ACCOUNT_ADAPTER = "lightkeeper.people.sign_in.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_FORMS = {
    "login": "lightkeeper.people.sign_in.SignInForm",
    "reauthenticate": "lightkeeper.people.sign_in.PasswordAgainForm",
}
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
ACCOUNT_RATE_LIMITS = False  # axes counts failed attempts, for all processes together
MFA_ADAPTER = "lightkeeper.people.second_factor.SealedSecrets"
MFA_FORMS = {
    "authenticate": "lightkeeper.people.sign_in.CodeForm",
    "reauthenticate": "lightkeeper.people.sign_in.CodeAgainForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True  # addresses come from an administrator, not from sign-up
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODES_SHOW_ONCE = True

AXES_HANDLER = "lightkeeper.people.lockout.LockoutHandler"
AXES_LOCKOUT_PARAMETERS = ["username", "ip_address"]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_USERNAME_CALLABLE = "lightkeeper.people.lockout.attempt_key"
AXES_CLIENT_STR_CALLABLE = "lightkeeper.people.lockout.client_text"
AXES_LOCKOUT_TEMPLATE = "people/locked_out.html"
AXES_SENSITIVE_PARAMETERS = ["login", "password", "code", "csrfmiddlewaretoken", "username", "ip_address"]
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

# One cache for all processes, in the database: it remembers which one-time codes were used.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "people_cache"}}

SESSION_COOKIE_AGE = LIGHTKEEPER["session_hours"] * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = _HTTPS
SESSION_COOKIE_NAME = "__Host-lightkeeper" if _HTTPS else "lightkeeper"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_SECURE = _HTTPS
CSRF_COOKIE_NAME = "__Host-lightkeeper-csrf" if _HTTPS else "lightkeeper-csrf"
CSRF_TRUSTED_ORIGINS = [LIGHTKEEPER["public_url"]]
CSRF_FAILURE_VIEW = "lightkeeper.web.errors.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

SECURE_SSL_REDIRECT = False  # the reverse proxy's, which alone knows both ports
SECURE_HSTS_SECONDS = 63072000 if _HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = False
SECURE_CONTENT_TYPE_NOSNIFF = True
# Nothing goes to other sites. Not "no-referrer": browsers then send "Origin: null" with forms, which CSRF refuses.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    },
}

WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_ALLOW_ALL_ORIGINS = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "lightkeeper.web.static_files.HashedFiles"},
}

# Alerts by e-mail (people/on_call.py). In debug mode without a server they are printed.
EMAIL_HOST = LIGHTKEEPER["email_host"]
EMAIL_PORT = LIGHTKEEPER["email_port"]
EMAIL_HOST_USER = LIGHTKEEPER["email_user"]
EMAIL_HOST_PASSWORD = LIGHTKEEPER["email_password"]
EMAIL_USE_TLS = LIGHTKEEPER["email_tls"]
EMAIL_TIMEOUT = 10
EMAIL_BACKEND = "django.core.mail.backends." + ("console" if DEBUG and not EMAIL_HOST else "smtp") + ".EmailBackend"
DEFAULT_FROM_EMAIL = LIGHTKEEPER["email_from"]
