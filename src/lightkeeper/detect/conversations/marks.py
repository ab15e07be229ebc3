"""What single messages show: 31 bytes each. They are kept while newer plain talk passes by."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import NamedTuple

from lightkeeper.detect.conversations.events import MediaKind
from lightkeeper.detect.conversations.ordering import TIME_BYTES, time_of
from lightkeeper.detect.conversations.view import PHRASE_SIGNALS, TextHit

LENGTH = 31
KEPT = 15
"""How many of a direction's messages that show something are kept one by one."""

REFUSAL_PLACE = len(PHRASE_SIGNALS)
"""Where a refusal is counted beside the signals."""

AFFINITY_FROM = 0.15
"""The log-ratio from which a message is kept for its nearness to exemplars alone."""

_PLACES = {name: place for place, name in enumerate(PHRASE_SIGNALS)}
_MEDIA = tuple(MediaKind)
_REFUSAL, _EDITED = 8, 16


class Mark(NamedTuple):
    """One message that shows something. The four masks are of places in ``PHRASE_SIGNALS``.

    ``own`` of its text alone; ``joined`` of phrases that it ends and earlier messages begin; ``*_reviewed`` of those
    that a reviewed phrase showed. ``exemplar``: 1 + the place of the signal whose exemplars are nearest, 0 for none.
    """

    at: int
    id: bytes
    own: int = 0
    own_reviewed: int = 0
    joined: int = 0
    joined_reviewed: int = 0
    refusal: bool = False
    media: MediaKind = MediaKind.NONE
    edited: bool = False
    affinity: int = 0
    exemplar: int = 0

    @property
    def signals(self) -> int:
        """The mask of all signals."""
        return self.own | self.joined

    @property
    def reviewed(self) -> int:
        """The mask of all that a reviewed phrase showed."""
        return self.own_reviewed | self.joined_reviewed

    def packed(self) -> bytes:
        """The record."""
        masks = self.own << 36 | self.own_reviewed << 24 | self.joined << 12 | self.joined_reviewed
        flags = _MEDIA.index(self.media) | (_REFUSAL if self.refusal else 0) | (_EDITED if self.edited else 0)
        return b"%b%b%b%b" % (
            self.at.to_bytes(TIME_BYTES),
            self.id,
            masks.to_bytes(6),
            bytes((flags, self.affinity, self.exemplar)),
        )


@functools.lru_cache(maxsize=4096)
def unpacked(record: bytes) -> Mark:
    """Read a record."""
    masks, flags = int.from_bytes(record[22:28]), record[28]
    return Mark(
        time_of(record), record[6:22], masks >> 36, masks >> 24 & 0xFFF, masks >> 12 & 0xFFF, masks & 0xFFF,
        bool(flags & _REFUSAL), _MEDIA[(flags & 7) % len(_MEDIA)], bool(flags & _EDITED), record[29], record[30],
    )  # fmt: skip


def mask_of(hits: Iterable[TextHit]) -> tuple[int, int]:
    """The mask of the hits' signals and of those a reviewed phrase showed; signals that are not known are left out."""
    mask = reviewed = 0
    for hit in hits:
        place = _PLACES.get(hit.signal)
        if place is not None:
            mask |= 1 << place
            reviewed |= hit.reviewed << place
    return mask, reviewed


def exemplar_of(signal: str) -> int:
    """How a mark names the signal of exemplars."""
    return _PLACES.get(signal, -1) + 1


@functools.cache
def names_of(mask: int) -> tuple[str, ...]:
    """The signals of a mask."""
    return tuple(name for place, name in enumerate(PHRASE_SIGNALS) if mask >> place & 1)
