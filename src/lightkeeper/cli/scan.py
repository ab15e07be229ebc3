"""``lightkeeper scan``: finds every listed picture in files and folders."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lightkeeper import __version__
from lightkeeper.cli import list_files, options, progress
from lightkeeper.cli.exits import CommandError
from lightkeeper.cli.output import FORMATS, Sink, make_writer
from lightkeeper.cli.resume import Finished, State

if TYPE_CHECKING:
    from lightkeeper.cli.file_scanner import FileScanner
    from lightkeeper.detect.media.limits import Limits

SUMMARY: Final = "find every listed picture in files and folders, whatever was done to it"
EFFORTS: Final = ("quick", "standard", "thorough")
MAX_RADIUS: Final = 63


EPILOG: Final = (
    "Efforts: quick tries the eight orientations; standard also borders, captions, screenshots, small crops and tilts; "
    "thorough also large crops, perspective, collages and insets, and names possible matches. "
    "Exit codes: 0 it ran, 2 wrong usage or a list that cannot be used, 3 and 4 as asked for by --fail-on-match and "
    "--fail-on-unreadable, 130 interrupted. More in docs/command-line.md."
)


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.epilog = EPILOG
    parser.add_argument("paths", nargs="+", metavar="PATH", help="file or folder to scan")
    parser.add_argument(
        "--list", action="append", required=True, metavar="FILE", dest="lists",
        help="list file or index file; can be given several times; ALGORITHM:FILE says what plain values are",
    )  # fmt: skip
    parser.add_argument("--effort", choices=EFFORTS, default="standard", help="how many variants to try (%(default)s)")
    radius = options.whole(0, MAX_RADIUS)
    parser.add_argument("--radius", type=radius, default=31, metavar="N", help="bits within which it is a match (31)")
    parser.add_argument(
        "--possible-radius", type=radius, metavar="N",
        help="bits within which a person should look (56 at thorough effort, else not searched for)",
    )  # fmt: skip
    parser.add_argument("--workers", type=options.whole(1, 1024), metavar="N", help="decoding processes (all cores)")
    parser.add_argument("--output", choices=FORMATS, default="table", help="form of the rows (%(default)s)")
    parser.add_argument(
        "--resume", metavar="STATE", type=Path, help="note what is finished in this file, or go on from it"
    )
    parser.add_argument("--fail-on-match", action="store_true", help="exit 3 if a file matches")
    parser.add_argument("--fail-on-unreadable", action="store_true", help="exit 4 if a file cannot be read")
    options.add_limits(parser)


def run(args: argparse.Namespace) -> int:
    """Scan, and return the exit code; ``args.words`` is the command line, to say how to go on."""
    from lightkeeper.cli.scan_run import ScanRun

    if not any(os.path.lexists(path) for path in args.paths):
        raise CommandError("nothing is there at the given path")
    limits = options.limits(args)
    sources = list_files.load(args.lists)
    settings = {
        "version": __version__,
        "lists": sorted(source.sha256 for source in sources),
        "effort": args.effort,
        "radius": args.radius,
        "possible radius": args.possible_radius,
        "bounds": limits.to_json(),
    }
    sink = Sink()
    state = State.open(args.resume, settings, sink.sync) if args.resume else Finished(settings)
    with progress.preparing():
        scanner = open_scanner(sources, args, limits)
    with scanner:
        scan = ScanRun(scanner, make_writer(args.output, sink), state)
        skip = [sink.file_id, state.file_id]
        scan.scan(args.paths, skip=[file_id for file_id in skip if file_id is not None])
    if scan.stopped_by:
        sys.stderr.write(_how_to_go_on(state, args.words))
    state.close()
    scan.report(sources)
    return scan.exit_code(fail_on_match=args.fail_on_match, fail_on_unreadable=args.fail_on_unreadable)


def open_scanner(sources: Sequence[list_files.Source], args: argparse.Namespace, limits: Limits) -> FileScanner:
    """Make the scanner; CommandError where a list or an option does not suit it."""
    from lightkeeper.cli.file_scanner import FileScanner
    from lightkeeper.detect.matching.files import IndexFileError
    from lightkeeper.detect.matching.lists import ListError
    from lightkeeper.detect.matching.self_test import IndexSelfTestError
    from lightkeeper.detect.media.pool import PoolError

    try:
        scanner = FileScanner(
            [source.content for source in sources], effort=args.effort, radius=args.radius,
            possible_radius=args.possible_radius, workers=args.workers, limits=limits,
        )  # fmt: skip
        scanner.hardening  # noqa: B018  # fails here, before any row, where no decoding process can be started
    except (IndexFileError, IndexSelfTestError, ListError, PoolError, ValueError) as error:
        raise CommandError(str(error)) from error
    return scanner


def _how_to_go_on(state: State | Finished, argv: Sequence[str]) -> str:
    """Say how an interrupted scan is resumed; where no state was asked for, one is written now."""
    if isinstance(state, State):
        return f"interrupted, resume with: {shlex.join(['lightkeeper', *argv])}\n"
    path = Path(f"lightkeeper-{os.getpid()}.state")
    try:
        state.keep(path)
    except OSError as error:
        return f"interrupted; the state could not be kept in this folder: {error.strerror}\n"
    return f"interrupted, resume with: {shlex.join(['lightkeeper', *argv, '--resume', str(path)])}\n"
