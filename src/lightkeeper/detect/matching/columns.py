"""Compact columns for the entries of a list: ten million rows cost their bytes, not ten million objects."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Texts:
    """A column of texts, most of them short: one blob of UTF-8 and where each text ends in it.

    ``ends`` is unsigned (n,), or None where every text is empty. An empty text reads as None: not known. ``blob`` is
    bytes, or an array of them that is mapped from a file.
    """

    count: int
    blob: bytes | NDArray[np.uint8]
    ends: NDArray[np.unsignedinteger] | None

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, number: int) -> str | None:
        """Give text ``number`` (from 0); IndexError if there is none."""
        if not 0 <= number < self.count:
            raise IndexError(number)
        if self.ends is None:
            return None
        start = int(self.ends[number - 1]) if number else 0
        return bytes(self.blob[start : int(self.ends[number])]).decode("utf-8", "replace") or None


def joined_texts(parts: Sequence[Texts]) -> Texts:
    """One column of several, in their order."""
    count = sum(part.count for part in parts)
    if all(part.ends is None for part in parts):
        return Texts(count, b"", None)
    ends, start = [], 0
    for part in parts:
        own = np.zeros(part.count, np.uint64) if part.ends is None else part.ends.astype(np.uint64)
        ends.append(own + np.uint64(start))
        start += len(part.blob)
    return Texts(count, b"".join(bytes(part.blob) for part in parts), np.concatenate(ends))


@dataclass(frozen=True, slots=True)
class Entries:
    """The entries of one algorithm in file order: ``values`` is uint8 (n, width), read-only."""

    values: NDArray[np.uint8]
    ids: Texts
    categories: Texts

    def __len__(self) -> int:
        return len(self.values)

    def duplicate_count(self) -> int:
        """Count the rows whose value stands in an earlier row (by a 64-bit fingerprint: wrong once in 10^5 lists)."""
        mixed = np.zeros(len(self.values), np.uint64)
        words = np.zeros((len(self.values), -(-self.values.shape[1] // 8) * 8), np.uint8)
        words[:, : self.values.shape[1]] = self.values
        for word in words.view(np.uint64).T:
            mixed ^= word
            mixed *= np.uint64(0x9E3779B97F4A7C15)
            mixed ^= mixed >> np.uint64(29)
        mixed.sort()
        return int(np.count_nonzero(mixed[1:] == mixed[:-1]))


class TextsBuilder:
    """Gathers a column of texts."""

    def __init__(self) -> None:
        self._blob = bytearray()
        self._ends = array("Q")

    def add(self, text: str) -> None:
        """Add one text; empty means not known. A lone surrogate becomes a question mark."""
        if text:
            self._blob += text.encode("utf-8", "replace")
        self._ends.append(len(self._blob))

    def build(self) -> Texts:
        """Make the column, with ends as narrow as they can be."""
        ends: NDArray[np.unsignedinteger] | None = None
        if self._blob:
            ends = np.frombuffer(self._ends, np.uint64)
            if len(self._blob) < 1 << 32:
                ends = ends.astype(np.uint32)
        return Texts(len(self._ends), bytes(self._blob), ends)


class EntriesBuilder:
    """Gathers the entries of one algorithm."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._values = bytearray()
        self._ids = TextsBuilder()
        self._categories = TextsBuilder()

    def __len__(self) -> int:
        return len(self._values) // self._width

    def add(self, value: bytes, row_id: str, category: str) -> None:
        """Add one entry; ``value`` has the width that was said, empty texts are not known."""
        self._values += value
        self._ids.add(row_id.strip())
        self._categories.add(category.strip())

    def build(self) -> Entries:
        """Make the columns; the builder is done with after that."""
        values = np.frombuffer(self._values, np.uint8).reshape(-1, self._width)
        values.flags.writeable = False
        return Entries(values, self._ids.build(), self._categories.build())
