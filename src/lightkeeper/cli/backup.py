"""``lightkeeper backup``: copies database and vault while the service runs; never a key."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lightkeeper.cli.counting import counting
from lightkeeper.cli.exits import EXIT_BROKEN, EXIT_OK, CommandError
from lightkeeper.cli.installed import open_installation
from lightkeeper.cli.options import whole

if TYPE_CHECKING:
    from lightkeeper.backups.making import Made

SUMMARY: Final = "back up database and vault, while the service runs"
KEEP: Final = 7


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the folder and the options."""
    parser.add_argument("folder", metavar="DIR", type=Path, help="where backups are kept; made if it is not there")
    parser.add_argument(
        "--without-vault", action="store_true", help="the database alone: the vault's folder is backed up otherwise"
    )
    parser.add_argument("--verify", action="store_true", help="read all of the backup again before it counts")
    parser.add_argument(
        "--keep", type=whole(1, 1000), default=KEEP, metavar="N", help=f"backups that are kept ({KEEP}); older ones go"
    )


def run(args: argparse.Namespace) -> int:
    """Make a backup and say what it consists of."""
    os.umask(0o077)
    open_installation()
    from django.utils import timezone

    from lightkeeper.backup import BackupError
    from lightkeeper.backups.making import make

    try:
        with counting("objects") as tell:
            made = make(
                args.folder, at=timezone.now(), vault=not args.without_vault, keep=args.keep, check=args.verify,
                tell=tell,
            )  # fmt: skip
    except BackupError as error:
        raise CommandError(str(error)) from error
    _say(made, checked=args.verify)
    return EXIT_BROKEN if made.manifest.missing else EXIT_OK


def _say(made: Made, *, checked: bool) -> None:
    manifest = made.manifest
    lines = [f"{made.folder} is whole{' and was read again' if checked else ''}: the database ({manifest.kind})"]
    if manifest.objects is None:
        lines[0] += ". The vault is not part of it, as you said."
    else:
        lines[0] += f" and {manifest.objects:,} objects of the vault, {made.new:,} of them new."
    if made.removed or made.old:
        lines.append(f"{made.removed:,} copies of destroyed objects and {made.old:,} older backups were removed.")
    if manifest.missing:
        lines.append(
            f"MISSING {len(manifest.missing):,} objects were not in the vault, so the backup lacks them: "
            "run `lightkeeper vault verify`."
        )
    lines.append(
        f"No key is in it: keep the master key (now {manifest.master_key}) and the destruction log apart from it. "
        "Without the key nothing in it can be read; without the log a restore brings back what was destroyed."
    )
    sys.stdout.write("\n".join(lines) + "\n")
