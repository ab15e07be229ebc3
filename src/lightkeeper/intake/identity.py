"""How things are found again without being kept: blind indexes of callers' ids, digests of bodies, keyed uploaders."""

from __future__ import annotations

import hashlib
from datetime import datetime

from lightkeeper.detect import links
from lightkeeper.record.models import Item
from lightkeeper.runtime.services import blind_index


def reference_index(client_id: int, callers_id: str) -> bytes:
    """32 bytes for one id of one client."""
    return blind_index("intake:reference", str(client_id), callers_id)


def body_digest(metadata: str, content: bytes | None) -> bytes:
    """32 bytes for what a request said: its metadata as canonical JSON, and the SHA-256 of its content."""
    digest = hashlib.sha256(metadata.encode("utf-8"))
    digest.update(content or b"")
    return digest.digest()


def uploader_key(client_id: int, uploader: str | None) -> bytes | None:
    """32 bytes for one uploader of one client, None where none was named."""
    return None if uploader is None else blind_index("intake:uploader", str(client_id), uploader)


def uploader_day(key: bytes | None, at: datetime) -> int | None:
    """A number for one uploader on one day (UTC); the numbers of other days have nothing to do with it."""
    if key is None:
        return None
    return int.from_bytes(blind_index("intake:uploader-day", key, at.date().isoformat())[:8], "big", signed=True)


def item_index(item: Item) -> bytes:
    """32 bytes for one item among those that entries of lists match."""
    return blind_index("intake:hit", bytes(item.sha256 or item.url_index or b""))


def url_index(url: str) -> bytes:
    """32 bytes for one address in its canonical form (as it is, where it has none)."""
    return blind_index("intake:url", links.canonical(url).url or url)
