"""Opens the labelled conversations that ``conversations eval`` was given; what is wrong is said by file and line."""

from __future__ import annotations

import argparse
import dataclasses
import functools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from lightkeeper.cli.exits import CommandError

if TYPE_CHECKING:
    from lightkeeper.detect.conversations.evaluation.streams import Labelled

T = TypeVar("T")
FORMATS: Final = ("pan", "espd", "csv", "folders", "scenarios")
KNOWN: Final = {
    "all": "the messages, ages, relations and acts",
    "no-ages": "the messages, relations and acts, and nobody's age",
    "messages": "the messages alone: nobody's age, no relation, no act",
}
"""What can be known beside the messages of the scenarios, and how the report says it."""
_ONLY: Final = {"predators": "pan", "lines": "pan", "offender_side": "folders", "child_side": "folders"}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options that say what the data are."""
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="files, or folders with --format folders")
    parser.add_argument("--format", required=True, choices=FORMATS, help="what the files are; scenarios needs none")
    parser.add_argument("--predators", type=Path, metavar="FILE", help="pan: ids of the offenders, one a line")
    parser.add_argument("--lines", type=Path, metavar="FILE", help="pan: conversation id and line number of each mark")
    parser.add_argument("--offender-side", metavar="FOLDER", help="folders: the folder of the one side, in PATH")
    parser.add_argument("--child-side", metavar="FOLDER", help="folders: the folder of the other side, in PATH")
    parser.add_argument(
        "--known", choices=KNOWN, default="all", help="scenarios: what is known beside the messages (all)"
    )
    parser.add_argument("--language", default="", metavar="TAG", help="of conversations that do not say theirs (en)")


def check(args: argparse.Namespace) -> None:
    """Refuse options that do not go together. Raises CommandError."""
    for name, format_ in _ONLY.items():
        if getattr(args, name) is not None and args.format != format_:
            raise CommandError(f"--{name.replace('_', '-')} goes with --format {format_} only")
    if args.known != "all" and args.format != "scenarios":
        raise CommandError("--known goes with --format scenarios only: no other format knows more than messages")
    if args.format == "scenarios":
        if args.paths:
            raise CommandError("--format scenarios takes no path: the conversations come with Lightkeeper")
        return
    if not args.paths:
        raise CommandError(f"--format {args.format} needs a path")
    if args.format == "pan" and args.predators is None:
        raise CommandError("--format pan needs --predators FILE: without it nobody knows which conversation is risky")
    if args.format == "folders" and not (args.offender_side and args.child_side):
        raise CommandError("--format folders needs --offender-side and --child-side, the names of the two folders")


def conversations(args: argparse.Namespace) -> Iterator[Labelled]:
    """All conversations, one at a time; a file is called by its number, as its name may be somebody's. CommandError."""
    if args.format == "scenarios":
        from lightkeeper.cli.evaluation_scenarios import labelled

        yield from labelled()
        return
    read = _reader(args)
    for number, path in enumerate(args.paths, 1):
        for one in _told(functools.partial(read, path, f"file {number}"), path):
            yield dataclasses.replace(one, language=one.language or args.language)


def _reader(args: argparse.Namespace) -> Callable[[Path, str], Iterator[Labelled]]:
    from lightkeeper.detect.conversations.evaluation import files, pan

    if args.format == "espd":
        return files.read_espd
    if args.format == "csv":
        return files.read_csv
    if args.format == "folders":
        return lambda path, corpus: files.read_folders(path, args.offender_side, args.child_side, corpus)
    predators = _once(pan.read_predators, args.predators)
    marked = None if args.lines is None else _once(pan.read_marked_lines, args.lines)
    return lambda path, corpus: pan.read_pan(path, predators, marked, corpus)


def _once(read: Callable[[Path], T], path: Path) -> T:
    return next(_told(lambda: iter((read(path),)), path))


def _told(read: Callable[[], Iterator[T]], path: Path) -> Iterator[T]:
    """What is read; errors name the path that was given and no file within it. Raises CommandError."""
    from lightkeeper.detect.conversations.evaluation.streams import InputError

    try:
        yield from read()
    except InputError as error:
        raise CommandError(str(error)) from None
    except OSError as error:
        raise CommandError(f"{path.name} cannot be read: {error.strerror or type(error).__name__}") from None
