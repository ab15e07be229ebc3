"""``lightkeeper index``: builds an index file of lists, so that large ones are ready at once; and checks one."""

from __future__ import annotations

import argparse
import os
import stat
import sys
from pathlib import Path
from typing import Final

from lightkeeper.cli import list_files
from lightkeeper.cli.exits import EXIT_BROKEN, EXIT_OK, CommandError
from lightkeeper.cli.output import visible

SUMMARY: Final = "build an index file of lists for `scan --list`, or check one"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the two inner verbs and their options."""
    verbs = parser.add_subparsers(dest="index_verb", metavar="VERB", required=True)
    build = verbs.add_parser(
        "build", help="build an index file", description="Build an index file of one or more lists."
    )
    build.add_argument("lists", nargs="+", metavar="LIST", help="list file; ALGORITHM:FILE says what plain values are")
    build.add_argument(
        "--output", required=True, type=Path, metavar="FILE", help="the index file; an old one is replaced"
    )
    check = verbs.add_parser("check", help="check an index file", description="Check every byte of an index file.")
    check.add_argument("file", type=Path, metavar="FILE", help="the index file")


def run(args: argparse.Namespace) -> int:
    """Build or check."""
    return _build(args.lists, args.output) if args.index_verb == "build" else _check(args.file)


def _build(names: list[str], output: Path) -> int:
    from lightkeeper.detect.matching.catalog import Catalog
    from lightkeeper.detect.matching.files import MAGIC

    _check_replaceable(output, MAGIC)
    sources = list_files.load(names)
    lists = []
    for name, source in zip(names, sources, strict=True):
        if isinstance(source.content, Path):
            raise CommandError(f"{name} is an index file already; build from lists")
        lists.append(source.content)
    catalog = Catalog.build(lists)
    try:
        catalog.save(output)
    except OSError as error:
        raise CommandError(f"{output} cannot be written: {error.strerror}") from error
    for source in sources:
        if text := source.summary():
            sys.stderr.write(f"{text}\n")
    duplicates = sum(one.duplicate_count() for one in lists)
    if duplicates:
        sys.stderr.write(f"{duplicates:,} entries repeat the value of another one of their list\n")
    sys.stdout.write(f"{visible(str(output))}: {len(catalog):,} entries of {len(lists)} lists, tested\n")
    return EXIT_OK


def _check_replaceable(output: Path, magic: bytes) -> None:
    """Raise CommandError unless nothing is at the path, or an index file: no device, pipe, link or other file."""
    if not os.path.lexists(output):
        return
    if stat.S_ISREG(output.lstat().st_mode):
        with output.open("rb") as file:
            if file.read(len(magic)) == magic:
                return
    raise CommandError(f"{output} is not an index file; it is not replaced")


def _check(path: Path) -> int:
    from lightkeeper.detect.matching.catalog import Catalog
    from lightkeeper.detect.matching.files import IndexFileError
    from lightkeeper.detect.matching.self_test import IndexSelfTestError

    try:
        catalog = Catalog.open(path)
    except (IndexFileError, IndexSelfTestError) as error:
        sys.stdout.write(f"{visible(str(error))}\n")
        return EXIT_BROKEN
    names = ", ".join(visible(name) for name in catalog.names)
    sys.stdout.write(f"{visible(str(path))}: sound; {len(catalog):,} entries of {len(catalog.names)} lists ({names})\n")
    return EXIT_OK
