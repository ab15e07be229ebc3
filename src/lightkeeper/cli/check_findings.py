"""What ``lightkeeper check`` looks at. Django is ready and the database answers when these are called."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from lightkeeper.configuration import BY_NAME, is_loopback

if TYPE_CHECKING:
    from lightkeeper.configuration import Configuration

SECRET_LENGTH = 40
ENCRYPTED = frozenset({"require", "verify-ca", "verify-full"})


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong and what to do; advice where ``refused`` is False."""

    sentence: str
    refused: bool = True


def essentials() -> Iterator[Finding]:
    """What every installation needs, so that it can be started at all."""
    from django.conf import settings
    from django.core.checks import ERROR, run_checks

    from lightkeeper.cli.exits import CommandError
    from lightkeeper.cli.installed import require_installed

    try:
        require_installed(settings.LIGHTKEEPER)
    except CommandError as error:
        sentence = str(error).removesuffix(".")
        yield Finding(f"{sentence[0].upper()}{sentence[1:]}.")
    for problem in run_checks():
        if problem.level >= ERROR:
            yield Finding(f"Django says: {problem.msg}")


def deployment() -> Iterator[Finding]:
    """What an installation must not have, or should have, before platforms and people use it."""
    from django.conf import settings

    configuration: Configuration = settings.LIGHTKEEPER
    yield from _switches(configuration)
    yield from _secrets(configuration)
    yield from _addresses(configuration)
    yield from _database(configuration)
    yield from _people()
    yield from _work(configuration)
    yield from _backups(configuration)
    yield from _destruction_log(configuration)


def _switches(configuration: Configuration) -> Iterator[Finding]:
    for name in ("demo", "debug"):
        if configuration[name]:
            yield Finding(f"The setting {name} is on: unset {configuration.sources.get(name, BY_NAME[name].variable)}.")


def _secrets(configuration: Configuration) -> Iterator[Finding]:
    from django.conf import settings

    from lightkeeper import installation

    secret = settings.SECRET_KEY
    if len(secret) < SECRET_LENGTH or len(set(secret)) < SECRET_LENGTH // 4 or secret.startswith("django-insecure"):
        yield Finding(
            "The web secret is short or guessable: remove LIGHTKEEPER_SECRET_KEY and run `lightkeeper init`, "
            f"or set {SECRET_LENGTH} random characters."
        )
    for path in installation.open_to_others(configuration):
        yield Finding(f"Others can read {path}: chmod {'700' if path.is_dir() else '600'} it.")
    for name, source in configuration.sources.items():
        file = source.partition(" in ")[2]
        if BY_NAME[name].secret and file and installation.is_open(file):
            yield Finding(f"{source} is a secret, and others can read the file: chmod 600 it.")
    if not configuration["master_key"] and configuration["data_dir"] in configuration.master_key_file.parents:
        yield Finding(
            "The master key lies on the disk with what it protects: whoever takes the disk has both. Move it "
            "(LIGHTKEEPER_MASTER_KEY_FILE), best to where the service manager hands it over.",
            refused=False,
        )


def _addresses(configuration: Configuration) -> Iterator[Finding]:
    if not configuration.secure:
        yield Finding(
            "LIGHTKEEPER_PUBLIC_URL is http, so keys, cookies and pictures would travel in clear: put a reverse proxy "
            "with a certificate in front, and name its https address.",
            refused=not is_loopback(configuration.public_host),
        )
    if "*" in configuration["hosts"]:
        yield Finding("LIGHTKEEPER_HOSTS answers to any name ('*'): name the hosts.")
    if configuration.secure and not configuration["proxies"]:
        yield Finding(
            "LIGHTKEEPER_PROXIES is empty: all requests seem to come from the reverse proxy, so one person's failed "
            "sign-ins lock out all. Name its address, such as 127.0.0.1."
        )
    if not is_loopback(configuration.listen[0]) and not configuration["proxies"]:
        yield Finding(
            f"It listens on {configuration['listen']} itself, without encryption: listen on loopback, behind a reverse "
            "proxy.",
        )


