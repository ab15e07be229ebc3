"""What the room does in the background.

What searches is imported when it is needed: every command of the service loads this file, and the search takes a
second to load.
"""

from __future__ import annotations

from datetime import timedelta

from lightkeeper.act.services import cases_found_by
from lightkeeper.intake import purging, retaining, surfaces
from lightkeeper.intake.corrections import CORRECT
from lightkeeper.intake.models import Submission
from lightkeeper.intake.public_reports import jobs as public_reports
from lightkeeper.intake.types import SCAN
from lightkeeper.record.events import Event
from lightkeeper.record.services import held_by_number, kept_by, reapplied_by, subscribe
from lightkeeper.record.types import EventRow, HoldSubject
from lightkeeper.runtime.services import job, schedule


@job(SCAN, lease_seconds=30, longest_seconds=600)
def scan(subject: int | None) -> None:
    """Search one submission that waits."""
    from lightkeeper.intake import finishing

    if subject is not None:
        finishing.scan(subject)


@job(CORRECT, longest_seconds=600)
def correct(subject: int | None) -> None:
    """Put right some of what rests on an entry that was proved wrong."""
    from lightkeeper.intake import correcting

    if subject is not None:
        correcting.correct(subject)


@schedule("intake:rescan", every=timedelta(seconds=30), longest_seconds=600)
def rescan(_: int | None) -> None:
    """Look up what clear items looked like, where the lists have changed."""
    from lightkeeper.intake import rescans

    rescans.rescan()


@schedule("intake:probing", every=timedelta(minutes=1))
def look_for_probing(_: int | None) -> None:
    """Look for uploaders who try out what is found."""
    from lightkeeper.intake import probing

    probing.look_for_probing()


@schedule("intake:purge", every=timedelta(days=1))
def purge(_: int | None) -> None:
    """Destroy what has run out of time."""
    purging.purge()


@schedule("intake:conversations", every=timedelta(hours=6), longest_seconds=600)
def purge_conversations(_: int | None) -> None:
    """Destroy what is kept of conversations and has run out of time."""
    from lightkeeper.intake.conversations import purging as conversations

    conversations.purge_conversations()


@schedule("intake:surfaces", every=timedelta(days=1))
def warn_of_lapsing(_: int | None) -> None:
    """Tell whoever is on call which legal bases lapse soon."""
    surfaces.warn_of_lapsing()


def follow_decision(event: EventRow) -> None:
    """Have submissions follow a decision that is being carried out, in its transaction."""
    from lightkeeper.intake import deciding

    deciding.decision_carried_out(event)


def follow_reversal(event: EventRow) -> None:
    """Have submissions follow the reversal of a decision, in its transaction."""
    from lightkeeper.intake import deciding

    deciding.decision_reversed(event)


def follow_item(event: EventRow) -> None:
    """Have submissions follow an item that was opened again into its new case, in its transaction."""
    from lightkeeper.intake import reopened

    reopened.case_reopened(event)


def _erase_again(number: str) -> bool:
    from lightkeeper.intake.lifecycle import erase_again

    return erase_again(int(number))


def _erase_person_again(person: str) -> bool:
    from lightkeeper.intake.conversations import erasing

    return erasing.erase_person_again(bytes.fromhex(person))


def _cases_of_account(client_id: int, name: str) -> set[int]:
    from lightkeeper.intake.of_account import cases_of_account

    return cases_of_account(client_id, name)


cases_found_by(_cases_of_account)
kept_by("intake", retaining.KEEPER)
public_reports.begin()
held_by_number(HoldSubject.SUBMISSION, Submission.objects.all())
reapplied_by(Event.INTAKE_SUBMISSION_ERASED, _erase_again)
reapplied_by(Event.INTAKE_CONVERSATION_PERSON_ERASED, _erase_person_again, lasting=True)
subscribe(Event.ACT_DECISION_CARRIED_OUT, follow_decision)
subscribe(Event.ACT_DECISION_REVERSED, follow_reversal)
subscribe(Event.REVIEW_CASE_REOPENED, follow_item)
