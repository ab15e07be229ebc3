"""Erasing a person: their rows of state, ids of events, traces in other people's rows, and what cases keep."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection, transaction
from django.db.models import Q
from django.utils.timezone import now

from lightkeeper.detect.conversations.keys import Key, KeyKind
from lightkeeper.detect.conversations.ordering import SHORT_ID
from lightkeeper.detect.conversations.recipient import RecipientState
from lightkeeper.detect.conversations.sender import SenderState
from lightkeeper.intake.conversations import rows
from lightkeeper.intake.conversations.models import ConversationCase, ConversationEvent, ConversationState
from lightkeeper.intake.types import Caller
from lightkeeper.record.errors import HeldError
from lightkeeper.record.events import Event
from lightkeeper.record.services import keyed, refuse_if_held, write_event
from lightkeeper.record.types import KEYED_BYTES, Actor, ActorKind, Details, Named, Subject
from lightkeeper.review.services import erase_from_case

SUBJECT: Final = "conversation_person"
"""How the audit trail names a person in conversations; the id is the keyed index in hex."""
ERASED = "erased"
HELD = "held"


def erase_person(caller: Caller, callers_id: str) -> str:
    """Destroy what is kept of a client's person. ``held`` where a legal hold keeps a case of theirs, else ``erased``.

    Somebody who is not known is answered in the same way. Tallies name nobody; the audit trail keeps the keyed index,
    so that a restore of an older backup erases them again.
    """
    person = keyed(caller.client_id, Named.PERSON, callers_id)
    erased = _erase(person, Actor(ActorKind.CLIENT, str(caller.client_id)))
    return ERASED if erased.hold is None else HELD


def erase_person_again(person: bytes) -> bool:
    """Erase a person (by their keyed index) whom the destruction log says was erased; False where nothing is left.

    HeldError: a legal hold keeps a case of theirs; all else is erased.
    """
    erased = _erase(person, Actor.operator())
    if erased.hold is not None:
        raise HeldError(erased.hold)
    return bool(erased.rows)


@dataclass(frozen=True, slots=True)
class _Erased:
    """How many rows went, and the hold that keeps a case of theirs."""

    rows: int
    hold: int | None


@transaction.atomic
def _erase(person: bytes, actor: Actor) -> _Erased:
    own, others = _keys(person)
    at = now()
    before = rows.lock(own | others, at) if own | others else {}
    _forget_in(person, {key: before[key] for key in others if key in before}, at)
    rows.drop(own)
    states = len(own & before.keys())
    rows.drop_empty(others)
    events = ConversationEvent.objects.filter(person=person).delete()[0]
    cases, hold = _erase_cases(person, actor)
    details: Details = {"states": states, "events": events}
    subject = Subject(SUBJECT, person.hex())
    write_event(Event.INTAKE_CONVERSATION_PERSON_ERASED, actor=actor, subject=subject, details=details)
    return _Erased(states + events + cases + len(before.keys() - own), hold)


def _keys(person: bytes) -> tuple[set[Key], set[Key]]:
    """The rows that are about a person, and those of others that have a trace of them."""
    table = ConversationState._meta.db_table  # noqa: SLF001  # Django's API
    own = {Key(kind, person) for kind in (KeyKind.SENDER, KeyKind.RECIPIENT, KeyKind.ACCOUNT)}
    others: set[Key] = set()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT key FROM {table} WHERE LENGTH(key) = %s"  # noqa: S608  # our own names
            " AND (SUBSTR(key, 2, %s) = %s OR SUBSTR(key, %s, %s) = %s)",
            [1 + 2 * KEYED_BYTES, KEYED_BYTES, person, 2 + KEYED_BYTES, KEYED_BYTES, person],
        )
        of_two = [rows.key_of(bytes(key)) for (key,) in cursor.fetchall()]
    for key in of_two:
        own.add(key)
        other = key.id[KEYED_BYTES:] if key.id.startswith(person) else key.id[:KEYED_BYTES]
        others |= {Key(KeyKind.SENDER, other), Key(KeyKind.RECIPIENT, other)}
    return own, others - own


def _forget_in(person: bytes, found: dict[Key, rows.Row], at: datetime) -> None:
    """Take a person out of the rows of those they wrote with."""
    for key, row in found.items():
        ConversationState.objects.filter(key=rows.column(key)).update(packed=_without(person, key, row), updated_at=at)


def _without(person: bytes, key: Key, row: rows.Row) -> bytes:
    if key.kind is KeyKind.SENDER:
        sender = SenderState.unpack(row.packed)
        sender.contacts.pop(person[:SHORT_ID], None)
        return sender.pack()
    recipient = RecipientState.unpack(row.packed)
    recipient.senders.pop(person, None)
    return recipient.pack()


def _erase_cases(person: bytes, actor: Actor) -> tuple[int, int | None]:
    """Have review destroy what it keeps of this person's pairs; gives of how many, and the hold that stood on any."""
    done, hold = 0, None
    for row in ConversationCase.objects.filter(Q(sender=person) | Q(recipient=person)).order_by("case_id", "pk"):
        try:
            refuse_if_held(Subject("case", str(row.case_id)))
        except HeldError as error:
            hold = error.hold
            continue
        erase_from_case(case_id=row.case_id, source=bytes(row.pair), actor=actor)
        row.delete()
        done += 1
    return done, hold
