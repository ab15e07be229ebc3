"""A server like NCMEC's hash sharing: XML pages that are not in the order of time, deletions, votes."""

from __future__ import annotations

import base64
import hashlib
import random
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import quote
from xml.sax.saxutils import escape

from lightkeeper.lists.exchanges.tests.servers.serving import Answer, Asked

USER, PASSWORD = "member-one", "correct-horse"  # of a server on loopback
SPACE = "https://hashsharing.ncmec.org/hashsharing/v2"
BEGUN = 1_700_000_000
"""When its first entry was made, in seconds since 1970."""
REASONS = {"guid-one": "Not what it says", "guid-two": "Adult"}


@dataclass
class Entry:
    """One entry; ``marks`` are its fingerprints by type. ``extra`` is XML that stands among them."""

    id: str
    member: int = 42
    kind: str = "image"
    at: int = BEGUN
    marks: dict[str, str] = field(default_factory=dict)
    category: str = "A1"
    deleted: bool = False
    extra: str = ""
    votes: str = ""

    def xml(self) -> str:
        """The entry as the source writes it."""
        tag = f"deleted{self.kind.title()}" if self.deleted else self.kind
        marks = "".join(f"<{name}>{value}</{name}>" for name, value in self.marks.items())
        classified = f"<classification>{escape(self.category)}</classification>" if self.category else ""
        return (
            f'<{tag}><member id="{self.member}">Member</member><timestamp>{text_of(self.at)}</timestamp>'
            f"<id>{escape(self.id)}</id>{classified}<fingerprints>{marks}</fingerprints>{self.extra}{self.votes}</{tag}>"
        )


def drawn(number: int, *kinds: str, at: int | None = None, **others: object) -> Entry:
    """An entry with values drawn from its number."""
    return Entry(
        f"entry{number}", at=BEGUN + number if at is None else at,
        marks={kind: value(number, kind).hex() for kind in kinds or ("MD5", "PDQ")}, **others,  # type: ignore[arg-type]
    )  # fmt: skip


def value(number: int, kind: str) -> bytes:
    """A drawn value."""
    return hashlib.sha256(f"drawn {kind} {number}".encode()).digest()[: {"MD5": 16, "SHA1": 20}.get(kind, 32)]


class Ncmec:
    """The application. ``size`` is how many entries one page has."""

    def __init__(self, entries: list[Entry], *, size: int = 1000, seed: int = 1) -> None:
        self.entries = entries
        self.size = size
        self.now = BEGUN + 10_000_000
        self.votes: list[tuple[str, str, str]] = []
        self.reasons = dict(REASONS)
        self._seed = seed
        self._spans: dict[tuple[str, str], list[Entry]] = {}

    def change(self, *entries: Entry) -> None:
        """Put entries in the place of those with the same id."""
        new = {(entry.member, entry.id): entry for entry in entries}
        self.entries = [entry for entry in self.entries if (entry.member, entry.id) not in new] + list(entries)
        self._spans.clear()

    def answer(self, asked: Asked) -> Answer:
        """Answer as the real one does."""
        expected = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if asked.headers.get("authorization") != expected:
            return Answer(401, b"<error>who are you</error>")
        if asked.path == "/v2/entries":
            return self._page(asked.query)
        words = asked.path.strip("/").split("/")
        if words[:2] == ["v2", "feedback"] and words[-1] == "reasons":
            return self._said(
                "<availableFeedbackReasons>"
                + "".join(f'<reason guid="{guid}" name="{name}"/>' for guid, name in self.reasons.items())
                + "</availableFeedbackReasons>"
            )
        if asked.method == "PUT" and words[-1] == "feedback":
            root = ET.fromstring(asked.body)  # noqa: S314  # what our own client sent
            self.votes.append(("/".join(words[2:5]), root[0].tag.rpartition("}")[2], "".join(root.itertext())))
            return self._said("")
        return Answer(404, b"<error>no such thing</error>")

    def _page(self, query: dict[str, str]) -> Answer:
        matched = self._matched(query["from"], query["to"])
        start, size = int(query.get("start", 0)), int(query.get("size", self.size))
        page = matched[start : start + size]
        parts = []
        for kind in ("image", "video"):
            own = [entry for entry in page if entry.kind == kind]
            newest = max((entry.at for entry in own), default=0)
            if own:
                parts.append(
                    f'<{kind}s count="{len(own)}" maxTimestamp="{text_of(newest)}">'
                    + "".join(entry.xml() for entry in own)
                    + f"</{kind}s>"
                )
        if start + size < len(matched):
            following = (
                f"/v2/entries?from={quote(query['from'])}&to={quote(query['to'])}"
                f"&start={start + size}&size={size}&max={len(matched)}"
            )
            parts.append(f"<paging><next>{escape(following)}</next></paging>")
        return self._said("".join(parts))

    def _matched(self, start: str, end: str) -> list[Entry]:
        """The entries of a span, in no order, but always in the same."""
        if (start, end) not in self._spans:
            low, high = seconds_of(start), seconds_of(end)
            found = [entry for entry in self.entries if low <= entry.at <= high]
            random.Random(self._seed).shuffle(found)
            self._spans[start, end] = found
        return self._spans[start, end]

    def _said(self, content: str) -> Answer:
        text = f'<?xml version="1.0" encoding="UTF-8"?><queryResult xmlns="{SPACE}">{content}</queryResult>'
        date = datetime.fromtimestamp(self.now, UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
        return Answer(200, text.encode(), {"Content-Type": "application/xml", "Date": date})


def text_of(seconds: int) -> str:
    """A time as the source writes it."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def seconds_of(text: str) -> int:
    """A time of the source in seconds."""
    return int(datetime.fromisoformat(text).timestamp())
