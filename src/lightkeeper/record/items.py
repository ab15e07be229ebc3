"""Items: the piece of content itself, whoever sent it and however often."""

from __future__ import annotations

from typing import Final

from django.db import IntegrityError, transaction

from lightkeeper.record.models import Item
from lightkeeper.record.types import ItemKind

_NAMED_BY: Final = {ItemKind.URL: "url_index", ItemKind.CONVERSATION: "conversation_index"}
"""By which column an item of a kind is known; bytes are by their SHA-256."""


def get_or_create_item(
    *,
    kind: ItemKind,
    sha256: bytes | None = None,
    url_index: bytes | None = None,
    conversation_index: bytes | None = None,
    size: int | None = None,
) -> Item:
    """Give the item of some bytes (``sha256``, 32 bytes, and ``size``), of a URL or of a conversation (its index, 32).

    The first one to name it makes it: bytes that are known keep the kind and size that they have. Writes no event; the
    act that names the item does. ValueError: not exactly what the kind needs.
    """
    given = {"sha256": sha256, "url_index": url_index, "conversation_index": conversation_index}
    named_by = _NAMED_BY.get(kind, "sha256")
    if {name for name, value in given.items() if value is not None} != {named_by}:
        raise ValueError("Bytes are an item by SHA-256, a URL and a conversation are one by their index.")
    if (size is not None) != (named_by == "sha256"):
        raise ValueError("Bytes have a size, and nothing else has.")
    if len(given[named_by] or b"") != 32:
        raise ValueError("SHA-256 and index have 32 bytes.")
    name = {named_by: given[named_by]}
    if found := Item.objects.filter(**name).first():
        return found
    try:
        with transaction.atomic():
            return Item.objects.create(kind=kind, size=size, **name)
    except IntegrityError:  # somebody else was quicker
        return Item.objects.get(**name)
