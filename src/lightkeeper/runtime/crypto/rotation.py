"""Rotation of master keys: what an older one wrapped is wrapped anew; nothing that was encrypted is rewritten."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lightkeeper.runtime.crypto import master, purposes
from lightkeeper.runtime.crypto.streams import rewrap_data_key

Rewrap = Callable[[Callable[[bytes], bytes]], int]
"""Calls what it is given for each wrapped data key of a room, stores what it gives, and returns how many it changed."""

_rewraps: dict[str, Rewrap] = {}


@dataclass(frozen=True, slots=True)
class Rotation:
    """What a rotation did: the current master key's id, purpose keys and data keys that were wrapped anew."""

    master: str
    purpose_keys: int
    data_keys: int


def register_rewrap(rewrap: Rewrap) -> Rewrap:
    """Register a room's function that wraps its data keys anew (see ``Rewrap``); use as a decorator."""
    _rewraps[f"{rewrap.__module__}.{rewrap.__qualname__}"] = rewrap
    return rewrap


def rotate_master_keys() -> Rotation:
    """Wrap everything with the current master key. Safe to repeat and to interrupt; SealError, KeyUnusableError.

    Run it again until it changes nothing before an old master key is taken away: a process that has not read the new
    one yet may still wrap with the old.
    """
    current = master.master_keys(reload=True).current
    purpose_keys = purposes.rewrap_purpose_keys()
    data_keys = sum(rewrap(rewrap_data_key) for rewrap in _rewraps.values())
    return Rotation(current, purpose_keys, data_keys)
