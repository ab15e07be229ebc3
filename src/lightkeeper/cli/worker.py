"""``lightkeeper worker``: does the service's background work until it is told to stop."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from typing import Final

from lightkeeper.cli import service
from lightkeeper.cli.exits import EXIT_OK
from lightkeeper.cli.options import whole

SUMMARY: Final = "do the service's background work until stopped"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the number of threads."""
    parser.add_argument("--threads", type=whole(1, 12), default=4, metavar="N", help="pieces of work done at once (4)")


def run(args: argparse.Namespace) -> int:
    """Work until SIGTERM or SIGINT; then end what was begun, and give the rest back."""
    service.django()
    from lightkeeper.lists.queries import start_refreshing, stop_refreshing
    from lightkeeper.runtime.worker import run_worker

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    sys.stderr.write(f"lightkeeper worker: working with {args.threads} threads; SIGTERM or Ctrl-C stops it\n")
    sys.stderr.flush()
    start_refreshing()
    try:
        run_worker(threads=args.threads, stop=stop)
    finally:
        stop_refreshing()
    return EXIT_OK
