"""A list file in a folder of this machine, read whole whenever it is another than before."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext as _

from lightkeeper.detect.matching.rows import ListEntry, ListError, read_rows
from lightkeeper.lists.exchanges import options as option
from lightkeeper.lists.exchanges.fetching import Fetcher
from lightkeeper.lists.exchanges.protocol import BadRecord, Checkpoint, Page, Record, SourceFailed
from lightkeeper.lists.sealing import LONGEST_TEXT
from lightkeeper.lists.types import Algorithm, ListRefused

FOLDER: Final = "list-files"
"""In the data directory: only files in it are read."""

PAGE: Final = 5000


def check(given: Mapping[str, Any]) -> dict[str, Any]:
    """The options as they are kept: a path within the folder. Raises ListRefused."""
    option.only(given, ("path",))
    path = option.text(given, "path")
    if Path(path).is_absolute() or ".." in Path(path).parts:
        raise ListRefused(
            _("The path is one within the folder “%(folder)s” of the data directory.") % {"folder": FOLDER}
        )
    return {"path": path}


class LocalFile:
    """One list file (docs/lists.md says in which form)."""

    def __init__(self, options: Mapping[str, Any], credentials: Mapping[str, str], fetcher: Fetcher) -> None:
        del credentials, fetcher
        self._path = str(options["path"])

    def pages(self, checkpoint: Checkpoint) -> Iterator[Page]:
        """Give all of the file, or nothing where it is as it was. Raises SourceFailed."""
        folder = (Path(settings.LIGHTKEEPER["data_dir"]) / FOLDER).resolve()
        try:
            path = (folder / self._path).resolve(strict=True)
            if not path.is_relative_to(folder) or not path.is_file():
                raise SourceFailed(_("The file is not one within the folder “%(folder)s”.") % {"folder": FOLDER})
            with path.open("rb") as file:
                yield from self._pages(file, checkpoint)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise SourceFailed(_("The file cannot be read: %(reason)s.") % {"reason": reason}) from None

    def _pages(self, file: io.BufferedReader, checkpoint: Checkpoint) -> Iterator[Page]:
        state = _state(file)
        if checkpoint == state:
            yield Page((), (), checkpoint, last=True)
            return
        text = io.TextIOWrapper(file, encoding="utf-8-sig", errors="backslashreplace")
        try:
            rows = read_rows(text)
            while part := list(islice(rows, PAGE)):
                yield Page(*_records(part), checkpoint, last=False)
        except ListError as error:
            raise SourceFailed(_("The file is no list: it %(error)s.") % {"error": error}) from None
        finally:
            with suppress(ValueError):
                text.detach()
        if _state(file) != state:
            raise SourceFailed(_("The file was changed while it was read; nothing of it was withdrawn."))
        yield Page((), (), state, last=True, whole=True)


def _records(rows: list[tuple[int, tuple[ListEntry, ...] | str]]) -> tuple[list[Record], list[BadRecord]]:
    records, bad = [], []
    for line, entries in rows:
        problem = entries if isinstance(entries, str) else _too_long(entries)
        if problem or isinstance(entries, str):
            bad.append(BadRecord(line, "", problem))
            continue
        first = entries[0]
        values = {Algorithm(entry.algorithm): entry.value for entry in entries}
        records.append(
            Record("", values, first.category or "", confidence=first.confidence, id=first.id or "")
        )  # fmt: skip
    return records, bad


def _too_long(entries: tuple[ListEntry, ...]) -> str:
    if any(max(len(entry.id or ""), len(entry.category or "")) > LONGEST_TEXT for entry in entries):
        return _("the id or the category is longer than %(most)s characters") % {"most": LONGEST_TEXT}
    return ""


def _state(file: io.BufferedReader) -> dict[str, Any]:
    found = os.fstat(file.fileno())
    return {"size": found.st_size, "modified": found.st_mtime_ns, "inode": found.st_ino}
