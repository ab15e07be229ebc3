"""Items: the piece of content itself, whoever sent it and however often."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from lightkeeper.record.models import Item
from lightkeeper.record.types import ItemKind


def get_or_create_item(
    *, kind: ItemKind, sha256: bytes | None = None, url_index: bytes | None = None, size: int | None = None
) -> Item:
    """Give the item of some bytes (``sha256``, 32 bytes, and ``size``) or of a URL (``url_index``, 32 bytes).

    The first one to name it makes it: bytes that are known keep the kind and size that they have. Writes no event; the
    act that names the item does. ValueError: not exactly what the kind needs.
    """
    if (kind is ItemKind.URL) != (sha256 is None and size is None and url_index is not None):
        raise ValueError("A URL is an item by its index, bytes are one by SHA-256 and size.")
    if kind is not ItemKind.URL and (sha256 is None or size is None or url_index is not None):
        raise ValueError("Bytes are an item by SHA-256 and size.")
    name = {"url_index": url_index} if kind is ItemKind.URL else {"sha256": sha256}
    if any(len(value or b"") != 32 for value in name.values()):
        raise ValueError("SHA-256 and index have 32 bytes.")
    if found := Item.objects.filter(**name).first():
        return found
    try:
        with transaction.atomic():
            return Item.objects.create(kind=kind, size=size, **name)
    except IntegrityError:  # somebody else was quicker
        return Item.objects.get(**name)
