"""``lightkeeper lists create`` and ``set``: a list without a file, and the rules of one list."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from lightkeeper.cli.exits import CommandError
from lightkeeper.cli.list_names import named
from lightkeeper.cli.options import whole
from lightkeeper.cli.output import visible

STATUSES: Final = ("vetted", "trial", "quarantined")
PURPOSES: Final = ("known", "allow")


def configure(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the verbs."""
    create = verbs.add_parser("create", help="make an empty list", description="Make an empty list.")
    create.add_argument("name", metavar="NAME", help="the list")
    create.add_argument("--purpose", choices=PURPOSES, default="known", help="known material, or harmless look-alikes")
    create.add_argument("--status", choices=STATUSES, default="trial", help="vetted, trial or quarantined (trial)")
    create.add_argument("--radius", type=whole(0, 31), default=31, metavar="N", help="bits, 0 to 31 (31)")
    create.add_argument("--source", default="", metavar="TEXT", help="who made it")
    rules = verbs.add_parser("set", help="change the rules of a list", description="Change the rules of a list.")
    rules.add_argument("name", metavar="NAME", help="the list")
    rules.add_argument("--owner", metavar="EMAIL", help="who answers for it; an empty text for nobody")
    rules.add_argument("--stale-days", metavar="N", help="days without news until an alert, 0 never, or `setting`")
    rules.add_argument(
        "--flood-uploaders", type=whole(0, 1_000_000), metavar="N",
        help="uploaders within an hour that quarantine an entry, 0 never",
    )  # fmt: skip
    rules.add_argument("--categories", metavar="FILE", help="a JSON object: the source's categories and ours")


def create(args: argparse.Namespace) -> None:
    """Make a list."""
    from lightkeeper.lists import services
    from lightkeeper.lists.types import ListPurpose, ListStatus
    from lightkeeper.record.types import Actor

    services.create_list(
        name=args.name, actor=Actor.operator(), status=ListStatus(args.status), radius=args.radius,
        source=args.source, purpose=ListPurpose(args.purpose),
    )  # fmt: skip
    sys.stdout.write(f"{visible(args.name)}: {args.status}\n")


def change(args: argparse.Namespace) -> None:
    """Change what was given of the rules of a list."""
    from lightkeeper.lists import services
    from lightkeeper.record.types import Actor

    row, operator = named(args.name), Actor.operator()
    if args.owner is not None:
        services.set_owner(row.pk, _person(args.owner), actor=operator)
    if args.stale_days is not None:
        services.set_stale_days(row.pk, _days(args.stale_days), actor=operator)
    if args.flood_uploaders is not None:
        services.set_flood_uploaders(row.pk, args.flood_uploaders, actor=operator)
    if args.categories is not None:
        services.set_categories(row.pk, _map(args.categories), actor=operator)
    sys.stdout.write(f"{visible(row.name)}: changed\n")


VERBS: Final[dict[str, Callable[[argparse.Namespace], None]]] = {"create": create, "set": change}


def _person(email: str) -> int | None:
    from lightkeeper.people.models import Person

    if not email:
        return None
    person = Person.objects.filter(email__iexact=email).first()
    if person is None:
        raise CommandError("nobody has an account with this address")
    return int(person.pk)


def _days(text: str) -> int | None:
    if text == "setting":
        return None
    if not (text.isascii() and text.isdigit()):
        raise CommandError("--stale-days takes a whole number, or `setting`")
    return int(text)


def _map(file: str) -> dict[str, str]:
    try:
        given = json.loads(Path(file).read_text("utf-8"))
    except OSError as error:
        raise CommandError(f"the map cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise CommandError("the map is no JSON") from error
    if not isinstance(given, dict) or not all(isinstance(ours, str) for ours in given.values()):
        raise CommandError('the map is no JSON object such as {"their category": "A1"}')
    return given
