"""What a platform may answer when it is asked for words: a bounded list of messages, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from lightkeeper.record.services import keyed_many

MOST_MESSAGES: Final = 500
LONGEST_TEXT: Final = 4000
"""Characters of one message."""
LONGEST_ID: Final = 200
_MEDIA: Final = frozenset({"none", "picture", "video", "audio", "link", "other"})
_FIELDS: Final = frozenset({"id", "sender_id", "at", "text", "language", "media", "edited", "deleted"})
_NEEDED: Final = frozenset({"id", "sender_id", "at"})


class MalformedAnswer(Exception):  # noqa: N818  # an outcome
    """The answer is not what was asked for. Nothing of it is in the message."""


@dataclass(frozen=True, slots=True)
class Words:
    """One message. ``key``: its keyed id. ``lane``: ``A`` is who is looked at, ``B`` who was written to, ``C`` others.

    ``text`` is None where the platform has none of it: it was deleted, or is encrypted from end to end.
    """

    number: int
    key: bytes
    id: str
    lane: str
    at: datetime
    text: str | None
    language: str = ""
    media: str = "none"
    edited: bool = False
    deleted: bool = False


def read_answer(body: bytes, *, client_id: int, sender: str, recipient: str) -> list[Words]:
    """The messages of an answer in the order of their times. Raises MalformedAnswer."""
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        raise MalformedAnswer from None
    rows = given.get("messages") if isinstance(given, dict) else None
    if not isinstance(rows, list) or len(rows) > MOST_MESSAGES:
        raise MalformedAnswer
    read = [_row(row) for row in rows]
    ids = [row["id"] for row in read]
    if len(set(ids)) < len(ids):
        raise MalformedAnswer
    keys = dict(zip(ids, keyed_many(client_id, "message", ids), strict=True))
    lanes = {sender: "A", recipient: "B"}
    in_order = sorted(read, key=lambda row: (row["at"], row["id"]))
    return [
        Words(
            number=number, key=keys[row["id"]], id=row["id"], lane=lanes.get(row["sender_id"], "C"), at=row["at"],
            text=row.get("text"), language=row.get("language", ""), media=row.get("media", "none"),
            edited=row.get("edited", False), deleted=row.get("deleted", False),
        )
        for number, row in enumerate(in_order, 1)
    ]  # fmt: skip


def written(messages: list[Words]) -> bytes:
    """Messages as bytes, for sealing and for a browser."""
    rows = [
        {
            "number": one.number, "key": one.key.hex(), "id": one.id, "lane": one.lane, "at": one.at.isoformat(),
            "text": one.text, "language": one.language, "media": one.media, "edited": one.edited,
            "deleted": one.deleted,
        }
        for one in messages
    ]  # fmt: skip
    return json.dumps(rows, ensure_ascii=False).encode()


def read_written(plain: bytes) -> list[Words]:
    """What ``written`` gave."""
    rows: list[dict[str, Any]] = json.loads(plain)
    return [Words(**{**row, "key": bytes.fromhex(row["key"]), "at": datetime.fromisoformat(row["at"])}) for row in rows]


def _row(row: object) -> dict[str, Any]:
    if not isinstance(row, dict) or not _NEEDED <= row.keys() <= _FIELDS or not _fits(row):
        raise MalformedAnswer
    try:
        at = datetime.fromisoformat(row["at"])
    except ValueError:
        raise MalformedAnswer from None
    if at.tzinfo is None:
        raise MalformedAnswer
    return {**row, "at": at.astimezone(UTC)}


def _fits(row: Mapping[str, Any]) -> bool:
    text = row.get("text")
    return (
        all(_is_text(row[name], LONGEST_ID) and row[name] for name in ("id", "sender_id", "at"))
        and (text is None or _is_text(text, LONGEST_TEXT))
        and _is_text(row.get("language", ""), 35)
        and str(row.get("media", "none")) in _MEDIA
        and all(type(row.get(name, False)) is bool for name in ("edited", "deleted"))
    )


def _is_text(value: object, longest: int) -> bool:
    return isinstance(value, str) and len(value) <= longest and not any("\ud800" <= one <= "\udfff" for one in value)
