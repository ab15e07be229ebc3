"""``lightkeeper hash``: prints the hashes of files, as rows or as a list that can be scanned against."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

from lightkeeper.cli import options
from lightkeeper.cli.exits import EXIT_OK, CommandError
from lightkeeper.cli.output import CsvRows, Sink, printable, visible
from lightkeeper.cli.walk import Problem, walk

if TYPE_CHECKING:
    from lightkeeper.detect.media.limits import Limits
    from lightkeeper.detect.media.pool import DecodePool

SUMMARY: Final = "print SHA-256, MD5, SHA-1 and PDQ of files, as rows or as a list"
COLUMNS: Final = ("path", "sha256", "md5", "sha1", "pdq", "quality", "hasher", "reason")
LIST_COLUMNS: Final = ("algorithm", "value", "id", "category")
LISTED: Final = ("pdq", "sha256")

Row = Mapping[str, object]


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("paths", nargs="+", metavar="PATH", help="file or folder")
    parser.add_argument(
        "--output",
        choices=("csv", "jsonl", "list"),
        default="csv",
        help="form of the rows; list: a list file (%(default)s)",
    )
    parser.add_argument(
        "--crops", action="store_true", help="with --output list: list crops of each picture too, by up to 20 %% a side"
    )
    parser.add_argument("--category", default="", metavar="TEXT", help="category of the entries of --output list")
    parser.add_argument("--workers", type=options.whole(1, 1024), metavar="N", help="decoding processes (all cores)")
    options.add_limits(parser)


def run(args: argparse.Namespace) -> int:
    """Hash every file, in order."""
    from lightkeeper.detect.media.pool import DecodePool, PoolError, cores
    from lightkeeper.detect.media.variants import LISTING

    if not any(os.path.lexists(path) for path in args.paths):
        raise CommandError("nothing is there at the given path")
    if args.crops and args.output != "list":
        raise CommandError("--crops is for --output list: rows hold one hash for each file")
    effort = LISTING if args.crops else "quick"
    limits = options.limits(args)
    workers = args.workers or cores()
    sink = Sink()
    write = _writer(args, sink)
    try:
        with DecodePool(workers=workers, limits=limits, effort=effort) as pool:
            pool.hardening  # noqa: B018  # raises at once where no decoding process can be started
            for row in _rows(args.paths, pool, limits, workers, skip=sink.file_id):
                write(row)
    except PoolError as error:
        raise CommandError(str(error)) from error
    return EXIT_OK


def _rows(
    paths: list[str], pool: DecodePool, limits: Limits, workers: int, *, skip: tuple[int, int] | None
) -> Iterator[Row]:
    """Give the rows in the order of the files, several being hashed at a time."""
    waiting: deque[Future[Row]] = deque()
    with ThreadPoolExecutor(workers) as threads:
        try:
            for found in walk(paths, skip=[skip] if skip else []):
                if isinstance(found, Problem):
                    done: Future[Row] = Future()
                    done.set_result(_row(found.path, reason=found.reason))
                    waiting.append(done)
                else:
                    waiting.append(threads.submit(_hash_file, found.path, found.target, pool, limits))
                if len(waiting) > 2 * workers:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


def _hash_file(path: str, target: str, pool: DecodePool, limits: Limits) -> Row:
    from lightkeeper.cli.reading import FileReadError, read_file
    from lightkeeper.detect.media.pdq import HASHER
    from lightkeeper.detect.outcomes import NONSENSE, frames_of

    try:
        content = read_file(target, limit=limits.bytes)
    except FileReadError as error:
        return _row(path, reason=str(error))
    digests = {name: digest.hex() for name, digest in content.digests.items()}
    if content.data is None:
        return _row(path, **digests, reason=f"Not decoded, since it is larger than {limits.bytes:,} bytes.")
    decoded = pool.decode(content.data)
    frames = frames_of(decoded)
    if not frames:
        return _row(path, **digests, reason=decoded.reason if decoded.hashes is None else NONSENSE)
    plain = frames[0].plain
    known = {"pdq": plain.hex(), "quality": plain.quality, "hasher": HASHER, "reason": decoded.reason}
    crops = [
        value.tobytes().hex()
        for name, value in zip(frames[0].names, frames[0].values, strict=True)
        if name.startswith("uncropped")
    ]
    return _row(path, **digests, **known, crops=crops)


def _row(path: str, **known: object) -> Row:
    return {**dict.fromkeys((*COLUMNS, "crops")), **known, "path": printable(path)}


class _ListRows:
    """Writes a list file: the PDQ where it is good enough to be matched, and the SHA-256."""

    def __init__(self, sink: Sink, category: str) -> None:
        self._rows = CsvRows(sink, LIST_COLUMNS)
        self._category = category

    def __call__(self, row: Row) -> None:
        from lightkeeper.detect.media.pdq import MINIMUM_QUALITY

        quality = row["quality"]
        listed = [name for name in LISTED if row[name] is not None]
        if "pdq" in listed and not (isinstance(quality, int) and quality >= MINIMUM_QUALITY):
            listed.remove("pdq")
            _say(row, f"too little structure for PDQ (quality {quality}); SHA-256 only")
        elif "pdq" not in listed:
            _say(row, f"no PDQ: {row['reason']}")
        for name in listed:
            self._rows.write((name, row[name], row["path"], self._category))
        crops = row["crops"]  # none are made unless --crops asks for them
        for value in crops if isinstance(crops, list) else ():
            self._rows.write(("pdq", value, row["path"], self._category))


def _say(row: Row, text: str) -> None:
    sys.stderr.write(f"{visible(str(row['path']))}: {text}\n")


def _writer(args: argparse.Namespace, sink: Sink) -> Callable[[Row], None]:
    if args.output == "list":
        return _ListRows(sink, args.category)
    if args.output == "jsonl":
        return lambda row: sink.write(json.dumps({name: row[name] for name in COLUMNS}) + "\n")
    rows = CsvRows(sink, COLUMNS)
    return lambda row: rows.write([row[name] for name in COLUMNS])
