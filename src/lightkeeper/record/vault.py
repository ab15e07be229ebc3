"""Objects of the vault: kept, read with every check, destroyed. Plain bytes are never on disk."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO, Final

from django.db import transaction
from django.utils import timezone

from lightkeeper.record import vault_files
from lightkeeper.record.errors import (
    VaultObjectAltered,
    VaultObjectDamagedError,
    VaultObjectDestroyedError,
    VaultObjectMissing,
    VaultObjectTruncated,
)
from lightkeeper.record.events import Event
from lightkeeper.record.holds import content_index, refuse_if_held
from lightkeeper.record.incoming import make_durable
from lightkeeper.record.models import VaultObject
from lightkeeper.record.trail import write_event
from lightkeeper.record.types import Actor, DestructionReason, Details, ObjectKind, Stored, Subject
from lightkeeper.runtime.services import (
    Rotation,
    SealError,
    StreamAlteredError,
    StreamTruncatedError,
    decrypt_stream,
    register_rewrap,
    rotate_master_keys,
    unwrap_data_key,
)

_BATCH: Final = 500


@transaction.atomic
def keep(
    stored: Stored, *, kind: ObjectKind, original: VaultObject | None = None, actor: Actor | None = None
) -> VaultObject:
    """Give a row to what ``incoming`` wrote, in the caller's transaction; if that fails, the file is swept.

    ``original`` is what a derivative was made from: a hold on the one holds the other. VaultObjectMissing: it was swept
    already.
    """
    if not vault_files.touch(stored.uuid):
        raise VaultObjectMissing(None)
    make_durable(stored)
    obj = VaultObject.objects.create(
        uuid=stored.uuid, kind=kind, original=original, wrapped_key=stored.wrapped_key, size=stored.size,
        stored_size=stored.stored_size, sha256=content_index(stored.sha256),
    )  # fmt: skip
    details: Details = {"kind": ObjectKind(kind).value, "size": stored.size}
    write_event(Event.RECORD_OBJECT_KEPT, actor=actor or Actor.system(), subject=subject_of(obj), details=details)
    transaction.on_commit(partial(vault_files.settle, stored.uuid), robust=True)
    return obj


def open_object(obj: VaultObject) -> Iterator[bytes]:
    """Read an object in chunks of at most 64 KiB, each checked before it is given out.

    The file's size and the key are checked before this returns, the digest of all after the last chunk.

    VaultObjectMissing, Truncated, Altered: reported first (an event ``record:object:damaged``); the chunks that came
    before must not be used. VaultObjectDestroyedError. Call it outside a transaction, or commit after it has raised:
    the report is part of the transaction that it happens in.
    """
    file = _open(obj)
    try:
        _check_size(obj, file)
        key = unwrap_data_key(bytes(obj.wrapped_key or b""))
    except SealError:
        file.close()
        raise _report(obj, VaultObjectAltered) from None
    except VaultObjectDamagedError:
        file.close()
        raise
    return _read(obj, key, file)


def read_object(obj: VaultObject) -> bytes:
    """Read an object whole: all of it, checked, or an exception as ``open_object`` raises."""
    return b"".join(open_object(obj))


def destroy(
    obj: VaultObject, *, reason: DestructionReason, actor: Actor | None = None, subjects: Iterable[Subject] = ()
) -> None:
    """Destroy an object: its key now, in the caller's transaction; its file when that commits.

    HeldError: a hold stands on the item of these bytes, on what they were derived from, or on one of ``subjects`` (the
    submission or case that the caller destroys it for). An object that was destroyed already stays so.
    """
    with transaction.atomic():
        contents = [bytes(obj.sha256)]
        if obj.original is not None:
            contents.append(bytes(obj.original.sha256))
        refuse_if_held(*subjects, contents=contents)
        destroyed = VaultObject.objects.filter(pk=obj.pk, destroyed_at=None).update(
            wrapped_key=None, destroyed_at=timezone.now(), destroyed_because=DestructionReason(reason)
        )
        if not destroyed:
            return
        details = {"reason": DestructionReason(reason).value, "kind": obj.kind}
        write_event(
            Event.RECORD_OBJECT_DESTROYED, actor=actor or Actor.system(), subject=subject_of(obj), details=details
        )
        transaction.on_commit(partial(vault_files.remove, obj.uuid), robust=True)
    obj.refresh_from_db(fields=["wrapped_key", "destroyed_at", "destroyed_because"])


def subject_of(obj: VaultObject) -> Subject:
    """How the audit trail names an object."""
    return Subject("object", str(obj.pk))


def _open(obj: VaultObject) -> BinaryIO:
    try:
        file = None if obj.destroyed_at is not None else vault_files.find(obj.uuid)
    except OSError as error:
        if error.errno != errno.ELOOP:
            raise
        raise _report(obj, VaultObjectAltered) from None  # a link stands in its place
    if file is not None:
        return file
    if obj.destroyed_at is not None or not VaultObject.objects.filter(pk=obj.pk, destroyed_at=None).exists():
        raise VaultObjectDestroyedError(f"Object {obj.pk} of the vault was destroyed.")
    raise _report(obj, VaultObjectMissing)


def _check_size(obj: VaultObject, file: BinaryIO) -> None:
    size = os.fstat(file.fileno()).st_size
    if size != obj.stored_size:
        raise _report(obj, VaultObjectTruncated if size < obj.stored_size else VaultObjectAltered)


def _read(obj: VaultObject, key: bytes, file: BinaryIO) -> Iterator[bytes]:
    digest = hashlib.sha256()
    with file:
        try:
            for chunk in decrypt_stream(key, file, size=obj.size):
                digest.update(chunk)
                yield chunk
        except StreamTruncatedError:
            raise _report(obj, VaultObjectTruncated) from None
        except StreamAlteredError:
            raise _report(obj, VaultObjectAltered) from None
    if content_index(digest.digest()) != bytes(obj.sha256):
        raise _report(obj, VaultObjectAltered)


def _report(obj: VaultObject, what: Callable[[int], VaultObjectDamagedError]) -> VaultObjectDamagedError:
    error = what(obj.pk)
    with transaction.atomic():
        details = {"damage": error.damage.value}
        write_event(Event.RECORD_OBJECT_DAMAGED, actor=Actor.system(), subject=subject_of(obj), details=details)
    return error


@dataclass(frozen=True, slots=True)
class VaultVerification:
    """What reading the whole vault showed; ``damaged`` has the first 1,000 pairs of object and damage."""

    objects: int
    damaged_count: int
    damaged: tuple[tuple[int, str], ...]

    @property
    def ok(self) -> bool:
        """Whether every object is as it was written."""
        return self.damaged_count == 0


def verify_vault(*, actor: Actor | None = None, tell: Callable[[int], None] | None = None) -> VaultVerification:
    """Read and check every object that is kept, in bounded memory; damage is reported object by object.

    ``tell`` is called with the number of objects read so far.
    """
    objects, count, damaged, last = 0, 0, [], 0
    while batch := list(VaultObject.objects.filter(pk__gt=last, destroyed_at=None).order_by("pk")[:_BATCH]):
        for obj in batch:
            last = obj.pk
            try:
                for _ in open_object(obj):
                    pass
            except VaultObjectDestroyedError:
                continue
            except VaultObjectDamagedError as error:
                count += 1
                damaged += [(obj.pk, error.damage.value)] if count <= 1000 else []
            objects += 1
        if tell:
            tell(objects)
    with transaction.atomic():
        details = {"objects": objects, "damaged": count}
        write_event(Event.RECORD_VAULT_VERIFIED, actor=actor or Actor.system(), details=details)
    return VaultVerification(objects, count, tuple(damaged))


def sweep_vault(*, objects: bool = False) -> int:
    """Remove files that no row claims and that were not written to for an hour, and settle those that one does.

    Looks at incoming files; with ``objects`` at kept ones, folder by folder. Gives how many were removed.
    """
    removed = 0
    for uuids in vault_files.overdue(objects=objects):
        for at in range(0, len(uuids), _BATCH):
            some = uuids[at : at + _BATCH]
            kept = set(VaultObject.objects.filter(uuid__in=some, destroyed_at=None).values_list("uuid", flat=True))
            for uuid in some:
                if uuid in kept:
                    vault_files.settle(uuid)
                else:
                    removed += vault_files.remove(uuid)
    if removed:
        with transaction.atomic():
            write_event(Event.RECORD_VAULT_SWEPT, actor=Actor.system(), details={"removed": removed})
    return removed


@register_rewrap
def rewrap_objects(rewrap: Callable[[bytes], bytes]) -> int:
    """Wrap the data keys of all objects by the current master key, in small transactions; gives how many changed."""
    changed, last = 0, 0
    while True:
        with transaction.atomic():
            rows = VaultObject.objects.select_for_update().filter(pk__gt=last, destroyed_at=None)
            batch = list(rows.order_by("pk").only("pk", "wrapped_key")[:_BATCH])
            if not batch:
                return changed
            last, different = batch[-1].pk, []
            for obj in batch:
                old = bytes(obj.wrapped_key or b"")
                obj.wrapped_key = rewrap(old)
                if obj.wrapped_key != old:
                    different.append(obj)
            VaultObject.objects.bulk_update(different, ["wrapped_key"])
            changed += len(different)


def rotate_keys(*, actor: Actor) -> Rotation:
    """Wrap all keys of the installation by the current master key, and record it. KeyUnusableError, SealError."""
    done = rotate_master_keys()
    with transaction.atomic():
        details = {"rewrapped": done.purpose_keys + done.data_keys}
        write_event(Event.RECORD_KEYS_ROTATED, actor=actor, details=details)
    return done
