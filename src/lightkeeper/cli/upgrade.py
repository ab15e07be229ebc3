"""``lightkeeper upgrade``: brings the database to this version, after a backup."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Final

from lightkeeper import __version__
from lightkeeper.cli import service
from lightkeeper.cli.exits import EXIT_OK, CommandError

if TYPE_CHECKING:
    from pathlib import Path

    from lightkeeper.installation import Migrations

SUMMARY: Final = "bring the database to this version, after a backup"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument(
        "--backup-done", action="store_true", help="make no backup: the database has been backed up otherwise"
    )


def run(args: argparse.Namespace) -> int:
    """Back up, migrate, and say what was done."""
    service.django()
    from lightkeeper import installation

    refuse_half_restored()
    found = installation.migrations()
    refuse_newer(found)
    if not found.applied:
        raise CommandError("nothing is set up here yet: run `lightkeeper init`")
    if not found.pending:
        sys.stdout.write(f"The database is at this version ({__version__}) already; nothing was done.\n")
        return EXIT_OK
    if args.backup_done:
        sys.stdout.write("No backup was made, as you said that there is one.\n")
    else:
        copy = _back_up()
        sys.stdout.write(f"The database was backed up to {copy}, and the copy was checked.\n")
    sys.stdout.flush()
    _migrate(found)
    return EXIT_OK


def refuse_half_restored() -> None:
    """Refuse an installation in which a restore has begun and not ended. Raises CommandError."""
    from lightkeeper import installation

    if installation.restore_mark().exists():
        raise CommandError(
            "a restore has begun here and has not ended, so what was destroyed may be back: run `lightkeeper restore` "
            "again"
        )


def refuse_newer(found: Migrations) -> None:
    """Refuse a database that a newer program has changed. Raises CommandError."""
    if found.unknown:
        raise CommandError(
            f"the database was made by a newer Lightkeeper ({found.unknown[-1]} is unknown to {__version__}): "
            "install that version, or restore a backup from before"
        )


def _back_up() -> Path:
    from django.conf import settings
    from django.utils import timezone

    from lightkeeper.backup import BackupError, back_up

    try:
        return back_up(
            settings.DATABASES["default"], settings.DATA_DIR / "backups", at=timezone.now(), version=__version__
        )
    except BackupError as error:
        raise CommandError(str(error)) from error


def _migrate(found: Migrations) -> None:
    from django.core.management import CommandError as ManagementError
    from django.core.management import call_command
    from django.db import Error
    from django.db.migrations.exceptions import InconsistentMigrationHistory

    try:
        call_command("migrate", interactive=False, verbosity=0)
    except (Error, InconsistentMigrationHistory, ManagementError) as error:
        raise CommandError(
            f"a change of the database failed ({type(error).__name__}); on PostgreSQL and SQLite a change that fails "
            "leaves nothing behind: see that no server or worker runs, and try again, or restore the backup"
        ) from error
    for name in found.pending:
        sys.stdout.write(f"  {name}\n")
    sys.stdout.write(f"{len(found.pending)} changes made. The database is at version {__version__}.\n")
