"""Keyed 128-bit indexes of texts: SipHash-2-4 of a kind and a text, under a key of the installation.

What is listed is held in memory by these indexes alone. They are fast enough to try every place that an address is
below and every run of words of a text; and as the key is secret, nobody can make two texts of one index: among ten
million entries a wrong hit would take some 10^31 look-ups.

A text counts with its kind as the first eight bytes, so that equal texts of two kinds have unrelated indexes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types
from numpy.typing import NDArray

from lightkeeper.detect.matching.compiling import array_of, kernel, part

_13, _16, _17, _21, _32 = (np.uint64(n) for n in (13, 16, 17, 21, 32))
_BYTE = np.uint64(8)
_TOP = np.uint64(56)


@part
def _rotated(word: Any, bits: Any) -> Any:
    return (word << bits) | (word >> (np.uint64(64) - bits))


@part
def _round(a: Any, b: Any, c: Any, d: Any) -> Any:
    a += b
    b = _rotated(b, _13) ^ a
    a = _rotated(a, _32)
    c += d
    d = _rotated(d, _16) ^ c
    a += d
    d = _rotated(d, _21) ^ a
    c += b
    b = _rotated(b, _17) ^ c
    c = _rotated(c, _32)
    return a, b, c, d


@part
def _taken(a: Any, b: Any, c: Any, d: Any, word: Any) -> Any:
    d ^= word
    a, b, c, d = _round(a, b, c, d)
    a, b, c, d = _round(a, b, c, d)
    return a ^ word, b, c, d


@part
def index_of(key: Any, kind: Any, blob: Any, start: Any, end: Any) -> Any:
    """Two words: SipHash-2-4 with 128 bits of the kind (8 bytes, little-endian) and ``blob[start:end]``.

    ``key`` is two words; a kind of -1 leaves its eight bytes out (for checking against the published vectors).
    """
    a = key[0] ^ np.uint64(0x736F6D6570736575)
    b = key[1] ^ np.uint64(0x646F72616E646F6D) ^ np.uint64(0xEE)
    c = key[0] ^ np.uint64(0x6C7967656E657261)
    d = key[1] ^ np.uint64(0x7465646279746573)
    size = end - start
    if kind >= 0:
        a, b, c, d = _taken(a, b, c, d, np.uint64(kind))
        size += 8
    at = start
    while at + 8 <= end:
        word = np.uint64(0)
        for n in range(8):
            word |= np.uint64(blob[at + n]) << (np.uint64(n) * _BYTE)
        a, b, c, d = _taken(a, b, c, d, word)
        at += 8
    word = np.uint64(size & 0xFF) << _TOP
    for n in range(end - at):
        word |= np.uint64(blob[at + n]) << (np.uint64(n) * _BYTE)
    a, b, c, d = _taken(a, b, c, d, word)
    c ^= np.uint64(0xEE)
    for _ in range(4):
        a, b, c, d = _round(a, b, c, d)
    low = a ^ b ^ c ^ d
    b ^= np.uint64(0xDD)
    for _ in range(4):
        a, b, c, d = _round(a, b, c, d)
    return low, a ^ b ^ c ^ d


_bytes = array_of(types.uint8)
_longs = array_of(types.int64)


@kernel(types.void(array_of(types.uint64), _longs, _bytes, _longs, array_of(types.uint64, 2, writable=True)))
def _fill(key: Any, kinds: Any, blob: Any, ends: Any, out: Any) -> None:
    start = 0
    for n in range(len(ends)):
        low, high = index_of(key, kinds[n], blob, start, ends[n])
        out[n, 0], out[n, 1] = low, high
        start = ends[n]


def key_words(key: bytes) -> NDArray[np.uint64]:
    """A key of at least 16 bytes as two words; ValueError for a shorter one."""
    if len(key) < 16:
        raise ValueError("the key has at least 16 bytes")
    return np.frombuffer(key[:16], "<u8").astype(np.uint64)


def indexes_of(key: NDArray[np.uint64], kinds: list[int], texts: list[bytes]) -> NDArray[np.uint64]:
    """The indexes of texts of these kinds, (n, 2) words."""
    out = np.empty((len(texts), 2), np.uint64)
    blob = np.frombuffer(b"".join(texts) or b"\0", np.uint8)
    ends = np.cumsum(np.array([len(text) for text in texts], np.int64), dtype=np.int64)
    _fill(key, np.array(kinds, np.int64), blob, ends, out)
    return out


def as_rows(words: NDArray[np.uint64]) -> NDArray[np.uint8]:
    """(n, 2) words as (n, 16) bytes that sort as the words do."""
    return np.ascontiguousarray(words).astype(">u8").view(np.uint8).reshape(-1, 16)
