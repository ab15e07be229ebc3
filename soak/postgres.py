"""A PostgreSQL of our own: a throw-away cluster on loopback that can be killed and started again.

``with cluster() as database:`` gives ``database.url``. ``python -m soak.postgres COMMAND ...`` runs a command with
``TEST_DATABASE_URL`` set to such a cluster, which is how the test suite runs on PostgreSQL.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import psycopg

NAME = "lightkeeper"
"""The role and its database; the role may make databases (tests do) but is no superuser."""
SUPERUSER = "postgres"
START_SECONDS = 60.0
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class PostgresMissing(Exception):  # noqa: N818  # what is missing, said plainly
    """No PostgreSQL server is installed; the message says what to install."""


def binaries() -> Path:
    """Give the folder of ``initdb`` and ``postgres``. Raises PostgresMissing."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: -float(folder.parent.name))
    found = shutil.which("initdb")
    for folder in [*folders, *([Path(found).resolve().parent] if found else [])]:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise PostgresMissing("No PostgreSQL server was found. On Debian and Ubuntu: apt-get install postgresql")


def free_port() -> int:
    """Give a port of loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def kill_tree(process: subprocess.Popen[bytes]) -> None:
    """Kill -9 a process of ours and all below it, and wait until they are gone."""
    with contextlib.suppress(psutil.NoSuchProcess):
        root = psutil.Process(process.pid)
        below = root.children(recursive=True)
        for each in [root, *below]:
            with contextlib.suppress(psutil.NoSuchProcess):
                each.kill()
        process.wait()
        psutil.wait_procs(below, timeout=5)


@dataclass
class Cluster:
    """One cluster: its folder (the server's user owns it), its port, and the server while it runs."""

    folder: Path
    port: int
    options: tuple[str, ...] = ()
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def url(self) -> str:
        """The address of the database as ``LIGHTKEEPER_DATABASE_URL`` takes it."""
        return f"postgresql://{NAME}:unused@127.0.0.1:{self.port}/{NAME}"

    @property
    def admin_url(self) -> str:
        """The same database for its superuser, for checks that look below the service's rights."""
        return f"postgresql://{SUPERUSER}:unused@127.0.0.1:{self.port}/{NAME}"

    @property
    def log(self) -> Path:
        """What the server wrote."""
        return self.folder / "server.log"

    def make(self, *, sync: bool) -> None:
        """Run initdb. Raises RuntimeError with what it said."""
        command = [str(binaries() / "initdb"), "-D", str(self.folder / "data"), "-U", SUPERUSER, "--auth=trust"]
        command += ["--encoding=UTF8", "--locale=C", *([] if sync else ["--no-sync"])]
        done = subprocess.run(command, capture_output=True, check=False, cwd=self.folder, **_as_server())  # type: ignore[call-overload]
        if done.returncode:
            raise RuntimeError(f"initdb failed: {done.stderr.decode(errors='replace').strip()}")

    def start(self) -> None:
        """Start the server and wait until it answers (after a kill: until it has recovered)."""
        options = [f"port={self.port}", "listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=300"]
        command = [str(binaries() / "postgres"), "-D", str(self.folder / "data")]
        for option in [*options, *self.options]:
            command += ["-c", option]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd=self.folder, **_as_server()
            )  # type: ignore[call-overload]
        self._wait()

    def _wait(self) -> None:
        assert self.process is not None
        until = time.monotonic() + START_SECONDS
        while True:
            try:
                psycopg.connect(self.admin_url.rpartition("/")[0] + "/postgres", connect_timeout=5).close()
                return
            except psycopg.OperationalError:
                if self.process.poll() is not None or time.monotonic() > until:
                    raise RuntimeError(f"PostgreSQL did not start: {self.log.read_text()[-2000:]}") from None
                time.sleep(0.05)

    def make_database(self) -> None:
        """Make the role and its database."""
        address = self.admin_url.rpartition("/")[0] + "/postgres"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(f"CREATE ROLE {NAME} LOGIN CREATEDB")
            connection.execute(f"CREATE DATABASE {NAME} OWNER {NAME}")

    def kill9(self) -> None:
        """Kill the server and all its processes at once, as a power cut would."""
        if self.process is not None:
            kill_tree(self.process)
            self.process = None

    def stop(self) -> None:
        """Stop the server without waiting for its clients."""
        if self.process is not None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill9()
            self.process = None


def _as_server() -> dict[str, object]:
    """Say as whom the server runs: it refuses root, so root runs it as the package's own user."""
    own_session: dict[str, object] = {"start_new_session": True, "env": {"PATH": os.defpath, "LC_ALL": "C"}}
    if os.geteuid() != 0:
        return own_session
    user = pwd.getpwnam("postgres")
    return {**own_session, "user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


@contextlib.contextmanager
def cluster(directory: Path | None = None, *, fast: bool = False) -> Iterator[Cluster]:
    """Give a running cluster with an empty database, removed at the end.

    ``fast`` turns off what makes it survive a power cut: for unit tests only, never for the kill test. ``directory``
    (by default the system's temporary one) must be open to the server's user. Raises PostgresMissing, RuntimeError.
    """
    binaries()
    folder = Path(tempfile.mkdtemp(prefix="lightkeeper-postgres-", dir=directory))
    made = Cluster(folder, free_port(), FAST if fast else ())
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        made.make(sync=not fast)
        made.start()
        made.make_database()
        yield made
    finally:
        made.kill9()
        shutil.rmtree(folder, ignore_errors=True)


def main(command: Sequence[str]) -> int:
    """Run a command with ``TEST_DATABASE_URL`` set; without one, wait until interrupted."""
    with cluster(fast=True) as database:
        if command:
            return subprocess.run(
                command, env={**os.environ, "TEST_DATABASE_URL": database.url}, check=False
            ).returncode
        print(database.url, flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            signal.pause()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
