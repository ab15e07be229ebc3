"""Exact look-up of MD5, SHA-1 and SHA-256 digests: sorted columns, and a small table of what was added since."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lightkeeper.detect.matching.sorting import row_order

DIGEST_BYTES: Mapping[str, int] = MappingProxyType({"md5": 16, "sha1": 20, "sha256": 32})
"""The algorithms and the length of their digests."""

DELTA_ROOM = 4096
"""Additions are kept apart up to this many, or an eighth of the table, then sorted in."""


@dataclass(frozen=True, slots=True)
class _Columns:
    """Sorted digests of one algorithm: (w, n) big-endian words, zero-padded, and the entry of each; then additions.

    ``delta`` maps the digests added since to their entries. It is only ever added to, and lists in it replaced as a
    whole, so that a reader needs no lock.
    """

    words: NDArray[np.uint64]
    entries: NDArray[np.int64]
    delta: dict[bytes, tuple[int, ...]] = field(default_factory=dict)

    def find(self, digest: bytes) -> NDArray[np.int64]:
        low, high = 0, self.words.shape[1]
        for column, word in zip(self.words, _words(np.frombuffer(digest, np.uint8)[None])[0], strict=True):
            run = column[low:high]
            low, high = low + int(run.searchsorted(word)), low + int(run.searchsorted(word, side="right"))
            if low == high:
                break
        added = self.delta.get(digest)
        found = self.entries[low:high]
        return found if added is None else np.concatenate([found, np.array(added, np.int64)])


class DigestTable:
    """Digests with entry numbers chosen by the caller; equal digests may have several entries.

    Threads may look up while one adds or removes.
    """

    def __init__(self) -> None:
        self._tables = {name: _sorted(np.empty((0, size), np.uint8), []) for name, size in DIGEST_BYTES.items()}
        self._removed: frozenset[int] = frozenset()
        self._writing = threading.Lock()

    def __len__(self) -> int:
        held = sum(len(table.entries) + sum(map(len, table.delta.values())) for table in self._tables.values())
        return held - len(self._removed)

    @property
    def nbytes(self) -> int:
        """Memory of the sorted columns in bytes."""
        return sum(table.words.nbytes + table.entries.nbytes for table in self._tables.values())

    def add(self, algorithm: str, digests: NDArray[np.uint8], entries: ArrayLike) -> None:
        """Add (n, 16), (n, 20) or (n, 32) bytes with their entry numbers; the next look-up finds them.

        An entry number stands for one digest only. Raises ValueError for an unknown algorithm, for digests of another
        length, and for a number that was removed before.
        """
        rows = _rows(algorithm, digests)
        numbers = np.asarray(entries, np.int64).reshape(-1)
        if len(numbers) != len(rows):
            raise ValueError(f"{len(rows)} digests with {len(numbers)} entry numbers")
        with self._writing:
            if not self._removed.isdisjoint(numbers.tolist()):
                raise ValueError("entry numbers of removed digests are not used again")
            table = self._tables[algorithm]
            if len(table.delta) + len(rows) > max(DELTA_ROOM, len(table.entries) // 8):
                rows, numbers = _everything(table, rows, numbers)
                self._tables = {**self._tables, algorithm: _sorted(rows, numbers)}
            else:
                for row, number in zip(rows, numbers.tolist(), strict=True):
                    table.delta[row.tobytes()] = (*table.delta.get(row.tobytes(), ()), number)

    def find(self, algorithm: str, digest: bytes) -> list[int]:
        """Give the entry numbers of a digest, ascending. Raises ValueError as :meth:`add` does."""
        if len(digest) != _length(algorithm):
            raise ValueError(f"a {algorithm} digest has {_length(algorithm)} bytes, not {len(digest)}")
        found = self._tables[algorithm].find(digest).tolist()
        removed = self._removed
        return sorted(number for number in found if number not in removed)

    def find_many(self, algorithm: str, digests: Sequence[bytes]) -> list[list[int]]:
        """Give for each digest what :meth:`find` gives; a batch costs little more than one. Raises ValueError."""
        size = _length(algorithm)
        if any(len(digest) != size for digest in digests):
            raise ValueError(f"a {algorithm} digest has {size} bytes")
        table = self._tables[algorithm]
        first = np.frombuffer(b"".join(digest[:8] for digest in digests), ">u8").astype(np.uint64)
        low = table.words[0].searchsorted(first)
        held = table.words[0][np.minimum(low, len(table.entries) - 1)] == first if len(table.entries) else low < 0
        return [
            self.find(algorithm, digest) if there or digest in table.delta else []
            for digest, there in zip(digests, held.tolist(), strict=True)
        ]

    def find_words(self, words: NDArray[np.uint64]) -> list[tuple[int, list[int]]]:
        """Look up (n, 2) words, each an MD5-sized digest: the rows that are found, ascending, with their entries.

        For very many rows of which few are found: nothing is done for the others but one sorted search.
        """
        table = self._tables["md5"]
        order = np.argsort(words[:, 0])
        first = words[order, 0]
        found = np.zeros(len(words), np.bool_)
        if len(table.entries):
            low = np.minimum(table.words[0].searchsorted(first), len(table.entries) - 1)
            found[order] = table.words[0][low] == first
        raw = np.ascontiguousarray(words).astype(">u8").tobytes()
        if table.delta:
            found |= np.array([raw[at : at + 16] in table.delta for at in range(0, len(raw), 16)], np.bool_)
        rows = np.flatnonzero(found).tolist()
        held = ((row, self.find("md5", raw[16 * row : 16 * row + 16])) for row in rows)
        return [(row, entries) for row, entries in held if entries]

    def forked(self) -> DigestTable:
        """Give a copy that may be changed while this one stays as it is; only recent additions are copied."""
        copy = DigestTable()
        with self._writing:
            copy._tables = {
                name: _Columns(table.words, table.entries, dict(table.delta)) for name, table in self._tables.items()
            }
            copy._removed = self._removed
        return copy

    def remove(self, entries: ArrayLike) -> int:
        """Remove entries by number; returns how many there were."""
        wanted = set(np.asarray(entries, np.int64).reshape(-1).tolist()) - self._removed
        with self._writing:
            known: set[int] = set()
            for table in self._tables.values():
                known.update(np.intersect1d(table.entries, np.array(sorted(wanted), np.int64)).tolist())
                known.update(wanted.intersection(*[{n for added in table.delta.values() for n in added}]))
            self._removed |= known
        return len(known)

    def sections(self) -> dict[str, NDArray[Any]]:
        """Give the table as arrays for ``files.write_sections``: additions sorted in, removed entries left out."""
        removed = np.array(sorted(self._removed), np.int64)
        sections: dict[str, NDArray[Any]] = {}
        for name, table in self._tables.items():
            rows, entries = _everything(table, np.empty((0, DIGEST_BYTES[name]), np.uint8), np.empty(0, np.int64))
            keep = ~np.isin(entries, removed)
            clean = _sorted(rows[keep], entries[keep])
            sections[f"{name}.words"] = clean.words
            sections[f"{name}.entries"] = clean.entries
        return sections

    @classmethod
    def from_sections(cls, sections: Mapping[str, NDArray[Any]]) -> DigestTable:
        """Take up what :meth:`sections` gave; arrays stay where they are. Raises ValueError if they do not fit."""
        table = cls()
        for name, size in DIGEST_BYTES.items():
            words, entries = sections[f"{name}.words"], sections[f"{name}.entries"]
            if words.dtype != np.uint64 or entries.dtype != np.int64 or words.shape != (-(-size // 8), len(entries)):
                raise ValueError(f"the sections of {name} do not belong together")
            table._tables[name] = _Columns(words, entries)
        return table


def _length(algorithm: str) -> int:
    if algorithm not in DIGEST_BYTES:
        raise ValueError(f"unknown digest algorithm {algorithm!r}; known are {', '.join(DIGEST_BYTES)}")
    return DIGEST_BYTES[algorithm]


def _rows(algorithm: str, digests: NDArray[np.uint8]) -> NDArray[np.uint8]:
    rows = np.asarray(digests)
    if rows.dtype != np.uint8 or rows.ndim != 2 or rows.shape[1] != _length(algorithm):
        raise ValueError(f"{algorithm} digests must be bytes of shape (n, {_length(algorithm)}), not {rows.shape}")
    return rows


def _words(rows: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """(n, bytes) to (n, w) words that sort as the bytes do."""
    padded = np.pad(rows, ((0, 0), (0, -rows.shape[1] % 8)))
    return padded.view(">u8").astype(np.uint64)


def _sorted(rows: NDArray[np.uint8], entries: ArrayLike) -> _Columns:
    numbers = np.asarray(entries, np.int64)
    words = _words(np.ascontiguousarray(rows))
    order = row_order(words)
    return _Columns(np.ascontiguousarray(words[order].T), numbers[order])


def _everything(
    table: _Columns, rows: NDArray[np.uint8], entries: NDArray[np.int64]
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """All digests of a table, with its additions and some more rows, in no order."""
    big_endian = np.ascontiguousarray(table.words.T).astype(">u8")
    held = big_endian.view(np.uint8).reshape(len(table.entries), 8 * len(table.words))
    added = [(digest, number) for digest, numbers in table.delta.items() for number in numbers]
    extra = np.frombuffer(b"".join(digest for digest, _ in added), np.uint8).reshape(len(added), rows.shape[1])
    numbers = np.array([number for _, number in added], np.int64)
    return (
        np.concatenate([held[:, : rows.shape[1]], extra, rows]),
        np.concatenate([table.entries, numbers, entries]),
    )
