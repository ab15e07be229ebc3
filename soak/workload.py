"""What the kill test sends, and what must come of each submission."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from soak import client, material
from soak.material import Row

PATH = "/api/v1/submissions"
KNOWN = 12
"""Pictures whose SHA-256 is listed, pictures whose PDQ is listed, and URLs that are: so many of each."""
FIRST_NEAR = 100
FIRST_CLEAR = 200
CLEAR = 16


class Kind(StrEnum):
    """What a submission is."""

    CLEAR = "clear"
    KNOWN = "known"
    NEAR = "near"
    URL = "url"
    LISTED_URL = "listed-url"


SHARES = {Kind.CLEAR: 45, Kind.KNOWN: 20, Kind.NEAR: 15, Kind.URL: 10, Kind.LISTED_URL: 10}


@dataclass(frozen=True, slots=True)
class Piece:
    """One submission: the caller's id, what it is, the request, the expected end, what its item is told by.

    ``item`` is the same for submissions of one item. ``again`` says that it is sent a second time on purpose.
    """

    identifier: str
    kind: Kind
    whole: bytes
    wait: bool
    again: bool
    item: str

    @property
    def outcome(self) -> str:
        """The outcome that it must reach."""
        return "clear" if self.kind in {Kind.CLEAR, Kind.URL} else "match"

    @property
    def state(self) -> str:
        """What the caller is told: only equal bytes of a vetted list are withheld."""
        return "withheld" if self.kind is Kind.KNOWN else "accepted"

    @property
    def case(self) -> bool:
        """Whether a person is to look at it."""
        return self.outcome == "match"


def url(number: int, *, listed: bool) -> str:
    """An address that is listed or is not."""
    return f"https://{'listed' if listed else 'other'}.example/folder/{number}"


def rows(*, more: int = 1000) -> list[Row]:
    """The list that knows them, with ``more`` entries that nothing matches."""
    known = [("sha256", material.sha256_hex(material.jpeg(number)), f"known-{number}") for number in range(KNOWN)]
    near = range(FIRST_NEAR, FIRST_NEAR + KNOWN)
    alike = [("pdq", material.pdq_hex(material.jpeg(number)), f"near-{number}") for number in near]
    listed = [("url", url(number, listed=True), f"url-{number}") for number in range(KNOWN)]
    return [*known, *alike, *listed, *material.random_rows(more)]


def pieces(count: int, seed: int, keys: Sequence[str]) -> Iterator[Piece]:
    """Draw ``count`` submissions, each with one of the API keys; the first five are one of every kind."""
    drawn = random.Random(seed)
    for number in range(count):
        kinds = list(Kind)
        kind = kinds[number] if number < len(kinds) else drawn.choices(kinds, [SHARES[kind] for kind in kinds])[0]
        yield _piece(f"soak-{number:06d}", number, kind, drawn, keys[number % len(keys)])


def _piece(identifier: str, number: int, kind: Kind, drawn: random.Random, key: str) -> Piece:
    wait = drawn.random() < 0.6
    again = drawn.random() < 0.1
    path = f"{PATH}?wait={'true' if wait else 'false'}"
    metadata = {"id": identifier, "uploader": f"person-of-{number}", "context": {"visibility": "public"}}
    if kind in {Kind.URL, Kind.LISTED_URL}:
        address = url(drawn.randrange(KNOWN) if kind is Kind.LISTED_URL else number, listed=kind is Kind.LISTED_URL)
        body = {**metadata, "kind": "url", "url": address}
        return Piece(identifier, kind, client.json_request(path, body, key=key), wait, again, address)
    content = _picture(kind, number, drawn)
    whole = client.upload_request(path, {**metadata, "kind": "picture"}, {"content": content}, key=key)
    return Piece(identifier, kind, whole, wait, again, material.sha256_hex(content))


def _picture(kind: Kind, number: int, drawn: random.Random) -> bytes:
    """Give the bytes: those of a listed digest as they are, all others with a stamp that makes them another item."""
    if kind is Kind.KNOWN:
        return material.jpeg(drawn.randrange(KNOWN))
    first, many = (FIRST_NEAR, KNOWN) if kind is Kind.NEAR else (FIRST_CLEAR, CLEAR)
    return material.stamped(material.jpeg(first + drawn.randrange(many)), f"{number:016d}")
