"""``lightkeeper figures``: the figures of a year."""

from __future__ import annotations

import argparse
from typing import Final

from lightkeeper.cli import figures_close, figures_report
from lightkeeper.cli.figures_close import Verb

SUMMARY: Final = "write the yearly report, close a year, make a closed one again"
VERBS: Final = {
    "report": Verb(figures_report.SUMMARY, figures_report.configure, figures_report.run),
    **figures_close.VERBS,
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the verbs below it."""
    verbs = parser.add_subparsers(dest="figures_verb", metavar="WHAT", required=True)
    for name, verb in VERBS.items():
        verb.configure(verbs.add_parser(name, help=verb.summary))


def run(args: argparse.Namespace) -> int:
    """Run one of them."""
    return VERBS[args.figures_verb].run(args)
