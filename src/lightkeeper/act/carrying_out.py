"""Carrying decisions out: when an item is settled, the decision of its deciding grade, once, for all who sent it.

All of it happens in the transaction that settles the item, so a process that dies at any moment leaves the item
unsettled with its work still due, or everything written: decision, actions, and the callbacks that wait to be sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from lightkeeper.act.models import Action, Decision, Reversal
from lightkeeper.act.notices import begin_if_urgent, notice_of
from lightkeeper.act.queueing import queue_callback
from lightkeeper.act.statements import appeal_url, statement_of, statement_of_decision
from lightkeeper.act.states import DecisionState
from lightkeeper.act.telling import (
    CONSEQUENTIAL,
    DECISION_EVENT,
    content_names,
    conversation_payload,
    decision_payload,
)
from lightkeeper.act.types import DecisionKind, Delivery
from lightkeeper.record.events import Event
from lightkeeper.record.services import write_event
from lightkeeper.record.types import Actor, EventRow, ItemKind, Subject
from lightkeeper.review.models import Case, CaseItem, Grade, Sighting
from lightkeeper.review.services import context_of
from lightkeeper.review.types import CaseReason

_OUTCOMES: Final = {
    CaseReason.LIST_MATCH: "match",
    CaseReason.LIST_UPDATE: "match",
    CaseReason.LIST_POSSIBLE: "possible",
    CaseReason.USER_REPORT: "possible",
}
"""What the scan had come to, by why a sighting is before a person."""

_DONE: Final = (DecisionState.CARRIED_OUT, DecisionState.REVERSED)


def item_settled(event: EventRow) -> None:
    """Carry out the decision of the grade that settled an item; in the transaction of the event."""
    if event.subject is None:
        raise ValueError("an item is settled, but not said which")
    carry_out(case_item_id=int(event.subject.id), grade_id=int(str(event.details["grade"])))


@transaction.atomic
def carry_out(*, case_item_id: int, grade_id: int) -> Decision | None:
    """Carry out the decision of an item's deciding grade; None where one was carried out before."""
    case_item = CaseItem.objects.select_related("case", "item").get(pk=case_item_id)
    # Whoever adds or withdraws a sighting holds this lock until they commit: they are told, or come after.
    Case.objects.select_for_update().get(pk=case_item.case_id)
    if Decision.objects.filter(case_item=case_item, state__in=_DONE).exists():
        return None
    at = timezone.now()
    grade = Grade.objects.get(pk=grade_id, case_item=case_item)
    decision = _decision_of(grade)
    others = Decision.objects.filter(case_item=case_item, state=DecisionState.PROPOSED).exclude(pk=decision.pk)
    others.update(state=DecisionState.VOID, ended_at=at)
    decision.state, decision.ended_at = DecisionState.CARRIED_OUT, at
    decision.save(update_fields=["state", "ended_at"])
    told = _telling(decision, case_item, grade, at)
    actions = [tell(decision, case_item, sighting, told) for sighting in sightings_of(case_item)]
    write_event(
        Event.ACT_DECISION_CARRIED_OUT,
        actor=Actor.system(),
        subject=Subject("decision", str(decision.pk)),
        details={"kind": str(decision.kind), "actions": len(actions), "policy": decision.policy},
    )
    return decision


def sightings_of(case_item: CaseItem) -> list[Sighting]:
    """Who brought an item, and is to be told of a decision: neither withdrawn nor erased."""
    rows = Sighting.objects.filter(case_item=case_item, withdrawn_at=None, erased_at=None)
    return list(rows.select_related("case_item__item").order_by("pk"))


def _decision_of(grade: Grade) -> Decision:
    """What was proposed with a grade; one without a row means what the grade itself says."""
    found = Decision.objects.select_for_update().filter(case_item_id=grade.case_item_id, grade=grade).first()
    if found is not None:
        return found
    return Decision.objects.create(
        case_item_id=grade.case_item_id, grade=grade, kind=DecisionKind(grade.proposed), label=grade.label,
        policy=grade.policy, made_by_id=grade.person_id,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Telling:
    """What platforms are told about an item: of its decision, or of the reversal of that."""

    kind: DecisionKind
    label: str
    at: datetime
    policy: int
    reasons: Mapping[str, Any] = field(default_factory=dict)
    reversal: Reversal | None = None


def tell(decision: Decision, case_item: CaseItem, sighting: Sighting, told: Telling) -> Action:
    """Queue what one platform is told, in the caller's transaction, and note it as an action."""
    place, callback = content_names(sighting), None
    if place is not None:
        payload = _payload(case_item, sighting, place[1], told)
        callback = queue_callback(
            client_id=place[0], order_key=bytes(sighting.source), event=DECISION_EVENT, payload=payload
        )
        delivery = Delivery.ASKS if callback is None else Delivery.WAITING
    else:
        delivery = Delivery.UNREADABLE
    return Action.objects.create(
        decision=decision, sighting=sighting, kind=told.kind, callback_id=callback, delivery=delivery,
        reversal=told.reversal,
    )  # fmt: skip


def _telling(decision: Decision, case_item: CaseItem, grade: Grade, at: datetime) -> Telling:
    """What is told of a decision; a delay of notices begins with it where a child is in danger now."""
    kind, reasons = DecisionKind(decision.kind), {}
    if kind in CONSEQUENTIAL:
        begin_if_urgent(case_item.case, decision.made_by)
        code = statement_of_decision(grade, case_item)
        reasons = {
            "statement_of_reasons": statement_of(code, case_item=case_item, sightings=sightings_of(case_item)),
            "appeal_url": appeal_url(),
            "notify_user": notice_of(case_item.case),
        }
    return Telling(kind, decision.label, at, decision.policy, reasons)


def _payload(case_item: CaseItem, sighting: Sighting, names: Mapping[str, Any], told: Telling) -> dict[str, Any]:
    if case_item.item.kind == ItemKind.CONVERSATION:
        return conversation_payload(
            conversations=names["conversation_ids"], sender=names["sender_id"], recipient=names["recipient_id"],
            kind=told.kind, label=told.label, decided_at=told.at, policy=told.policy, reasons=told.reasons,
        )  # fmt: skip
    detail = (context_of(sighting) or {}).get("detail") is True
    seen = (case_item.case.public, _OUTCOMES.get(CaseReason(sighting.reason))) if detail else None
    return decision_payload(
        callers_id=names["id"], kind=told.kind, label=told.label, decided_at=told.at, policy=told.policy, seen=seen,
        reasons=told.reasons,
    )  # fmt: skip
