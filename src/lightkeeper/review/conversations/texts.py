"""The words of a conversation: who asked for them, what came, and that they are destroyed when the case closes.

The platform itself is asked by room ``act``. The row of an asking is committed before anything is sent; its answer is
kept whole or not at all.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from lightkeeper.people.models import Person
from lightkeeper.people.permissions import Permission, may
from lightkeeper.record.errors import HeldError
from lightkeeper.record.events import Event
from lightkeeper.record.services import refuse_if_held, write_event
from lightkeeper.record.types import Actor, EventRow, ItemKind, Subject
from lightkeeper.review.conversations.messages import Words, read_written, written
from lightkeeper.review.entitlement import RevealRefused, purpose_of
from lightkeeper.review.keeping import context_of
from lightkeeper.review.leasing import require_lease
from lightkeeper.review.models import Case, CaseItem, ConversationText, Sighting
from lightkeeper.review.states import CaseState, ItemState
from lightkeeper.review.types import Context, TextState
from lightkeeper.runtime.services import SealError, seal, unseal

PURPOSE: Final = "review:conversation-text"
STALE: Final = timedelta(minutes=2)
"""After so long an asking without an end was cut short: its process died."""
ABOUT: Final = 5
"""Messages before and after the one that a part is about."""

_keepers: list[Callable[[int], bool]] = []


@dataclass(frozen=True, slots=True)
class Asking:
    """What is to be asked for, of which client: ids as that client writes them."""

    public: UUID
    client_id: int
    conversations: tuple[str, ...]
    sender: str
    recipient: str
    begin: str
    end: str


def begin_asking(case_item: CaseItem, person: Person) -> Asking:
    """Note that somebody asks for the words, and commit that. Only whoever has the case may, and only by a person.

    PermissionDenied; NotYours; RevealRefused: not their turn, settled, no conversation, erased, being asked just now.
    RuntimeError inside a transaction: nothing may be asked for before this one has committed.
    """
    if not may(person, Permission.CONTENT_REVEAL):
        raise PermissionDenied(Permission.CONTENT_REVEAL.value)
    with transaction.atomic(durable=True):
        case = Case.objects.select_for_update().get(pk=case_item.case_id)
        require_lease(case, person)
        purpose_of(CaseItem.objects.get(pk=case_item.pk), person)
        if case_item.item.kind != ItemKind.CONVERSATION:
            raise RevealRefused("unknown", _("This item is no conversation."), status=400)
        context = _context(case_item)
        _end_stale(case_item)
        if case_item.texts.filter(state=TextState.ASKED).exists():
            raise RevealRefused("asked-already", _("The platform is being asked at this moment. Wait for its answer."))
        row = ConversationText.objects.create(case_item=case_item, person=person, asked_at=now())
        write_event(Event.REVIEW_TEXT_ASKED, actor=person.actor, subject=_subject(case.pk))
    return Asking(
        row.public,
        case_item.conversation.client_id,
        _names(context.get("conversation_ids")),
        str(context.get("sender_id", "")),
        str(context.get("recipient_id", "")),
        str(context.get("from", "")),
        str(context.get("to", "")),
    )


@transaction.atomic
def end_asking(public: UUID, state: TextState, messages: Sequence[Words] | None = None) -> TextState:
    """Note what came of it. Words are kept in place of any before; where the case has closed meanwhile they are not."""
    row = ConversationText.objects.select_related("case_item", "person").get(public=public)
    Case.objects.select_for_update().get(pk=row.case_item.case_id)
    row = ConversationText.objects.select_for_update(of=("self",)).select_related("case_item").get(pk=row.pk)
    if row.state != TextState.ASKED:
        return TextState(row.state)
    at = now()
    row.state, row.ended_at = state, at
    if messages is not None and state is TextState.KEPT:
        row.messages = len(messages)
        if CaseItem.objects.get(pk=row.case_item_id).state == ItemState.SETTLED:
            row.state, row.purged_at = TextState.PURGED, at
        else:
            kept_before = ConversationText.objects.filter(case_item_id=row.case_item_id, state=TextState.KEPT)
            kept_before.update(state=TextState.PURGED, sealed=None, purged_at=at)
            row.sealed = seal(PURPOSE, written(list(messages)), context=row.public.bytes)
    row.save()
    write_event(
        Event.REVIEW_TEXT_ANSWERED,
        actor=Actor.system(),
        subject=_subject(row.case_item.case_id),
        details={"state": str(TextState(row.state)), "messages": row.messages},
    )
    return TextState(row.state)


def kept_text(case_item: CaseItem) -> ConversationText | None:
    """The words that are kept of an item, sealed."""
    return case_item.texts.filter(state=TextState.KEPT).first()


def all_messages(case_item: CaseItem) -> list[Words]:
    """All messages that are kept; none where nothing is. For services alone: nothing leaves without a reveal row.

    Raises SealError if they were altered.
    """
    row = kept_text(case_item)
    if row is None or row.sealed is None:
        return []
    return read_written(unseal(PURPOSE, bytes(row.sealed), context=row.public.bytes))


def messages_of(case_item: CaseItem, part: str) -> list[Words]:
    """The messages of a part: ``whole``, or ``around-12`` for the twelfth and the five before and after it."""
    found = all_messages(case_item)
    if not part.startswith("around-"):
        return found
    middle = int(part.removeprefix("around-"))
    return [one for one in found if abs(one.number - middle) <= ABOUT]


def as_json(messages: list[Words]) -> bytes:
    """Messages as a browser is sent them: without the platform's ids."""
    rows = json.loads(written(messages))
    return json.dumps([{name: row[name] for name in row if name != "id"} for row in rows], ensure_ascii=False).encode()


