"""Writing a released export: an encrypted tar with the originals, a manifest, and the chain of custody.

    files/001.bin …     the originals, as they arrived
    manifest.json       each with SHA-256, SHA-1, MD5, size and times; whose request; who prepared and released it
    custody.jsonl       every event of the audit trail about the request, its cases and items, the oldest first
    checkpoint.json     a signed checkpoint of the trail, by which those events can be proved

Nothing is ever written in clear: each byte is encrypted on its way into the file.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import now

from lightkeeper.act.requests.evidence_models import EvidenceExport, EvidenceFile, EvidenceState
from lightkeeper.act.requests.registering import subject_of
from lightkeeper.act.requests.sealed import says_of
from lightkeeper.durable import sync
from lightkeeper.people.models import Person
from lightkeeper.record.errors import VaultError
from lightkeeper.record.events import Event
from lightkeeper.record.queries import events_about
from lightkeeper.record.services import open_object, sign_checkpoint, write_event
from lightkeeper.record.types import Actor, Details, HoldSubject
from lightkeeper.review.models import CaseItem
from lightkeeper.runtime.services import AgeEncryptor

FORMAT: Final = "lightkeeper evidence 1"
MOST_EVENTS: Final = 100_000
_OPEN: Final = (EvidenceState.RELEASED, EvidenceState.WRITTEN)


class NotWritten(Exception):  # noqa: N818  # said to whoever wrote it
    """Why an export was not written; the message is a sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: files in it, originals that were gone or damaged, the SHA-256 (hex) of archive and manifest."""

    files: int
    absent: int
    archive: str
    manifest: str


def write_export(public: UUID, target: Path, passphrase: str) -> Written:
    """Write a released export to a new file, whole or not at all; it may be written again. NotWritten, OSError."""
    export = EvidenceExport.objects.select_related("request", "prepared_by", "decided_by").filter(public=public).first()
    if export is None:
        raise NotWritten("there is no such export: take its name from the page of the request")
    if export.state not in _OPEN:
        raise NotWritten("this export was not released by a second person, or was dropped")
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            done = _write(export, file, passphrase)
            file.flush()
            os.fsync(file.fileno())
        sync(target.parent)
        _note(export, done)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return done


@transaction.atomic
def _note(export: EvidenceExport, done: Written) -> None:
    """What is not noted is not kept: whoever writes the file removes it where this fails."""
    noted = EvidenceExport.objects.filter(pk=export.pk, state__in=_OPEN)
    if not noted.update(state=EvidenceState.WRITTEN, written_at=now(), archive=done.archive):
        raise NotWritten("this export was dropped meanwhile")
    details: Details = {
        "export": export.pk, "files": done.files, "absent": done.absent, "archive": done.archive,
        "manifest": done.manifest,
    }  # fmt: skip
    write_event(Event.ACT_EVIDENCE_WRITTEN, actor=Actor.operator(), subject=subject_of(export.request), details=details)


class _Sink(io.RawIOBase):
    """Encrypts what is written to it into a file, and knows the digest of that file."""

    def __init__(self, file: BinaryIO, passphrase: str) -> None:
        self._file, self._encryptor, self.digest = file, AgeEncryptor(passphrase), hashlib.sha256()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._put(self._encryptor.write(data))
        return len(data)

    def finish(self) -> None:
        self._put(self._encryptor.finish())

    def _put(self, data: bytes) -> None:
        self.digest.update(data)
        self._file.write(data)


def _write(export: EvidenceExport, file: BinaryIO, passphrase: str) -> Written:
    sink, described, absent = _Sink(file, passphrase), [], []
    with tarfile.open(fileobj=sink, mode="w|", format=tarfile.PAX_FORMAT) as archive:
        for one in export.files.select_related("item", "vault_object"):
            try:
                described.append(_add_original(archive, one))
            except VaultError:
                absent.append({"position": one.position, "item": one.item_id})
        custody = b"".join(_custody(export))
        checkpoint = sign_checkpoint()
        manifest = _manifest(export, described, absent, custody)
        _add(archive, "custody.jsonl", custody)
        _add(archive, "checkpoint.json", (checkpoint.as_text() if checkpoint else "{}").encode() + b"\n")
        _add(archive, "manifest.json", manifest)
    sink.finish()
    return Written(len(described), len(absent), sink.digest.hexdigest(), hashlib.sha256(manifest).hexdigest())


class _Original(io.RawIOBase):
    """An object of the vault as a file to be read once, with its digests. VaultError before the first byte."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._rest = pieces, b""
        self.digests = [hashlib.sha256(), hashlib.sha1(usedforsecurity=False), hashlib.md5(usedforsecurity=False)]

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while len(self._rest) < size and (piece := next(self._pieces, b"")):
            self._rest += piece
        given, self._rest = self._rest[:size], self._rest[size:]
        for digest in self.digests:
            digest.update(given)
        return given

    def end(self) -> None:
        """See the last check of the object: that all of it is what arrived."""
        for _piece in self._pieces:
            pass


