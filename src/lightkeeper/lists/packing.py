"""Holdings as named arrays and back: what a snapshot consists of. Nothing is built anew when they are taken up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from lightkeeper.detect.matching.columns import Texts
from lightkeeper.detect.matching.digests import DigestTable
from lightkeeper.detect.matching.index import PdqIndex
from lightkeeper.detect.matching.written import WrittenIndex
from lightkeeper.lists.holdings import WRITTEN, Holdings
from lightkeeper.lists.shelf import Block, Shelf
from lightkeeper.runtime.services import derived_key

Sections = Mapping[str, NDArray[Any]]

_SHELVES: Final = ("hashes", "exact")


def sections_of(holdings: Holdings) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """The arrays of holdings and what describes them, for ``detect.matching.files``."""
    sections, metadata = holdings.index.sections()
    sections |= {f"table.{name}": array for name, array in holdings.table.sections().items()}
    if holdings.written is not None:
        sections |= holdings.written.sections()
    for name in _SHELVES:
        sections |= {f"{name}.{column}": array for column, array in _of_shelf(getattr(holdings, name)).items()}
    ordered = sorted(holdings.list_numbers, key=lambda list_id: holdings.list_numbers[list_id])
    sections["lists"] = np.array(ordered, np.int64)
    return sections, {**metadata, "written": holdings.written is not None}


def holdings_of(sections: Sections, metadata: Mapping[str, Any]) -> Holdings:
    """The holdings whose arrays these are; they stay where they are. KeyError, ValueError: they do not fit."""
    found = Holdings(list_numbers={list_id: number for number, list_id in enumerate(sections["lists"].tolist())})
    found.index = PdqIndex.from_sections(sections, metadata)
    found.table = DigestTable.from_sections(_below("table.", sections))
    if metadata["written"]:
        found.written = WrittenIndex.from_sections(derived_key(WRITTEN), dict(sections))
    found.hashes, found.exact = (_shelf(_below(f"{name}.", sections)) for name in _SHELVES)
    if found.index.next_entry != len(found.hashes) or len(found.index) != found.hashes.living:
        raise ValueError("the index and what is known of its entries do not fit")
    return found


def _below(prefix: str, sections: Sections) -> dict[str, NDArray[Any]]:
    return {name.removeprefix(prefix): array for name, array in sections.items() if name.startswith(prefix)}


def _of_shelf(shelf: Shelf) -> dict[str, NDArray[Any]]:
    block = shelf.block()
    return {
        "refs": block.refs, "lists": block.lists, "algorithms": block.algorithms,
        "disputed": block.disputed.view(np.uint8), "dead": shelf.dead.view(np.uint8),
        **_of_texts("ids", block.ids), **_of_texts("categories", block.categories),
    }  # fmt: skip


def _shelf(columns: Sections) -> Shelf:
    block = Block(
        columns["refs"], columns["lists"], columns["algorithms"], _texts("ids", columns),
        _texts("categories", columns), columns["disputed"].view(np.bool_),
    )  # fmt: skip
    sizes = {len(column) for column in (block.refs, block.lists, block.algorithms, block.disputed, columns["dead"])}
    if sizes != {len(block.ids)} or len(block.ids) != len(block.categories):
        raise ValueError("the columns of entries are not of one length")
    return Shelf([block] if len(block) else [], columns["dead"].view(np.bool_))


def _of_texts(name: str, texts: Texts) -> dict[str, NDArray[Any]]:
    ends = np.zeros(len(texts), np.uint32) if texts.ends is None else texts.ends
    blob = texts.blob if isinstance(texts.blob, np.ndarray) else np.frombuffer(texts.blob, np.uint8)
    return {f"{name}.ends": ends, f"{name}.blob": blob}


def _texts(name: str, columns: Sections) -> Texts:
    ends, blob = columns[f"{name}.ends"], columns[f"{name}.blob"]
    if len(ends) and (int(ends[-1]) != len(blob) or (np.diff(ends.astype(np.int64)) < 0).any()):
        raise ValueError("the texts of entries do not end where they should")
    return Texts(len(ends), blob, ends if len(blob) else None)
