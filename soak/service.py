"""One installation in a folder of its own: made, started, killed and watched from outside.

Servers and workers are the command line's own verbs in processes of their own, their output in files; nothing of the
machine's configuration reaches them. What an installation may write lies below its folder: ``data`` (the service's),
``tmp`` (TMPDIR), ``logs`` (what its processes printed).
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from soak.database import Database
from soak.measures import tree
from soak.postgres import free_port, kill_tree

RATE = "1000000"
LOOKUPS = "2000000000"
SIGNING_KEY = re.compile(r"\b(sk-[0-9a-f]+) (lks_[0-9a-f]+)\b")
COMMAND_SECONDS = 600.0
_BETWEEN = "\x1e"
_SEVERAL = f"""
import json, sys
from lightkeeper.cli.main import main
for words in json.loads(sys.argv[1]):
    try:
        code = main(words)
    except SystemExit as end:
        code = end.code
    if code:
        sys.exit(code)
    print(end={_BETWEEN!r}, flush=True)
"""
KEY = re.compile(r"\blk_[A-Za-z0-9]+_[A-Za-z0-9_-]+")
START_SECONDS = 300.0
STOP_SECONDS = 30.0


@dataclass
class Member:
    """One process of the service with all that it starts: a server or a worker."""

    name: str
    command: list[str]
    environment: Mapping[str, str]
    folder: Path
    port: int = 0
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def log(self) -> Path:
        """What it printed, over all its lives."""
        return self.folder / "logs" / f"{self.name}.log"

    @property
    def pid(self) -> int:
        """Its process id while it runs, else 0."""
        return self.process.pid if self.process is not None else 0

    def start(self) -> None:
        """Start it; it may not be ready yet (`wait`)."""
        assert self.process is None
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env=dict(self.environment), cwd=self.folder, start_new_session=True,
            )  # fmt: skip

    def wait(self, path: str = "/readyz") -> None:
        """Wait until a server answers ``path`` with 200. Raises RuntimeError with the end of its log."""
        until = time.monotonic() + START_SECONDS
        while status(self.port, path) != 200:
            if self.process is None or self.process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"{self.name} is not ready: {self.log.read_text(errors='replace')[-3000:]}")
            time.sleep(0.05)

    def kill9(self) -> None:
        """Kill it and all that it started, at once."""
        if self.process is not None:
            kill_tree(self.process)
            self.process = None

    def stop(self) -> int:
        """Ask it to end as an operator does, and give its exit status; kill it where it does not."""
        if self.process is None:
            return 0
        below = tree(self.process.pid)[1:]
        self.process.terminate()
        try:
            code = self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill9()
            return -9
        for each in below:
            with contextlib.suppress(Exception):
                each.kill()
        self.process = None
        return code


def status(port: int, path: str) -> int:
    """The status of a GET on loopback, 0 where nobody answers."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def fetch(port: int, path: str) -> bytes:
    """The body of a GET on loopback, whatever its status."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
            return bytes(answer.read())
    except urllib.error.HTTPError as error:
        return error.read()


@dataclass(frozen=True, slots=True)
class Access:
    """What a client was given: its API key, and the secrets that sign its callbacks, by key id."""

    key: str
    secrets: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class ClientWish:
    """A client that is to be made: its name, its key's scopes, where it is called back."""

    name: str
    scopes: tuple[str, ...]
    callback_url: str = ""


def _read_access(created: str, called: str) -> tuple[str, dict[str, bytes]]:
    key = KEY.search(created)
    if key is None:
        raise RuntimeError("client create printed no key")
    return key.group(), {key_id: secret.encode() for key_id, secret in SIGNING_KEY.findall(called)}


