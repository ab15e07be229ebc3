"""The newest messages of one direction: who they are and which version of them is known, 16 bytes each."""

from __future__ import annotations

from typing import NamedTuple

from lightkeeper.detect.conversations.ordering import SHORT_ID, TIME_BYTES, time_of

LENGTH = 16
TEXT, UNSUPPORTED, MEDIA, EDITED, DELETED, SETTLED, UNSCORED = 1, 2, 4, 8, 16, 32, 64
"""Flags. ``UNSUPPORTED``: no pack has the language; ``UNSCORED``: no exemplars have it, where there is a scorer.
``SETTLED``: what the message shows is only in the sums by now, so no edit can take it back."""

NOT_SCORED = 0


class Recent(NamedTuple):
    """One message. ``stamp``: the second of this version, modulo 2**16; ``affinity``: see ``quantised``."""

    at: int
    short: bytes
    stamp: int
    flags: int
    affinity: int

    def packed(self) -> bytes:
        """The record."""
        return b"%b%b%b%b" % (
            self.at.to_bytes(TIME_BYTES),
            self.short,
            self.stamp.to_bytes(2),
            bytes((self.flags, self.affinity)),
        )

    @property
    def version_second(self) -> int:
        """The second at which this version was made: within 18 hours of the message."""
        sent = self.at // 1000
        return sent + ((self.stamp - sent) & 0xFFFF)


def unpacked(record: bytes) -> Recent:
    """Read a record."""
    return Recent(
        time_of(record),
        record[TIME_BYTES : TIME_BYTES + SHORT_ID],
        int.from_bytes(record[12:14]),
        record[14],
        record[15],
    )


def stamp_of(milliseconds: int) -> int:
    """The stamp of a version that was made at this time."""
    return milliseconds // 1000 & 0xFFFF


def quantised(affinity: float | None) -> int:
    """A log-ratio in 128ths, cut at -0.99 and 0.99, moved so that 0 means not scored."""
    return NOT_SCORED if affinity is None else min(max(round(affinity * 128), -127), 127) + 128


def affinity_of(code: int) -> float | None:
    """The log-ratio of a code."""
    return None if code == NOT_SCORED else (code - 128) / 128
