"""Telling a source what people say of its entries: queued with the grade, sent by a worker, its end visible.

Only after a person's grade: whoever queues sees to that. A later grade of the same entry takes the place of an earlier
one that was not sent yet.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.timezone import now
from django.utils.translation import gettext as _

from lightkeeper.lists.exchanges.fetching import Fetcher
from lightkeeper.lists.exchanges.protocol import MOST_PROBLEM, SourceFailed, TellingRefused, Told
from lightkeeper.lists.exchanges.registry import KINDS, open_teller
from lightkeeper.lists.models import Entry, Exchange, Feedback
from lightkeeper.lists.sealing import Place, unseal_entries
from lightkeeper.lists.types import Algorithm, ExchangeKind, FeedbackState, ListRefused, Opinion
from lightkeeper.record.events import Event
from lightkeeper.record.services import write_event
from lightkeeper.record.types import Actor, Details, Subject
from lightkeeper.runtime.services import KeyUnusableError, Retry, SealError, add_work

TELL: Final = "lists:feedback"
"""The kind of work that sends one opinion; its subject is the feedback."""

MOST_ATTEMPTS: Final = 20
FIRST_WAIT: Final = timedelta(minutes=2)
LONGEST_WAIT: Final = timedelta(hours=12)
"""The time until the next attempt doubles between these: all attempts together take about a week."""


def queue_feedback(entry_id: int, *, grade: int, opinion: Opinion, reason: str = "") -> bool:
    """Queue what a person's grade says of an entry, in the caller's transaction; once for each grade.

    False: its source takes no opinions, or telling it is not switched on. ``reason`` is one of the source's codes.
    """
    entry = Entry.objects.select_related("list__exchange").filter(pk=entry_id).first()
    if entry is None or not _takes(entry):
        return False
    with transaction.atomic():
        try:
            with transaction.atomic():
                feedback = Feedback.objects.create(
                    entry=entry, grade=grade, opinion=Opinion(opinion), reason=reason[:64], queued_at=now()
                )
        except IntegrityError:  # it was queued for this grade before
            return True
        earlier = Feedback.objects.select_for_update().filter(entry=entry, state=FeedbackState.QUEUED)
        for old in earlier.exclude(pk=feedback.pk):
            _end(old, FeedbackState.REFUSED, _("A later grade took its place."))
        details: Details = {"opinion": str(feedback.opinion), "list": entry.list_id}
        write_event(Event.LISTS_FEEDBACK_QUEUED, actor=Actor.system(), subject=_subject(entry.pk), details=details)
        add_work(TELL, subject=feedback.pk)
    return True


def take_back_feedback(grade: int) -> int:
    """Take back what a grade says and was not sent yet, in the caller's transaction; gives how much it was."""
    with transaction.atomic():
        queued = list(Feedback.objects.select_for_update().filter(grade=grade, state=FeedbackState.QUEUED))
        for feedback in queued:
            _end(feedback, FeedbackState.REFUSED, _("The item was opened again before this was sent."))
    return len(queued)


def send_feedback(feedback_id: int, *, fetcher: Fetcher | None = None) -> None:
    """Send one opinion, unless it has ended. Raises Retry where the source does not take it now."""
    feedback = Feedback.objects.select_related("entry__list__exchange").filter(pk=feedback_id).first()
    if feedback is None or feedback.state != FeedbackState.QUEUED:
        return
    Feedback.objects.filter(pk=feedback_id).update(attempts=F("attempts") + 1)
    try:
        if not _takes(feedback.entry):
            raise TellingRefused(_("Telling the source was switched off."))
        open_teller(feedback.entry.list.exchange, fetcher).tell(_told(feedback))
    except TellingRefused as refused:
        _close(feedback_id, FeedbackState.REFUSED, str(refused))
    except (SourceFailed, ListRefused, SealError, KeyUnusableError) as failed:
        _later(feedback_id, str(failed))
    else:
        _close(feedback_id, FeedbackState.SENT, "")


def _takes(entry: Entry) -> bool:
    exchange: Exchange | None = getattr(entry.list, "exchange", None)
    return exchange is not None and exchange.enabled and exchange.feedback and KINDS[ExchangeKind(exchange.kind)].tells


def _told(feedback: Feedback) -> Told:
    entry = feedback.entry
    (content,) = unseal_entries(
        [bytes(entry.sealed)], [Place(entry.list_id, entry.algorithm, bytes(entry.value_index))]
    )
    return Told(Algorithm(entry.algorithm), content.value, content.id, Opinion(feedback.opinion), feedback.reason)


def _later(feedback_id: int, problem: str) -> None:
    """Note why it was not sent, and try again, or give it up after many attempts."""
    Feedback.objects.filter(pk=feedback_id).update(problem=problem[:MOST_PROBLEM])
    attempts = Feedback.objects.values_list("attempts", flat=True).get(pk=feedback_id)
    if attempts >= MOST_ATTEMPTS:
        _close(feedback_id, FeedbackState.REFUSED, _("Given up after many attempts: %(why)s") % {"why": problem})
        return
    raise Retry(min(FIRST_WAIT * 2.0 ** (attempts - 1), LONGEST_WAIT), code="source_failed")


def _close(feedback_id: int, state: FeedbackState, problem: str) -> None:
    with transaction.atomic():
        feedback = Feedback.objects.select_for_update().get(pk=feedback_id)
        if feedback.state == FeedbackState.QUEUED:
            _end(feedback, state, problem)


def _end(feedback: Feedback, state: FeedbackState, problem: str) -> None:
    feedback.state, feedback.problem, feedback.ended_at = state, problem[:MOST_PROBLEM], now()
    feedback.save(update_fields=["state", "problem", "ended_at"])
    details: Details = {
        "opinion": str(feedback.opinion), "state": str(state), "attempts": feedback.attempts
    }  # fmt: skip
    subject = _subject(feedback.entry_id)
    write_event(Event.LISTS_FEEDBACK_ENDED, actor=Actor.system(), subject=subject, details=details)


def _subject(entry_id: int) -> Subject:
    return Subject("entry", str(entry_id))
