"""Making what people look at instead of the original: in locked-in processes, kept in the vault, never in clear."""

from __future__ import annotations

import threading

from django.db import transaction

from lightkeeper.detect.media.derivatives import ALL_KINDS, Derivative
from lightkeeper.detect.media.limits import Limits
from lightkeeper.detect.media.pool import DecodePool
from lightkeeper.record.models import VaultObject
from lightkeeper.record.services import (
    VaultObjectDamagedError,
    VaultObjectDestroyedError,
    discard,
    hash_only,
    incoming,
    keep,
    read_object,
)
from lightkeeper.record.types import ObjectKind
from lightkeeper.review.keeping import keep_derivative
from lightkeeper.review.models import Media
from lightkeeper.review.types import MediaKind
from lightkeeper.runtime.services import Dead

_lock = threading.Lock()
_pool: DecodePool | None = None


def pool() -> DecodePool:
    """The process that makes derivatives here; one is enough, cases open seldom."""
    global _pool  # one per process is meant
    with _lock:
        if _pool is None:
            _pool = DecodePool(workers=1, limits=Limits(), effort="quick")
        return _pool


def derive(case_item_id: int) -> None:
    """Make the derivatives that an item of a case lacks. Nothing in hash-only mode, or where its original is gone.

    Raises Dead where the vault's object is damaged (which the vault has reported).
    """
    media = {
        row.kind: row.vault_object
        for row in Media.objects.filter(case_item_id=case_item_id).select_related("vault_object")
    }
    original = media.get(MediaKind.ORIGINAL)
    kinds = [kind for kind in ALL_KINDS if kind.value not in media]
    if original is None or not kinds or hash_only():
        return
    try:
        data = read_object(original)
    except VaultObjectDestroyedError:
        return
    except VaultObjectDamagedError:
        raise Dead("vault_damaged") from None
    for kind, made in pool().derive(data, kinds).pictures.items():
        _keep(case_item_id, MediaKind(kind.value), made, original)


def _keep(case_item_id: int, kind: MediaKind, derivative: Derivative, original: VaultObject) -> None:
    with incoming(len(derivative.data)) as writer:
        writer.write(derivative.data)
        stored = writer.commit()
    try:
        with transaction.atomic():
            made = keep(stored, kind=ObjectKind.DERIVATIVE, original=original)
            keep_derivative(
                case_item_id=case_item_id, kind=kind, made=made, width=derivative.width, height=derivative.height
            )
    except BaseException:
        discard(stored)
        raise
