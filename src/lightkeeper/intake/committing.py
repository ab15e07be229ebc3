"""Group commit: what many requests have to write at the same moment goes into one transaction of the process.

One transaction at a time writes best: on SQLite writers would otherwise wait for one another by sleeping, and on both
databases each commit waits for the disk. So a request leaves what it has to write in a line and waits for its turn;
whoever's turn it is writes the whole line. Alone, nobody waits.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

Part = TypeVar("Part")
Row = TypeVar("Row")

LARGEST: Final = 200
"""Parts of one transaction at most (one entry of the line may have more)."""


@dataclass(slots=True)
class _Entry(Generic[Part, Row]):
    """What one thread has to write, and what became of it."""

    parts: Sequence[Part]
    rows: list[Row] = field(default_factory=list)
    error: Exception | None = None
    done: bool = False


class GroupCommit(Generic[Part, Row]):
    """``write`` takes parts in one transaction and gives a row for each, in order; what it raises undoes all of them.

    An error in a transaction of several entries makes each of them try alone, so that nobody fails for another.
    """

    def __init__(self, write: Callable[[Sequence[Part]], list[Row]]) -> None:
        self._write = write
        self._line: list[_Entry[Part, Row]] = []
        self._door = threading.Lock()
        self._turn = threading.Lock()

    def commit(self, parts: Sequence[Part]) -> list[Row]:
        """Have parts written, and give their rows once they are durable. Raises what ``write`` raises for them."""
        entry: _Entry[Part, Row] = _Entry(parts)
        with self._door:
            self._line.append(entry)
        with self._turn:
            while not entry.done:
                self._write_all(self._next())
        if entry.error is not None:
            raise entry.error
        return entry.rows

    def _next(self) -> list[_Entry[Part, Row]]:
        """The first entries of the line, as many as go into one transaction."""
        with self._door:
            count, size = 0, 0
            for entry in self._line:
                size += len(entry.parts)
                if count and size > LARGEST:
                    break
                count += 1
            group, self._line = self._line[:count], self._line[count:]
        return group

    def _write_all(self, group: list[_Entry[Part, Row]]) -> None:
        try:
            rows = self._write([part for entry in group for part in entry.parts])
        except Exception as error:  # noqa: BLE001  # whatever it is, it is the caller's
            if len(group) == 1:
                group[0].error, group[0].done = error, True
                return
            for entry in group:
                self._write_all([entry])
            return
        except BaseException:
            # This thread is being stopped; the others must not wait for it for ever.
            for entry in group:
                entry.error, entry.done = RuntimeError("the writing was stopped"), True
            raise
        for entry in group:
            entry.rows, rows = rows[: len(entry.parts)], rows[len(entry.parts) :]
            entry.done = True
