"""The destruction log: a file apart from the database that says what was destroyed, for restores of older backups.

One JSON object a line, each bound to the one before by HMAC-SHA256 with a key of this installation (``log_key``), so
that a changed, missing, swapped or added line is found; a last line that is cut off is what a power cut leaves, and is
told from that. Nobody without the master key can make a line. Whoever may write the file can only shorten it at its
end. Lines name places in the audit trail (position and link), by which a restore sees what is later than its backup.
"""

from __future__ import annotations

import fcntl
import hmac
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, BinaryIO, Final

from lightkeeper.canonical import canonical_json
from lightkeeper.durable import sync
from lightkeeper.record.errors import DestructionLogError
from lightkeeper.runtime.services import derived_key, unwrap_derived_key, wrapped_derived_key

GENESIS: Final = "0" * 64
"""What the first line follows on."""

MARK: Final = "mark"
"""A line of nothing destroyed: the log reaches up to this place of the trail."""

RESTORED: Final = "restored"
"""A line that says: from here on, the trail is that of a restored backup; numbers of rows may have been given anew."""

FORMAT: Final = "lightkeeper destructions 1"
_LONGEST_LINE: Final = 16 << 10
_PURPOSE: Final = "record:destruction-log"


@dataclass(frozen=True, slots=True)
class DestructionEntry:
    """One destruction: when, what, why and by whom, and where the audit trail says so (``position``, ``trail``).

    ``what`` is the name of an audit event, ``MARK`` or ``RESTORED``; ``subject_id`` the number of a row, or the keyed
    index (hex) of a person in conversations. ``object`` is the UUID and ``content`` the keyed index (hex) of an object
    of the vault, never a plain digest.
    """

    at: str
    position: int
    trail: str
    what: str
    subject_kind: str = ""
    subject_id: str = ""
    object: str = ""
    content: str = ""
    reason: str = ""
    actor_kind: str = ""
    actor_id: str = ""


def log_key() -> bytes:
    """The key (32 bytes) of this installation's log. KeyUnusableError, SealError."""
    return derived_key(_PURPOSE)


def wrapped_log_key() -> str:
    """The key wrapped by the master key, in hex: by it a log is checked where there is no database yet."""
    return wrapped_derived_key(_PURPOSE).hex()


def unwrap_log_key(wrapped: str) -> bytes:
    """The key again of ``wrapped_log_key``. SealError, KeyUnusableError, ValueError."""
    return unwrap_derived_key(_PURPOSE, bytes.fromhex(wrapped))


@contextmanager
def writing(path: Path, key: bytes) -> Iterator[Writer]:
    """Open the log to append to it, alone on this machine; a cut-off last line is removed.

    OSError, DestructionLogError: what is there is no log. It is made, for its owner alone, where there is none.
    """
    new = not path.exists()
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if new:
            sync(path.parent)
        yield Writer(file, path, key)


class Writer:
    """Appends to a log that nobody else appends to meanwhile."""

    def __init__(self, file: BinaryIO, path: Path, key: bytes) -> None:
        self._file, self._path, self._key = file, path, key
        line = _last_line(file, path)
        self.last: DestructionEntry | None = None
        self._link = GENESIS
        if line is not None:
            self.last, _previous, self._link = _parse(line, path, "its last line", key)

    def append(self, entries: Sequence[DestructionEntry]) -> None:
        """Append entries and see them on the disk. OSError: none, some, or a part of the last may be written."""
        lines = []
        for entry in entries:
            previous, self._link = self._link, _link(self._key, self._link, entry)
            lines.append(json.dumps({**asdict(entry), "previous": previous, "link": self._link}).encode() + b"\n")
            self.last = entry
        self._file.seek(0, os.SEEK_END)
        self._file.write(b"".join(lines))
        self._file.flush()
        os.fsync(self._file.fileno())


def read(path: Path, key: bytes) -> Iterator[DestructionEntry]:
    """Give the entries in their order, each proved to be ours and to follow. OSError, DestructionLogError.

    A last line that was cut off is left out: what it would have said is in the audit trail, and written again.
    """
    link = GENESIS
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if not line.endswith(b"\n"):
                return
            entry, previous, given = _parse(line, path, f"line {number}", key)
            if previous != link:
                raise DestructionLogError(
                    f"{path} is not as it was written: line {number} does not follow, as one is missing or moved."
                )
            link = given
            yield entry


def is_log(path: Path) -> bool:
    """Whether a file begins as a destruction log does. OSError."""
    with path.open("rb") as file:
        line = file.readline(_LONGEST_LINE)
    try:
        return _named(json.loads(line))
    except ValueError:
        return False


def _last_line(file: BinaryIO, path: Path) -> bytes | None:
    """The last whole line; what was cut off after it is removed."""
    size = file.seek(0, os.SEEK_END)
    start = max(0, size - 2 * _LONGEST_LINE)
    file.seek(start)
    tail = file.read()
    end = tail.rfind(b"\n") + 1
    if end == 0 and start:
        raise DestructionLogError(f"{path} is no destruction log: a line of it is too long.")
    if end < len(tail):
        file.truncate(start + end)
    lines = tail[:end].splitlines(keepends=True)
    return lines[-1] if lines else None


def _parse(line: bytes, path: Path, where: str, key: bytes) -> tuple[DestructionEntry, str, str]:
    try:
        given: dict[str, Any] = json.loads(line)
        entry = DestructionEntry(**{field.name: given[field.name] for field in fields(DestructionEntry)})
        previous, link = str(given["previous"]), str(given["link"])
    except (ValueError, KeyError, TypeError):
        raise DestructionLogError(f"{path} is no destruction log, or was damaged: {where} cannot be read.") from None
    genuine = hmac.compare_digest(_link(key, previous, entry), link.encode("ascii", "replace").decode())
    if len(given) != len(fields(DestructionEntry)) + 2 or not genuine:
        raise DestructionLogError(
            f"{path} is not as it was written: {where} was changed, or is of another installation."
        )
    return entry, previous, link


def _link(key: bytes, previous: str, entry: DestructionEntry) -> str:
    body = canonical_json([FORMAT, previous, asdict(entry)])
    return hmac.digest(key, body.encode("ascii"), "sha256").hex()


def _named(given: object) -> bool:
    return isinstance(given, dict) and {"previous", "link", "position", "trail", "what"} <= given.keys()
