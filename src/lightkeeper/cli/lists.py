"""``lightkeeper lists``: imports list files into the service, shows its lists, changes them and their entries."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from lightkeeper.cli import list_entries, list_exchanges, list_rules, set_aside
from lightkeeper.cli.exits import EXIT_OK, CommandError
from lightkeeper.cli.installed import open_installation
from lightkeeper.cli.list_names import named
from lightkeeper.cli.list_rules import PURPOSES, STATUSES
from lightkeeper.cli.options import whole
from lightkeeper.cli.output import visible

if TYPE_CHECKING:
    from lightkeeper.lists.types import ImportSummary

SUMMARY: Final = "import list files into the service, show its lists, change them and their entries"

ASIDE: Final = ("disputed", "quarantined", "withdrawn")
"""States of entries that are told besides how many are searched for."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the inner verbs."""
    verbs = parser.add_subparsers(dest="lists_verb", metavar="VERB", required=True)
    _configure_import(verbs.add_parser("import", help="import a list file", description="Import a list file."))
    verbs.add_parser("show", help="show all lists", description="Show all lists.")
    status = verbs.add_parser("status", help="change a list's status", description="Change a list's status.")
    status.add_argument("name", metavar="NAME", help="the list")
    status.add_argument("status", choices=STATUSES, help="vetted, trial or quarantined")
    radius = verbs.add_parser("radius", help="change a list's radius", description="Change a list's radius.")
    radius.add_argument("name", metavar="NAME", help="the list")
    radius.add_argument("radius", type=whole(0, 31), metavar="N", help="bits, 0 to 31")
    for each in (status, radius):
        each.add_argument("--reason", required=True, metavar="TEXT", help="why; kept with the list")
    list_rules.configure(verbs)
    list_entries.configure(verbs)
    list_exchanges.configure(verbs)


def _configure_import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="the list file; - is standard input")
    parser.add_argument("--name", metavar="NAME", help="the list, new or there (the file's name)")
    parser.add_argument("--status", choices=STATUSES, help="of a new list: vetted, trial or quarantined (trial)")
    parser.add_argument("--radius", type=whole(0, 31), metavar="N", help="of a new list: bits, 0 to 31 (31)")
    parser.add_argument("--purpose", choices=PURPOSES, help="of a new list: known, or allow for harmless look-alikes")
    parser.add_argument("--source", default="", metavar="TEXT", help="of a new list: who made it")
    parser.add_argument("--algorithm", metavar="NAME", help="what the values of a file without a header are")
    parser.add_argument("--replace", action="store_true", help="withdraw entries that the file does not have")


def run(args: argparse.Namespace) -> int:
    """Do what was asked, as the operator; the audit trail says so."""
    open_installation()
    from lightkeeper.lists.types import ListRefused
    from lightkeeper.runtime.services import KeyUnusableError, SealError

    verbs: dict[str, Callable[[argparse.Namespace], None]] = {
        "import": _import, "show": _show, "status": _status, "radius": _radius,
        **list_rules.VERBS, **list_entries.VERBS, **list_exchanges.VERBS,
    }  # fmt: skip
    try:
        verbs[args.lists_verb](args)
    except (ListRefused, KeyUnusableError, SealError) as error:
        raise CommandError(str(error)) from error
    return EXIT_OK


def _import(args: argparse.Namespace) -> None:
    if args.file == "-":
        if not args.name:
            raise CommandError("a list from standard input needs --name")
        return _import_from(sys.stdin.buffer, args, args.name)
    path = Path(args.file)
    try:
        file = path.open("rb")
    except OSError as error:
        raise CommandError(f"the list {path.name} cannot be read: {error.strerror}") from error
    with file:
        return _import_from(file, args, args.name or path.name)


def _import_from(file: BinaryIO, args: argparse.Namespace, name: str) -> None:
    from lightkeeper.lists import services
    from lightkeeper.lists.types import ListPurpose, ListStatus
    from lightkeeper.record.types import Actor

    summary = services.import_list(
        file, name=name, actor=Actor.operator(), status=ListStatus(args.status) if args.status else None,
        radius=args.radius, source=args.source, algorithm=args.algorithm, replace=args.replace,
        purpose=ListPurpose(args.purpose) if args.purpose else None,
    )  # fmt: skip
    _report(summary)


def _report(summary: ImportSummary) -> None:
    set_aside.report(summary.bad_rows, count=summary.bad_count, both=summary.both_count)
    sys.stdout.write(
        f"{visible(summary.name)}: {summary.rows:,} rows; {summary.added:,} entries new, {summary.changed:,} changed, "
        f"{summary.unchanged:,} there already, {summary.withdrawn:,} withdrawn; {summary.bad_count:,} rows set aside\n"
    )


def _show(_args: argparse.Namespace) -> None:
    from lightkeeper.lists import queries

    for known in queries.all_lists():
        imported = f"{known.imported_at:%Y-%m-%d %H:%M}" if known.imported_at else "never"
        states = queries.state_counts(known.id)
        allow = " (allow-list)" if known.purpose == "allow" else ""
        aside = ", ".join(f"{states[name]:,} {name}" for name in ASIDE if name in states)
        sys.stdout.write(
            f"{known.status:<12}{known.entries:>12,} entries  radius {known.radius:>2}  imported {imported:<16}  "
            f"{visible(known.name)}{allow}{f': {aside}' if aside else ''}\n"
        )


def _status(args: argparse.Namespace) -> None:
    from lightkeeper.lists import services
    from lightkeeper.lists.types import ListStatus
    from lightkeeper.record.types import Actor

    row = named(args.name)
    services.set_status(row.pk, ListStatus(args.status), reason=args.reason, actor=Actor.operator())
    sys.stdout.write(f"{visible(row.name)}: {args.status}\n")


def _radius(args: argparse.Namespace) -> None:
    from lightkeeper.lists import services
    from lightkeeper.record.types import Actor

    row = named(args.name)
    services.set_radius(row.pk, args.radius, reason=args.reason, actor=Actor.operator())
    sys.stdout.write(f"{visible(row.name)}: radius {args.radius}\n")
