"""A server, as ``serving.py`` runs it, whose application reads each body and says whether it was there in time."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import Any

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels

from lightkeeper.web import slow_bodies


def application() -> slow_bodies.Application:
    """Make the application, with deadlines that a test can wait for."""
    vars(slow_bodies).update(GRACE=1.0, LOOK_SECONDS=0.5, SLACK=0.3, PIECE=8192)
    slow_bodies.BODIES.watch()
    return slow_bodies.BODIES.bound(_reads)


def _reads(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    try:
        said = b"%d" % len(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
    except TimeoutError:
        said = b"late"
    start_response("200 OK", [("Content-Length", str(len(said)))])
    return [said]


if __name__ == "__main__":
    Granian(
        "lightkeeper.web.tests.slow_server:application", factory=True, address="127.0.0.1", port=int(sys.argv[1]),
        interface=Interfaces.WSGI, http=HTTPModes.http1, websockets=False, blocking_threads=8,
        log_level=LogLevels.error,
    ).serve()  # fmt: skip