def _add_original(archive: tarfile.TarFile, one: EvidenceFile) -> dict[str, Any]:
    obj = one.vault_object
    original = _Original(open_object(obj))
    name = f"files/{one.position:03}.bin"
    try:
        archive.addfile(_entry(name, obj.size), original)
        original.end()
    except VaultError as error:  # some of it is in the archive already
        raise NotWritten(f"{error} Nothing was written: verify the vault (`lightkeeper vault verify`)") from error
    sha256, sha1, md5 = (digest.hexdigest() for digest in original.digests)
    return {
        "name": name, "item": one.item_id, "kind": one.item.kind, "size": obj.size, "sha256": sha256, "sha1": sha1,
        "md5": md5, "kept_at": obj.created_at.isoformat(),
    }  # fmt: skip


def _add(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    archive.addfile(_entry(name, len(data)), io.BytesIO(data))


def _entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    return entry


def _manifest(
    export: EvidenceExport, files: list[dict[str, Any]], absent: list[dict[str, Any]], custody: bytes
) -> bytes:
    request = export.request
    says = says_of(request.content, request.public)
    return json.dumps(
        {
            "format": FORMAT, "export": str(export.public), "request": str(request.public), "kind": request.kind,
            "authority": says.authority, "reference": says.reference, "country": request.country,
            "received_at": request.received_at.isoformat(),
            "prepared": _who(export.prepared_by, export.prepared_at.isoformat()),
            "released": _who(export.decided_by, export.decided_at.isoformat() if export.decided_at else ""),
            "written_at": now().isoformat(), "files": files, "absent": absent,
            "custody_sha256": hashlib.sha256(custody).hexdigest(),
        },
        indent=1,
    ).encode() + b"\n"  # fmt: skip


def _who(person: Person | None, at: str) -> dict[str, str]:
    """People by number and role: their names are the organisation's to give."""
    return {"person": "" if person is None else str(person.pk), "role": "" if person is None else person.role, "at": at}


def _custody(export: EvidenceExport) -> Iterator[bytes]:
    """Events about the request, the cases and items that it names, and the originals that are in the archive.

    Of another case that has the same content nothing is told: nobody asked for it.
    """
    cases, items = (
        {number or 0 for number in export.request.subjects.filter(kind=kind).values_list("number", flat=True)}
        for kind in (HoldSubject.CASE, HoldSubject.ITEM)
    )
    about = {
        "request": [export.request_id],
        HoldSubject.CASE: cases,
        HoldSubject.ITEM: items | set(export.files.values_list("item", flat=True)),
        "case_item": CaseItem.objects.filter(Q(case__in=cases) | Q(item__in=items)).values_list("pk", flat=True),
        "object": set(export.files.values_list("vault_object", flat=True)),
    }
    for event in reversed(events_about(about, limit=MOST_EVENTS)):
        row = {
            "id": event.id, "at": event.at.isoformat(), "event": event.event, "says": event.says,
            "actor": f"{event.actor_kind} {event.actor_id}".strip(), "role": event.actor_role,
            "subject": f"{event.subject.kind} {event.subject.id}" if event.subject else "",
            "details": dict(event.details),
        }  # fmt: skip
        yield json.dumps(row).encode() + b"\n"