def _database(configuration: Configuration) -> Iterator[Finding]:
    url = configuration["database_url"]
    if not url:
        yield from _sqlite_nodes()
        return
    parts = urlsplit(url)
    mode = parse_qs(parts.query).get("sslmode", ["prefer"])[-1]
    if parts.hostname and not is_loopback(parts.hostname) and mode not in ENCRYPTED:
        yield Finding("The way to PostgreSQL may be unencrypted: add ?sslmode=verify-full to LIGHTKEEPER_DATABASE_URL.")
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if cursor.fetchone() == (True,):
            yield Finding("The service uses PostgreSQL as its superuser: make a role of its own that is none.")


def _sqlite_nodes() -> Iterator[Finding]:
    from lightkeeper.runtime.queries import alive_workers

    hosts = {worker.name.partition(":")[0] for worker in alive_workers()}
    if len(hosts) > 1:
        yield Finding(
            "Workers of several machines use one SQLite file, which loses data over a network: use PostgreSQL "
            "(LIGHTKEEPER_DATABASE_URL).",
            refused=False,
        )


def _people() -> Iterator[Finding]:
    from lightkeeper.people import queries

    accounts = queries.accounts()
    if not accounts.administrators:
        yield Finding("Nobody is an administrator: `lightkeeper init --admin-email ADDRESS` makes a link for one.")
    elif not accounts.enrolled_administrators:
        yield Finding(
            "No administrator has set up a second factor yet: open the invitation that `lightkeeper init` printed, or "
            "run `lightkeeper init --admin-email ADDRESS` for a new one."
        )
    if accounts.without_second_factor:
        yield Finding(
            f"{accounts.without_second_factor} people have a password and no second factor: let them sign in and set "
            "one up, or deactivate them."
        )
    if accounts.demo_links:
        yield Finding(
            f"{accounts.demo_links} links of a demonstration sign in without a password: a demonstration cannot become "
            "an installation; make a new one with `lightkeeper init`."
        )
    if not queries.on_call().contacts:
        yield Finding("Nobody is on call, so an urgent alert reaches no one: add people under Alerts.", refused=False)


def _work(configuration: Configuration) -> Iterator[Finding]:
    from lightkeeper.record.services import hash_only
    from lightkeeper.runtime import queries

    if not queries.alive_workers():
        yield Finding("No worker runs, so nothing is finished or sent: start `lightkeeper worker`.")
    dead = sum(kind.count for kind in queries.dead_kinds())
    if dead:
        yield Finding(f"{dead} pieces of work failed for good: see Work in the console.", refused=False)
    if not configuration["email_host"]:
        yield Finding("LIGHTKEEPER_EMAIL_HOST is empty, so alerts leave by webhook only.", refused=False)
    if hash_only():
        yield Finding("Hash-only: nobody has answered for keeping and showing (`lightkeeper init`).", refused=False)


def _backups(configuration: Configuration) -> Iterator[Finding]:
    from django.utils import timezone

    from lightkeeper.record.queries import last_backup_at

    days, last = configuration["backup_days"], last_backup_at()
    if not days or (last is not None and timezone.now() - last <= timedelta(days=days)):
        return
    found = "There is no backup" if last is None else f"The last backup was made on {last:%d %B %Y}"
    yield Finding(
        f"{found}: run `lightkeeper backup DIR` every night (docs/backup.md), or set LIGHTKEEPER_BACKUP_DAYS to 0 if "
        "you back up otherwise.",
        refused=False,
    )


def _destruction_log(configuration: Configuration) -> Iterator[Finding]:
    """The log must outlast the database and the vault: it says what not to bring back."""
    from lightkeeper.record.services import log_path

    data, log = Path(configuration["data_dir"]).resolve(), log_path().resolve()
    if data in log.parents:
        where = "in the data directory"
    elif log.parent.is_dir() and data.is_dir() and log.parent.stat().st_dev == data.stat().st_dev:
        where = "on the same disk as the data directory"
    else:
        return
    yield Finding(
        f"The destruction log lies {where}: what takes the one takes the other, and a restore would bring back what "
        "was destroyed. Name a file on another disk (LIGHTKEEPER_DESTRUCTION_LOG), and copy the log there first.",
        refused=False,
    )
