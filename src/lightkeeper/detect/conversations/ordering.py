"""The order of messages within a direction, and what too late means.

A message's place is its time, then its id. The newest ``WINDOW`` are known one by one; what is older than all of them
still counts in every sum, since sums do not ask for order.
"""

from __future__ import annotations

DAY = 86_400_000
LATE_AFTER = DAY
"""How much older than the newest a message is late that is older than the whole window too."""

PIECES_WITHIN = 60_000
"""Messages this close to the one before may be pieces of one phrase."""

PIECES = 4
"""Of at most so many messages."""

TIME_BYTES = 6
SHORT_ID = 6

_LAST = (1 << 48) - 1


def place(at: int, id_: bytes) -> bytes:
    """The place of a message as bytes that sort by it."""
    return min(max(at, 0), _LAST).to_bytes(TIME_BYTES) + id_


def time_of(record: bytes) -> int:
    """The time of a record that begins with its place."""
    return int.from_bytes(record[:TIME_BYTES])
