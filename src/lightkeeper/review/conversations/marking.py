"""Marking messages as evidence: by whoever has the case, of what they were shown, for themselves."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from lightkeeper.people.models import Person
from lightkeeper.people.permissions import Permission, may
from lightkeeper.record.events import Event
from lightkeeper.record.services import write_event
from lightkeeper.record.types import Track
from lightkeeper.review.conversations.messages import Words
from lightkeeper.review.conversations.texts import ABOUT, all_messages
from lightkeeper.review.entitlement import seen
from lightkeeper.review.grading import lock_item
from lightkeeper.review.judgement import GradeError
from lightkeeper.review.leasing import require_lease
from lightkeeper.review.models import CaseItem, EvidenceMark, Grade
from lightkeeper.review.opening import subject_of
from lightkeeper.review.parts import part_of
from lightkeeper.review.states import GradeState


@transaction.atomic
def mark_evidence(*, case_item: CaseItem, person: Person, message: bytes, marked: bool = True) -> bool:
    """Mark a message (its keyed id) as evidence, or take one's own mark away; False where nothing changed.

    Raises PermissionDenied, NotYours without the lease, and GradeError: not their turn, no such message is kept, or it
    was not shown to them.
    """
    if not may(person, Permission.CASE_GRADE):
        raise PermissionDenied(Permission.CASE_GRADE.value)
    item = lock_item(case_item)
    require_lease(item.case, person)
    if part_of(item, person) is None:
        raise GradeError(_("This item does not wait for your grade."))
    if marked:
        _refuse_unseen(item, person, message)
        _row, changed = EvidenceMark.objects.get_or_create(
            case_item=item, person=person, message=message, defaults={"marked_at": now()}
        )
    else:
        changed = bool(EvidenceMark.objects.filter(case_item=item, person=person, message=message).delete()[0])
    if changed:
        event = Event.REVIEW_EVIDENCE_MARKED if marked else Event.REVIEW_EVIDENCE_UNMARKED
        write_event(event, actor=person.actor, subject=subject_of(item.case_id))
    return changed


def marks_of(case_item: CaseItem, person: Person) -> frozenset[bytes]:
    """The keyed ids of what this person marked; nobody sees another's marks here."""
    rows = EvidenceMark.objects.filter(case_item=case_item, person=person)
    return frozenset(bytes(one) for one in rows.values_list("message", flat=True))


def marked_messages(case_item: CaseItem) -> list[bytes]:
    """What may go into a report: marked by somebody whose grade of the item stands; keyed ids, by when first marked."""
    graded = Grade.objects.filter(case_item=case_item, state=GradeState.STANDING).values("person_id")
    rows = EvidenceMark.objects.filter(case_item=case_item, person_id__in=graded).order_by("marked_at", "pk")
    return list(dict.fromkeys(bytes(one) for one in rows.values_list("message", flat=True)))


def marked_words(case_item: CaseItem) -> list[Words]:
    """The messages of ``marked_messages`` with their words, in their order, as long as these are kept. SealError."""
    marked = set(marked_messages(case_item))
    return [one for one in all_messages(case_item) if one.key in marked and one.text] if marked else []


def _refuse_unseen(item: CaseItem, person: Person, message: bytes) -> None:
    number = next((one.number for one in all_messages(item) if one.key == message), None)
    if number is None:
        raise GradeError(_("No such message is kept of this conversation."))
    parts = {one.part for one in seen(item, person) if one.track == Track.TEXT}
    about = (int(part.removeprefix("around-")) for part in parts if part.startswith("around-"))
    if "whole" not in parts and not any(abs(number - middle) <= ABOUT for middle in about):
        raise GradeError(_("Read a message before you mark it."))
