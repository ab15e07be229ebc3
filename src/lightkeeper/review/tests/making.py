"""What the room's tests share: an item, its bytes in the vault, findings, and a case made of them."""

from __future__ import annotations

import hashlib
from typing import Any

from django.db import transaction

from lightkeeper.record.models import Item, VaultObject
from lightkeeper.record.services import get_or_create_item, incoming, keep
from lightkeeper.record.types import Actor, ItemKind, ObjectKind
from lightkeeper.review.services import open_or_join_case
from lightkeeper.review.types import CaseReason, CaseRef, FindingKind, NewFinding

CLIENT = Actor.system()


def item(data: bytes) -> Item:
    """The item that these bytes are."""
    return get_or_create_item(kind=ItemKind.PICTURE, sha256=hashlib.sha256(data).digest(), size=len(data))


def original(data: bytes) -> VaultObject:
    """The bytes, in the vault."""
    with incoming(1 << 20) as writer:
        writer.write(data)
        stored = writer.commit()
    with transaction.atomic():
        return keep(stored, kind=ObjectKind.ORIGINAL)


def source(number: int) -> bytes:
    """The blind index of a submission."""
    return hashlib.sha256(b"submission %d" % number).digest()


def finding(entry: int = 1) -> NewFinding:
    """Evidence of a list."""
    return NewFinding(
        kind=FindingKind.HASH, list_id=1, list_name="a list", list_version="v1", entry=entry, label="planted label",
        category="A1", algorithm="pdq", distance=12, variant=None, tier="match",
    )  # fmt: skip


def opened(data: bytes = b"drawing", number: int = 1, **values: Any) -> CaseRef:
    """Open or join the case of these bytes by the submission of this number."""
    asked: dict[str, Any] = {
        "item_id": item(data).pk,
        "source": source(number),
        "reason": CaseReason.LIST_MATCH,
        "context": {"number": number},
        "findings": [finding()],
        "original": None,
        "actor": CLIENT,
    }
    return open_or_join_case(**{**asked, **values})
