"""``lightkeeper conversations``: packs of phrases of an operator's own, and a measurement of the engine."""

from __future__ import annotations

import argparse
from typing import Final

from lightkeeper.cli import conversation_eval, conversation_packs

SUMMARY: Final = "load packs of phrases for conversations; measure how they are judged"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the verbs below it."""
    verbs = parser.add_subparsers(dest="conversations_verb", metavar="WHAT", required=True)
    conversation_packs.configure(verbs)
    conversation_eval.configure(verbs)


def run(args: argparse.Namespace) -> int:
    """Do what was asked."""
    return conversation_eval.run(args) if args.conversations_verb == "eval" else conversation_packs.run(args)
