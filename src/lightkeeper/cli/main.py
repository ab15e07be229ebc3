"""The command ``lightkeeper``: finds the verb, runs it, and turns what went wrong into a sentence and an exit code.

The verbs' modules import nothing heavy at module level, so that ``--help`` answers at once.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from lightkeeper import __version__
from lightkeeper.cli import (
    audit,
    backup,
    check,
    client,
    conversations,
    demo,
    doctor,
    evidence,
    figures,
    hash,
    index,
    init,
    keys,
    lists,
    lookup,
    ncmec,
    restore,
    run,
    scan,
    serve,
    upgrade,
    vault,
    work,
    worker,
)
from lightkeeper.cli.exits import EXIT_BROKEN, EXIT_INTERRUPTED, EXIT_PIPE, EXIT_USAGE, CommandError
from lightkeeper.cli.output import visible

VERBS = {
    "scan": scan,
    "hash": hash,
    "index": index,
    "doctor": doctor,
    "demo": demo,
    # The service; these need the extra of that name.
    "run": run,
    "init": init,
    "check": check,
    "serve": serve,
    "worker": worker,
    "work": work,
    "upgrade": upgrade,
    "backup": backup,
    "restore": restore,
    "client": client,
    "audit": audit,
    "vault": vault,
    "evidence": evidence,
    "keys": keys,
    "lists": lists,
    "lookup": lookup,
    "ncmec": ncmec,
    "conversations": conversations,
    "figures": figures,
}


def build_parser() -> argparse.ArgumentParser:
    """Make the parser of the whole command, with every verb."""
    parser = argparse.ArgumentParser(
        prog="lightkeeper",
        description="Finds known pictures by hash, whatever was done to them. The light finds; the keeper decides.",
    )
    parser.add_argument("--version", action="version", version=f"lightkeeper {__version__}")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    for name, module in VERBS.items():
        description = f"{module.SUMMARY[0].upper()}{module.SUMMARY[1:]}."
        verb = verbs.add_parser(name, help=module.SUMMARY, description=description)
        module.configure(verb)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code; the table of codes is in ``docs/command-line.md``."""
    words = sys.argv[1:] if argv is None else list(argv)
    args = build_parser().parse_args(words)
    args.words = words
    if sys.stderr is None:  # `2>&-`
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  # open for life
    try:
        if sys.stdout is None:  # `>&-`
            raise CommandError("standard output is closed")
        code: int = VERBS[args.verb].run(args)
        sys.stdout.flush()
    except CommandError as error:
        sys.stderr.write(f"lightkeeper {args.verb}: {visible(str(error))}\n")
        return EXIT_USAGE
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        return _pipe_closed()
    except OSError as error:
        # What files do is an outcome of theirs; this is our own output (a full disk) or memory of the system.
        sys.stderr.write(f"lightkeeper {args.verb}: stopped: {error.strerror or type(error).__name__}\n")
        return EXIT_BROKEN
    return code


def _pipe_closed() -> int:
    """Say nothing when the reader of our rows has gone (``| head``), and keep the interpreter's exit quiet too."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return EXIT_PIPE
