"""Options that several verbs share, and how their values are read."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from lightkeeper.cli.exits import CommandError

if TYPE_CHECKING:
    from lightkeeper.detect.media.limits import Limits

_SUFFIXES: Final = {"k": 1 << 10, "m": 1 << 20, "g": 1 << 30}
_LIMITS: Final[dict[str, tuple[str, str]]] = {
    "bytes": ("SIZE", "largest file that is read (like 128M)"),
    "pixels": ("N", "most pixels that are decoded"),
    "side": ("N", "longest side of a picture"),
    "frames": ("N", "most frames of an animated file that are looked at"),
    "seconds": ("S", "longest time for one file"),
    "memory_mib": ("MIB", "most memory for decoding one file, in MiB"),
}


def whole(low: int, high: int) -> Callable[[str], int]:
    """Make a reader of whole numbers within bounds, for argparse."""

    def read(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"'{text}' is not a whole number") from None
        if not low <= number <= high:
            raise argparse.ArgumentTypeError(f"{number} is not between {low} and {high}")
        return number

    return read


def size(text: str) -> int:
    """Read a number of bytes such as 4096, 64K, 128M or 2G."""
    factor = _SUFFIXES.get(text[-1:].lower(), 1)
    digits = text[:-1] if factor > 1 else text
    if not digits.isascii() or not digits.isdigit():
        raise argparse.ArgumentTypeError(f"'{text}' is not a size such as 4096, 64K, 128M or 2G")
    return int(digits) * factor


def seconds(text: str) -> float:
    """Read a number of seconds."""
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number of seconds") from None


def add_limits(parser: argparse.ArgumentParser) -> None:
    """Add an option for each bound that decoding keeps to."""
    group = parser.add_argument_group("bounds (a file beyond one gets an outcome that says so)")
    for name, (metavar, text) in _LIMITS.items():
        kind = {"bytes": size, "seconds": seconds}.get(name, whole(1, 2**31 - 1))
        option = f"--max-{name.replace('_', '-')}"
        group.add_argument(option, dest=f"max_{name}", type=kind, metavar=metavar, help=text)


def limits(args: argparse.Namespace) -> Limits:
    """Give the bounds that were asked for; CommandError where one is out of range."""
    from lightkeeper.detect.media.limits import Limits

    given = {name: getattr(args, f"max_{name}") for name in _LIMITS if getattr(args, f"max_{name}") is not None}
    try:
        return Limits(**given)
    except ValueError as error:
        raise CommandError(str(error)) from error
