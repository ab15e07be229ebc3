"""``lightkeeper vault``: reads every object of the vault and says which are not as they were written."""

from __future__ import annotations

import argparse
import sys
from typing import Final

from lightkeeper.cli.counting import counting
from lightkeeper.cli.exits import EXIT_BROKEN, EXIT_OK
from lightkeeper.cli.installed import open_installation

SUMMARY: Final = "read and check every object of the vault"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the verb below it."""
    verbs = parser.add_subparsers(dest="vault_verb", metavar="WHAT", required=True)
    verbs.add_parser("verify", help="read every object whole and name what is damaged; exit 1 if anything is")


def run(args: argparse.Namespace) -> int:
    """Read all."""
    del args
    open_installation()
    from lightkeeper.record.services import verify_vault
    from lightkeeper.record.types import Actor

    with counting("objects") as tell:
        found = verify_vault(actor=Actor.operator(), tell=tell)
    for number, damage in found.damaged:
        sys.stdout.write(f"DAMAGED object {number}: {damage}\n")
    if found.damaged_count > len(found.damaged):
        sys.stdout.write(f"DAMAGED and {found.damaged_count - len(found.damaged):,} more\n")
    sys.stdout.write(f"{found.objects:,} objects were read; {found.damaged_count:,} are damaged.\n")
    return EXIT_OK if found.ok else EXIT_BROKEN
