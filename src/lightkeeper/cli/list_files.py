"""The lists that a command was given: read, and what had to be set aside reported on standard error."""

from __future__ import annotations

import hashlib
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lightkeeper.cli import set_aside
from lightkeeper.cli.exits import CommandError
from lightkeeper.cli.output import visible

if TYPE_CHECKING:
    from lightkeeper.detect.matching.lists import HashList

_ALGORITHMS: Final = ("pdq", "md5", "sha1", "sha256")


@dataclass(frozen=True, slots=True)
class Source:
    """One ``--list``: a list that was read, or the path of an index file; and the SHA-256 of the file."""

    content: HashList | Path
    sha256: str

    def summary(self) -> str | None:
        """Say what was set aside, None if nothing was."""
        if isinstance(self.content, Path) or not self.content.bad_count:
            return None
        total = self.content.bad_count + self.content.row_count
        return f"list {visible(self.content.name)}: {self.content.bad_count:,} of {total:,} rows could not be used"


def load(names: Sequence[str]) -> list[Source]:
    """Read every list; CommandError for one that cannot be used at all.

    Lists are called by their file names; where two have the same, by what was given. A name is a path, or
    ``ALGORITHM:PATH`` for a file of plain values that does not say what they are.
    """
    from lightkeeper.detect.matching.lists import HashList

    sources = [_load(name) for name in names]
    known = Counter(source.content.name for source in sources)
    return [
        replace(source, content=replace(source.content, name=name))
        if isinstance(source.content, HashList) and known[source.content.name] > 1
        else source
        for name, source in zip(names, sources, strict=True)
    ]


def _load(name: str) -> Source:
    from lightkeeper.detect.matching.files import MAGIC
    from lightkeeper.detect.matching.lists import ListError, read_list

    path, algorithm = Path(name), None
    before, colon, after = name.partition(":")
    if colon and before.lower() in _ALGORITHMS and not path.exists():
        path, algorithm = Path(after), before.lower()
    if path.is_char_device() or path.is_block_device() or not name:
        raise CommandError(f"the list {visible(name) or 'without a name'} is not a file")
    try:
        if path.is_file():
            with path.open("rb") as file:
                if file.read(len(MAGIC)) == MAGIC:
                    file.seek(0)
                    return Source(path, hashlib.file_digest(file, "sha256").hexdigest())
        hashes = read_list(path, algorithm=algorithm)
    except ListError as error:
        raise CommandError(str(error)) from error
    except OSError as error:
        raise CommandError(f"the list {path.name} cannot be read: {error.strerror}") from error
    _report(hashes)
    return Source(hashes, hashes.sha256)


def _report(hashes: HashList) -> None:
    name = visible(hashes.name)
    set_aside.report(hashes.bad_rows, count=hashes.bad_count, both=hashes.both_count, of=f"list {name}")
    if not len(hashes):
        sys.stderr.write(f"list {name}: has no entries; nothing can match it\n")
