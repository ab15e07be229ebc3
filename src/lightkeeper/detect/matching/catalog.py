"""A catalog: one or more lists made ready to be searched, with what is known of each entry; can be kept in a file."""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lightkeeper.detect.findings import Match, Told
from lightkeeper.detect.matching.columns import Texts
from lightkeeper.detect.matching.digests import DIGEST_BYTES, DigestTable
from lightkeeper.detect.matching.files import IndexFileError, read_sections, write_sections
from lightkeeper.detect.matching.hits import Hits
from lightkeeper.detect.matching.index import PdqIndex
from lightkeeper.detect.matching.lists import HashList

FILE_KIND = "catalog"
ALGORITHMS = ("pdq", *DIGEST_BYTES)


@dataclass(frozen=True, slots=True)
class KnownEntry:
    """What a list says of one of its entries; never its value.

    ``radius`` is the list's own radius in bits, None where the searcher's holds; ``ref`` what the list's owner calls
    the entry.
    """

    list: str
    algorithm: str
    id: str | None
    category: str | None
    radius: int | None = None
    ref: int | None = None


@dataclass(frozen=True, slots=True)
class _Block:
    """The entries of one algorithm of one list: their numbers begin at ``first``."""

    first: int
    list: int
    algorithm: str
    ids: Texts
    categories: Texts


