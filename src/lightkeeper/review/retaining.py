"""How long a case is kept, and what of it is destroyed on its day.

What people judged stays: grades without their notes, findings, what was decided. Everything that shows or says what
was found goes: media, what came with it, words, marks, what was written by hand.
"""

from __future__ import annotations

from django.db.models import Count, Q
from django.utils.timezone import now

from lightkeeper.record.services import (
    Blocked,
    Cause,
    Destroyed,
    Keeper,
    Related,
    destroy,
    proof_of,
    start_clocks,
)
from lightkeeper.record.types import DestructionReason, EventRow, Subject
from lightkeeper.review.case_state import refresh_state
from lightkeeper.review.conversations.erasing import erase_conversation
from lightkeeper.review.judgement import outcome_of
from lightkeeper.review.models import (
    Case,
    CaseItem,
    ConversationText,
    EvidenceMark,
    Grade,
    LinkJudgement,
    Media,
    Sighting,
    UrlGrade,
)
from lightkeeper.review.opening import subject_of
from lightkeeper.review.seeing import deciding_grade
from lightkeeper.review.states import CaseState, ItemState
from lightkeeper.review.types import TextState


def case_closed(event: EventRow) -> None:
    """Start the clocks of a case that closes, in that transaction; of one that erasing closed nothing is left."""
    case = None if event.subject is None else Case.objects.filter(pk=int(event.subject.id)).first()
    cause = None if case is None else _cause(case)
    if case is not None and cause is not None:
        start_clocks(subject_of(case.pk), cause)


def earlier_cases(number: int) -> list[int]:
    """The cases before this one in which its items were settled, and opened again, by their numbers."""
    found: list[int] = []
    left = [number]
    while left:
        before = CaseItem.objects.filter(case_id__in=left, reopens__isnull=False)
        left = [one for one in before.values_list("reopens__case_id", flat=True) if one not in found]
        found += dict.fromkeys(left)
    return found


def related(number: int) -> Related:
    """What belongs to a case: its items, the cases from which they came, the bytes that show them. Locks the case."""
    case = Case.objects.select_for_update().filter(pk=number).first()
    if case is None:
        return Related()
    subjects = [Subject("item", str(one)) for one in case.items.values_list("item_id", flat=True)]
    subjects += [subject_of(one) for one in earlier_cases(number)]
    contents = []
    for media in _media(number):
        obj = media.vault_object
        contents += [bytes(one.sha256) for one in (obj, obj.original) if one is not None]
    waits = None if case.state == CaseState.CLOSED else Blocked.OPEN
    return Related(tuple(subjects), tuple(contents), waits)


def destroy_of_case(number: int, reason: DestructionReason) -> Destroyed:
    """Destroy all that shows or says what a case was about; whoever calls has asked for holds. Nothing, done twice."""
    case = Case.objects.filter(pk=number).first()
    if case is None:
        return Destroyed()
    at, objects = now(), []
    for media in _media(number):
        kept = media.vault_object
        media.delete()
        destroy(kept, reason=reason)
        objects.append(proof_of(kept))
    contexts = Sighting.objects.filter(case=case, erased_at=None).update(context=None, address=None, erased_at=at)
    counts = {"media": len(objects), "contexts": contexts, **_destroy_words(case)}
    counts["notes"] = Grade.objects.filter(case_item__case=case, note__isnull=False).update(note=None)
    hosts = UrlGrade.objects.filter(grade__case_item__case=case, sealed__isnull=False)
    counts["notes"] += hosts.update(sealed=None)
    counts["reasons"] = Case.objects.filter(pk=number, because__isnull=False).update(because=None)
    links = LinkJudgement.objects.filter(Q(link__earlier=case) | Q(link__later=case), why__isnull=False)
    counts["reasons"] += links.update(why=None)
    counts["uploaders"] = Case.objects.filter(pk=number, person__isnull=False).update(person=None)
    # In a restored backup a case that was destroyed since can be open still: nothing is left to judge.
    if case.items.exclude(state=ItemState.SETTLED).update(state=ItemState.SETTLED, settled_at=at):
        refresh_state(case)
    return Destroyed(counts, tuple(objects))


KEEPER = Keeper(related, destroy_of_case)


def _cause(case: Case) -> Cause | None:
    """Unfounded where people found every item so; None where nobody judged any, as all of it was erased."""
    outcomes = [outcome_of(grade) for item in case.items.all() if (grade := deciding_grade(item)) is not None]
    if not outcomes:
        return None
    return Cause.UNFOUNDED if all(one is not None and one.unfounded for one in outcomes) else Cause.FOUNDED


def _media(number: int) -> list[Media]:
    rows = Media.objects.filter(case_item__case_id=number).select_related("vault_object__original")
    return list(rows.order_by("pk"))


def _destroy_words(case: Case) -> dict[str, int]:
    """Destroy the words of conversations, which messages were evidence, and what was marked."""
    words = ConversationText.objects.filter(case_item__case=case, state=TextState.KEPT)
    found = words.aggregate(texts=Count("pk"))
    found["marks"] = EvidenceMark.objects.filter(case_item__case=case).count()
    for item in case.items.select_related("conversation"):
        erase_conversation(item)
    return found
