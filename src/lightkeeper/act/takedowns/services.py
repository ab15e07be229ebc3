"""Every write about takedown notices."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from lightkeeper.act.notes import LONGEST_NOTE, sealed_note
from lightkeeper.act.takedowns.models import Takedown, TakedownRecipient, TakedownReply
from lightkeeper.act.takedowns.states import (
    LOOKED_AT,
    MOVES,
    WAITING,
    RecipientKind,
    ReplyKind,
    TakedownRefused,
    TakedownState,
    Way,
)
from lightkeeper.act.takedowns.writing import LANGUAGES, Facts, letter_of, sealed, written
from lightkeeper.people.matrix import Permission, require
from lightkeeper.people.models import Person
from lightkeeper.record.events import Event
from lightkeeper.record.services import COUNTRIES, current_authority, write_event
from lightkeeper.record.types import Actor, Detail, Subject
from lightkeeper.review.models import CaseItem
from lightkeeper.review.queries import url_addresses, url_assessment_of
from lightkeeper.runtime.services import add_work

SEND: Final = "act:takedown"
DUE: Final = "act:takedown-due"
LOOK: Final = "act:takedown-look"
FIRST_LOOK: Final = timedelta(hours=1)


@transaction.atomic
def add_recipient(
    *, name: str, kind: RecipientKind, country: str, email: str, language: str, hours: int, person: Person
) -> TakedownRecipient:  # fmt: skip
    """Add somebody who can be written to. Raises PermissionDenied, TakedownRefused."""
    require(person, Permission.TAKEDOWN_SEND)
    if not name.strip() or language not in LANGUAGES or not 1 <= hours <= 24 * 90:
        raise TakedownRefused(_("Give a name, a language, and hours from 1 to 2160."))
    if country and country not in COUNTRIES:
        raise TakedownRefused(_("A country is two letters, as DE."))
    row = TakedownRecipient.objects.create(
        name=name.strip(), kind=RecipientKind(kind), country=country, email=email.strip(), language=language,
        hours=hours, added_by=person, added_at=now(),
    )  # fmt: skip
    subject = Subject("takedown_recipient", str(row.pk))
    write_event(Event.ACT_TAKEDOWN_RECIPIENT_ADDED, actor=person.actor, subject=subject, details={"kind": row.kind})
    return row


@transaction.atomic
def end_recipient(row: TakedownRecipient, person: Person) -> None:
    """Write to somebody no more. Raises PermissionDenied."""
    require(person, Permission.TAKEDOWN_SEND)
    row = TakedownRecipient.objects.select_for_update().get(pk=row.pk)
    if row.ended_at is None:
        row.ended_at = now()
        row.save(update_fields=["ended_at"])
        subject = Subject("takedown_recipient", str(row.pk))
        write_event(Event.ACT_TAKEDOWN_RECIPIENT_ENDED, actor=person.actor, subject=subject)


@transaction.atomic
def prepare(case_item: CaseItem, recipient: TakedownRecipient, person: Person) -> Takedown:
    """Write the notice about an address that people assessed as one to act on; nothing leaves yet.

    Raises PermissionDenied; TakedownRefused; SealError where what is kept was altered.
    """
    require(person, Permission.TAKEDOWN_SEND)
    row = CaseItem.objects.select_for_update(of=("self",)).select_related("case", "item").get(pk=case_item.pk)
    found = url_assessment_of(row)
    if found is None or found.outcome != "actioned" or found.reopened_as is not None:
        raise TakedownRefused(_("Only an address whose assessment stands, and says to act on it, is written about."))
    if recipient.ended_at is not None:
        raise TakedownRefused(_("This recipient is written to no more."))
    if Takedown.objects.filter(case_item=row, recipient=recipient).exclude(state=TakedownState.WITHDRAWN).exists():
        raise TakedownRefused(_("There is a notice to this recipient already."))
    addresses = url_addresses(row)
    if not addresses:
        raise TakedownRefused(_("The address was erased; nobody can be written to about it."))
    authority, public = current_authority(), uuid4()
    letter = written(
        Facts(
            kind=RecipientKind(recipient.kind), addresses=addresses, category=found.category,
            assessed_at=found.settled_at, country=found.hosting_country, reference=str(public)[:8].upper(),
            organisation=authority.organisation if authority else "Lightkeeper",
            contact=settings.LIGHTKEEPER["takedown_contact"] or settings.LIGHTKEEPER["email_from"],
            hours=recipient.hours,
        ),
        recipient.language,
    )  # fmt: skip
    made = Takedown.objects.create(
        public=public, case_item=row, recipient=recipient, content=sealed(letter, public.bytes), prepared_by=person,
        prepared_at=now(), message_id=f"<{public}@takedown.lightkeeper.invalid>",
    )  # fmt: skip
    event(Event.ACT_TAKEDOWN_PREPARED, made, person.actor, kind=recipient.kind)
    return made


@transaction.atomic
def send(takedown: Takedown, person: Person) -> None:
    """Have a notice sent by e-mail. Raises PermissionDenied, TakedownRefused."""
    require(person, Permission.TAKEDOWN_SEND)
    row = locked(takedown)
    if not settings.LIGHTKEEPER["takedown_mail"] or not settings.EMAIL_HOST:
        raise TakedownRefused(_("Sending by e-mail is switched off here. Take the notice as a file."))
    if not row.recipient.email:
        raise TakedownRefused(_("This recipient has no e-mail address. Take the notice as a file."))
    move(row, TakedownState.SENDING)
    row.sent_by, row.tries, row.problem = person, 0, ""
    row.save(update_fields=["state", "sent_by", "tries", "problem"])
    add_work(SEND, subject=row.pk)
    event(Event.ACT_TAKEDOWN_APPROVED, row, person.actor)


@transaction.atomic
def take_file(takedown: Takedown, person: Person) -> str:
    """Give the notice as a text to send otherwise; from the first time on it is sent. Raises as ``send``.

    Who took it, and when, is in the audit trail each time: it holds the address.
    """
    require(person, Permission.TAKEDOWN_SEND)
    row = locked(takedown)
    letter = letter_of(row.content, row.public.bytes)
    if letter is None or row.state in {TakedownState.SENDING, TakedownState.WITHDRAWN}:
        raise TakedownRefused(_("There is nothing to take: it is being sent, was withdrawn, or was destroyed."))
    if row.sent_at is None:
        row.sent_by = person
        sent(row, Way.FILE)
    event(Event.ACT_TAKEDOWN_TAKEN, row, person.actor)
    return f"{letter.subject}\n\n{letter.text}"


@transaction.atomic
def note_reply(takedown: Takedown, kind: ReplyKind, note: str, person: Person) -> TakedownReply:
    """Note what a recipient replied. Raises PermissionDenied, TakedownRefused."""
    require(person, Permission.TAKEDOWN_SEND)
    row = locked(takedown)
    if row.sent_at is None:
        raise TakedownRefused(_("It was not sent yet."))
    note = note.strip()
    if len(note) > LONGEST_NOTE:
        raise TakedownRefused(_("A note has %(most)d characters at most.") % {"most": LONGEST_NOTE})
    reply = TakedownReply.objects.create(
        takedown=row, kind=ReplyKind(kind), note=sealed_note(note, row.public.bytes) if note else b"",
        noted_by=person, noted_at=now(),
    )  # fmt: skip
    if kind == ReplyKind.REMOVED and row.state != TakedownState.GONE:
        gone(row, now())
    elif kind == ReplyKind.REFUSED and row.state == TakedownState.SENT:
        move(row, TakedownState.REFUSED)
        row.save(update_fields=["state"])
    event(Event.ACT_TAKEDOWN_REPLIED, row, person.actor, reply=reply.kind)
    return reply


@transaction.atomic
def withdraw(takedown: Takedown, person: Person) -> None:
    """End a notice that is wrong, or that nobody waits for. What left cannot be called back. TakedownRefused."""
    require(person, Permission.TAKEDOWN_SEND)
    row = locked(takedown)
    move(row, TakedownState.WITHDRAWN)
    row.save(update_fields=["state"])
    event(Event.ACT_TAKEDOWN_WITHDRAWN, row, person.actor, sent=row.sent_at is not None)


def locked(takedown: Takedown) -> Takedown:
    """The row of a notice, locked, as it is now."""
    rows = Takedown.objects.select_for_update(of=("self",)).select_related("recipient", "case_item__case")
    return rows.get(pk=takedown.pk)


def move(row: Takedown, state: TakedownState) -> None:
    """Let a locked row become what it may become. Raises TakedownRefused."""
    if state not in MOVES[TakedownState(row.state)]:
        raise TakedownRefused(_("It is otherwise by now. Look at it again."))
    row.state = state


def sent(row: Takedown, way: Way) -> None:
    """A locked notice has left: its time runs, and its address is looked at where that is enabled."""
    move(row, TakedownState.SENT)
    row.way, row.sent_at, row.problem = way, now(), ""
    row.due_at = row.sent_at + timedelta(hours=row.recipient.hours)
    row.save(update_fields=["state", "way", "sent_at", "sent_by", "due_at", "problem", "tries"])
    add_work(DUE, subject=row.pk, due_at=row.due_at)
    if settings.LIGHTKEEPER["monitor_addresses"]:
        add_work(LOOK, subject=row.pk, due_at=row.sent_at + FIRST_LOOK)


def gone(row: Takedown, at: datetime) -> None:
    """What a locked notice is about is gone since a time."""
    move(row, TakedownState.GONE)
    row.gone_at = at
    row.save(update_fields=["state", "gone_at"])


def event(what: Event, row: Takedown, actor: Actor, **details: Detail) -> None:
    """Write an event about a notice."""
    write_event(what, actor=actor, subject=Subject("takedown", str(row.pk)), details=details or None)


__all__ = [
    "LOOKED_AT",
    "WAITING",
    "add_recipient",
    "end_recipient",
    "note_reply",
    "prepare",
    "send",
    "take_file",
    "withdraw",
]
