"""``lightkeeper lookup``: asks the service's lists what they know of addresses, or of the addresses in a text."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from lightkeeper.cli.exits import EXIT_MATCH, EXIT_OK, CommandError
from lightkeeper.cli.installed import open_installation
from lightkeeper.cli.output import visible

if TYPE_CHECKING:
    from lightkeeper.detect.findings import Match

SUMMARY: Final = "look addresses up in the lists of the service, or the addresses and phrases in a text"
LONGEST: Final = 1 << 20
"""Characters of a text, at most."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("url", nargs="*", metavar="URL", help="an address; it is not fetched")
    parser.add_argument("--text", metavar="FILE", help="look up what stands in this file; - is standard input")
    parser.add_argument("--output", choices=("table", "jsonl"), default="table", help="the form of the rows (table)")
    parser.add_argument("--fail-on-match", action="store_true", help="exit 3 if anything is found")


def run(args: argparse.Namespace) -> int:
    """Look up and print a row for each address, and one for each phrase that was found; no value is printed."""
    if bool(args.url) == bool(args.text):
        raise CommandError("give addresses, or --text with a file")
    text = _read(args.text) if args.text else None
    open_installation()
    from lightkeeper.lists import queries
    from lightkeeper.lists.types import TextRead

    known = queries.current().uncounted
    if text is None:
        looked_up = known.lookup_url(args.url)
        rows = [_row(f"address {n}", one.reason, list(one.matches)) for n, one in enumerate(looked_up, 1)]
    else:
        (found,) = known.lookup_text([TextRead.of(text)])
        rows = [
            _row(f"characters {one.start} to {one.end}", one.lookup.reason, list(one.lookup.matches))
            for one in found.addresses
        ]
        rows += [_row("a phrase", None, [match]) for match in found.phrases.matches]
    for row in rows:
        sys.stdout.write(json.dumps(row) + "\n" if args.output == "jsonl" else _line(row))
    for code in known.degraded:
        sys.stderr.write(f"not all was searched: {code}\n")
    return EXIT_MATCH if args.fail_on_match and any(row["matches"] for row in rows) else EXIT_OK


def _read(name: str) -> str:
    try:
        if name == "-":
            text = sys.stdin.read(LONGEST + 1)
        else:
            with Path(name).open(encoding="utf-8", errors="replace") as file:
                text = file.read(LONGEST + 1)
    except OSError as error:
        raise CommandError(f"the text cannot be read: {error.strerror}") from error
    if len(text) > LONGEST:
        raise CommandError(f"the text is longer than {LONGEST:,} characters; look it up in parts")
    return text


def _row(where: str, reason: str | None, matches: list[Match]) -> dict[str, Any]:
    told = [
        {"list": one.list, "id": one.id, "category": one.category, "algorithm": one.algorithm, "scope": one.variant}
        for one in matches
    ]
    return {"where": where, "reason": reason, "matches": told}


def _line(row: dict[str, Any]) -> str:
    matches = row["matches"]
    if not matches:
        return f"{row['where']:<24} {row['reason'] or 'nothing known'}\n"
    return "".join(
        f"{row['where']:<24} {one['scope'] or one['algorithm']:<8} {visible(one['list'])}  "
        f"{visible(one['id'] or '-')}  {visible(one['category'] or '-')}\n"
        for one in matches
    )
