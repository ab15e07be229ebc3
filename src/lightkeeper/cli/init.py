"""``lightkeeper init``: makes an installation, or says what state it is in and asks what is still open."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING, Final

from lightkeeper.cli import authority, service
from lightkeeper.cli.exits import EXIT_OK, CommandError
from lightkeeper.cli.installed import require_installed
from lightkeeper.cli.upgrade import refuse_half_restored, refuse_newer

if TYPE_CHECKING:
    from lightkeeper.configuration import Configuration

SUMMARY: Final = "make an installation: data directory, keys, database, authority, first administrator"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    authority.configure(parser)
    group = parser.add_argument_group("first administrator (else it is asked)")
    group.add_argument("--admin-email", metavar="ADDRESS", help="e-mail address of the first administrator")
    group.add_argument("--admin-name", metavar="NAME", help="name of the first administrator (the address)")


def run(args: argparse.Namespace) -> int:
    """Make what is missing, leave what is there, and say both."""
    os.umask(0o077)
    ask = sys.stdin is not None and sys.stdin.isatty()
    if not ask:
        authority.answers(args, ask=False)  # what cannot be right is refused before anything is made
    _make_files(read_configuration())
    service.django()
    _make_database()
    _record_authority(authority.answers(args, ask=ask and not _authority_stands()))
    _make_administrator(args, ask=ask)
    _say("Next", "`lightkeeper serve` and `lightkeeper worker`; `lightkeeper check --deploy` says what is still open")
    return EXIT_OK


def read_configuration() -> Configuration:
    """Read the settings before Django does, since Django needs a file that is made here. Raises CommandError."""
    from importlib.util import find_spec

    from lightkeeper import configuration

    if find_spec("django") is None:
        raise CommandError(service.NEEDS_SERVICE)
    try:
        return configuration.load()
    except configuration.ConfigurationError as error:
        raise CommandError(str(error)) from error


def _say(what: str, text: str) -> None:
    sys.stdout.write(f"{what + ':' if what else '':<16}{text}\n")
    sys.stdout.flush()


def _make_files(configuration: Configuration) -> None:
    """Make the data directory and the web secret: Django cannot be started without."""
    from lightkeeper import installation

    folder = configuration["data_dir"]
    try:
        made = installation.make_data_dir(configuration)
        _say("Data directory", f"{folder}{' (made)' if made else ''}")
        secret = installation.make_secret_key(configuration)
    except OSError as error:
        raise CommandError(
            f"{error.filename or folder} cannot be written to: {error.strerror}; set LIGHTKEEPER_DATA_DIR to a "
            "directory of the user who runs this"
        ) from error
    _say("Web secret", f"{secret} (made)" if secret else "is there")


def _make_database() -> None:
    """Make the master key and the tables of a new installation; an existing one needs its own key."""
    from django.conf import settings
    from django.core.management import call_command

    from lightkeeper import installation

    configuration: Configuration = settings.LIGHTKEEPER
    refuse_half_restored()
    found = installation.migrations()
    refuse_newer(found)
    if found.applied and any("master key" in missing for missing in installation.missing_keys(configuration)):
        raise CommandError(
            f"the master key is not at {configuration.master_key_file}, and this installation was made with one: put "
            "it back; a new one could read nothing of what is kept"
        )
    try:
        key = installation.make_master_key(configuration)
    except OSError as error:
        raise CommandError(f"{configuration.master_key_file} cannot be written: {error.strerror}") from error
    _say("Master key", f"{key} (made)" if key else "is there")
    if key:
        _say("", "Copy it to a place apart from this machine now: without it all that is kept is lost,")
        _say("", "and whoever has both it and the data can read everything.")
    if found.applied and found.pending:
        raise CommandError(
            f"the database lacks {len(found.pending)} changes of this version: run `lightkeeper upgrade`"
        )
    if not found.applied:
        call_command("migrate", interactive=False, verbosity=0)
    require_installed(configuration)
    place = "PostgreSQL" if configuration["database_url"] else settings.DATABASES["default"]["NAME"]
    _say("Database", f"{place}{'' if found.applied else ' (made)'}")


def _authority_stands() -> bool:
    from lightkeeper.record import services as record

    return not record.hash_only()


def _record_authority(answers: dict[str, str] | None) -> None:
    """Record the answers, if there are any, and say what stands."""
    from lightkeeper.record import services as record
    from lightkeeper.record.types import Actor

    if answers:
        try:
            record.record_authority(
                organisation=answers["organisation"],
                person_name=answers["authority_person"],
                role=answers["authority_role"],
                country=answers["country"],
                basis=answers["basis"],
                actor=Actor.operator(),
            )
        except ValueError as error:
            raise CommandError(str(error)) from error
    stands = record.current_authority()
    if stands is None:
        _say("Authority", authority.HASH_ONLY)
        return
    _say("Authority", f"{stands.organisation}; {stands.person_name}, {stands.role}; {stands.country}")
    for allowed in record.ALLOWS:
        _say("", allowed)


def ask_email() -> str:
    """Ask until there is an e-mail address or nothing at all."""
    from django.core.exceptions import ValidationError
    from django.core.validators import validate_email

    sys.stdout.write("\nWho is the first administrator (e-mail address)? An administrator sees no content.\n")
    while email := authority.read_line("> "):
        try:
            validate_email(email)
        except ValidationError:
            sys.stdout.write("That is no e-mail address. Once more, or nothing to leave it open:\n")
        else:
            break
    return email


def _make_administrator(args: argparse.Namespace, *, ask: bool) -> None:
    """Invite the first administrator, where there is none; the link is printed once and kept nowhere."""
    from django.db import transaction

    from lightkeeper.people import queries, services
    from lightkeeper.people.types import Role
    from lightkeeper.record.types import Actor

    if queries.accounts().administrators:
        _say("Administrator", "there is one; people are invited in the console")
        return
    email = args.admin_email
    if not email and ask:
        email = ask_email()
    if not email:
        _say("Administrator", "none yet: `lightkeeper init --admin-email ADDRESS` makes a link for one")
        return
    try:
        with transaction.atomic():
            person = services.invite_person(
                email=email, name=args.admin_name or email, role=Role.ADMINISTRATOR, by=Actor.operator()
            )
            link = services.make_link(person, purpose="invite", by=Actor.operator())
    except services.PeopleError as error:
        raise CommandError(str(error)) from error
    _say("Administrator", f"{email}; this link sets the password and the second factor, once:")
    sys.stdout.write(f"{link}\n")
