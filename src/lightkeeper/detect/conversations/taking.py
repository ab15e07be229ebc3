"""How an event goes into the rows of those it concerns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from lightkeeper.detect.conversations import marks, recent
from lightkeeper.detect.conversations.events import (
    Account,
    Act,
    AgeBand,
    Event,
    MediaKind,
    Message,
    Relation,
    RelationSaid,
)
from lightkeeper.detect.conversations.keys import Key, KeyKind, pair_key, relation_key
from lightkeeper.detect.conversations.marks import Mark
from lightkeeper.detect.conversations.packing import name_digest
from lightkeeper.detect.conversations.pair import UNFINISHED_BYTES, Placed, Said
from lightkeeper.detect.conversations.recent import DELETED, EDITED, MEDIA, TEXT, UNSCORED, UNSUPPORTED
from lightkeeper.detect.conversations.sender import contact_of
from lightkeeper.detect.conversations.table import Table
from lightkeeper.detect.conversations.view import TextFeatures

if TYPE_CHECKING:
    from lightkeeper.detect.conversations.engine import Reading

_UNREAD = TextFeatures()


class Taking:
    """Takes the events of one call in, and remembers which pairs they touched and how many messages are new."""

    def __init__(self, table: Table, reading: Reading) -> None:
        self.table = table
        self.reading = reading
        self.touched: dict[tuple[bytes, bytes], int] = {}
        self._scores: dict[int, Mapping[str, float]] = {}
        self._features: dict[int, TextFeatures] = {}

    def prepare(self, events: Sequence[Event]) -> None:
        """Read all texts, and score those that call for it, in one go."""
        for event in events:
            if isinstance(event, Message) and event.text is not None and not event.deleted:
                self._features[id(event)] = self.reading.reader.read(event.text, event.language)
        if self.reading.scorer is None:
            return
        chosen = [event for event in events if isinstance(event, Message) and self._calls_for_score(event)]
        texts = [event.text or "" for event in chosen]
        scores = self.reading.scorer.score(texts) if texts else []
        self._scores = {id(event): score for event, score in zip(chosen, scores, strict=True)}

    def _calls_for_score(self, message: Message) -> bool:
        """Whether a message goes from somebody not known to be a child to one, or shows something to one unknown."""
        features = self._features.get(id(message))
        scorer = self.reading.scorer
        if features is None or scorer is None or not scorer.reads(message.language):
            return False
        if self.table.account(message.sender).age.minor:
            return False
        return any(self._may_need_score(message.sender, one, features) for one in message.recipients)

    def _may_need_score(self, sender: bytes, recipient: bytes, features: TextFeatures) -> bool:
        age = self.table.account(recipient).age
        if self.table.relation(sender, recipient).relation is Relation.FAMILY:
            return False
        return age.minor or (age is AgeBand.UNKNOWN and bool(features.hits))

    def message(self, event: Message) -> list[Placed]:
        """Take a message in; what became of it for each recipient."""
        said, surface = self._said(event), name_digest(event.surface)
        return [
            self._message_to(event, recipient, said, surface)
            for recipient in dict.fromkeys(event.recipients)
            if recipient != event.sender
        ]

    def _message_to(self, event: Message, recipient: bytes, said: Said, surface: int) -> Placed:
        pair = self.table.pair(event.sender, recipient)
        before = pair.first, pair.template
        placed = pair.put(said, event.conversation, surface, self.reading.reader.join)
        new = not placed.known and not (placed.missing and pair.index_of(event.id) is None)
        self._touch(event.sender, recipient, int(new))
        if (pair.first, pair.template) != before or said.flags & (EDITED | DELETED):
            self._meet(event.sender, recipient)
        elif self.table.sender(event.sender).learn_age(recipient, self.table.account(recipient).age):
            self.table.changed(Key(KeyKind.SENDER, event.sender))
        return placed

    def act(self, event: Act) -> bool:
        """Take an act in; False if it was known."""
        if event.actor == event.target:
            return True
        new = self.table.pair(event.actor, event.target).put_act(event.at, event.id, event.kind)
        if new:
            self._touch(event.actor, event.target, 0)
            self._meet(event.actor, event.target)
        return new

    def relation(self, event: RelationSaid) -> bool:
        """Take a relation in; False if it says nothing new."""
        if event.a == event.b or not self.table.relation(event.a, event.b).put(event):
            return False
        self.table.changed(relation_key(event.a, event.b))
        for one, other in ((event.a, event.b), (event.b, event.a)):
            if self.table.has(pair_key(one, other)):
                self.touched.setdefault((one, other), 0)
        return True

    def account(self, event: Account) -> bool:
        """Take an account in, also in the figures of those who wrote to the person; False if it says nothing new."""
        account = self.table.account(event.person)
        if not account.put(event):
            return False
        self.table.changed(Key(KeyKind.ACCOUNT, event.person))
        if self.table.has(Key(KeyKind.RECIPIENT, event.person)):
            for sender in sorted(self.table.recipient(event.person).senders):
                key = Key(KeyKind.SENDER, sender)
                if self.table.has(key) and self.table.sender(sender).learn_age(event.person, account.age):
                    self.table.changed(key)
        return True

    def _touch(self, one: bytes, other: bytes, new: int) -> None:
        """Note that something went from one to another."""
        self.touched[one, other] = self.touched.get((one, other), 0) + new
        self.touched.setdefault((other, one), 0)
        self.table.changed(pair_key(one, other))

    def _meet(self, one: bytes, other: bytes) -> None:
        """Draw both as contacts anew, and note for either that the other wrote."""
        to, back = self.table.pair(one, other), self.table.pair(other, one)
        for who, whom, out, into in ((one, other, to, back), (other, one, back, to)):
            if not out.total and not out.kinds:
                continue
            contact = contact_of(out, into, self.table.account(whom).age)
            if contact is not None and self.table.sender(who).put(whom, contact):
                self.table.changed(Key(KeyKind.SENDER, who))
            if contact is not None and self.table.recipient(whom).put(who, contact.out * 1000):
                self.table.changed(Key(KeyKind.RECIPIENT, whom))

    def _said(self, event: Message) -> Said:
        """A message as features."""
        features = self._features.get(id(event), _UNREAD)
        own, reviewed = marks.mask_of(features.hits)
        scores = self._scores.get(id(event)) or {}
        signal = max(sorted(scores), key=scores.__getitem__, default="")
        affinity = recent.quantised(scores[signal] if signal else None)
        media = MediaKind.NONE if event.deleted else event.media
        mark = Mark(
            event.at, event.id, own, reviewed, refusal=features.refusal, media=media, edited=event.edited,
            affinity=affinity, exemplar=marks.exemplar_of(signal),
        )  # fmt: skip
        template = 0 if event.edited or event.deleted else features.template
        return Said(
            event.at,
            event.id,
            event.at,
            self._flags(event, features),
            mark,
            features.unfinished[:UNFINISHED_BYTES],
            template,
        )

    def _flags(self, event: Message, features: TextFeatures) -> int:
        if event.deleted:
            return DELETED
        flags = MEDIA if event.media is not MediaKind.NONE else 0
        if event.text is not None:
            scorer = self.reading.scorer
            flags |= TEXT | (0 if features.supported else UNSUPPORTED)
            flags |= UNSCORED if scorer is not None and not scorer.reads(event.language) else 0
        return flags | (EDITED if event.edited else 0)
