"""``lightkeeper worker``: does the service's background work until it is told to stop."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from typing import Final

from lightkeeper.cli.exits import EXIT_OK
from lightkeeper.cli.installed import open_installation
from lightkeeper.cli.options import whole

SUMMARY: Final = "do the service's background work until stopped"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the number of threads."""
    parser.add_argument("--threads", type=whole(1, 12), default=4, metavar="N", help="pieces of work done at once (4)")


def run(args: argparse.Namespace) -> int:
    """Work until SIGTERM or SIGINT; then end what was begun, and give the rest back."""
    open_installation()
    from lightkeeper.lists.queries import start_refreshing, stop_refreshing
    from lightkeeper.runtime.worker import run_worker

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    _say(f"working with {args.threads} threads; SIGTERM or Ctrl-C stops it")
    telling = threading.Thread(target=_tell_of_stopping, args=(stop,), daemon=True)
    telling.start()
    start_refreshing()
    try:
        run_worker(threads=args.threads, stop=stop)
    finally:
        stop_refreshing()
    telling.join(1)
    _say("stopped")
    return EXIT_OK


def _tell_of_stopping(stop: threading.Event) -> None:
    """Say when it is being stopped: a handler of signals must not write, as it may come in the middle of a line."""
    stop.wait()
    _say("stopping; what was begun is ended first, 20 seconds at most ...")


def _say(text: str) -> None:
    sys.stderr.write(f"lightkeeper worker: {text}\n")
    sys.stderr.flush()
