"""A server like StopNCII's: pages by tokens, states of cases, feedback."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from lightkeeper.lists.exchanges.tests.servers.serving import Answer, Asked

CREDENTIALS = {"subscription_key": "subscription-one", "fetch_key": "fetch-one", "feedback_key": "feedback-one"}
BEGUN = 1_700_000_000


def value(number: int, kind: str = "ImagePDQ") -> bytes:
    """A drawn value."""
    return hashlib.sha256(f"drawn {kind} {number}".encode()).digest()[: 16 if kind == "VideoMD5" else 32]


def drawn(number: int, kind: str = "ImagePDQ", status: str = "Active", **others: Any) -> dict[str, Any]:
    """A record with a value drawn from its number."""
    return {
        "lastModtimestamp": BEGUN + number, "signalType": kind, "hashValue": value(number, kind).hex(),
        "hashStatus": status, "caseNumbers": {"case": status}, "CSPFeedbacks": [], **others,
    }  # fmt: skip


@dataclass
class StopNcii:
    """The application."""

    records: list[dict[str, Any]]
    size: int = 4
    told: list[dict[str, Any]] = field(default_factory=list)
    feedback_status: int = 200
    moved: int = 0
    """What is added to the time from which it says to ask the next time."""

    def answer(self, asked: Asked) -> Answer:
        """Answer as the real one does."""
        name = asked.path.rpartition("/")[2]
        key = {"FetchHashes": "fetch-one", "SubmitFeedback": "feedback-one"}.get(name)
        if key is None:
            return Answer(404)
        said = (asked.headers.get("x-functions-key"), asked.headers.get("ocp-apim-subscription-key"))
        if said != (key, CREDENTIALS["subscription_key"]):
            return Answer(401, b"{}")
        if name == "SubmitFeedback":
            self.told.append(json.loads(asked.body))
            return Answer(self.feedback_status, b"")
        return self._page(asked.query)

    def _page(self, query: dict[str, str]) -> Answer:
        since, start = int(query["startTimestamp"]), int(query.get("nextPageToken", "page-0").partition("-")[2])
        matched = [record for record in self.records if record["lastModtimestamp"] >= since]
        page = matched[start : start + self.size]
        more = start + self.size < len(matched)
        newest = max((record["lastModtimestamp"] for record in matched), default=since)
        said = {
            "count": len(page), "nextPageToken": f"page-{start + self.size}" if more else None,
            "nextSetTimestamp": newest + 1 + self.moved, "hasMoreRecords": more, "hashRecords": page,
        }  # fmt: skip
        return Answer(200, json.dumps(said).encode(), {"Content-Type": "application/json"})
