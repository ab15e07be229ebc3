"""Verbs of ``lightkeeper lists`` about where lists are fetched from. Credentials are never words of a command line."""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from lightkeeper.cli.exits import CommandError
from lightkeeper.cli.list_names import named
from lightkeeper.cli.options import whole
from lightkeeper.cli.output import visible

if TYPE_CHECKING:
    from lightkeeper.lists.models import Exchange, SyncRun

KINDS: Final = ("ncmec", "stopncii", "threatexchange", "feed", "file")
MOST_SHOWN: Final = 10
"""Syncs and records set aside that are shown."""


def configure(verbs: Any) -> None:
    """Add the verbs."""
    source = verbs.add_parser("source", help="say where a list is fetched from", description=_SOURCE)
    source.add_argument("name", metavar="NAME", help="the list")
    source.add_argument("kind", choices=KINDS, help="the kind of source")
    source.add_argument("--option", action="append", default=[], metavar="NAME=VALUE", help="an option of the kind")
    source.add_argument("--options", metavar="FILE", help="a JSON object of options")
    source.add_argument("--every", type=whole(5, 10_080), default=60, metavar="N", help="minutes between syncs (60)")
    source.add_argument("--off", action="store_true", help="fetch nothing until this is said again without it")
    source.add_argument("--feedback", action="store_true", help="tell the source what people's grades say")
    unset = verbs.add_parser("unset-source", help="fetch a list no more", description="Fetch a list no more.")
    credentials = verbs.add_parser("credentials", help="set what a source knows us by", description=_CREDENTIALS)
    credentials.add_argument("--file", metavar="FILE", help="a JSON object, - is standard input; else it is asked for")
    sync = verbs.add_parser("sync", help="fetch a list now", description="Fetch a list now, in this process.")
    for each in (unset, credentials, sync):
        each.add_argument("name", metavar="NAME", help="the list")
    shown = verbs.add_parser("exchanges", help="show sources and their syncs", description="Show sources and syncs.")
    shown.add_argument("name", nargs="?", metavar="NAME", help="one list, with its latest syncs")


_SOURCE: Final = "Say where a list is fetched from, or change that."
_CREDENTIALS: Final = "Set what a source knows us by. It is sealed, and never shown again."


def _source(args: argparse.Namespace) -> None:
    from lightkeeper.lists import services
    from lightkeeper.lists.types import ExchangeKind
    from lightkeeper.record.types import Actor

    row = named(args.name)
    options = {**(_object(args.options) if args.options else {}), **dict(map(_pair, args.option))}
    services.set_exchange(
        row.pk, ExchangeKind(args.kind), options, actor=Actor.operator(), every_minutes=args.every,
        enabled=not args.off, feedback=args.feedback,
    )  # fmt: skip
    sys.stdout.write(f"{visible(row.name)}: fetched from {args.kind}{' (off)' if args.off else ''}\n")


def _unset(args: argparse.Namespace) -> None:
    from lightkeeper.lists import services
    from lightkeeper.record.types import Actor

    exchange = _exchange(args.name)
    services.remove_exchange(exchange.pk, actor=Actor.operator())
    sys.stdout.write(f"{visible(exchange.list.name)}: fetched from nowhere; its entries stay\n")


def _credentials(args: argparse.Namespace) -> None:
    from lightkeeper.lists import queries, services
    from lightkeeper.lists.types import ExchangeKind
    from lightkeeper.record.types import Actor

    exchange = _exchange(args.name)
    required, optional = queries.credential_names(ExchangeKind(exchange.kind))
    given = _object(args.file) if args.file else _asked((*required, *optional))
    if not all(isinstance(value, str) for value in given.values()):
        raise CommandError("the credentials must be texts")
    services.set_credentials(exchange.pk, given, actor=Actor.operator())
    sys.stdout.write(f"{visible(exchange.list.name)}: credentials set: {', '.join(sorted(given))}\n")


def _asked(names: tuple[str, ...]) -> dict[str, str]:
    if not sys.stdin.isatty():
        raise CommandError("credentials are asked for at a terminal; --file - reads them from standard input")
    return {name: answer for name in names if (answer := getpass.getpass(f"{name}: "))}


def _sync(args: argparse.Namespace) -> None:
    from lightkeeper.lists import services

    run = services.sync_here(_exchange(args.name).pk)
    if run is None:
        raise CommandError("the source was taken away meanwhile")
    sys.stdout.write(f"{_line(run)}\n")
    if run.outcome != "complete":
        raise CommandError("the list was not fetched to its end; the next sync goes on where this one stopped")


def _exchanges(args: argparse.Namespace) -> None:
    from lightkeeper.lists import queries

    if args.name is not None:
        exchange = _exchange(args.name)
        _show(exchange)
        runs = queries.sync_runs(exchange.pk, limit=MOST_SHOWN)
        for run in runs:
            sys.stdout.write(f"  {run.begun_at:%Y-%m-%d %H:%M}  {_line(run)}\n")
        for aside in queries.set_asides(runs[0].pk, limit=MOST_SHOWN) if runs else ():
            of = f" ({visible(aside.record)})" if aside.record else ""
            sys.stdout.write(f"    page {aside.page}, record {aside.position}{of}: {visible(aside.problem)}\n")
        return
    for exchange in queries.all_exchanges():
        _show(exchange)


def _show(exchange: Exchange) -> None:
    done = f"{exchange.complete_at:%Y-%m-%d %H:%M}" if exchange.complete_at else "never"
    state = "" if exchange.enabled else "  off"
    failing = f"  failed {exchange.failures} times since" if exchange.failures else ""
    sys.stdout.write(
        f"{exchange.kind:<15}complete {done:<16}  every {exchange.every_minutes:>5} min  "
        f"{visible(exchange.list.name)}{state}{failing}\n"
    )


def _line(run: SyncRun) -> str:
    counts = (
        f"{run.records:,} records: {run.added:,} entries new, {run.changed:,} changed, {run.withdrawn:,} withdrawn, "
        f"{run.set_aside:,} records set aside, {run.unsearched:,} values of kinds that are not searched"
    )
    return f"{run.outcome}: {counts}{f'. {visible(run.problem)}' if run.problem else ''}"


def _exchange(name: str) -> Exchange:
    from lightkeeper.lists import queries

    row = named(name)
    exchange = queries.exchange_of(row.pk)
    if exchange is None:
        raise CommandError(f"{visible(row.name)} is fetched from nowhere; `lightkeeper lists source` says from where")
    return exchange


def _pair(text: str) -> tuple[str, Any]:
    """``name=value``; what is JSON but no text or object is read as such: true, 5."""
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise CommandError("an option is given as NAME=VALUE")
    return name, {"true": True, "false": False}.get(value, value)


def _object(file: str) -> Mapping[str, Any]:
    """A JSON object from a file. No message repeats anything of it."""
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text("utf-8")
        found = json.loads(text)
    except OSError as error:
        raise CommandError(f"the file cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError):
        raise CommandError("the file is no JSON") from None
    if not isinstance(found, dict):
        raise CommandError("the file is no JSON object")
    return found


VERBS: Final[Mapping[str, Callable[[argparse.Namespace], None]]] = {
    "source": _source, "unset-source": _unset, "credentials": _credentials, "sync": _sync, "exchanges": _exchanges
}  # fmt: skip
