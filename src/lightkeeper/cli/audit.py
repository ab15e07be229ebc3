"""``lightkeeper audit``: verifies the audit trail, and gives it, its checkpoints and its key to whoever keeps them."""

from __future__ import annotations

import argparse
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lightkeeper.cli.counting import counting
from lightkeeper.cli.exits import EXIT_BROKEN, EXIT_OK, CommandError
from lightkeeper.cli.installed import open_installation

if TYPE_CHECKING:
    from lightkeeper.record.services import SignedCheckpoint, Verification

SUMMARY: Final = "verify the audit trail, export it, sign a checkpoint of it, or print its key"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the verbs below it."""
    verbs = parser.add_subparsers(dest="audit_verb", metavar="WHAT", required=True)
    verify = verbs.add_parser("verify", help="walk the whole chain and name the first break; exit 1 if there is one")
    verify.add_argument(
        "--checkpoint", metavar="FILE", type=Path, help="a checkpoint that was kept elsewhere; the chain must agree"
    )
    verify.add_argument(
        "--key", metavar="HEX", help="the public key that was kept elsewhere; the checkpoint must be signed by it"
    )
    verbs.add_parser("export", help="write every sealed event with its seal as JSON lines, then a checkpoint")
    verbs.add_parser("checkpoint", help="sign the chain as it stands, and write the checkpoint to keep elsewhere")
    verbs.add_parser("key", help="print the public key that signs checkpoints")


def run(args: argparse.Namespace) -> int:
    """Do one of them."""
    open_installation()
    from lightkeeper.record.services import ChainError

    try:
        if args.audit_verb == "verify":
            return _verify(args)
        return {"export": _export, "checkpoint": _checkpoint, "key": _key}[args.audit_verb]()
    except ChainError as error:
        raise CommandError(str(error)) from error


def _verify(args: argparse.Namespace) -> int:
    from lightkeeper.record.services import verify

    given = _given(args.checkpoint, args.key)
    with counting("events") as tell:
        found = verify(against=given, tell=tell)
    sys.stdout.write(report(found))
    return EXIT_OK if found.ok and not found.missing_triggers else EXIT_BROKEN


def report(found: Verification) -> str:
    """What verifying showed, in lines for a person."""
    if found.first_break is not None:
        lines = [f"BROKEN  {found.first_break}.", f"        {found.events:,} sealed events before it are sound."]
    else:
        lines = [f"sound   {found.events:,} sealed events, {found.checkpoints:,} checkpoints agree."]
        lines += [f"        The last link is {found.head.hex()}."]
    if found.unsealed:
        age = timedelta(seconds=int(found.unsealed_age.total_seconds()))
        lines += [f"tail    {found.unsealed:,} events are not sealed yet; the oldest has waited {age}."]
    if found.late:
        lines += ["        That is too long: see that a worker runs."]
    if found.missing_triggers:
        lines += [f"BARE    the database does not protect the trail: {', '.join(found.missing_triggers)} missing."]
    return "".join(f"{line}\n" for line in lines)


def _given(file: Path | None, key: str | None) -> SignedCheckpoint | None:
    from lightkeeper.record.services import read_checkpoint

    if file is None:
        if key is not None:
            raise CommandError("--key says who must have signed a checkpoint: give it with --checkpoint")
        return None
    try:
        text = file.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{file} cannot be read as a checkpoint") from error
    checkpoint = read_checkpoint(text.splitlines()[-1] if text else "")  # an export ends with its checkpoint
    if key is not None and checkpoint.public.hex() != key.strip().lower():
        raise CommandError("the checkpoint was signed by another key than the given one")
    return checkpoint


def _export() -> int:
    from lightkeeper.record.services import export_trail
    from lightkeeper.record.types import Actor

    for line in export_trail(actor=Actor.operator()):
        sys.stdout.write(f"{line}\n")
    return EXIT_OK


def _checkpoint() -> int:
    from lightkeeper.record.services import export_checkpoint, seal_pending
    from lightkeeper.record.types import Actor

    seal_pending()
    checkpoint = export_checkpoint(actor=Actor.operator())
    if checkpoint is None:
        raise CommandError("nothing has happened yet, so there is nothing to sign")
    sys.stdout.write(f"{checkpoint.as_text()}\n")
    return EXIT_OK


def _key() -> int:
    from lightkeeper.record.services import public_key

    name, public = public_key()
    sys.stdout.write(f"{public.hex()}\n")
    sys.stderr.write(f"The key {name} (Ed25519). Keep it elsewhere, with the checkpoints.\n")
    return EXIT_OK
