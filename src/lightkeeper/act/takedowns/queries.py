"""What can be asked of takedown notices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import QuerySet
from django.utils.timezone import now

from lightkeeper.act.notes import note_of
from lightkeeper.act.takedowns.models import Takedown, TakedownRecipient, TakedownReply
from lightkeeper.act.takedowns.states import WAITING, TakedownState
from lightkeeper.review.models import CaseItem
from lightkeeper.runtime.services import SealError


@dataclass(frozen=True, slots=True)
class ReplyView:
    """One reply, with its note; None where that was altered."""

    reply: TakedownReply
    note: str | None


def takedowns(state: str = "open") -> QuerySet[Takedown]:
    """Notices: those whose address is not gone (``open``), of one state, or all (""); what is due first, first."""
    rows = Takedown.objects.select_related("recipient", "case_item__case", "sent_by", "prepared_by")
    if state == "open":
        rows = rows.filter(state__in=[*WAITING, TakedownState.PREPARED, TakedownState.SENDING, TakedownState.UNSENT])
    elif state in TakedownState.values:
        rows = rows.filter(state=state)
    return rows.order_by("due_at", "pk")


def overdue() -> int:
    """How many notices are about an address that should be gone by now, and is not known to be."""
    return Takedown.objects.filter(state__in=WAITING, due_at__lt=now()).count()


def takedowns_of(case_item: CaseItem) -> QuerySet[Takedown]:
    """The notices about one address, in the order in which they were written."""
    return Takedown.objects.select_related("recipient").filter(case_item=case_item).order_by("pk")


def recipients() -> QuerySet[TakedownRecipient]:
    """Who can be written to."""
    return TakedownRecipient.objects.filter(ended_at=None)


def replies_of(takedown: Takedown) -> list[ReplyView]:
    """What was replied, in order."""
    return [ReplyView(row, _note(row, takedown)) for row in takedown.replies.select_related("noted_by")]


def took(takedown: Takedown) -> timedelta | None:
    """From sent to gone; None where either has not been."""
    if takedown.sent_at is None or takedown.gone_at is None:
        return None
    return max(takedown.gone_at - takedown.sent_at, timedelta(0))


def _note(row: TakedownReply, takedown: Takedown) -> str | None:
    try:
        return note_of(row.note, takedown.public.bytes)
    except SealError:
        return None
