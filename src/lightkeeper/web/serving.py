"""The server: one light parent that holds the port, and processes that each serve the application.

``python -m lightkeeper.web.serving`` is what ``lightkeeper serve`` becomes when it has found everything in order. The
parent never loads Django: the processes are forked from it, and a database pool does not survive a fork.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final

from lightkeeper.lifeline import die_with_parent

if TYPE_CHECKING:
    from lightkeeper.configuration import Configuration

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

STOP_SECONDS: Final = 20
"""Requests in hand have this long to end after SIGTERM; what is unfinished then is taken up by a worker."""
CONNECTIONS: Final = 1024
"""Connections of each process, idle ones too; more wait in the kernel. (A request waits for one of the threads.)"""

_logger = logging.getLogger("lightkeeper.web.serving")  # this module is also run as __main__


def application() -> Application:
    """Make the application of one process, and begin to load the lists (``/readyz`` says when that is done)."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        # A server whose first process was killed must not go on without anybody to stop it.
        die_with_parent(parent=parent.pid, by=signal.SIGKILL)
    os.umask(0o077)
    from django.conf import settings

    from lightkeeper import logs
    from lightkeeper.web.slow_bodies import BODIES
    from lightkeeper.web.wsgi import application as served

    logs.catch_uncaught()
    _begin()
    BODIES.watch()
    # The address that a body's connection is found by is the one before proxies are taken into account.
    return BODIES.bound(behind_proxies(served, settings.LIGHTKEEPER["proxies"]))


def behind_proxies(served: Application, proxies: tuple[str, ...]) -> Application:
    """Take the caller's address and scheme from the headers of our own reverse proxies, and of nobody else."""
    from granian.utils.proxies import wrap_wsgi_with_proxy_headers

    if not proxies:
        return served
    wrapped: Application = wrap_wsgi_with_proxy_headers(served, list(proxies))
    return wrapped


def _begin() -> None:
    """Begin what each process does beside answering: decode, read, follow the lists, and note when keys were used."""
    from lightkeeper.intake.services import start_decoding, start_reading
    from lightkeeper.lists.queries import start_refreshing
    from lightkeeper.people.services import start_flushing

    start_decoding()
    start_reading()
    start_refreshing()
    start_flushing()


def arguments(configuration: Configuration) -> dict[str, Any]:
    """Say how granian is to serve."""
    from granian.constants import HTTPModes, Interfaces
    from granian.log import LogLevels

    from lightkeeper import logs

    host, port = configuration.listen
    return {
        "target": "lightkeeper.web.serving:application",
        "factory": True,
        "address": host,
        "port": port,
        "interface": Interfaces.WSGI,
        "http": HTTPModes.http1,
        "websockets": False,
        "workers": configuration["server_processes"],
        # Threads mostly wait: for a decoding process, for the database, for the time at which an answer may leave.
        "blocking_threads": threads(configuration["server_threads"]),
        "backpressure": CONNECTIONS,
        # A process that dies is replaced; the pause is for one that dies at once.
        "respawn_failed_workers": True,
        "respawn_interval": 2.0,
        "workers_kill_timeout": STOP_SECONDS,
        "log_access": False,
        "log_level": LogLevels.error,
        "log_dictconfig": logs.dictionary(configuration["log_level"]),
    }


def threads(of_one_key: int) -> int:
    """How many threads a process has: what one key may use at once, and a quarter more, which is left to others."""
    return of_one_key + max(2, of_one_key // 4)


def main() -> int:
    """Serve until asked to stop."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lightkeeper.settings")
    from granian import Granian

    from lightkeeper import configuration, logs

    loaded = configuration.load()
    logs.catch_uncaught()
    server = Granian(**arguments(loaded))
    server.on_startup(lambda: _logger.info("serving %s on %s", loaded["public_url"], loaded["listen"]))
    server.on_shutdown(lambda: _logger.info("stopped"))
    server.serve()
    return 0


if __name__ == "__main__":
    sys.exit(main())
