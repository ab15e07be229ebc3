"""Grading: what a person judged becomes a grade that they can undo for a minute."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from lightkeeper.people.models import Person
from lightkeeper.people.permissions import Permission, at_one_moment, may
from lightkeeper.record.events import Event
from lightkeeper.record.policy import current_policy
from lightkeeper.record.services import write_event
from lightkeeper.record.types import Details, ItemKind, Subject
from lightkeeper.review.addresses.answers import keep_url_answers, url_faults
from lightkeeper.review.case_state import refresh_locked
from lightkeeper.review.conversations.verdicts import keep_verdicts, verdict_faults
from lightkeeper.review.danger import calm, hurry
from lightkeeper.review.entitlement import highest_seen
from lightkeeper.review.judgement import GradeError, Judgement, agree, faults, vocabulary_for
from lightkeeper.review.labels import tidy
from lightkeeper.review.leasing import require_lease
from lightkeeper.review.models import Case, CaseItem, Grade
from lightkeeper.review.offers import offered as offer_of
from lightkeeper.review.parts import part_of
from lightkeeper.review.states import GradeState
from lightkeeper.review.types import GradePart, UrlAnswers
from lightkeeper.runtime.services import add_work, seal, unseal

SETTLE: Final = "review:settle"
"""The kind of work that lets a grade stand; its subject is the grade."""
MINUTE: Final = timedelta(seconds=60)
"""So long a grade can be undone."""


@transaction.atomic
def submit_grade(*, case_item: CaseItem, person: Person, judgement: Judgement, offered: Grade | None = None) -> Grade:
    """Grade an item. The grade stands after a minute, if nobody undoes it; what the item is then, ``settle`` says.

    Which part the grade plays is decided here, and what was seen is read from the view log now. ``offered`` is the
    grade that is confirmed with it: the judgement must be the same, else it is nobody's but one's own. A child in
    danger now marks the case and calls whoever is on call at once.

    Raises PermissionDenied, NotYours without the lease, and GradeError with a sentence for each fault.
    """
    with at_one_moment(person):
        item = _claim(case_item, person)
        part = part_of(item, person)
    if part is None:
        raise GradeError(_("This item does not wait for your grade."))
    if judgement.part is not None and judgement.part != part:
        raise GradeError(_("Somebody else was quicker; look at the case again."))
    confirmed = _confirmed(item, person, judgement, offered) if offered is not None else None
    grade = make_grade(item, person, judgement, part, confirmed)
    write_event(
        Event.REVIEW_GRADE_SUBMITTED,
        actor=person.actor,
        subject=subject_of(grade),
        details={**details_of(grade), "offered": confirmed is not None},
    )
    return grade


@transaction.atomic
def undo_grade(grade: Grade, person: Person) -> Grade:
    """Undo one's own grade within its minute; the item waits again. A call for help that went out stays out.

    If only this grade said that a child is in danger now, the case is marked so no longer.
    Raises GradeError for anybody else's, and once the minute is over.
    """
    item = lock_item(grade.case_item)
    locked = Grade.objects.select_for_update().get(pk=grade.pk)
    if locked.person_id != person.pk:
        raise GradeError(_("Only whoever made a grade can undo it."))
    if locked.state == GradeState.UNDONE:
        raise GradeError(_("This grade was undone already."))
    if locked.state != GradeState.PENDING or locked.stands_at <= now():
        raise GradeError(_("The minute is over: this grade stands. If it is wrong, the item can be opened again."))
    locked.state, locked.ended_at = GradeState.UNDONE, now()
    locked.save(update_fields=["state", "ended_at"])
    write_event(
        Event.REVIEW_GRADE_UNDONE, actor=person.actor, subject=subject_of(locked), details={"part": locked.part}
    )
    if locked.imminent:
        calm(item.case)
    refresh_locked(item.case)
    return locked


def make_grade(item: CaseItem, person: Person, judgement: Judgement, part: GradePart, confirmed: Grade | None) -> Grade:
    """Write a pending grade and the work that lets it stand. For services, which write the event of their act.

    Raises GradeError with a sentence for each fault of the judgement.
    """
    words = vocabulary_for(item)
    of_url = _of_url(item, judgement)
    if found := [*faults(judgement, words), *verdict_faults(item, judgement.verdicts), *_said(item, judgement, of_url)]:
        raise GradeError(*found)
    at = now()
    grade = Grade(
        case_item=item, person=person, part=part, vocabulary=words.version, policy=current_policy().version,
        seen=highest_seen(item, person), offered=confirmed, made_at=at, stands_at=at + MINUTE, **_words(judgement),
    )  # fmt: skip
    if judgement.note.strip():
        grade.note = seal("review:note", judgement.note.strip().encode("utf-8"), context=grade.public.bytes)
    grade.save(force_insert=True)
    keep_verdicts(grade, judgement.verdicts)
    if of_url is not None:
        keep_url_answers(grade, of_url)
    add_work(SETTLE, subject=grade.pk, key=f"{SETTLE}:{grade.pk}", due_at=grade.stands_at)
    if judgement.imminent:
        hurry(item.case)
    refresh_locked(item.case)
    return grade


def _of_url(item: CaseItem, judgement: Judgement) -> UrlAnswers | None:
    """What only an address is asked, None for anything else."""
    return (judgement.of_url or UrlAnswers()) if item.item.kind == ItemKind.URL else None


def _said(item: CaseItem, judgement: Judgement, of_url: UrlAnswers | None) -> list[str]:
    if of_url is None:
        return [_("This item is no address.")] if judgement.of_url is not None else []
    return [sentence for _field, sentence in url_faults(item, judgement.outcome, of_url)]


def note_of(grade: Grade) -> str:
    """The note of a grade, "" where there is none. Raises SealError if it was altered."""
    if grade.note is None:
        return ""
    return unseal("review:note", bytes(grade.note), context=grade.public.bytes).decode("utf-8")


def lock_item(case_item: CaseItem) -> CaseItem:
    """Lock the case of an item, then the item: in this order everywhere, leases and grades after them."""
    case = Case.objects.select_for_update().get(pk=case_item.case_id)
    item = CaseItem.objects.select_for_update().get(pk=case_item.pk)
    item.case = case
    return item


def subject_of(grade: Grade) -> Subject:
    """A grade, as the audit trail names it."""
    return Subject("grade", str(grade.pk))


def details_of(grade: Grade) -> Details:
    """What the audit trail says of a grade that was just made: its part, and the highest level seen before it."""
    return {"part": grade.part, "seen": grade.seen or None}


def _claim(case_item: CaseItem, person: Person) -> CaseItem:
    if not may(person, Permission.CASE_GRADE):
        raise PermissionDenied(Permission.CASE_GRADE.value)
    item = lock_item(case_item)
    require_lease(item.case, person)
    return item


def _words(judgement: Judgement) -> dict[str, Any]:
    return {
        "outcome": judgement.outcome,
        "uk_category": judgement.uk_category,
        "industry_class": judgement.industry_class,
        "interpol_baseline": judgement.interpol_baseline,
        "age_bracket": judgement.age_bracket,
        "sex": judgement.sex,
        "creation": list(judgement.creation),
        "annotations": list(judgement.annotations),
        "imminent": judgement.imminent,
        "confidence": judgement.confidence,
        "reason": judgement.reason,
        "proposed": judgement.proposed,
        "label": tidy(judgement.label),
    }


def _confirmed(item: CaseItem, person: Person, judgement: Judgement, offered: Grade) -> Grade | None:
    """The offered grade if this judgement confirms it, None if it differs. Raises GradeError where that cannot be."""
    if offered.case_item_id == item.pk:  # a proposal of the other reviewer
        return offered if agree(judgement, offered) else None
    offer = offer_of(item)
    if offer is None or offer.grade.pk != offered.pk:
        raise GradeError(_("This grade is no longer offered; look at the case again."))
    if not agree(judgement, offered):
        return None
    if offer.needs_view and not highest_seen(item, person):
        raise GradeError(_("It only resembles what was graded: look at it before you confirm."))
    return offered
