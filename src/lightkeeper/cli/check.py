"""``lightkeeper check``: says what is wrong with this installation, and what to do about each."""

from __future__ import annotations

import argparse
import sys
from typing import Final

from lightkeeper.cli import service
from lightkeeper.cli.exits import EXIT_BROKEN, EXIT_OK

SUMMARY: Final = "say what is wrong with this installation; with --deploy, whether it may face the world"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("--deploy", action="store_true", help="also refuse what is fit for trying out only")


def run(args: argparse.Namespace) -> int:
    """Print the findings; exit 1 if one of them is more than advice."""
    service.django()
    from lightkeeper.cli.check_findings import deployment, essentials

    found = list(essentials())
    if args.deploy and not found:
        found = list(deployment())
    for finding in found:
        sys.stdout.write(f"{'NO' if finding.refused else '--'}  {finding.sentence}\n")
    refused = sum(finding.refused for finding in found)
    if refused:
        sys.stdout.write(f"{refused} {'thing is' if refused == 1 else 'things are'} to be mended first.\n")
        return EXIT_BROKEN
    sys.stdout.write("ok  Nothing stands against it.\n")
    return EXIT_OK
