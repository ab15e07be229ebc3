"""How people, messages and conversations of platforms are told apart without being named: keyed, a client at a time.

The same id of two clients gives unrelated bytes, and so do a person and a conversation that have the same id. The key
is the installation's own (``index/record:conversation``) and never changes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from lightkeeper.record.types import KEYED_BYTES, Named
from lightkeeper.runtime.services import blind_index, blind_indexes

_PURPOSE: Final = "record:conversation"


def keyed(client_id: int, kind: str, plain: str) -> bytes:
    """16 bytes for one id of one client; ``kind`` is one of ``Named``. ValueError for another."""
    return keyed_many(client_id, kind, (plain,))[0]


def keyed_many(client_id: int, kind: str, plains: Iterable[str]) -> list[bytes]:
    """The same for many ids of one kind, in order."""
    own = str(client_id), Named(kind).value
    return [index[:KEYED_BYTES] for index in blind_indexes(_PURPOSE, [(*own, plain) for plain in plains])]


def pair_index(client_id: int, sender: bytes, recipient: bytes) -> bytes:
    """32 bytes for an ordered pair of a client's people, each as ``keyed`` gives them. ValueError for other lengths."""
    if len(sender) != KEYED_BYTES or len(recipient) != KEYED_BYTES:
        raise ValueError("a person of a pair is given by the 16 bytes of keyed()")
    return blind_index(_PURPOSE, str(client_id), "pair", sender, recipient)
