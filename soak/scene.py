"""The scene of every soak: an installation with a list of many entries, and clients that may call it."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from soak import material
from soak.material import Row
from soak.postgres import Cluster, cluster
from soak.service import Access, ClientWish, Installation, Member

DATABASES = ("sqlite", "postgresql")
LIST = "soak-known"
PATIENT = {"wait_limit_ms": "20000"}
"""A busy machine is not what the kill test is about: waiting requests may wait."""


@dataclass
class Scene:
    """An installation, the PostgreSQL below it if it has one, and who may call it.

    ``full`` has the scope ``detail``, ``plain`` only ``submit``; both are called back. ``finder`` only looks up.
    """

    installation: Installation
    cluster: Cluster | None
    full: Access
    plain: Access
    finder: Access

    @property
    def folder(self) -> Path:
        """The folder of everything."""
        return self.installation.folder

    def start(self, *, servers: int = 1, workers: int = 1, **settings: str) -> None:
        """Start servers and workers and wait until the servers are ready."""
        made: list[Member] = [self.installation.worker(number, **settings) for number in range(workers)]
        made += [self.installation.server(number, **settings) for number in range(servers)]
        for member in made:
            member.start()
        for member in made:
            if member.port:
                member.wait()

    def ports(self) -> list[int]:
        """The ports of its servers."""
        return [member.port for member in self.installation.members.values() if member.port]


@contextlib.contextmanager
def scene(
    database: str,
    rows: Sequence[Row],
    *,
    callback_url: str = "",
    settings: Mapping[str, str] | None = None,
    fast: bool = False,
) -> Iterator[Scene]:
    """Make an installation on ``database`` (``sqlite`` or ``postgresql``) whose one vetted list holds ``rows``.

    Nothing runs yet but the database (`Scene.start`). All is killed and removed at the end. ``fast`` gives up
    durability of PostgreSQL.
    """
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="lightkeeper-soak-")))
        below = stack.enter_context(cluster(fast=fast)) if database == "postgresql" else None
        made = Installation(folder, below.url if below else "", settings or {})
        stack.callback(made.kill9)
        file = material.write_list(folder / "list.csv", rows)
        full, plain, finder = made.make(
            file,
            LIST,
            [
                ClientWish("soak-full", ("submit", "detail", "erase", "status"), callback_url),
                ClientWish("soak-plain", ("submit",), callback_url),
                ClientWish("soak-finder", ("lookup",)),
            ],
        )
        file.unlink()
        yield Scene(made, below, full, plain, finder)
