"""``lightkeeper serve``: the web pages and the API, on granian."""

from __future__ import annotations

import argparse
import os
import socket
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Final

from lightkeeper.cli import progress, service
from lightkeeper.cli.exits import CommandError
from lightkeeper.cli.installed import require_installed

if TYPE_CHECKING:
    from lightkeeper.configuration import Configuration

SUMMARY: Final = "serve the pages and the API"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add no options: the settings say it all."""
    del parser


def run(args: argparse.Namespace) -> int:
    """See that all is in order, and become the server."""
    del args
    service.django()
    with progress.preparing(patience=6):
        import_module("lightkeeper.detect.scanner")  # compiled now, it need not be compiled by each process
    from django.conf import settings

    configuration: Configuration = settings.LIGHTKEEPER
    require_installed(configuration)
    require_port(*configuration.listen)
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", "lightkeeper.web.serving"])  # noqa: S606  # no shell is wanted


def require_port(host: str, port: int) -> None:
    """Refuse an address that cannot be listened on, before anything is started. Raises CommandError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(
                f"{host}:{port} cannot be listened on: {error.strerror}. "
                "Stop what listens there, or set LIGHTKEEPER_LISTEN"
            ) from error
