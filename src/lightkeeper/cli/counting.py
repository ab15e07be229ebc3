"""A line on the terminal that counts while something long goes on; nothing where nobody watches."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def counting(what: str) -> Iterator[Callable[[int], None] | None]:
    """Give what is to be called with the count so far, or None where standard error is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return

    def tell(count: int) -> None:
        sys.stderr.write(f"\r{count:,} {what}")
        sys.stderr.flush()

    yield tell
    sys.stderr.write("\r\x1b[K")
