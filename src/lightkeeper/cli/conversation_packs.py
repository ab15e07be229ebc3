"""``lightkeeper conversations packs``: loads an operator's packs of phrases, lists them, says who reviewed one."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from lightkeeper.cli.exits import EXIT_OK, CommandError
from lightkeeper.cli.installed import open_installation
from lightkeeper.cli.output import visible


def configure(verbs: Any) -> None:
    """Add ``packs`` and what is below it to the verbs of ``conversations``."""
    packs = verbs.add_parser("packs", help="packs of phrases of your own", description="Packs of phrases of your own.")
    below = packs.add_subparsers(dest="packs_verb", metavar="WHAT", required=True)
    add = below.add_parser("add", help="load a pack, sealed", description="Load a pack, sealed.")
    add.add_argument("file", metavar="FILE", type=Path, help="the pack, as YAML; - is standard input")
    add.add_argument("--name", metavar="NAME", help="what to call it (the file's name)")
    below.add_parser("list", help="show all packs, without their phrases", description="Show all packs.")
    reviewed = below.add_parser(
        "mark-reviewed", help="say which native speaker has reviewed a pack", description="Say who reviewed a pack."
    )
    reviewed.add_argument("name", metavar="NAME", help="the pack")
    reviewed.add_argument("--by", required=True, metavar="PERSON", help="the native speaker, by name; kept with it")
    shipped = below.add_parser(
        "print", help="print a pack that comes with Lightkeeper, to be reviewed", description="Print a shipped pack."
    )
    shipped.add_argument("language", choices=("en", "de"), metavar="LANGUAGE", help="en or de")
    remove = below.add_parser("remove", help="take a pack away", description="Take a pack away.")
    remove.add_argument("name", metavar="NAME", help="the pack")


def run(args: argparse.Namespace) -> int:
    """Do what was asked, as the operator; the audit trail says so."""
    if args.packs_verb == "print":  # needs no installation
        return _print(args)
    open_installation()
    from lightkeeper.intake.services import PackRefused
    from lightkeeper.runtime.services import KeyUnusableError, SealError

    try:
        _VERBS[args.packs_verb](args)
    except (PackRefused, KeyUnusableError, SealError) as error:
        raise CommandError(str(error)) from error
    return EXIT_OK


def _add(args: argparse.Namespace) -> None:
    from lightkeeper.intake.services import add_pack
    from lightkeeper.record.types import Actor

    standard = str(args.file) == "-"
    if standard and not args.name:
        raise CommandError("a pack from standard input needs --name")
    try:
        content = sys.stdin.buffer.read() if standard else args.file.read_bytes()
    except OSError as error:
        raise CommandError(f"{visible(str(args.file))} cannot be read: {error.strerror}") from error
    row = add_pack(name=args.name or args.file.stem, content=content, actor=Actor.operator())
    sys.stdout.write(
        f"{row.name}: {row.phrases:,} phrases in {row.language} are loaded, sealed. Nobody has reviewed them, so they"
        f" lift no pair above watch; when a native speaker has: lightkeeper conversations packs mark-reviewed"
        f" {row.name} --by PERSON\n"
    )


def _print(args: argparse.Namespace) -> int:
    from lightkeeper.detect.text.signal_packs import shipped_file

    sys.stdout.write(shipped_file(args.language).decode())
    return EXIT_OK


def _list(_: argparse.Namespace) -> None:
    from lightkeeper.intake.queries import conversation_packs

    rows = conversation_packs()
    if not rows:
        sys.stdout.write("There are no packs of your own; those that come with Lightkeeper are always there.\n")
    for row in rows:
        said = (
            f"reviewed by {visible(row.reviewed_by)} on {row.reviewed_at:%Y-%m-%d}" if row.reviewed_at else "unreviewed"
        )
        sys.stdout.write(
            f"{row.name}  {row.language}  {row.phrases:,} phrases  {bytes(row.digest).hex()[:12]}  {said}\n"
        )


def _mark_reviewed(args: argparse.Namespace) -> None:
    from lightkeeper.intake.services import mark_pack_reviewed
    from lightkeeper.record.types import Actor

    row = mark_pack_reviewed(name=args.name, by=args.by, actor=Actor.operator())
    sys.stdout.write(f"{row.name} was reviewed by {visible(row.reviewed_by)}: its phrases count in full from now on.\n")


def _remove(args: argparse.Namespace) -> None:
    from lightkeeper.intake.services import remove_pack
    from lightkeeper.record.types import Actor

    remove_pack(name=args.name, actor=Actor.operator())
    sys.stdout.write(f"{args.name} is taken away.\n")


_VERBS: Final[dict[str, Callable[[argparse.Namespace], None]]] = {
    "add": _add, "list": _list, "mark-reviewed": _mark_reviewed, "remove": _remove,
}  # fmt: skip
