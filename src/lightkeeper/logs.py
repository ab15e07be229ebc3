"""How log lines are written: never with content, whoever writes them.

Lines of our own say codes and numbers and are written as they are. Of other packages' lines only the place in the code
is written, of requests the method, the name of the view and the status, and of exceptions their types and frames:
their messages quote what they choked on (a value that broke a constraint, an address that was asked for).
"""

from __future__ import annotations

import logging
import re
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from typing import Any, Final

OURS: Final = ("lightkeeper",)
SERVER: Final = "_granian"
_FRAME: Final = re.compile(r'^\s*File "([^"\n]+)", line (\d+), in (\S+)$', re.MULTILINE)
REQUESTS: Final = ("django.request", "django.security")


class ContentFreeFormatter(logging.Formatter):
    """Writes one record as ``2026-11-22T20:55:01Z WARNING logger: message``, and exceptions without their messages."""

    def format(self, record: logging.LogRecord) -> str:
        """Give the text of a record; several lines where an exception came with it."""
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        lines = [f"{stamp}Z {record.levelname} {record.name}: {_says(record)}"]
        if record.exc_info and record.exc_info[1] is not None and record.levelno >= logging.ERROR:
            lines += frames(record.exc_info[1])
        return "\n".join(lines)


def _says(record: logging.LogRecord) -> str:
    if record.name.startswith(OURS):
        return record.getMessage()
    if record.name.startswith(SERVER):
        # What follows the first line is a traceback with its message; its places are all that is kept of it.
        first, _, rest = record.getMessage().partition("\n")
        return "\n    ".join([first, *(f"{file}:{line} in {name}" for file, line, name in _FRAME.findall(rest))])
    place = f"{record.module}:{record.lineno}"
    request = getattr(record, "request", None)
    if record.name.startswith(REQUESTS) and request is not None:
        match = getattr(request, "resolver_match", None)
        view = getattr(match, "view_name", None) or "no view"
        return f"{getattr(request, 'method', '?')} {view} {getattr(record, 'status_code', '')} ({place})"
    return f"see {place}"


def frames(error: BaseException) -> Iterator[str]:
    """Give the types of an exception and of its causes, and where they were raised; never their messages."""
    seen: set[int] = set()
    while id(error) not in seen:
        seen.add(id(error))
        kind = type(error)
        yield f"  {kind.__module__}.{kind.__qualname__}"
        for frame in traceback.extract_tb(error.__traceback__):
            yield f"    {frame.filename}:{frame.lineno} in {frame.name}"
        cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        if cause is not None:
            error = cause


def dictionary(level: str) -> dict[str, Any]:
    """Give the configuration for ``logging.config``: every line of ``level`` or above to standard error."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"content-free": {"()": "lightkeeper.logs.ContentFreeFormatter"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "content-free"}},
        "root": {"handlers": ["stderr"], "level": level.upper()},
        # These bring handlers of their own, which would write messages as they are.
        "loggers": {
            **{name: {"handlers": [], "propagate": True} for name in ("django", "django.server", SERVER)},
            # Of each call that it answers it would say several times that it did.
            "procrastinate": {"level": "WARNING"},
            # Each attempt to connect again would be a line that says nothing; that the database is away, we say.
            "psycopg.pool": {"level": "ERROR"},
        },
    }


def catch_uncaught() -> None:
    """Write what no one caught, in this process and its threads, as log lines: Python would print the messages."""
    logger = logging.getLogger("lightkeeper")

    def uncaught(kind: type[BaseException], error: BaseException, trace: Any) -> None:
        if isinstance(error, KeyboardInterrupt):
            return
        logger.critical("an error that nothing caught", exc_info=(kind, error, trace))

    def in_thread(arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None:
            uncaught(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)

    def unraisable(arguments: Any) -> None:
        if arguments.exc_value is not None:
            uncaught(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)

    sys.excepthook = uncaught
    threading.excepthook = in_thread
    sys.unraisablehook = unraisable
