"""Which rows of state a set of events needs: what is to be read before ``engine.advance`` and written after it."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from lightkeeper.detect.conversations.events import Account, Act, Event, Message, RelationSaid


class KeyKind(enum.StrEnum):
    """What a row of state is about; the comment says what its id is made of."""

    PAIR = "pair"  # sender, then recipient: 32 bytes
    SENDER = "sender"  # the person: 16 bytes
    RECIPIENT = "recipient"  # the person: 16 bytes
    ACCOUNT = "account"  # the person: 16 bytes
    RELATION = "relation"  # the lesser person, then the greater: 32 bytes

    __hash__ = str.__hash__  # an enumeration's own is slow, and rows are looked up many times an event


class Key(NamedTuple):
    """The name of one row of state."""

    kind: KeyKind
    id: bytes


def pair_key(sender: bytes, recipient: bytes) -> Key:
    """The row of what ``sender`` wrote and did to ``recipient``."""
    return Key(KeyKind.PAIR, sender + recipient)


def relation_key(one: bytes, other: bytes) -> Key:
    """The row of what two people are to one another, whoever is named first."""
    return Key(KeyKind.RELATION, one + other if one < other else other + one)


def keys_needed(events: Iterable[Event]) -> frozenset[Key]:
    """Every row that ``advance`` reads for these events; a row that is not there yet is simply left out."""
    keys: set[Key] = set()
    for event in events:
        if isinstance(event, Message):
            for recipient in event.recipients:
                keys |= _of_two(event.sender, recipient)
        elif isinstance(event, Act):
            keys |= _of_two(event.actor, event.target)
        elif isinstance(event, RelationSaid):
            keys |= _of_two(event.a, event.b)
        else:
            keys |= {Key(KeyKind.ACCOUNT, event.person), Key(KeyKind.RECIPIENT, event.person)}
    return frozenset(keys)


def keys_linked(events: Iterable[Event], states: Mapping[Key, bytes]) -> frozenset[Key]:
    """Rows of others that an ``Account`` event touches too: of those who wrote to the person, as its row names them.

    To be asked with what was read for ``keys_needed``, and read beside it. Without them a sender's figures learn of
    somebody's age at the next contact only.
    """
    from lightkeeper.detect.conversations.recipient import RecipientState

    keys: set[Key] = set()
    for person in {event.person for event in events if isinstance(event, Account)}:
        row = states.get(Key(KeyKind.RECIPIENT, person))
        if row is not None:
            keys.update(Key(KeyKind.SENDER, sender) for sender in RecipientState.unpack(row).senders)
    return frozenset(keys)


def _of_two(one: bytes, other: bytes) -> set[Key]:
    if one == other:
        return set()
    people = {
        Key(kind, person) for kind in (KeyKind.SENDER, KeyKind.RECIPIENT, KeyKind.ACCOUNT) for person in (one, other)
    }
    return people | {pair_key(one, other), pair_key(other, one), relation_key(one, other)}
