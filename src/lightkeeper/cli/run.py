"""``lightkeeper run``: the whole service on this machine as a demonstration, gone when it ends."""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from lightkeeper.cli import demo_contents, demo_sending, options, service
from lightkeeper.cli.exits import EXIT_BROKEN, EXIT_INTERRUPTED, CommandError
from lightkeeper.cli.processes import Family

if TYPE_CHECKING:
    from lightkeeper.cli.demo_contents import Access

SUMMARY: Final = "run the whole service on this machine as a demonstration, with drawings"
READY_SECONDS: Final = 120.0
_COMPILE: Final = "import lightkeeper.detect.matching.index, lightkeeper.detect.matching.grouping"
"""What compiles the search, which takes a while the first time."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("--port", type=options.whole(1, 65535), default=8000, metavar="N", help="port (%(default)s)")


def run(args: argparse.Namespace) -> int:
    """Make a throw-away installation, run it until Ctrl-C, and remove it."""
    begun = time.monotonic()
    for number in (signal.SIGINT, signal.SIGTERM):  # a script's background command begins with SIGINT ignored
        signal.signal(number, _interrupt)
    with _folder() as folder, Family() as family:
        try:
            return _run(folder, family, args.port, begun)
        except KeyboardInterrupt:
            sys.stdout.write("\nStopping; the demonstration and everything in it is removed.\n")
            return EXIT_INTERRUPTED


def _run(folder: Path, family: Family, port: int, begun: float) -> int:
    _configure(folder / "data", port)
    _check(port)
    _tell("Preparing a demonstration; the first time on a machine, the search is compiled for it ...")
    # One process compiles and this one draws: every process that loads the search before would compile it again.
    compiling = family.start("compiling the search", ["-c", _COMPILE])
    digests = demo_contents.draw(folder / "drawings")
    if compiling.wait() != 0:
        return _died(family)
    del family.members["compiling the search"]
    access = _prepare(folder, digests)
    # What `serve` does before it becomes the server was done here: it would tell again what takes so long.
    family.start("the server", ["-m", "lightkeeper.web.serving"])
    family.start("the worker", ["-m", "lightkeeper", "worker"])
    if not family.wait_until(lambda: _ready(port), seconds=READY_SECONDS):
        return _died(family)
    sent = demo_sending.send(folder / "drawings", port, access.key)
    _tell(_welcome(folder / "drawings", port, access, sent, time.monotonic() - begun))
    while family.dead() is None:
        time.sleep(0.2)
    return _died(family)


def _interrupt(number: int, frame: Any) -> None:  # noqa: ARG001  # as signal handlers are
    raise KeyboardInterrupt


def _tell(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


@contextmanager
def _folder() -> Iterator[Path]:
    """Give a folder for everything, which is removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="lightkeeper-demo-"))
    (folder / "drawings").mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _configure(data: Path, port: int) -> None:
    """Set what the demonstration needs, and nothing of what is set here otherwise."""
    from lightkeeper.configuration import CONFIG_VARIABLE, PREFIX

    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        del os.environ[name]
    settings = {
        "data_dir": data, "demo": "true", "listen": f"127.0.0.1:{port}", "public_url": f"http://127.0.0.1:{port}",
        "log_level": "warning", "server_threads": 16,
    }  # fmt: skip
    os.environ |= {f"{PREFIX}{name.upper()}": str(value) for name, value in settings.items()}
    os.environ[CONFIG_VARIABLE] = os.devnull


def _check(port: int) -> None:
    """Refuse at once what cannot work. Raises CommandError."""
    from lightkeeper.cli.init import read_configuration
    from lightkeeper.cli.serve import require_port

    read_configuration()
    require_port("127.0.0.1", port)


def _prepare(folder: Path, digests: list[bytes]) -> Access:
    from lightkeeper import configuration, installation

    loaded = configuration.load()
    installation.make_data_dir(loaded)
    installation.make_secret_key(loaded)
    installation.make_master_key(loaded)
    service.django()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", interactive=False, verbosity=0)
    access = demo_contents.fill(folder / "drawings", digests)
    connection.close()
    return access


def _ready(port: int) -> bool:
    return demo_sending.request(port, "GET", "/readyz") == 200


def _welcome(folder: Path, port: int, access: Access, sent: tuple[int, int], seconds: float) -> str:
    address = f"http://127.0.0.1:{port}"
    links = "\n".join(f"  {role:<18}{link}" for role, link in access.links.items())
    return f"""
Lightkeeper runs, as a demonstration: {address}   (ready after {seconds:.0f} s, {sent[0]} drawings were submitted,
{sent[1]} reports made)
It takes only the drawings that it made itself, keeps nothing, and is for this machine alone.

Sign in (each link works once; it stands for password and second factor). Sign in as analyst, open Cases:
{links}

Submit a drawing, as a platform does ({folder} has more; listed-* and edited ones match):
  curl -s '{address}/api/v1/submissions?wait=true' -H 'Authorization: Bearer {access.key}' \\
    -F 'metadata={{"id": "mine-1", "kind": "picture"}};type=application/json' -F 'content=@{folder}/framed-4.jpg'

The API is described at {address}/api/v1/openapi.json. Ctrl-C ends everything and removes it.
"""


def _died(family: Family) -> int:
    dead = family.dead()
    if dead is None:
        raise CommandError(f"the server was not ready within {READY_SECONDS:.0f} s; this machine may be too busy")
    name, code = dead
    said = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
    sys.stderr.write(f"lightkeeper run: {name} ended by itself ({said}); everything is stopped\n")
    return EXIT_BROKEN
