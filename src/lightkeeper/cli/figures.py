"""``lightkeeper figures``: the figures of a year."""

from __future__ import annotations

import argparse
from typing import Final

from lightkeeper.cli import figures_report

SUMMARY: Final = "write the yearly report"
VERBS: Final = {"report": figures_report}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the verbs below it."""
    verbs = parser.add_subparsers(dest="figures_verb", metavar="WHAT", required=True)
    for name, module in VERBS.items():
        module.configure(verbs.add_parser(name, help=module.SUMMARY))


def run(args: argparse.Namespace) -> int:
    """Run one of them."""
    code: int = VERBS[args.figures_verb].run(args)
    return code
