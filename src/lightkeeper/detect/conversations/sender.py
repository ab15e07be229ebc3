"""The row of a sender: whom they approached and what came of it.

Each contact is drawn from the two rows of its pair, so it is the same in whatever order they were filled.
"""

from __future__ import annotations

from typing import NamedTuple

from lightkeeper.detect.conversations.events import ActKind, AgeBand
from lightkeeper.detect.conversations.ordering import SHORT_ID
from lightkeeper.detect.conversations.packing import opened, sealed, seconds
from lightkeeper.detect.conversations.pair import PairState
from lightkeeper.detect.conversations.view import ContactFigures

KEPT = 80
_LENGTH = 23
_DAY = 86_400
_MINOR, _ADULT, REQUESTED, _ACCEPTED, _DECLINED, _BLOCKED, _REPORTED = 1, 2, 4, 8, 16, 32, 64
_NOBODY = ContactFigures()
_NEAR = 3
"""How many of 64 bits two templates of nearly the same words differ in at most."""


class Contact(NamedTuple):
    """One person: first seconds of what went ``out`` to and came ``in`` from them, 0 for nothing; the first words."""

    out: int
    back: int
    flags: int
    opener: int

    @property
    def approached(self) -> bool:
        """Whether the sender came first."""
        return not self.back or self.out <= self.back

    def packed(self, short: bytes) -> bytes:
        """The record."""
        return self.out.to_bytes(4) + short + self.back.to_bytes(4) + bytes([self.flags]) + self.opener.to_bytes(8)


def contact_of(to: PairState, back: PairState, age: AgeBand) -> Contact | None:
    """Draw a contact from what went either way; None where the sender neither wrote nor asked."""
    asked = to.act_sums(ActKind.FRIEND_REQUEST)
    outs = [seconds(to.first_at)] if to.first_at is not None else []
    outs += [asked.first] if asked else []
    if not outs:
        return None
    backs = [seconds(back.first_at)] if back.first_at is not None else []
    asked_back = back.act_sums(ActKind.FRIEND_REQUEST)
    backs += [asked_back.first] if asked_back else []
    flags = age_flag(age) | (REQUESTED if asked else 0)
    for kind, flag in _ANSWERS:
        flags |= flag if back.act_sums(kind) else 0
    return Contact(min(outs), min(backs, default=0), flags, to.template)


_ANSWERS = (
    (ActKind.ACCEPT, _ACCEPTED),
    (ActKind.DECLINE, _DECLINED),
    (ActKind.BLOCK, _BLOCKED),
    (ActKind.REPORT, _REPORTED),
)


def age_flag(age: AgeBand) -> int:
    """How a contact says an age."""
    return _MINOR if age.minor else _ADULT if age is AgeBand.ADULT else 0


class SenderState:
    """The row, unpacked; it is changed in place."""

    __slots__ = ("contacts",)

    def __init__(self) -> None:
        self.contacts: dict[bytes, Contact] = {}

    @classmethod
    def unpack(cls, row: bytes) -> SenderState:
        """Read a row. Raises StateError."""
        state = cls()
        (records,) = opened(row, "sender", (_LENGTH,))
        for r in records:
            out, back, opener = int.from_bytes(r[:4]), int.from_bytes(r[10:14]), int.from_bytes(r[15:])
            state.contacts[r[4:10]] = Contact(out, back, r[14], opener)
        return state

    def pack(self) -> bytes:
        """Write the row."""
        return sealed([(sorted(contact.packed(short) for short, contact in self.contacts.items()), _LENGTH)])

    def put(self, person: bytes, contact: Contact | None) -> bool:
        """Take a contact as it is now; whether anything changed. Of too many the first approached longest ago goes."""
        short = person[:SHORT_ID]
        if contact is None or self.contacts.get(short) == contact:
            return False
        before = dict(self.contacts) if len(self.contacts) == KEPT and short not in self.contacts else None
        self.contacts[short] = contact
        if len(self.contacts) > KEPT:
            del self.contacts[min(self.contacts, key=lambda one: (self.contacts[one].out, one))]
        return before is None or before != self.contacts

    def learn_age(self, person: bytes, age: AgeBand) -> bool:
        """Take what is now known of a contact's age; whether anything changed."""
        short = person[:SHORT_ID]
        known = self.contacts.get(short)
        if known is None:
            return False
        changed = known._replace(flags=known.flags & ~(_MINOR | _ADULT) | age_flag(age))
        self.contacts[short] = changed
        return changed != known

    def figures(self, now: int, recipient: bytes) -> ContactFigures:
        """What the contacts say at a time, ``recipient`` being the one looked at."""
        second = now // 1000
        approached = [one for one in self.contacts.values() if one.approached and one.out <= second]
        if not approached:
            return _NOBODY
        minors = [one for one in approached if one.flags & _MINOR]
        asked = [one for one in approached if one.flags & REQUESTED]
        return ContactFigures(
            _within(minors, second, 1),
            _within(minors, second, 7),
            _within(minors, second, 30),
            _within(approached, second, 30),
            len(asked),
            _count(asked, _ACCEPTED) / len(asked) if asked else None,
            len([1 for one in approached if not one.back and not one.flags & _ACCEPTED]) / len(approached),
            _count(minors, _BLOCKED),
            _count(minors, _REPORTED),
            self._same_opener(recipient) if len(approached) > 1 else 0,
        )

    def _same_opener(self, recipient: bytes) -> int:
        short = recipient[:SHORT_ID]
        own = self.contacts.get(short)
        if own is None or not own.opener or not own.approached:
            return 0
        return sum(
            one.opener != 0 and one.approached and (one.opener ^ own.opener).bit_count() <= _NEAR
            for other, one in self.contacts.items()
            if other != short
        )


def _within(contacts: list[Contact], second: int, days: int) -> int:
    since = second - days * _DAY
    return len([1 for one in contacts if one.out > since])


def _count(contacts: list[Contact], flag: int) -> int:
    return len([1 for one in contacts if one.flags & flag])
