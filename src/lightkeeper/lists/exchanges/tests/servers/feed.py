"""A server of a feed: CSV, JSON or lines of JSON, with entity tags, pages and what is new since a time."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from dataclasses import dataclass
from typing import Any

from lightkeeper.lists.exchanges.tests.servers.serving import Answer, Asked

KEY = "feed-key-one"


def value(number: int, kind: str = "md5") -> bytes:
    """A drawn value."""
    return hashlib.sha256(f"drawn {kind} {number}".encode()).digest()[: {"md5": 16, "sha1": 20}.get(kind, 32)]


def drawn(number: int, kind: str = "md5", **others: Any) -> dict[str, Any]:
    """A row with a value drawn from its number."""
    row = {"name": f"row{number}", "kind": kind, "hash": value(number, kind).hex(), "class": "A1", "at": number}
    return {**row, **others}


@dataclass
class Feed:
    """The application. ``size``: rows of a page, 0 for all at once."""

    rows: list[dict[str, Any]]
    form: str = "json"
    size: int = 0

    def answer(self, asked: Asked) -> Answer:
        """Answer as a feed does."""
        if asked.headers.get("x-key") != KEY:
            return Answer(403, b"no")
        rows = [row for row in self.rows if row["at"] >= int(asked.query.get("since", 0))]
        start = int(asked.query.get("after", 0))
        page = rows[start : start + self.size] if self.size else rows
        content = self._written(page, str(start + self.size) if self.size and start + self.size < len(rows) else None)
        etag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
        if asked.headers.get("if-none-match") == etag:
            return Answer(304, b"", {"ETag": etag, "Content-Length": ""})
        return Answer(200, content, {"ETag": etag})

    def _written(self, rows: list[dict[str, Any]], following: str | None) -> bytes:
        if self.form == "json":
            return json.dumps({"found": {"rows": rows}, "next": following}).encode()
        if self.form == "json_lines":
            return "\n".join(json.dumps(row) for row in rows).encode()
        out = io.StringIO()
        writer = csv.DictWriter(out, ["name", "kind", "hash", "class", "at", "gone", "extra"])
        writer.writeheader()
        writer.writerows(rows)
        return out.getvalue().encode()
