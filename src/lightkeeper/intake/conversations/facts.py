"""What a case says of a pair beside the signals: ages, relation and surface, as the platform told them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lightkeeper.detect.conversations.account import AccountState
from lightkeeper.detect.conversations.events import Event, Message
from lightkeeper.detect.conversations.keys import Key, KeyKind, relation_key
from lightkeeper.detect.conversations.relation import RelationState


class Facts:
    """``states``: the rows after the engine's step; ``events``: those of the request."""

    def __init__(self, states: Mapping[Key, bytes], events: Sequence[Event]) -> None:
        self._states = states
        messages = sorted((event for event in events if isinstance(event, Message)), key=lambda one: one.at)
        self._surfaces = {
            (message.sender, recipient): message.surface for message in messages for recipient in message.recipients
        }

    def of(self, sender: bytes, recipient: bytes) -> dict[str, str]:
        """JSON values: how old each is and how that is known, what they are to one another, where they write."""
        relation = self._states.get(relation_key(sender, recipient))
        return {
            **self._age("sender", sender),
            **self._age("recipient", recipient),
            "relation": (RelationState() if relation is None else RelationState.unpack(relation)).relation.value,
            "surface": self._surfaces.get((sender, recipient), ""),
        }

    def _age(self, role: str, person: bytes) -> dict[str, str]:
        row = self._states.get(Key(KeyKind.ACCOUNT, person))
        facts = (AccountState() if row is None else AccountState.unpack(row)).facts
        return {f"{role}_age": facts.age_band.value, f"{role}_age_source": facts.age_source.value}
