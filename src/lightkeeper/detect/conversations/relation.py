"""The row of two people: what they were last said to be to one another."""

from __future__ import annotations

import struct

from lightkeeper.detect.conversations.events import Relation, RelationSaid
from lightkeeper.detect.conversations.ordering import place
from lightkeeper.detect.conversations.packing import opened, sealed
from lightkeeper.detect.conversations.view import Ties

_FACTS = struct.Struct(">22sBi16sq")
_RELATIONS = tuple(Relation)
_NOBODY = bytes(16)
_UNKNOWN = -1


class RelationState:
    """The row, unpacked; it is changed in place."""

    __slots__ = ("initiated_by", "mutual", "newest", "relation", "since")

    def __init__(self) -> None:
        self.newest = b""
        self.relation = Relation.UNKNOWN
        self.mutual: int | None = None
        self.initiated_by: bytes | None = None
        self.since: int | None = None

    @classmethod
    def unpack(cls, row: bytes) -> RelationState:
        """Read a row. Raises StateError."""
        state = cls()
        (records,) = opened(row, "relation", (_FACTS.size,))
        for record in records:
            state.newest, relation, mutual, initiated_by, since = _FACTS.unpack(record)
            state.relation = _RELATIONS[relation % len(_RELATIONS)]
            state.mutual = None if mutual == _UNKNOWN else mutual
            state.initiated_by = None if initiated_by == _NOBODY else initiated_by
            state.since = None if since == _UNKNOWN else since
        return state

    def pack(self) -> bytes:
        """Write the row."""
        record = _FACTS.pack(
            self.newest,
            _RELATIONS.index(self.relation),
            _UNKNOWN if self.mutual is None else self.mutual,
            self.initiated_by or _NOBODY,
            _UNKNOWN if self.since is None else self.since,
        )
        return sealed([([record], _FACTS.size)])

    def put(self, event: RelationSaid) -> bool:
        """Take in what is said; whether anything changed. What was said last holds."""
        said = place(event.at, event.id)
        if said <= self.newest:
            return False
        self.newest, self.relation, self.mutual = said, event.relation, event.mutual
        self.initiated_by, self.since = event.initiated_by, event.since
        return True

    def ties(self, sender: bytes) -> Ties:
        """What the two are, one of them being the sender."""
        initiated = None if self.initiated_by is None else self.initiated_by == sender
        return Ties(self.relation, self.mutual, initiated, self.since)
