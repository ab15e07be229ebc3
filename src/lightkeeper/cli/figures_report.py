"""``lightkeeper figures report``: writes the yearly report as files."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lightkeeper.cli.exits import EXIT_OK, CommandError
from lightkeeper.cli.installed import open_installation

if TYPE_CHECKING:
    from lightkeeper.figures.rendering.files import File

SUMMARY: Final = "write the yearly report as HTML, PDF or CSV"
KINDS: Final = ("html", "pdf", "csv")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the year, the formats and the folder."""
    parser.add_argument("year", metavar="YEAR", type=int, help="the year, of UTC")
    parser.add_argument(
        "--format",
        choices=KINDS,
        action="append",
        help="html, pdf or csv (with its dictionary); several times for more; all without it",
    )
    parser.add_argument(
        "--output",
        metavar="FOLDER",
        type=Path,
        default=Path(),
        help="where the files are written; this folder without it",
    )
    parser.add_argument("--replace", action="store_true", help="write over files that are there")


def run(args: argparse.Namespace) -> int:
    """Count, write, and say what was written."""
    open_installation()
    from lightkeeper.figures.queries import yearly, years
    from lightkeeper.figures.rendering.files import FORMATS

    if args.year not in {one.number for one in years()}:
        raise CommandError(f"there are no figures of {args.year}: nothing was recorded then")
    report = yearly(args.year)
    files = [file for kind in args.format or KINDS for file in FORMATS[kind](report)]
    _write(files, args.output, replace=args.replace)
    if report.closed_at is None:
        sys.stdout.write(f"{args.year} is not closed: its numbers may still change.\n")
    return EXIT_OK


def _write(files: list[File], folder: Path, *, replace: bool) -> None:
    """All of them or, where one is there already, none. Raises CommandError."""
    there = [str(folder / file.name) for file in files if (folder / file.name).exists()]
    if there and not replace:
        raise CommandError(f"{there[0]} is there already: name another --output, or say --replace")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file in files:
            path, part = folder / file.name, folder / f".{file.name}.part"
            part.write_bytes(file.content)
            part.replace(path)
            sys.stdout.write(f"{path}\n")
    except OSError as error:
        raise CommandError(f"{folder} cannot be written to: {error.strerror}") from error