@dataclass
class Installation:
    """An installation below ``folder``; on SQLite unless a PostgreSQL address is given.

    ``settings`` are variables without their prefix: ``{"effort": "quick"}``.
    """

    folder: Path
    database_url: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        for name in ("data", "tmp", "logs", "home"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        (self.folder / "data").chmod(0o700)

    @property
    def data(self) -> Path:
        """The service's data directory."""
        return self.folder / "data"

    @property
    def database(self) -> Database:
        """A look into its database."""
        return Database(self.database_url or self.data / "lightkeeper.sqlite3")

    def environment(self, **more: str) -> dict[str, str]:
        """The variables of its processes."""
        settings = {"data_dir": str(self.data), **self.settings, **more}
        if self.database_url:
            settings["database_url"] = self.database_url
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self.folder / "home"),
            "TMPDIR": str(self.folder / "tmp"),
            "NUMBA_CACHE_DIR": os.environ.get("NUMBA_CACHE_DIR", ""),
            "PYTHONUNBUFFERED": "1",
            "LIGHTKEEPER_CONFIG": os.devnull,
            **{f"LIGHTKEEPER_{name.upper()}": value for name, value in settings.items()},
        }

    def run(self, *words: str) -> str:
        """Run a verb of the command line and give what it printed. Raises RuntimeError where it fails."""
        return self.run_all([words])[0]

    def run_all(self, lines: Sequence[Sequence[str]]) -> list[str]:
        """Run command lines one after the other in one process, which is quicker, and give what each printed.

        What they say on standard error goes to the logs. Raises RuntimeError at the first that fails.
        """
        with (self.folder / "logs" / "commands.log").open("ab") as log:
            done = subprocess.run(
                [sys.executable, "-c", _SEVERAL, json.dumps(lines)], env=self.environment(), cwd=self.folder,
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, timeout=COMMAND_SECONDS, check=False,
            )  # fmt: skip
        if done.returncode:
            said = (self.folder / "logs" / "commands.log").read_text("utf-8", errors="replace")
            raise RuntimeError(f"lightkeeper failed ({done.returncode}): {done.stdout.decode()[-500:]}{said[-3000:]}")
        return done.stdout.decode().split(_BETWEEN)[: len(lines)]

    def python(self, code: str) -> None:
        """Run a line of Python as one of its processes, for what no verb does at once. Raises RuntimeError."""
        whole = f"import django; django.setup(); {code}"
        environment = {**self.environment(), "DJANGO_SETTINGS_MODULE": "lightkeeper.settings"}
        done = subprocess.run(
            [sys.executable, "-c", whole], env=environment, cwd=self.folder, capture_output=True, check=False
        )
        if done.returncode:
            raise RuntimeError(done.stderr.decode(errors="replace")[-3000:])

    def import_words(self, file: Path, name: str, *, status: str = "vetted", radius: int = 31) -> list[str]:
        """The command line that imports a list."""
        return ["lists", "import", str(file), "--name", name, "--status", status, "--radius", str(radius)]

    def make(self, file: Path, name: str, clients: Sequence[ClientWish]) -> list[Access]:
        """Make it, hash-only, with one list and with clients whose keys no limit stops."""
        lines = [["init", "--hash-only"], self.import_words(file, name)]
        for wish in clients:
            scopes = [option for scope in wish.scopes for option in ("--scope", scope)]
            lines.append(["client", "create", wish.name, *scopes, "--rate", RATE, "--lookups", LOOKUPS])
            lines.append(["client", "callbacks", wish.name, wish.callback_url] if wish.callback_url else ["--version"])
        said = self.run_all(lines)[2:]
        return [Access(*_read_access(created, called)) for created, called in zip(said[::2], said[1::2], strict=True)]

    def server(self, number: int = 0, **settings: str) -> Member:
        """A server (not started yet) on a port of its own."""
        port = free_port()
        listen = {"listen": f"127.0.0.1:{port}", "public_url": f"http://127.0.0.1:{port}"}
        return self._member(f"server-{number}", "serve", port, {**listen, **settings})

    def worker(self, number: int = 0, **settings: str) -> Member:
        """A worker (not started yet)."""
        return self._member(f"worker-{number}", "worker", 0, settings)

    def command(self, *words: str) -> Member:
        """A verb of the command line as a process of its own (not started yet)."""
        made = Member("command", [sys.executable, "-m", "lightkeeper", *words], self.environment(), self.folder)
        self.members["command"] = made
        return made

    def _member(self, name: str, verb: str, port: int, settings: Mapping[str, str]) -> Member:
        command = [sys.executable, "-m", "lightkeeper", verb]
        made = Member(name, command, self.environment(**settings), self.folder, port)
        self.members[name] = made
        return made

    def logs(self) -> str:
        """All that its processes printed."""
        files = sorted((self.folder / "logs").iterdir())
        return "".join(file.read_text("utf-8", errors="replace") for file in files)

    def stop(self) -> None:
        """Ask every process of it to end."""
        for member in self.members.values():
            member.stop()

    def kill9(self) -> None:
        """Kill every process of it."""
        for member in self.members.values():
            member.kill9()
