"""What a restore asks of the destruction log: what was destroyed since, so that it is destroyed again.

It is the file that the service keeps (``record/destruction_log.py``), or an export of the audit trail (``lightkeeper
audit export``), which proves by its chain and signature that it goes on where the backup ends.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import UUID

from lightkeeper.backup import BackupError

if TYPE_CHECKING:
    from lightkeeper.backups.manifest import Manifest
    from lightkeeper.record.services import DestructionEntry, ExportedEvent, SignedCheckpoint

_OLDER: Final = "is older than the backup, so it says nothing of what came later: take a newer one"
_SHORTER: Final = (
    "ends before the newest backup in the folder was made, so lines at its end are missing: take a newer one"
)
_OTHER: Final = "is of another installation's trail than the backup: take the right one"
_DAMAGED: Final = "Take another copy of it, or an export of the audit trail (`lightkeeper audit export`)"


@dataclass(frozen=True, slots=True)
class Destructions:
    """What a log says of the time since the backup; ``reaches`` is the time (ISO 8601) of the last that it says.

    ``entries`` are a log's, from its first on: where the backup ends among them, the backup's own trail says. Of an
    export: ``numbers`` are objects with their reasons, ``rows`` the erasures since (event, subject), and ``checkpoint``
    is to be of a key that the backup knows.
    """

    reaches: str
    position: int
    entries: tuple[DestructionEntry, ...] = ()
    numbers: Mapping[int, str] | None = None
    rows: tuple[tuple[str, str], ...] = ()
    checkpoint: SignedCheckpoint | None = None


@dataclass(frozen=True, slots=True)
class Again:
    """How many destructions were applied again, how many a hold keeps, and how many cannot be applied."""

    done: int = 0
    held: int = 0
    by_hand: int = 0

    def __add__(self, other: Again) -> Again:
        return Again(self.done + other.done, self.held + other.held, self.by_hand + other.by_hand)


def mark() -> None:
    """Say in the destruction log that it reaches up to now, so that this backup can be restored by it. BackupError."""
    from lightkeeper.record.services import DestructionLogError, bring_log_up, log_path

    try:
        bring_log_up(mark=True)
    except OSError as error:
        raise BackupError(f"the destruction log {log_path()} cannot be written: {error.strerror}") from error
    except DestructionLogError as error:
        raise BackupError(f"{error} Move it away; the service writes a new one from the audit trail") from error


def read(file: Path, manifest: Manifest, newest: Manifest) -> Destructions:
    """Read a log and see that it is whole and of this installation, and goes further than the backup. BackupError.

    ``newest`` is the newest backup of the folder: a log says in its lines that it was made, too.
    """
    from lightkeeper.record.services import ChainError, DestructionLogError, is_log, read_export
    from lightkeeper.runtime.services import SealError

    try:
        if is_log(file):
            return _of_log(file, manifest, newest)
        with file.open(encoding="utf-8") as lines:
            return _of_export(file, *read_export(lines), manifest)
    except OSError as error:
        raise BackupError(f"the destruction log {file} cannot be read: {error.strerror}") from error
    except (ChainError, DestructionLogError, SealError, UnicodeDecodeError) as error:
        raise BackupError(f"{file} cannot be used as the destruction log: {error} {_DAMAGED}") from error


def _of_export(
    file: Path, events: Sequence[ExportedEvent], checkpoint: SignedCheckpoint, manifest: Manifest
) -> Destructions:
    from lightkeeper.record.events import Event

    at = manifest.chain_position
    if len(events) < at:
        raise BackupError(f"{file} {_OLDER}")
    if at and events[at - 1].link.hex() != manifest.chain_link:
        raise BackupError(f"{file} {_OTHER}")
    numbers = {
        int(each.event["subject_id"]): json.loads(each.event["details"])["reason"]
        for each in events
        if each.event["event"] == Event.RECORD_OBJECT_DESTROYED
    }
    rows = tuple((str(each.event["event"]), str(each.event["subject_id"])) for each in events[at:])
    reaches = events[-1].event["at"].isoformat() if events else manifest.made_at
    return Destructions(reaches, at, numbers=numbers, rows=rows, checkpoint=checkpoint)


def _of_log(file: Path, manifest: Manifest, newest: Manifest) -> Destructions:
    from lightkeeper.record.services import read_destructions, unwrap_log_key

    entries = tuple(read_destructions(file, unwrap_log_key(manifest.log_key)))
    last = max((entry.position for entry in entries), default=0)
    if not entries or last < manifest.chain_position:
        raise BackupError(f"{file} {_OLDER}")
    if last < newest.chain_position:
        raise BackupError(f"{file} {_SHORTER}")
    return Destructions(entries[-1].at, manifest.chain_position, entries)


def reapply(log: Destructions) -> Again:
    """Destroy again what the log names and the backup still has.

    BackupError: a checkpoint that is not of our key, or a log of another trail.
    """
    from lightkeeper.record.models import SigningKey, VaultObject

    keys = SigningKey.objects.all()
    if keys and log.checkpoint and log.checkpoint.key_id not in {key.key_id for key in keys}:
        raise BackupError("the destruction log is signed by a key that the backup does not know: take the right one")
    rows, uncertain = _rows_of_log(log) if log.entries else (log.rows, 0)
    again = _erase_again(rows)  # first: an erased submission takes its bytes along
    uuids = {UUID(entry.object): entry.reason for entry in log.entries if entry.object}
    if log.numbers:
        named = VaultObject.objects.filter(destroyed_at=None).values_list("pk", "uuid")
        uuids = {uuid: log.numbers[pk] for pk, uuid in named if pk in log.numbers}
    return again + destroy_again(uuids) + Again(by_hand=uncertain)


def _rows_of_log(log: Destructions) -> tuple[tuple[tuple[str, str], ...], int]:
    """The erasures since the backup (event, subject), and of how many nobody can say which row they mean."""
    from lightkeeper.record.services import RESTORED, how_reapplied

    later = log.entries[_ends_at(log) :]
    until = next((n for n, entry in enumerate(later) if entry.what == RESTORED), len(later))
    rows, uncertain = [], 0
    for number, entry in enumerate(later):
        how = how_reapplied(entry.what)
        if how is not None and (number < until or how.lasting):
            rows.append((entry.what, entry.subject_id))
        else:  # behind a restore, numbers of rows may have been given anew
            uncertain += how is not None
    return tuple(rows), uncertain


def _ends_at(log: Destructions) -> int:
    """The index of the first entry after the backup was made: behind the last whose place its trail has. BackupError.

    A line that says that a backup was restored names a place before that, so it is no sign of where this one ends.
    """
    from lightkeeper.record.services import RESTORED, in_trail

    for index in range(len(log.entries) - 1, -1, -1):
        entry = log.entries[index]
        if entry.position <= log.position and entry.what != RESTORED and in_trail(entry):
            return index + 1
    if log.position:
        raise BackupError(f"the destruction log {_OTHER}")
    return 0


def _erase_again(rows: Iterable[tuple[str, str]]) -> Again:
    from lightkeeper.record.services import HeldError, how_reapplied

    again = Again()
    for what, subject in rows:
        how = how_reapplied(what)
        try:
            again += Again(done=int(how.again(subject))) if how is not None else Again()
        except HeldError:
            again += Again(held=1)
    return again


def destroy_again(reasons: Mapping[UUID, str]) -> Again:
    """Destroy those of these objects that are still kept, each for its reason.

    What a hold of the backup's time forbids stays, as the hold was lifted since: lift it, and destroy it by hand.
    """
    from lightkeeper.record.models import VaultObject
    from lightkeeper.record.services import HeldError, destroy
    from lightkeeper.record.types import DestructionReason

    again = Again()
    alive = list(VaultObject.objects.filter(destroyed_at=None).values_list("uuid", flat=True))
    for uuid in alive:
        if uuid not in reasons:
            continue
        try:
            destroy(VaultObject.objects.get(uuid=uuid), reason=DestructionReason(reasons[uuid]))
        except HeldError:
            again += Again(held=1)
            continue
        again += Again(done=1)
    return again
