"""Digests of the bytes as submitted. They tell what others have listed; nothing is secured by MD5 or SHA-1 here."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

ALGORITHMS = ("md5", "sha1", "sha256")
"""The digests that lists hold."""

Digests = Mapping[str, bytes]
"""Digests of one item by algorithm."""


def digests_of(parts: Iterable[bytes], algorithms: Iterable[str] = ALGORITHMS) -> Digests:
    """Digest the parts of an item, one after another."""
    running = {name: hashlib.new(name, usedforsecurity=False) for name in algorithms}
    for part in parts:
        for one in running.values():
            one.update(part)
    return {name: one.digest() for name, one in running.items()}
