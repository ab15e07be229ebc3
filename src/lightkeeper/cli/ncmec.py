"""``lightkeeper ncmec``: the schema by which reports to NCMEC are checked, and whether its service answers us."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lightkeeper.cli.exits import EXIT_BROKEN, EXIT_OK, CommandError
from lightkeeper.cli.installed import open_installation

if TYPE_CHECKING:
    from lightkeeper.act.reports.ncmec.coverage import Drift
    from lightkeeper.act.reports.states import Mode

SUMMARY: Final = "fetch and compare the schema of reports to NCMEC"
_WHY: Final = {
    "unauthorised": "NCMEC does not accept the user and password (settings ncmec_user, ncmec_password)",
    "timed_out": "NCMEC's service did not answer in time",
    "not_resolved": "the name of NCMEC's service was not found",
    "not_connected": "NCMEC's service could not be reached",
    "tls_failed": "the connection to NCMEC's service could not be secured",
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the verbs below it."""
    verbs = parser.add_subparsers(dest="ncmec_verb", metavar="WHAT", required=True)
    fetch = verbs.add_parser("fetch-xsd", help="fetch the schema from NCMEC and check reports by it from now on")
    fetch.add_argument("--file", type=Path, metavar="FILE", help="take it from a file that you fetched yourself")
    verbs.add_parser("check-xsd", help="compare the fetched schema with what is written here; exit 1 if they differ")


def run(args: argparse.Namespace) -> int:
    """Fetch or compare."""
    open_installation()
    from django.conf import settings

    from lightkeeper.act.reports.states import Mode

    mode = Mode(settings.LIGHTKEEPER["ncmec"])
    if mode is Mode.OFF:
        raise CommandError("filing with NCMEC is off: set LIGHTKEEPER_NCMEC to test or live first")
    return _fetch(mode, args.file) if args.ncmec_verb == "fetch-xsd" else _compare(mode)


def _fetch(mode: Mode, file: Path | None) -> int:
    from lightkeeper.act.reports.ncmec import schemas
    from lightkeeper.act.reports.ncmec.transport import account_of
    from lightkeeper.act.reports.ncmec.xsd import BadSchema, read_schema
    from lightkeeper.record.types import Actor
    from lightkeeper.runtime.services import OutboundFailed, OutboundRefused

    account = account_of(mode)
    try:
        if file is not None:
            content = file.read_bytes()
            done = schemas.keep(content, read_schema(content), mode, Actor.operator())
        elif account is None:
            raise CommandError("set LIGHTKEEPER_NCMEC_USER and LIGHTKEEPER_NCMEC_PASSWORD first, or give --file")
        else:
            done = schemas.fetch(account, mode, Actor.operator())
    except BadSchema as error:
        raise CommandError(f"{error} The schema in use was left as it is") from None
    except OutboundRefused:
        raise CommandError("the address may not be called; see the settings ncmec_url and outbound_allow") from None
    except OutboundFailed as error:
        raise CommandError(_WHY.get(error.code, "NCMEC's service gave no answer that can be used")) from None
    except OSError as error:
        raise CommandError(f"the file cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise CommandError(_WHY.get(str(error), "NCMEC's service did not give its schema")) from None
    news = "is new and in use now" if done.new else "was in use already"
    sys.stdout.write(f"The schema {done.digest[:12]} ({mode.value}) {news}.\n")
    _tell(done.drift)
    return EXIT_OK


def _compare(mode: Mode) -> int:
    from lightkeeper.act.reports.ncmec.coverage import drift
    from lightkeeper.act.reports.ncmec.schemas import NAME, newest_schema

    schema = newest_schema(NAME, mode)
    if schema is None:
        raise CommandError("no schema was fetched yet: run `lightkeeper ncmec fetch-xsd`")
    found = drift(schema)
    sys.stdout.write(f"The schema in use is {schema.digest[:12]} ({mode.value}).\n")
    _tell(found)
    return EXIT_BROKEN if found.any else EXIT_OK


def _tell(found: Drift) -> None:
    for path in found.unknown:
        sys.stdout.write(f"NEW   {path}: it can be sent, and is not written here yet\n")
    for path in found.missing:
        sys.stdout.write(f"GONE  {path}: it is written here, and is taken no more\n")
    if not found.any:
        sys.stdout.write("It has every element and attribute that is written here, and no other.\n")
