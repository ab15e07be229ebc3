"""``lightkeeper keys``: wraps all keys by the current master key, so that an older one can be taken away."""

from __future__ import annotations

import argparse
import sys
from typing import Final

from lightkeeper.cli.exits import EXIT_OK, CommandError
from lightkeeper.cli.installed import open_installation

SUMMARY: Final = "change the master key without rewriting what is encrypted"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the verb below it."""
    verbs = parser.add_subparsers(dest="keys_verb", metavar="WHAT", required=True)
    verbs.add_parser("rotate", help="wrap every key by the first master key; safe to repeat and to interrupt")


def run(args: argparse.Namespace) -> int:
    """Rotate."""
    del args
    open_installation()
    from lightkeeper.record.services import rotate_keys
    from lightkeeper.record.types import Actor
    from lightkeeper.runtime.services import KeyUnusableError, SealError

    try:
        done = rotate_keys(actor=Actor.operator())
    except (KeyUnusableError, SealError) as error:
        raise CommandError(f"{error} Nothing encrypted was changed; run it again when that is mended") from error
    sys.stdout.write(
        f"The master key {done.master} wraps everything now: {done.purpose_keys:,} keys by purpose and"
        f" {done.data_keys:,} keys of objects were wrapped anew.\n"
    )
    if done.purpose_keys or done.data_keys:
        sys.stdout.write("Run it again until nothing is wrapped anew; only then take an older master key away.\n")
    return EXIT_OK
