"""``lightkeeper serve``: the web pages and the API, on granian."""

from __future__ import annotations

import argparse
import os
import socket
import sys
from typing import TYPE_CHECKING, Final

from lightkeeper.cli import progress, service
from lightkeeper.cli.exits import CommandError
from lightkeeper.cli.upgrade import refuse_newer

if TYPE_CHECKING:
    from lightkeeper.configuration import Configuration

SUMMARY: Final = "serve the pages and the API"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add no options: the settings say it all."""
    del parser


def run(args: argparse.Namespace) -> int:
    """See that all is in order, and become the server."""
    del args
    with progress.preparing(patience=6):  # compiled now, it need not be compiled by each process
        service.django()
    from django.conf import settings

    configuration: Configuration = settings.LIGHTKEEPER
    require_installed(configuration)
    require_port(*configuration.listen)
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", "lightkeeper.web.serving"])  # noqa: S606  # no shell is wanted


def require_installed(configuration: Configuration) -> None:
    """Refuse to go on without keys, on a database that is not made, or one of another version. Raises CommandError."""
    from lightkeeper import installation

    missing = list(installation.missing_keys(configuration))
    if missing:
        verb = "is" if len(missing) == 1 else "are"
        raise CommandError(f"{' and '.join(missing)} {verb} missing: run `lightkeeper init`, or put the file back")
    found = installation.migrations()
    refuse_newer(found)
    if not found.applied:
        raise CommandError("nothing is set up here yet: run `lightkeeper init`")
    if found.pending:
        raise CommandError(
            f"the database lacks {len(found.pending)} changes of this version: run `lightkeeper upgrade`"
        )
    from lightkeeper.runtime.services import KeyUnusableError, SealError, derived_key

    try:
        derived_key("installation")  # fails where the master key is not that of this database
    except (KeyUnusableError, SealError) as error:
        raise CommandError(f"the master key cannot be used: {error}") from error


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
