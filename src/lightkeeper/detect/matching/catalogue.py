"""Several lists made searchable together, and the index file that keeps them so.

A catalogue is a PDQ index and a table of digests over all its lists, with what each list says of its entries. Building
one of a large list takes minutes once; opening its file takes as long as reading it, which checks every byte.

The file is plain (mode 0600) and holds the lists' values: keep it where only those who may have the lists can read it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from lightkeeper.detect.matching.columns import Texts, joined_texts
from lightkeeper.detect.matching.digests import DIGEST_BYTES, DigestTable
from lightkeeper.detect.matching.files import IndexFileError, read_sections, write_sections
from lightkeeper.detect.matching.index import PdqIndex
from lightkeeper.detect.matching.lists import WIDTHS, HashList

FILE_KIND: Final = "catalogue"


@dataclass(frozen=True, slots=True)
class ListInfo:
    """What a catalogue remembers of a list: its name, the SHA-256 of its file, and its entries of each algorithm."""

    name: str
    sha256: str
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Known:
    """One entry as a match names it: its list, and the id and category that the list gives it (None if none)."""

    list: str
    id: str | None
    category: str | None
    algorithm: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Lists made searchable.

    Search ``pdq`` (its entries carry the position of their list in ``lists``) and ``digests``, or use ``find_digest``;
    ``known`` says what stands behind an entry number. Both count the entries of one algorithm through all lists, in
    order; digests go on counting from one algorithm to the next, in the order of ``WIDTHS``.
    """

    lists: tuple[ListInfo, ...]
    pdq: PdqIndex
    digests: DigestTable
    ids: Mapping[str, Texts]
    categories: Mapping[str, Texts]

    @classmethod
    def build(cls, lists: Sequence[HashList], *, radius: int = 31) -> Self:
        """Build from lists; the PDQ index tests itself at ``radius`` with planted entries (IndexSelfTestError)."""
        infos = tuple(
            ListInfo(one.name, one.sha256, {name: len(entries) for name, entries in one.entries.items()})
            for one in lists
        )
        numbers = np.repeat(np.arange(len(infos), dtype=np.uint16), [info.counts.get("pdq", 0) for info in infos])
        pdq = PdqIndex.build(_values(lists, "pdq"), lists=numbers, radius=radius)
        digests, first = DigestTable(), 0
        for name in DIGEST_BYTES:
            values = _values(lists, name)
            digests.add(name, values, np.arange(first, first + len(values)))
            first += len(values)
        columns = {name: [one.entries[name] for one in lists if name in one.entries] for name in WIDTHS}
        ids = {name: joined_texts([entries.ids for entries in columns[name]]) for name in WIDTHS}
        categories = {name: joined_texts([entries.categories for entries in columns[name]]) for name in WIDTHS}
        return cls(infos, pdq, digests, ids, categories)

    def __len__(self) -> int:
        return sum(sum(info.counts.values()) for info in self.lists)

    def known(self, algorithm: str, entry: int) -> Known:
        """Say what stands behind entry ``entry`` of the PDQ index or of the digests; IndexError if there is none."""
        number = entry - self._first(algorithm)
        names = np.cumsum([info.counts.get(algorithm, 0) for info in self.lists])
        place = int(np.searchsorted(names, number, side="right"))
        if number < 0 or place >= len(self.lists):
            raise IndexError(entry)
        return Known(self.lists[place].name, self.ids[algorithm][number], self.categories[algorithm][number], algorithm)

    def find_digest(self, algorithm: str, digest: bytes) -> list[Known]:
        """Give the entries that are equal to a digest, in the order of the lists."""
        return [self.known(algorithm, entry) for entry in self.digests.find(algorithm, digest)]

    def _first(self, algorithm: str) -> int:
        if algorithm == "pdq":
            return 0
        before = list(DIGEST_BYTES)[: list(DIGEST_BYTES).index(algorithm)]
        return sum(info.counts.get(name, 0) for info in self.lists for name in before)

    def save(self, path: Path | str) -> None:
        """Write the index file, replacing an old one as a whole; raises OSError."""
        sections, metadata = self.pdq.sections()
        sections |= {f"digests.{name}": array for name, array in self.digests.sections().items()}
        for name in WIDTHS:
            sections |= _text_sections(f"{name}.ids", self.ids[name])
            sections |= _text_sections(f"{name}.categories", self.categories[name])
        metadata = {**metadata, "lists": [asdict(info) for info in self.lists]}
        write_sections(path, kind=FILE_KIND, sections=sections, metadata=metadata)

    @classmethod
    def open(cls, path: Path | str, *, radius: int = 31) -> Self:
        """Map an index file and test it; raises IndexFileError (damaged, foreign, unreadable) or IndexSelfTestError."""
        content = read_sections(path, kind=FILE_KIND)
        try:
            infos = tuple(_info(described) for described in content.metadata["lists"])
            pdq = PdqIndex.from_sections(content.sections, content.metadata)
            prefix = "digests."
            digests = DigestTable.from_sections(
                {
                    name.removeprefix(prefix): value
                    for name, value in content.sections.items()
                    if name.startswith(prefix)
                }
            )
            counts = {name: sum(info.counts.get(name, 0) for info in infos) for name in WIDTHS}
            ids = {name: _texts(content.sections, f"{name}.ids", counts[name]) for name in WIDTHS}
            categories = {name: _texts(content.sections, f"{name}.categories", counts[name]) for name in WIDTHS}
            if len(pdq) != counts["pdq"] or len(digests) != sum(counts[name] for name in DIGEST_BYTES):
                raise ValueError("the numbers of entries do not agree")
        except (KeyError, TypeError, ValueError) as error:
            raise IndexFileError(path, f"its sections do not belong together: {error}") from error
        pdq.self_test(radius=radius)
        return cls(infos, pdq, digests, ids, categories)


def _values(lists: Sequence[HashList], algorithm: str) -> NDArray[np.uint8]:
    found = [one.entries[algorithm].values for one in lists if algorithm in one.entries]
    return np.concatenate([np.empty((0, WIDTHS[algorithm]), np.uint8), *found])


def _info(described: Mapping[str, Any]) -> ListInfo:
    counts = {str(name): int(count) for name, count in described["counts"].items()}
    if not counts.keys() <= WIDTHS.keys() or min(counts.values(), default=0) < 0:
        raise ValueError("the counts of a list make no sense")
    return ListInfo(str(described["name"]), str(described["sha256"]), counts)


def _text_sections(name: str, texts: Texts) -> dict[str, NDArray[Any]]:
    if texts.ends is None:
        return {}
    return {f"{name}.blob": np.frombuffer(texts.blob, np.uint8), f"{name}.ends": texts.ends}


def _texts(sections: Mapping[str, NDArray[Any]], name: str, count: int) -> Texts:
    if f"{name}.ends" not in sections:
        return Texts(count, b"", None)
    blob, ends = sections[f"{name}.blob"], sections[f"{name}.ends"]
    if ends.dtype.kind != "u" or ends.shape != (count,) or blob.dtype != np.uint8 or blob.ndim != 1:
        raise ValueError(f"{name} does not fit")
    if count and (int(ends[-1]) != len(blob) or bool(np.any(ends[1:] < ends[:-1]))):
        raise ValueError(f"{name} does not fit")
    return Texts(count, blob, ends)
