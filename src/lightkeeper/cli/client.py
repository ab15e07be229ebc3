"""``lightkeeper client``: makes API clients and their keys, and says where they are called back."""

from __future__ import annotations

import argparse
import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from lightkeeper.cli.exits import EXIT_OK, CommandError
from lightkeeper.cli.installed import open_installation
from lightkeeper.cli.options import whole
from lightkeeper.cli.output import visible

if TYPE_CHECKING:
    from lightkeeper.act.types import NewSigningKey

SUMMARY: Final = "make, rotate, revoke and list the API keys of clients"
SCOPES: Final = ("submit", "lookup", "detail", "erase", "status", "banks", "conversations", "public_reports")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the inner verbs and their options."""
    verbs = parser.add_subparsers(dest="client_verb", metavar="VERB", required=True)
    create = _verb(verbs, "create", "make a key for a client, and the client if there is none of that name")
    create.add_argument("name", metavar="NAME", help="the client's name")
    create.add_argument(
        "--scope",
        action="append",
        required=True,
        choices=SCOPES,
        help="what the key may do; can be given several times",
    )
    create.add_argument(
        "--rate", type=whole(1, 1_000_000), default=6000, metavar="N", help="requests a minute (default 6000)"
    )
    create.add_argument(
        "--lookups", type=whole(0, 2_000_000_000), default=10_000, metavar="N", help="look-ups a day (default 10000)"
    )
    create.add_argument("--expires-days", type=whole(1, 3650), metavar="N", help="the key ends after so many days")
    create.add_argument(
        "--both", action="store_true", help="let one key submit and look up, though its holder can then test pictures"
    )
    rotate = _verb(verbs, "rotate", "make a key that takes the place of another")
    rotate.add_argument("key", metavar="KEY_ID", help="the id of the old key, the middle part of its text")
    rotate.add_argument(
        "--overlap-hours", type=whole(0, 2160), default=24, metavar="N", help="the old key works so long (default 24)"
    )
    revoke = _verb(verbs, "revoke", "end a key at once")
    revoke.add_argument("key", metavar="KEY_ID", help="the id of the key, the middle part of its text")
    callbacks = _verb(verbs, "callbacks", "say where a client is called back, and print the key that signs")
    callbacks.add_argument("name", metavar="NAME", help="the client's name")
    callbacks.add_argument("url", metavar="URL", help="the address; empty ends its callbacks")
    words = _verb(verbs, "conversations", "say where a client is asked for the words of a conversation")
    words.add_argument("name", metavar="NAME", help="the client's name")
    words.add_argument("url", metavar="URL", help="the address; empty ends it: reviewers then judge by the signs alone")
    _verb(verbs, "list", "list the keys of all clients")


def run(args: argparse.Namespace) -> int:
    """Do what was asked; what cannot be done is a sentence."""
    open_installation()
    from lightkeeper.act.types import CallbackError
    from lightkeeper.people.types import ClientError

    act = {
        "create": _create,
        "rotate": _rotate,
        "revoke": _revoke,
        "callbacks": _callbacks,
        "conversations": _conversations,
        "list": _list,
    }
    try:
        act[args.client_verb](args)
    except (ClientError, CallbackError) as error:
        raise CommandError(str(error)) from error
    return EXIT_OK


def _verb(
    verbs: argparse._SubParsersAction[argparse.ArgumentParser], name: str, summary: str
) -> argparse.ArgumentParser:
    return verbs.add_parser(name, help=summary, description=f"{summary[0].upper()}{summary[1:]}.")


def _create(args: argparse.Namespace) -> None:
    from django.db import transaction
    from django.utils import timezone

    from lightkeeper.people import queries
    from lightkeeper.people.services import create_client, create_key
    from lightkeeper.people.types import Scope
    from lightkeeper.record.types import Actor

    with transaction.atomic():
        known = queries.client_named(args.name)
        client_id = known if known is not None else create_client(name=args.name, actor=Actor.operator()).pk
        made = create_key(
            client_id=client_id,
            scopes={Scope(word) for word in args.scope},
            actor=Actor.operator(),
            rate_per_minute=args.rate,
            lookup_per_day=args.lookups,
            expires_at=timezone.now() + timedelta(days=args.expires_days) if args.expires_days else None,
            allow_both=args.both,
        )
    _show(made.text)


def _rotate(args: argparse.Namespace) -> None:
    from lightkeeper.people.services import rotate_key
    from lightkeeper.record.types import Actor

    made = rotate_key(key_id=args.key, overlap=timedelta(hours=args.overlap_hours), actor=Actor.operator())
    _show(made.text)
    if args.overlap_hours:
        sys.stderr.write(f"The old key works until {made.old_key_ends_at:%Y-%m-%d %H:%M} UTC.\n")
    else:
        sys.stderr.write("The old key stops working within five seconds.\n")


def _revoke(args: argparse.Namespace) -> None:
    from lightkeeper.people.services import revoke_key
    from lightkeeper.record.types import Actor

    revoke_key(key_id=args.key, actor=Actor.operator())
    sys.stderr.write("Revoked. It stops working everywhere within five seconds.\n")


def _callbacks(args: argparse.Namespace) -> None:
    from lightkeeper.act.services import set_address
    from lightkeeper.act.types import CALLBACK_EVENTS
    from lightkeeper.people import queries
    from lightkeeper.record.types import Actor

    client_id = queries.client_named(args.name)
    if client_id is None:
        raise CommandError(f"there is no client named {args.name!r}; `lightkeeper client list` lists them")
    events = list(CALLBACK_EVENTS) if args.url else []
    _show_signing_key(set_address(client_id=client_id, url=args.url, events=events, actor=Actor.operator()))


def _conversations(args: argparse.Namespace) -> None:
    from lightkeeper.act.services import set_conversation_address
    from lightkeeper.people import queries
    from lightkeeper.record.types import Actor

    client_id = queries.client_named(args.name)
    if client_id is None:
        raise CommandError(f"there is no client named {args.name!r}; `lightkeeper client list` lists them")
    _show_signing_key(set_conversation_address(client_id=client_id, url=args.url, actor=Actor.operator()))


def _show_signing_key(made: NewSigningKey | None) -> None:
    if made is not None:
        sys.stdout.write(f"{made.key_id} {made.secret}\n")
        sys.stderr.write("The id and the text of the key that signs what it is sent, shown only now.\n")


def _list(args: argparse.Namespace) -> None:
    del args
    from lightkeeper.people import queries

    for key in queries.api_keys():
        used = f"{key.last_used_at:%Y-%m-%d %H:%M}" if key.last_used_at else "never"
        sys.stdout.write(
            f"{key.key_id}  {key.state}  {visible(key.client_name)}  {','.join(key.scopes)}  last used {used}\n"
        )


def _show(text: str) -> None:
    """The key alone on standard output, so that it can be piped to where it is kept."""
    sys.stdout.write(f"{text}\n")
    sys.stderr.write("This is the key. It is shown only now; keep it where secrets are kept.\n")
