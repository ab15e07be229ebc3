"""Decisions: what a person proposes with a grade, what may be proposed, and what policy suggests.

A proposed decision does nothing. It is carried out when the item is settled (``carrying_out.py``), or becomes void.
"""

from __future__ import annotations

from typing import Final

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lightkeeper.act.models import Decision
from lightkeeper.act.states import DecisionState
from lightkeeper.act.types import WITHHOLDING, DecisionError, DecisionKind
from lightkeeper.people.models import Person
from lightkeeper.record.services import current_policy
from lightkeeper.record.types import EventRow, ItemKind
from lightkeeper.review.models import CaseItem, Finding, Grade

LABEL_HINT: Final = gettext_lazy(
    "1 to 64 characters that the platform shows beside the content. It leaves this installation: no names, no"
    " addresses, nothing about a person."
)
OF_CONVERSATIONS: Final = (DecisionKind.WITHHOLD, DecisionKind.LABEL, DecisionKind.NO_ACTION)
"""Of a conversation: its messages are kept from being shown, or shown with words beside them, or nothing follows."""
_DIGESTS: Final = ("sha256", "sha1", "md5")


def propose_decision(*, grade: Grade, person: Person) -> Decision:
    """Propose, in the caller's transaction, what a grade says is to be done about its item, with its label; once each.

    It is part of the act of grading and has no audit event of its own. Raises DecisionError.
    """
    kind = _known(grade.proposed)
    if grade.person_id != person.pk:
        raise DecisionError(_("A decision is proposed by whoever graded."))
    if grade.ended_at is not None:
        raise DecisionError(_("This grade cannot be changed any more."))
    if kind not in allowed_kinds(grade.case_item):
        if grade.case_item.item.kind == ItemKind.CONVERSATION:
            raise DecisionError(_("This cannot be done about a conversation: withhold, label, or take no action."))
        raise DecisionError(_("Nothing of this item is withheld, so there is nothing to reinstate."))
    try:
        with transaction.atomic():
            return Decision.objects.create(
                case_item_id=grade.case_item_id, grade=grade, kind=kind, label=grade.label, policy=grade.policy,
                made_by=person,
            )  # fmt: skip
    except IntegrityError:
        raise DecisionError(_("A decision was proposed with this grade already.")) from None


def void_decision(grade_id: int) -> bool:
    """Make the decision that was proposed with a grade void, in the caller's transaction; False if there is none."""
    proposed = Decision.objects.filter(grade_id=grade_id, state=DecisionState.PROPOSED)
    return bool(proposed.update(state=DecisionState.VOID, ended_at=timezone.now()))


def grade_undone(event: EventRow) -> None:
    """Void what was proposed with a grade that somebody undid; in the transaction of the event."""
    if event.subject is not None:
        void_decision(int(event.subject.id))


def grade_stood(event: EventRow) -> None:
    """Void what was proposed with a grade that stands on an item which was settled without it: it was erased."""
    if event.subject is None:
        return
    late = Grade.objects.filter(pk=int(event.subject.id), case_item__settled_at__isnull=False)
    if late.exists():
        void_decision(int(event.subject.id))


def suggested(outcome: str, case_item: CaseItem | None = None) -> DecisionKind:
    """What policy suggests after an outcome; with an item, only what may be proposed for it."""
    kind = DecisionKind(current_policy().suggests.get(outcome, DecisionKind.NO_ACTION))
    if case_item is not None and kind not in allowed_kinds(case_item):
        return DecisionKind.NO_ACTION
    return kind


def allowed_kinds(case_item: CaseItem) -> tuple[DecisionKind, ...]:
    """The decisions that make sense for an item: reinstating only where something may be withheld."""
    if case_item.item.kind == ItemKind.CONVERSATION:
        return OF_CONVERSATIONS
    if may_be_withheld(case_item):
        return tuple(DecisionKind)
    return tuple(kind for kind in DecisionKind if kind is not DecisionKind.REINSTATE)


def may_be_withheld(case_item: CaseItem) -> bool:
    """Whether content of this item may be withheld now: its bytes equal a list's entry, or a person decided so."""
    same = Finding.objects.filter(case_item__item_id=case_item.item_id)
    if same.filter(algorithm__in=_DIGESTS, distance=0).exists():
        return True
    done = Decision.objects.filter(case_item__item_id=case_item.item_id, state=DecisionState.CARRIED_OUT)
    last = done.order_by("-ended_at", "-pk").first()
    return last is not None and last.kind in WITHHOLDING


def _known(kind: str) -> DecisionKind:
    try:
        return DecisionKind(kind)
    except ValueError:
        raise DecisionError(_("There is no such decision.")) from None