class Catalog:
    """Lists in one index for PDQ and one table for digests. Entry numbers run through both."""

    def __init__(self, names: Sequence[str], blocks: Sequence[_Block], index: PdqIndex, digests: DigestTable) -> None:
        self.names = tuple(names)
        self.index = index
        self.digests = digests
        self._blocks = list(blocks)
        self._firsts = [block.first for block in blocks]

    @classmethod
    def build(cls, lists: Sequence[HashList], *, radius: int = 31) -> Catalog:
        """Make lists searchable; the index tests itself at ``radius`` before it serves (IndexSelfTestError)."""
        blocks: list[_Block] = []
        values: dict[str, list[NDArray[np.uint8]]] = {name: [] for name in ALGORITHMS}
        owners: list[NDArray[np.uint16]] = []
        first = 0
        for algorithm in ALGORITHMS:
            for number, known in enumerate(lists):
                entries = known.entries.get(algorithm)
                if entries is None:
                    continue
                blocks.append(_Block(first, number, algorithm, entries.ids, entries.categories))
                values[algorithm].append(entries.values)
                if algorithm == "pdq":
                    owners.append(np.full(len(entries), number, np.uint16))
                first += len(entries)
        index = PdqIndex.build(
            np.concatenate([np.empty((0, 32), np.uint8), *values["pdq"]]),
            lists=np.concatenate([np.empty(0, np.uint16), *owners]),
            radius=radius,
        )
        digests = DigestTable()
        place = index.next_entry
        for algorithm in DIGEST_BYTES:
            for rows in values[algorithm]:
                digests.add(algorithm, rows, np.arange(place, place + len(rows)))
                place += len(rows)
        return cls([known.name for known in lists], blocks, index, digests)

    def __len__(self) -> int:
        return len(self.index) + len(self.digests)

    @property
    def digest_algorithms(self) -> set[str]:
        """The digests that any entry has."""
        return {block.algorithm for block in self._blocks} & DIGEST_BYTES.keys()

    def reach(self, radius: int, possible_radius: int) -> ArrayLike:  # noqa: ARG002  # lists here have no radius of their own
        """How far to search for possible matches: see ``Searchable``."""
        return possible_radius

    def told(self, found: Mapping[int, Match]) -> Told:
        """All matches: see ``Searchable``."""
        return Told(found)

    def search(self, values: NDArray[np.uint8], *, orientations: ArrayLike, radius: ArrayLike) -> Hits:
        """Search for PDQ hashes (n, 32) of one picture's variants; see ``PdqIndex.search``."""
        return self.index.search(values, orientations=orientations, radius=radius)

    def find_digests(self, digests: Mapping[str, bytes]) -> list[int]:
        """Entries whose digest equals one of those given by algorithm."""
        return [int(entry) for name, digest in digests.items() for entry in self.digests.find(name, digest)]

    def entry(self, number: int) -> KnownEntry:
        """Give what the lists say of an entry."""
        block = self._blocks[bisect_right(self._firsts, number) - 1]
        row = number - block.first
        return KnownEntry(self.names[block.list], block.algorithm, block.ids[row], block.categories[row])

    def save(self, path: Path | str) -> None:
        """Write the catalog to a file (mode 0600), replacing it as a whole. Raises OSError."""
        index, index_metadata = self.index.sections()
        sections: dict[str, NDArray[Any]] = {f"pdq.{name}": array for name, array in index.items()}
        sections |= {f"digest.{name}": array for name, array in self.digests.sections().items()}
        blocks = []
        for number, block in enumerate(self._blocks):
            counts = {}
            for column, texts in (("ids", block.ids), ("categories", block.categories)):
                sections |= _text_sections(f"{number}.{column}", texts)
                counts[column] = texts.count
            blocks.append({"first": block.first, "list": block.list, "algorithm": block.algorithm, **counts})
        metadata = {"names": list(self.names), "index": index_metadata, "blocks": blocks}
        write_sections(path, kind=FILE_KIND, sections=sections, metadata=metadata)

    @classmethod
    def open(cls, path: Path | str, *, radius: int = 31) -> Catalog:
        """Map a saved catalog from memory, after checking every byte of it and the index with planted entries.

        Raises IndexFileError for a damaged or foreign file, IndexSelfTestError when entries are not found.
        """
        content = read_sections(path, kind=FILE_KIND)
        try:
            catalog = cls._of_sections(content.sections, content.metadata)
        except (KeyError, TypeError, ValueError, IndexError) as error:
            raise IndexFileError(path, f"its sections do not belong together: {error}") from error
        catalog.index.self_test(radius=radius)
        return catalog

    @classmethod
    def _of_sections(cls, sections: Mapping[str, NDArray[Any]], metadata: Mapping[str, Any]) -> Catalog:
        index = PdqIndex.from_sections(_under("pdq.", sections), metadata["index"])
        digests = DigestTable.from_sections(_under("digest.", sections))
        blocks = [
            _Block(
                int(block["first"]),
                int(block["list"]),
                str(block["algorithm"]),
                _texts(f"{number}.ids", int(block["ids"]), sections),
                _texts(f"{number}.categories", int(block["categories"]), sections),
            )
            for number, block in enumerate(metadata["blocks"])
        ]
        names = [str(name) for name in metadata["names"]]
        if not all(0 <= block.list < len(names) for block in blocks):
            raise ValueError("entries without a list")
        ends = list(itertools.accumulate((block.ids.count for block in blocks), initial=0))
        pdq = sum(block.ids.count for block in blocks if block.algorithm == "pdq")
        in_order = [block.first for block in blocks] == ends[:-1] and pdq == index.next_entry
        if not in_order or ends[-1] != index.next_entry + len(digests):
            raise ValueError("the lists do not cover the entries")
        return cls(names, blocks, index, digests)


def _under(prefix: str, sections: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    return {name.removeprefix(prefix): array for name, array in sections.items() if name.startswith(prefix)}


def _text_sections(name: str, texts: Texts) -> Iterable[tuple[str, NDArray[Any]]]:
    if texts.ends is None:
        return
    yield f"text.{name}.blob", np.frombuffer(texts.blob, np.uint8)
    yield f"text.{name}.ends", texts.ends


def _texts(name: str, count: int, sections: Mapping[str, NDArray[Any]]) -> Texts:
    ends = sections.get(f"text.{name}.ends")
    if ends is None:
        return Texts(count, b"", None)
    blob = sections[f"text.{name}.blob"]
    if len(ends) != count or (count and int(ends[-1]) != len(blob)):
        raise ValueError(f"the texts {name} do not fit")
    return Texts(count, blob.tobytes(), ends)
