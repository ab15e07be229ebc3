"""``lightkeeper figures close``, ``rebuild`` and ``recount``: a year is frozen; a frozen one is made again."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from lightkeeper.cli.exits import EXIT_OK, CommandError
from lightkeeper.cli.installed import open_installation


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb below ``figures``."""

    summary: str
    configure: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


def _year(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("year", metavar="YEAR", type=int, help="the year, of UTC")


def _year_and_file(parser: argparse.ArgumentParser) -> None:
    _year(parser)
    parser.add_argument("--output", metavar="FILE", type=Path, help="where the figures are written as JSON")


def _nothing(parser: argparse.ArgumentParser) -> None:
    del parser


def _close(args: argparse.Namespace) -> int:
    open_installation()
    from lightkeeper.figures.services import FiguresError, close_year
    from lightkeeper.record.types import Actor

    try:
        row = close_year(args.year, by=Actor.operator())
    except (FiguresError, ValueError) as refused:
        raise CommandError(str(refused)) from refused
    sys.stdout.write(f"{row.year} is closed; what its report says has the SHA-256 {row.digest}\n")
    return EXIT_OK


def _rebuild(args: argparse.Namespace) -> int:
    open_installation()
    from lightkeeper.figures.queries import FiguresError, rebuild

    try:
        content = rebuild(args.year)
        if args.output is not None:
            args.output.write_bytes(content)
    except (FiguresError, ValueError) as refused:
        raise CommandError(str(refused)) from refused
    except OSError as error:
        raise CommandError(f"{args.output} cannot be written to: {error.strerror}") from error
    sys.stdout.write(f"{args.year} is as it was closed: {len(content)} bytes, SHA-256 {sha256(content).hexdigest()}\n")
    return EXIT_OK


def _recount(args: argparse.Namespace) -> int:
    del args
    open_installation()
    from lightkeeper.figures.services import write_all

    sys.stdout.write(f"{write_all()} facts were written anew; closed years are as they were\n")
    return EXIT_OK


VERBS: Final = {
    "close": Verb("freeze the figures of a year that is over", _year, _close),
    "rebuild": Verb("make the figures of a closed year again, and prove them the same", _year_and_file, _rebuild),
    "recount": Verb("write anew what is counted, from what people judged", _nothing, _recount),
}