def keep_text_while(cited: Callable[[int], bool]) -> None:
    """Let a room above say of a case item (by its key) that a report cites its words, so that they are kept still."""
    _keepers.append(cited)


@transaction.atomic
def purge_text(case_item: CaseItem) -> bool:
    """Destroy the words of an item; False where there are none, or a report cites them. HeldError: a hold stands."""
    kept = case_item.texts.filter(state=TextState.KEPT)
    if not kept.exists() or any(cited(case_item.pk) for cited in _keepers):
        return False
    return _purge(case_item, Actor.system())


@transaction.atomic
def purge_again(case: str) -> bool:
    """Destroy the words of a case (by its number) that the destruction log says were; False where there are none.

    A draft of a report that cites them does not keep them: it was filed or discarded before they went. HeldError.
    """
    items = CaseItem.objects.filter(case_id=int(case), texts__state=TextState.KEPT).distinct()
    return sum(_purge(item, Actor.operator()) for item in items) > 0


def _purge(case_item: CaseItem, actor: Actor) -> bool:
    refuse_if_held(_subject(case_item.case_id), Subject("item", str(case_item.item_id)))
    kept = case_item.texts.filter(state=TextState.KEPT)
    gone = kept.update(state=TextState.PURGED, sealed=None, purged_at=now())
    if gone:
        write_event(Event.REVIEW_TEXT_PURGED, actor=actor, subject=_subject(case_item.case_id))
    return bool(gone)


def case_closed(event: EventRow) -> None:
    """Destroy the words of a case that closes, in that transaction; what a hold keeps goes once it is lifted."""
    if event.subject is not None:
        _purge_all(CaseItem.objects.filter(case_id=int(event.subject.id), texts__state=TextState.KEPT))


def purge_owed() -> int:
    """Destroy what outlived its case because a hold stood or a report cited it; gives of how many items."""
    closed = CaseItem.objects.filter(case__state=CaseState.CLOSED, texts__state=TextState.KEPT)
    return _purge_all(closed.order_by("pk")[:500])


def _purge_all(items: Iterable[CaseItem]) -> int:
    purged = 0
    for item in items:
        try:
            purged += purge_text(item)
        except HeldError:
            continue
    return purged


def _end_stale(case_item: CaseItem) -> None:
    stale = case_item.texts.filter(state=TextState.ASKED, asked_at__lt=now() - STALE)
    stale.update(state=TextState.STOPPED, ended_at=now())


def _context(case_item: CaseItem) -> Context:
    row = Sighting.objects.filter(case_item=case_item, erased_at=None).order_by("-pk").first()
    try:
        context = context_of(row) if row is not None else None
    except SealError:
        context = None
    if not context:
        raise RevealRefused("erased", _("What named this conversation was erased, so nobody can be asked for it."))
    return context


def _names(given: Any) -> tuple[str, ...]:
    return tuple(str(one) for one in given) if isinstance(given, list) else ()


def _subject(case_id: int) -> Subject:
    return Subject("case", str(case_id))
