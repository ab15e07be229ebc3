"""A server like Meta's Graph for ThreatExchange: updates of a privacy group, next pages that hold the token."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from lightkeeper.lists.exchanges.tests.servers.serving import Answer, Asked, Server

TOKEN = "12345678|secretsecretsecretsecret"  # noqa: S105  # of a server on loopback
GROUP = 4242
BEGUN = 1_700_000_000


def value(number: int, kind: str = "HASH_PDQ") -> bytes:
    """A drawn value."""
    width = {"HASH_MD5": 16, "HASH_SHA1": 20}.get(kind, 32)
    return hashlib.sha256(f"drawn {kind} {number}".encode()).digest()[:width]


def drawn(number: int, kind: str = "HASH_PDQ", *, deleted: bool = False, at: int | None = None) -> dict[str, Any]:
    """An update with a value drawn from its number."""
    text = f"site{number}.test/page" if kind == "URI" else value(number, kind).hex()
    update: dict[str, Any] = {
        "id": str(9000 + number), "type": kind, "last_updated": BEGUN + number if at is None else at,
        "should_delete": deleted,
    }  # fmt: skip
    if not deleted:
        opinion = {"owner": {"id": "1"}, "status": "MALICIOUS", "added_on": "2026-01-01T00:00:00+0000"}
        update |= {"indicator": text, "descriptors": {"data": [{**opinion, "tags": {"data": [{"text": "known"}]}}]}}
    return update


@dataclass
class Graph:
    """The application; ``server`` is set once it runs, for next pages are whole addresses."""

    updates: list[dict[str, Any]]
    size: int = 4
    server: Server | None = None
    shuffled: bool = False

    def answer(self, asked: Asked) -> Answer:
        """Answer as the real one does."""
        if asked.query.get("access_token") != TOKEN:
            return Answer(400, json.dumps({"error": {"message": "Malformed access token", "code": 190}}).encode())
        if asked.path.strip("/") != f"{GROUP}/threat_updates":
            return Answer(404, b"{}")
        since, start = int(asked.query.get("start_time", 0)), int(asked.query.get("after", 0))
        matched = [update for update in self.updates if update["last_updated"] >= since]
        matched.sort(key=lambda update: -update["last_updated"] if self.shuffled else update["last_updated"])
        said: dict[str, Any] = {"data": matched[start : start + self.size]}
        if start + self.size < len(matched):
            assert self.server is not None
            query = urlencode({**asked.query, "after": start + self.size})
            said["paging"] = {"next": f"{self.server.address}{asked.path}?{query}"}
        return Answer(200, json.dumps(said).encode(), {"Content-Type": "application/json"})
