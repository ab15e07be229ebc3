"""``lightkeeper restore``: puts a backup into an empty installation, without what was destroyed since."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lightkeeper.cli import service
from lightkeeper.cli.counting import counting
from lightkeeper.cli.exits import EXIT_BROKEN, EXIT_OK, CommandError
from lightkeeper.cli.init import read_configuration

if TYPE_CHECKING:
    from lightkeeper.backups.restoring import Restored
    from lightkeeper.configuration import Configuration

SUMMARY: Final = "restore a backup into an empty installation, without what was destroyed since"
STATEMENT_LENGTH: Final = 12


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the folder and what must be at hand."""
    parser.add_argument("folder", metavar="DIR", type=Path, help="the folder that `lightkeeper backup` was given")
    parser.add_argument("--at", default="", metavar="NAME", help="which backup (the newest)")
    parser.add_argument(
        "--keys", type=Path, metavar="FILE", help="the master key, copied to its place if none is there"
    )
    log = parser.add_mutually_exclusive_group(required=True)
    log.add_argument("--destructions", type=Path, metavar="FILE", help="the destruction log, kept apart from backups")
    log.add_argument(
        "--without-destruction-log", metavar="NAME-AND-REASON",
        help="there is none: who restores without, and why; it is kept in the record",
    )  # fmt: skip


def run(args: argparse.Namespace) -> int:
    """Restore, and say what was found."""
    statement = (args.without_destruction_log or "").strip()
    if args.destructions is None and len(statement) < STATEMENT_LENGTH:
        raise CommandError("--without-destruction-log must say who restores without the log, and why, in some words")
    os.umask(0o077)
    _put_keys(read_configuration(), args.keys)
    service.django(database=False)
    from django.utils import timezone

    from lightkeeper.backup import BackupError
    from lightkeeper.backups.restoring import restore
    from lightkeeper.runtime.services import KeyUnusableError, SealError

    try:
        with counting("objects") as tell:
            done = restore(
                args.folder, name=args.at, log=args.destructions, statement=statement, at=timezone.now(), tell=tell
            )
    except (BackupError, KeyUnusableError, SealError) as error:
        raise CommandError(str(error)) from error
    _say(done, without_log=args.destructions is None)
    return EXIT_OK if done.trail.ok and done.vault.ok and not done.again.held else EXIT_BROKEN


def _put_keys(configuration: Configuration, file: Path | None) -> None:
    """Put the master key in its place, and make a web secret: people sign in anew."""
    from lightkeeper import installation

    try:
        installation.make_data_dir(configuration)
        if file is not None:
            installation.put_master_key(configuration, file)
        if any("master key" in missing for missing in installation.missing_keys(configuration)):
            raise CommandError(
                f"the master key is not at {configuration.master_key_file}: name the copy that you kept apart (--keys "
                "FILE); nothing can be read without it"
            )
        installation.make_secret_key(configuration)
    except FileExistsError as error:
        raise CommandError(str(error)) from error
    except OSError as error:
        raise CommandError(f"{error.filename} cannot be used: {error.strerror}") from error


def _say(done: Restored, *, without_log: bool) -> None:
    manifest, out = done.manifest, sys.stdout.write
    out(f"{manifest.name} was restored: the database ({manifest.kind}) and {done.objects:,} objects of the vault.\n")
    if done.changes:
        out(f"It was of version {manifest.version}; {done.changes} changes brought it to this one.\n")
    if without_log:
        out("No destruction log was given: what was destroyed since may be back. That, and your reason, is recorded.\n")
    again = done.again
    out(f"{again.done:,} destructions were applied again; {done.lacking:,} objects had gone from the backup.\n")
    if done.log_reaches:
        out(
            f"The destruction log reaches up to {done.log_reaches}. If the service ran for longer than an hour after "
            "that, lines at its end are missing: restore again with a newer copy.\n"
        )
    if again.held:
        out(
            f"HELD {again.held:,} objects and rows that were destroyed since are back, under a legal hold of the "
            "backup's time: lift that hold again and erase them.\n"
        )
    if again.by_hand:
        out(
            f"BY HAND {again.by_hand:,} erasures of rows that the log names came after another restore, so their "
            "numbers may be of other rows now: see docs/backup.md.\n"
        )
    trail = "is sound" if done.trail.ok else f"is BROKEN: {done.trail.first_break}"
    out(f"The audit trail {trail} ({done.trail.events:,} events).\n")
    for number, damage in done.vault.damaged:
        out(f"DAMAGED object {number}: {damage}\n")
    out(f"{done.vault.objects:,} objects were read; {done.vault.damaged_count:,} are damaged.\n")
    out(
        f"What was sent after {manifest.made_at} is not known here: before you start the worker, set ncmec to off and "
        "compare with the authority what was filed; docs/backup.md says how.\n"
    )
