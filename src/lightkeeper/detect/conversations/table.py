"""The rows that one call works with: unpacked when first asked for, packed again if they changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar, cast

from lightkeeper.detect.conversations.account import AccountState
from lightkeeper.detect.conversations.keys import Key, KeyKind, pair_key, relation_key
from lightkeeper.detect.conversations.pair import PairState
from lightkeeper.detect.conversations.recipient import RecipientState
from lightkeeper.detect.conversations.relation import RelationState
from lightkeeper.detect.conversations.sender import SenderState

State = PairState | SenderState | RecipientState | AccountState | RelationState
_State = TypeVar("_State", PairState, SenderState, RecipientState, AccountState, RelationState)


class Table:
    """Rows by key; a row that was not given is new."""

    def __init__(self, rows: Mapping[Key, bytes]) -> None:
        self._rows = rows
        self._open: dict[Key, State] = {}
        self._changed: set[Key] = set()

    def has(self, key: Key) -> bool:
        """Whether the row was given, or was made meanwhile."""
        return key in self._rows or key in self._open

    def _read(self, key: Key, kind: type[_State]) -> _State:
        row = self._rows.get(key)
        state = self._open[key] = kind() if row is None else kind.unpack(row)
        return state

    def pair(self, sender: bytes, recipient: bytes) -> PairState:
        """What one wrote and did to another."""
        key = pair_key(sender, recipient)
        return cast(PairState, self._open[key]) if key in self._open else self._read(key, PairState)

    def sender(self, person: bytes) -> SenderState:
        """Whom somebody approached."""
        key = Key(KeyKind.SENDER, person)
        return cast(SenderState, self._open[key]) if key in self._open else self._read(key, SenderState)

    def recipient(self, person: bytes) -> RecipientState:
        """Who wrote to somebody."""
        key = Key(KeyKind.RECIPIENT, person)
        return cast(RecipientState, self._open[key]) if key in self._open else self._read(key, RecipientState)

    def account(self, person: bytes) -> AccountState:
        """What is known of somebody."""
        key = Key(KeyKind.ACCOUNT, person)
        return cast(AccountState, self._open[key]) if key in self._open else self._read(key, AccountState)

    def relation(self, one: bytes, other: bytes) -> RelationState:
        """What two people are to one another."""
        key = relation_key(one, other)
        return cast(RelationState, self._open[key]) if key in self._open else self._read(key, RelationState)

    def changed(self, key: Key) -> None:
        """Say that a row is to be written."""
        self._changed.add(key)

    def packed(self) -> dict[Key, bytes]:
        """The rows that changed."""
        packed = {key: self._open[key].pack() for key in sorted(self._changed)}
        return {key: row for key, row in packed.items() if self._rows.get(key) != row}
