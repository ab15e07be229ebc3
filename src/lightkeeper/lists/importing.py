"""Imports a list file: read row by row, staged in batches, effective at its end, told to the audit trail once."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from typing import BinaryIO, Final

from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _

from lightkeeper.detect.matching.lists import MAX_BAD_ROWS
from lightkeeper.detect.matching.rows import ListEntry, ListError, read_rows
from lightkeeper.lists.sealing import LONGEST_TEXT, Content
from lightkeeper.lists.staging import Effects, Listed, Staging
from lightkeeper.lists.types import ImportSummary, ListRefused, RowSetAside
from lightkeeper.record.events import Event
from lightkeeper.record.services import write_event
from lightkeeper.record.types import Actor, Subject

BATCH: Final = 5000
"""Rows that are staged in one transaction: about a third of a second."""

_SHOWN_WITHOUT: Final = "the list has no row that can be used: {count} bad, the first in line {line}: {problem}"


@dataclass(frozen=True, slots=True)
class OpenedList:
    """The list that is imported into, and whether it was made for that."""

    list_id: int
    name: str
    created: bool


class DigestingReader(io.RawIOBase):
    """Passes on what a file holds, and digests it on the way; also for what can be read only once."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__()
        self._file = file
        self.digest = hashlib.sha256()

    def readable(self) -> bool:
        """It can be read."""
        return True

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]
        """Read into a buffer, at most as much as it holds."""
        data = self._file.read(len(buffer))
        self.digest.update(data)
        buffer[: len(data)] = data
        return len(data)


@dataclass(slots=True)
class Reading:
    """A list file while it is read: its good rows in batches, and what was noted of the others."""

    file: BinaryIO
    algorithm: str | None
    rows: int = 0
    both: int = 0
    bad_count: int = 0
    bad_rows: list[RowSetAside] = field(default_factory=list)
    version: str = ""

    def batches(self) -> Iterator[list[Listed]]:
        """Batches of rows. Raises ListRefused where the file is no list, or has no usable row."""
        source = DigestingReader(self.file)
        text = io.TextIOWrapper(
            io.BufferedReader(source, 1 << 20), encoding="utf-8-sig", errors="backslashreplace"
        )  # fmt: skip
        try:
            good = self._good(text)
            while batch := list(islice(good, BATCH)):
                yield [row for rows in batch for row in rows]
        except ListError as error:
            raise ListRefused(_("The file cannot be imported: it %(error)s.") % {"error": error}) from error
        finally:
            with suppress(ValueError):
                text.detach()
        if not self.rows and self.bad_count:
            first = self.bad_rows[0]
            message = _SHOWN_WITHOUT.format(count=self.bad_count, line=first.line, problem=first.problem)
            raise ListRefused(_("The file cannot be imported: %(message)s.") % {"message": message})
        self.version = source.digest.hexdigest()

    def _good(self, text: io.TextIOWrapper) -> Iterator[list[Listed]]:
        for line, entries in read_rows(text, algorithm=self.algorithm):
            problem = entries if isinstance(entries, str) else _too_long(entries)
            if problem or isinstance(entries, str):
                self.bad_count += 1
                if len(self.bad_rows) < MAX_BAD_ROWS:
                    self.bad_rows.append(RowSetAside(line, problem))
                continue
            self.rows += 1
            self.both += len(entries) > 1
            yield [Listed(entry.algorithm, _content(entry), entry.confidence) for entry in entries]


def _too_long(entries: tuple[ListEntry, ...]) -> str:
    for entry in entries:
        if max(len(entry.id or ""), len(entry.category or "")) > LONGEST_TEXT:
            return f"the id or the category is longer than {LONGEST_TEXT} characters"
    return ""


def _content(entry: ListEntry) -> Content:
    # A lone surrogate cannot be kept as text; read as a question mark it can be compared with what was kept.
    texts = [(text or "").encode("utf-8", "replace").decode() for text in (entry.id, entry.category)]
    return Content(entry.value, *texts)


def run_import(reading: Reading, open_list: Callable[[], OpenedList], *, actor: Actor, replace: bool) -> ImportSummary:
    """Import what is read. The list is opened (or made) when the first usable row is there, not before."""
    staging: Staging | None = None
    try:
        for batch in reading.batches():
            if staging is None:
                staging = Staging(open_list().list_id)
            staging.stage(batch)
        opened = open_list()
        if staging is None:
            if replace:
                raise ListRefused(
                    _("A file without rows does not replace a list; withdraw its entries or quarantine it.")
                )
            staging = Staging(opened.list_id)
        withdraw = staging.missing() if replace else []
        with transaction.atomic():
            effects = staging.take_effect(reading.version, withdraw=withdraw)
            summary = _summary(reading, opened, effects, len(staging.seen) + staging.staged)
            _tell(summary, actor)
        return summary
    except BaseException:
        if staging is not None:
            with suppress(DatabaseError):
                staging.abandon()
        raise


def _summary(reading: Reading, opened: OpenedList, effects: Effects, distinct: int) -> ImportSummary:
    return ImportSummary(
        list_id=opened.list_id, name=opened.name, version=reading.version, created=opened.created, rows=reading.rows,
        added=effects.added, changed=effects.changed, unchanged=distinct - effects.added - effects.changed,
        withdrawn=effects.withdrawn, bad_count=reading.bad_count, bad_rows=tuple(reading.bad_rows),
        both_count=reading.both,
    )  # fmt: skip


def _tell(summary: ImportSummary, actor: Actor) -> None:
    write_event(
        Event.LISTS_IMPORT_FINISHED,
        actor=actor,
        subject=Subject("list", str(summary.list_id)),
        details={
            "rows": summary.rows, "added": summary.added, "changed": summary.changed, "unchanged": summary.unchanged,
            "withdrawn": summary.withdrawn, "set_aside": summary.bad_count, "version": summary.version,
        },
    )  # fmt: skip
