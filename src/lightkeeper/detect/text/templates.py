"""A template of a text: 64 bits that are nearly the same for nearly the same words (simhash), under a key.

A bit is set where more than half of the words' hashes have it. The 64 counts are kept as the bits of six whole numbers,
so that one sum counts for all of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final

FEWEST: Final = 4
"""Words; with fewer everybody's first words are the same."""
MOST: Final = 32
_PLANES: Final = MOST.bit_length()
_ALL: Final = (1 << 64) - 1


class Template:
    """Makes templates under one key of at most 64 bytes."""

    def __init__(self, key: bytes) -> None:
        self._hash = hashlib.blake2b(digest_size=8, key=key[:64])

    def of(self, words: Sequence[str]) -> int:
        """The template of a text's words, 0 for too few of them."""
        if len(words) < FEWEST:
            return 0
        words = words[:MOST]
        planes = [0] * _PLANES
        for word in words:
            one = self._hash.copy()
            one.update(word.encode("utf-8", "surrogatepass"))
            carried, plane = int.from_bytes(one.digest()), 0
            while carried:
                planes[plane], carried = planes[plane] ^ carried, planes[plane] & carried
                plane += 1
        return _at_least(planes, len(words) // 2 + 1) or 1


def _at_least(planes: Sequence[int], least: int) -> int:
    """The bits whose count, spread over the planes, is at least so much."""
    enough = _ALL
    for place, plane in enumerate(planes):
        enough = plane & enough if least >> place & 1 else plane | enough
    return enough
