"""``lightkeeper lists add``, ``find``, ``dispute`` and the like: single entries, never shown or echoed."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lightkeeper.cli.exits import CommandError
from lightkeeper.cli.list_names import named
from lightkeeper.cli.output import visible

if TYPE_CHECKING:
    from lightkeeper.lists.types import NewEntry

MOVES: Final = {
    "dispute": ("disputed", "have an entry found, and withhold nothing"),
    "quarantine": ("quarantined", "search for an entry no more until somebody looked"),
    "withdraw": ("withdrawn", "search for an entry no more"),
    "restore": ("active", "search for an entry again"),
}
"""The verbs that move an entry: the state that it moves to, and what that means."""

_LINES: Final = "lines `algorithm value id category`, the last two as known; - is standard input"


def configure(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the verbs about entries."""
    add = verbs.add_parser("add", help="add entries to a list", description="Add entries to a list.")
    find = verbs.add_parser("find", help="name the entries of values", description="Name the entries of values.")
    for each in (add, find):
        each.add_argument("name", metavar="NAME", help="the list")
        each.add_argument("file", metavar="FILE", help=_LINES)
    add.add_argument("--reason", required=True, metavar="TEXT", help="why; kept with the entries")
    for verb, (_, says) in MOVES.items():
        move = verbs.add_parser(verb, help=says, description=f"{says.capitalize()}.")
        move.add_argument("entry", type=int, metavar="ENTRY", help="the entry's number, as `lists find` names it")
        move.add_argument("--reason", required=True, metavar="TEXT", help="why; kept with the entry")


def add(args: argparse.Namespace) -> None:
    """Add the values of lines to a list; nothing is added unless every line can be used."""
    from lightkeeper.lists import queries, services
    from lightkeeper.record.types import Actor

    row = named(args.name)
    entries = [entry for _, entry in _lines(args.file)]
    services.add_entries(row.pk, entries, actor=Actor.operator(), reason=args.reason)
    states = Counter(state for found in queries.entries_with(row.pk, entries) for _, state in found)
    told = ", ".join(f"{number:,} {state}" for state, number in sorted(states.items()))
    sys.stdout.write(f"{visible(row.name)}: {len(entries):,} values; their entries are {told}\n")


def find(args: argparse.Namespace) -> None:
    """Name the entries of the values of lines: by line, with number and state."""
    from lightkeeper.lists import queries

    row = named(args.name)
    lines = _lines(args.file)
    found = queries.entries_with(row.pk, [entry for _, entry in lines])
    for (line, _), entries in zip(lines, found, strict=True):
        told = ", ".join(f"entry {number} {state}" for number, state in entries) or "not in the list"
        sys.stdout.write(f"line {line}: {told}\n")


def move(args: argparse.Namespace) -> None:
    """Move an entry to the state that the verb means."""
    from lightkeeper.lists import services
    from lightkeeper.lists.types import EntryState
    from lightkeeper.record.types import Actor

    state = EntryState(MOVES[args.lists_verb][0])
    services.move_entry(args.entry, state, reason=args.reason, actor=Actor.operator())
    sys.stdout.write(f"entry {args.entry}: {state}\n")


VERBS: Final[dict[str, Callable[[argparse.Namespace], None]]] = {"add": add, "find": find, **dict.fromkeys(MOVES, move)}


def _lines(file: str) -> list[tuple[int, NewEntry]]:
    from lightkeeper.lists import services

    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text("utf-8", errors="backslashreplace")
    except OSError as error:
        raise CommandError(f"the file {visible(Path(file).name)} cannot be read: {error.strerror}") from error
    return services.read_lines(text)
