"""PDQ hashes as four class words, the form in which entries are stored and compared.

The 256 bits are sorted by the parity of their row and column frequency index into four classes of 8 x 8 bits, one
uint64 each, in the order (even, even), (even, odd), (odd, even), (odd, odd). Mirroring and flipping then complement
whole words, and the distance of an entry to all four mirror images of a query follows from four popcounts;
transposing swaps the two mixed words and transposes each 8 x 8 matrix. Inside a word the bits are ordered by
diagonal ``(i' + j') mod 8``, so that a chunk of neighbouring bits takes from all frequencies alike.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
from numba import types
from numpy.typing import NDArray

from lightkeeper.detect.matching.compiling import array_of, kernel, part

EVEN = np.uint64(0x5555)
PAIRS = np.uint64(0x3333)
NIBBLES = np.uint64(0x0F0F)
BYTE = np.uint64(0xFF)
ONE, TWO, FOUR, SEVEN, EIGHT = (np.uint64(n) for n in (1, 2, 4, 7, 8))


@part
def _even_bits(row: Any) -> Any:
    """Give the eight bits at even places of a 16-bit row, packed."""
    packed = row & EVEN
    packed = (packed | (packed >> ONE)) & PAIRS
    packed = (packed | (packed >> TWO)) & NIBBLES
    return (packed | (packed >> FOUR)) & BYTE


@part
def _transposed(matrix: Any) -> Any:
    """Transpose of an 8 x 8 bit matrix in a word, row r in byte r (Hacker's Delight, 7-3)."""
    swap = (matrix ^ (matrix >> np.uint64(7))) & np.uint64(0x00AA00AA00AA00AA)
    matrix = matrix ^ swap ^ (swap << np.uint64(7))
    swap = (matrix ^ (matrix >> np.uint64(14))) & np.uint64(0x0000CCCC0000CCCC)
    matrix = matrix ^ swap ^ (swap << np.uint64(14))
    swap = (matrix ^ (matrix >> np.uint64(28))) & np.uint64(0x00000000F0F0F0F0)
    return matrix ^ swap ^ (swap << np.uint64(28))


@part
def _by_diagonal(matrix: Any) -> Any:
    """Give the same 64 bits ordered by diagonal: byte d holds the bits with (i' + j') mod 8 = d."""
    turned = np.uint64(0)
    for row in range(8):
        place = np.uint64(row)
        byte = (matrix >> (EIGHT * place)) & BYTE
        byte = ((byte << place) | (byte >> ((EIGHT - place) & SEVEN))) & BYTE
        turned |= byte << (EIGHT * place)
    return _transposed(turned)


@part
def _matrices(value: Any) -> Any:
    """Give the four class matrices of one 32-byte hash."""
    even_even = even_odd = odd_even = odd_odd = np.uint64(0)
    for i in range(16):
        row = (np.uint64(value[30 - 2 * i]) << EIGHT) | np.uint64(value[31 - 2 * i])
        shift = EIGHT * np.uint64(i >> 1)
        if i & 1:
            odd_even |= _even_bits(row) << shift
            odd_odd |= _even_bits(row >> ONE) << shift
        else:
            even_even |= _even_bits(row) << shift
            even_odd |= _even_bits(row >> ONE) << shift
    return even_even, even_odd, odd_even, odd_odd


@kernel(types.void(array_of(types.uint8, 2), array_of(types.uint64, 2, writable=True)))
def _fill_entry_words(values: Any, words: Any) -> None:
    for n in range(values.shape[0]):
        matrices = _matrices(values[n])
        for w in range(4):
            words[n, w] = _by_diagonal(matrices[w])


@kernel(types.void(array_of(types.uint8, 2), array_of(types.uint64, 2, writable=True)))
def _fill_query_words(values: Any, words: Any) -> None:
    for n in range(values.shape[0]):
        even_even, even_odd, odd_even, odd_odd = _matrices(values[n])
        words[n, 0] = _by_diagonal(even_even)
        words[n, 1] = _by_diagonal(even_odd)
        words[n, 2] = _by_diagonal(odd_even)
        words[n, 3] = _by_diagonal(odd_odd)
        words[n, 4] = _by_diagonal(_transposed(even_even))
        words[n, 5] = _by_diagonal(_transposed(odd_even))
        words[n, 6] = _by_diagonal(_transposed(even_odd))
        words[n, 7] = _by_diagonal(_transposed(odd_odd))


def entry_words(values: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """Class words of PDQ hashes: (n, 32) bytes to (n, 4) words."""
    words = np.empty((len(values), 4), np.uint64)
    _fill_entry_words(np.ascontiguousarray(values), words)
    return words


def query_words(values: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """Class words of queries and of their transposes: (n, 32) bytes to (n, 8) words."""
    words = np.empty((len(values), 8), np.uint64)
    _fill_query_words(np.ascontiguousarray(values), words)
    return words


@functools.cache
def _bit_places() -> NDArray[np.int64]:
    """For each of the 256 bits of class words, its place in the 256 bits of a value as ``np.unpackbits`` gives them."""
    ones = np.packbits(np.eye(256, dtype=np.uint8), axis=1)
    bits = np.unpackbits(entry_words(ones).astype("<u8").view(np.uint8), axis=1, bitorder="little")
    return np.asarray(bits.argmax(axis=1), np.int64)


def values_of_words(words: NDArray[np.uint64]) -> NDArray[np.uint8]:
    """PDQ hashes of class words: the inverse of :func:`entry_words`."""
    little = np.ascontiguousarray(words, "<u8").view(np.uint8).reshape(-1, 32)
    return np.packbits(np.unpackbits(little, axis=1, bitorder="little")[:, _bit_places()], axis=1)
