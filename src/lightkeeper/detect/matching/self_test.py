"""The test that an index must pass before it serves: what is planted near its entries is found, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lightkeeper.detect.matching.words import values_of_words

if TYPE_CHECKING:
    from lightkeeper.detect.matching.index import PdqIndex


class IndexSelfTestError(Exception):
    """An index missed a planted entry, or found one beyond the radius; it must not be used."""


def run(index: PdqIndex, *, radius: int, sample: int, seed: int) -> None:
    """Search for neighbours of a sample of entries at 0, ``radius`` and ``radius + 1`` bits.

    Half of the neighbours have their changed bits strewn at random, half spread evenly over the chunks, which is
    hardest for the tables. Raises IndexSelfTestError.
    """
    numbers, words = index.sample(sample)
    random = np.random.default_rng(seed)
    for bits in (0, radius, radius + 1):
        planted = values_of_words(words ^ _changes(len(words), bits, random))
        hits = index.search(planted, radius=radius)
        exact = hits.distance[hits.entry == numbers[hits.query]]
        queries = hits.query[hits.entry == numbers[hits.query]]
        if bits > radius and len(queries):
            raise IndexSelfTestError(f"an entry {bits} bits away was found at radius {radius}")
        if bits <= radius and (len(np.unique(queries)) < len(numbers) or (exact != bits).any()):
            raise IndexSelfTestError(f"an entry {bits} bits away was not found at radius {radius}")


def _changes(count: int, bits: int, random: np.random.Generator) -> NDArray[np.uint64]:
    """(n, 4) words with ``bits`` bits set each."""
    flags = np.zeros((count, 256), np.uint8)
    for row in range(count):
        if row % 2:
            chosen = random.choice(256, bits, replace=False)
        else:
            chosen = (np.arange(bits) * 256 // max(bits, 1) + random.integers(256)) % 256
        flags[row, chosen] = 1
    return np.packbits(flags, axis=1, bitorder="little").view("<u8").astype(np.uint64)
