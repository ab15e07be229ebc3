"""``lightkeeper work``: shows what waits and what is dead, and has dead work tried again."""

from __future__ import annotations

import argparse
import sys
from typing import Final

from lightkeeper.cli.exits import EXIT_BROKEN, EXIT_OK, CommandError
from lightkeeper.cli.installed import open_installation

SUMMARY: Final = "show background work, and have dead work tried again"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the two inner verbs."""
    verbs = parser.add_subparsers(dest="work_verb", metavar="VERB", required=True)
    verbs.add_parser("list", help="show what waits and what is dead", description="Show what waits and what is dead.")
    retry = verbs.add_parser(
        "retry", help="have dead work tried again", description="Have dead work tried again, one row or all of a kind."
    )
    retry.add_argument("what", metavar="ID|KIND", help="the number of a dead row, or a kind such as act:callback")


def run(args: argparse.Namespace) -> int:
    """Show or retry."""
    open_installation()
    return _list() if args.work_verb == "list" else _retry(args.what)


def _list() -> int:
    """Print a line for each thing; exit 1 where something is dead, so that a script can tell."""
    from lightkeeper.runtime import queries

    dead = queries.dead_kinds()
    for worker in queries.alive_workers():
        sys.stdout.write(f"worker  {worker.name}  version {worker.version}, since {worker.started_at:%Y-%m-%d %H:%M}\n")
    for kind in queries.backlog():
        since = f", oldest due {kind.oldest:%Y-%m-%d %H:%M}" if kind.oldest else ""
        sys.stdout.write(f"waits   {kind.kind}  {kind.due} due, {kind.leased} being done{since}\n")
    for name, code, at in queries.failing_schedules():
        sys.stdout.write(f"fails   {name}  {code}, last at {at:%Y-%m-%d %H:%M}\n")
    for each in dead:
        for row in queries.dead_rows(each.kind):
            sys.stdout.write(f"dead    {row.kind}  {row.pk}  {row.last_error}, {row.finished_at:%Y-%m-%d %H:%M}\n")
        if each.count > 100:
            sys.stdout.write(f"dead    {each.kind}  and {each.count - 100:,} older ones\n")
    return EXIT_BROKEN if dead else EXIT_OK


def _retry(what: str) -> int:
    from django.db import transaction

    from lightkeeper.record.events import Event
    from lightkeeper.record.services import write_event
    from lightkeeper.record.types import Actor
    from lightkeeper.runtime.services import retry_dead, retry_dead_kind

    with transaction.atomic():
        if what.isascii() and what.isdigit():
            kind = retry_dead(int(what))
            count = 1 if kind else 0
        else:
            kind, count = what, retry_dead_kind(what)
        if not count:
            raise CommandError(f"there is no dead work {what!r}; `lightkeeper work list` shows what there is")
        write_event(Event.RUNTIME_WORK_RETRIED, actor=Actor.operator(), details={"kind": kind, "count": count})
    sys.stdout.write(f"{count} to be tried again\n")
    return EXIT_OK
