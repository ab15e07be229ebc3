"""The row of a recipient: who wrote to them, so that their age, once known, reaches those senders' figures.

It never says anything of the recipient.
"""

from __future__ import annotations

from lightkeeper.detect.conversations.events import ID_BYTES
from lightkeeper.detect.conversations.packing import opened, sealed, seconds

KEPT = 80
_LENGTH = 4 + ID_BYTES


class RecipientState:
    """The row, unpacked: first second of every sender; it is changed in place."""

    __slots__ = ("senders",)

    def __init__(self) -> None:
        self.senders: dict[bytes, int] = {}

    @classmethod
    def unpack(cls, row: bytes) -> RecipientState:
        """Read a row. Raises StateError."""
        state = cls()
        (records,) = opened(row, "recipient", (_LENGTH,))
        state.senders = {record[4:]: int.from_bytes(record[:4]) for record in records}
        return state

    def pack(self) -> bytes:
        """Write the row."""
        return sealed([(sorted(second.to_bytes(4) + one for one, second in self.senders.items()), _LENGTH)])

    def put(self, sender: bytes, at: int) -> bool:
        """Take in that somebody wrote or asked at a time; whether anything changed."""
        second = seconds(at)
        known = self.senders.get(sender)
        if known is not None and known <= second:
            return False
        self.senders[sender] = second
        if len(self.senders) > KEPT:
            oldest = min(self.senders, key=lambda one: (self.senders[one], one))
            del self.senders[oldest]
            return oldest != sender
        return True
