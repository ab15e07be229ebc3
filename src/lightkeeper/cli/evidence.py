"""``lightkeeper evidence``: writes an export for an authority, which two people released, to an encrypted file."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Final
from uuid import UUID

from lightkeeper.cli.exits import EXIT_BROKEN, EXIT_OK, CommandError
from lightkeeper.cli.installed import open_installation

SUMMARY: Final = "write an export for an authority, released by two people, to an encrypted file"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the export and the file."""
    parser.add_argument("export", metavar="EXPORT", type=UUID, help="its name, from the page of the request")
    parser.add_argument("file", metavar="FILE", type=Path, help="where it is written; must not be there yet")


def run(args: argparse.Namespace) -> int:
    """Write it, and say its passphrase once."""
    os.umask(0o077)
    open_installation()
    from lightkeeper.act.services import NotWritten, write_export
    from lightkeeper.runtime.services import new_passphrase

    passphrase = new_passphrase()
    try:
        done = write_export(args.export, args.file, passphrase)
    except NotWritten as error:
        raise CommandError(str(error)) from error
    except FileExistsError as error:
        raise CommandError(f"{args.file} is there already, and nothing is overwritten: name another") from error
    except OSError as error:
        raise CommandError(f"{args.file} cannot be written: {error.strerror}") from error
    lines = [
        f"{args.file} has {done.files:,} files, a manifest and the chain of custody.",
        f"SHA-256: {done.archive}",
        f"Passphrase, shown this once: {passphrase}",
        "Send the file and the passphrase by different ways. Whoever has both opens it with `age -d` and `tar -x`.",
    ]
    if done.absent:
        lines.insert(
            1, f"MISSING {done.absent:,} originals were destroyed or damaged meanwhile; the manifest names them."
        )
    sys.stdout.write("\n".join(lines) + "\n")
    return EXIT_BROKEN if done.absent else EXIT_OK
