"""Opening a settled item again: as a new case, so that what was judged before stays as it was."""

from __future__ import annotations

import json
from typing import Final

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext as _

from lightkeeper.people.matrix import Permission, holds
from lightkeeper.people.types import Role
from lightkeeper.record.events import Event
from lightkeeper.record.policy import current_policy
from lightkeeper.record.services import write_event
from lightkeeper.record.types import Actor, Subject
from lightkeeper.review.grading import lock_item
from lightkeeper.review.judgement import LONGEST_NOTE, GradeError
from lightkeeper.review.linking import note_judgement
from lightkeeper.review.models import Case, CaseItem, CaseLink, Conversation, ConversationSignal, Finding
from lightkeeper.review.severity import due
from lightkeeper.review.states import ItemState, LinkState
from lightkeeper.review.types import CaseReason, LinkKind, Severity
from lightkeeper.runtime.services import seal, unseal

PURPOSE: Final = "review:because"


@transaction.atomic
def reopen_case(case_item: CaseItem, reason: str, actor: Actor) -> Case:
    """Put a settled item before people again, in a new case with all its evidence; gives that case.

    The grades of before stay and show; what was decided stays carried out until the new case decides otherwise. What
    there is to see, and whatever submission brought the item, moves, so that a caller's erasure reaches all of it.
    ``reason`` is written and kept sealed. Raises PermissionDenied, and GradeError.
    """
    if actor.role not in Role.values or not holds(actor.role, Permission.CASE_REOPEN):
        raise PermissionDenied(Permission.CASE_REOPEN.value)
    if not reason.strip() or len(reason.strip()) > LONGEST_NOTE:
        raise GradeError(
            _("Write down why it is opened again, in at most %(most)d characters.") % {"most": LONGEST_NOTE}
        )
    before = lock_item(case_item)
    if before.state != ItemState.SETTLED:
        raise GradeError(_("This item is not settled yet."))
    if CaseItem.objects.filter(item_id=before.item_id).exclude(pk=before.pk).filter(_later_than(before)).exists():
        raise GradeError(_("This item is in a later case; look there."))
    if not before.sightings.filter(erased_at=None).exists():
        raise GradeError(_("What brought this item was erased; there is nothing to open again."))
    case = _new_case(before, reason.strip(), actor)
    after = CaseItem.objects.create(
        case=case, item_id=before.item_id, cluster_id=before.cluster_id, position=1, added_at=now(), reopens=before
    )
    _carry_over(before, after)
    link = CaseLink.objects.create(earlier=before.case, later=case, kind=LinkKind.ITEM)
    note_judgement(link, LinkState.ACCEPTED, reason.strip(), int(actor.id))  # who opened it again says that it is one
    write_event(
        Event.REVIEW_CASE_REOPENED,
        actor=actor,
        subject=Subject("case", str(case.pk)),
        details={"before": before.case_id},
    )
    return case


def because_of(case: Case) -> str:
    """Why a case was opened again, "" where it was not. Raises SealError if it was altered."""
    if case.because is None:
        return ""
    text: str = json.loads(unseal(PURPOSE, bytes(case.because), context=case.public.bytes))["reason"]
    return text


def _later_than(before: CaseItem) -> Q:
    return Q(added_at__gt=before.added_at) | ~Q(state=ItemState.SETTLED)


def _new_case(before: CaseItem, reason: str, actor: Actor) -> Case:
    old, at = before.case, now()
    case = Case(
        reason=CaseReason.REOPENED, severity=old.severity, exposure=old.exposure, person=old.person,
        sampled=old.sampled, opened_at=at, due_at=due(current_policy(), Severity(old.severity), imminent=False, at=at),
    )  # fmt: skip
    text = json.dumps({"reason": reason, "by": actor.id})
    case.because = seal(PURPOSE, text.encode("utf-8"), context=case.public.bytes)
    case.save(force_insert=True)
    return case


def _carry_over(before: CaseItem, after: CaseItem) -> None:
    """Evidence is copied: it stays with the grades that rest on it. What brought the item and what it shows move.

    A finding drawn at random counts once, by the judgement that is made now.
    """
    rows = list(before.findings.order_by("pk"))
    for row in rows:
        row.pk, row.case_id, row.case_item = None, after.case_id, after
    Finding.objects.bulk_create(rows)
    before.findings.filter(sampled=True).update(sampled=False)
    before.sightings.update(case_id=after.case_id, case_item=after)
    before.media.update(case_item=after)
    _carry_over_conversation(before, after)


def _carry_over_conversation(before: CaseItem, after: CaseItem) -> None:
    """What the engine said is copied; the words are asked for again."""
    told = Conversation.objects.filter(case_item=before).first()
    if told is None:
        return
    told.pk, told.case_item = None, after
    told.save(force_insert=True)
    rows = list(before.signals.order_by("pk"))
    for row in rows:
        row.pk, row.case_item = None, after
    ConversationSignal.objects.bulk_create(rows)
