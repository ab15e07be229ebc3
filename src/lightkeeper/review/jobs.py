"""What the room does in the background."""

from __future__ import annotations

from datetime import timedelta

from lightkeeper.record.events import Event
from lightkeeper.record.services import held_by_number, kept_by, reapplied_by, subscribe
from lightkeeper.record.types import HoldSubject
from lightkeeper.review import retaining
from lightkeeper.review.conversations.texts import case_closed, purge_again, purge_owed
from lightkeeper.review.grading import SETTLE
from lightkeeper.review.leasing import signed_out
from lightkeeper.review.models import Case
from lightkeeper.review.opening import DERIVE
from lightkeeper.review.revealing import close_unheard
from lightkeeper.review.settling import settle_when_due
from lightkeeper.runtime.services import job, schedule

held_by_number(HoldSubject.CASE, Case.objects.all())
reapplied_by(Event.REVIEW_TEXT_PURGED, purge_again)
subscribe(Event.REVIEW_CASE_CLOSED, case_closed)
subscribe(Event.REVIEW_CASE_CLOSED, retaining.case_closed)
kept_by("review", retaining.KEEPER)
subscribe(Event.PEOPLE_SIGN_OUT_DONE, signed_out)


@job(DERIVE, lease_seconds=30, longest_seconds=300)
def derive(subject: int | None) -> None:
    """Make the derivatives of one item's picture."""
    from lightkeeper.review import derivatives  # the decoder loads when it is needed, not with every command

    if subject is not None:
        derivatives.derive(subject)


@job(SETTLE)
def settle(subject: int | None) -> None:
    """Let one grade stand whose minute is over."""
    if subject is not None:
        settle_when_due(subject)


@schedule("review:close_unheard", every=timedelta(minutes=1))
def close_reveals(_: int | None) -> None:
    """End the reveals whose browser never said that it veiled them."""
    close_unheard()


@schedule("review:purge_texts", every=timedelta(hours=1))
def purge_texts(_: int | None) -> None:
    """Destroy words of conversations that outlived their case because of a hold or a report that is over."""
    purge_owed()
