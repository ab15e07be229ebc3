"""Carrying decisions out: when an item is settled, the decision of its deciding grade, once, for all who sent it.

All of it happens in the transaction that settles the item, so a process that dies at any moment leaves the item
unsettled with its work still due, or everything written: decision, actions, and the callbacks that wait to be sent.
"""

from __future__ import annotations

import logging
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from lightkeeper.act.models import Action, Decision
from lightkeeper.act.queueing import queue_callback
from lightkeeper.act.states import DecisionState
from lightkeeper.act.telling import DECISION_EVENT, decision_payload
from lightkeeper.act.types import DecisionKind, Delivery
from lightkeeper.record.events import Event
from lightkeeper.record.services import write_event
from lightkeeper.record.types import Actor, EventRow, Subject
from lightkeeper.review.models import Case, CaseItem, Grade, Sighting
from lightkeeper.review.services import context_of
from lightkeeper.review.types import CaseReason, Context
from lightkeeper.runtime.services import SealError

_OUTCOMES: Final = {
    CaseReason.LIST_MATCH: "match",
    CaseReason.LIST_UPDATE: "match",
    CaseReason.LIST_POSSIBLE: "possible",
    CaseReason.USER_REPORT: "possible",
}
"""What the scan had come to, by why a sighting is before a person."""

_logger = logging.getLogger(__name__)


def item_settled(event: EventRow) -> None:
    """Carry out the decision of the grade that settled an item; in the transaction of the event."""
    if event.subject is None:
        raise ValueError("an item is settled, but not said which")
    carry_out(case_item_id=int(event.subject.id), grade_id=int(str(event.details["grade"])))


@transaction.atomic
def carry_out(*, case_item_id: int, grade_id: int) -> Decision | None:
    """Carry out the decision of an item's deciding grade; None where one was carried out before."""
    case_item = CaseItem.objects.select_related("case").get(pk=case_item_id)
    # Whoever adds or withdraws a sighting holds this lock until they commit: they are told, or come after.
    Case.objects.select_for_update().get(pk=case_item.case_id)
    if Decision.objects.filter(case_item=case_item, state=DecisionState.CARRIED_OUT).exists():
        return None
    at = timezone.now()
    decision = _decision_of(Grade.objects.get(pk=grade_id, case_item=case_item))
    others = Decision.objects.filter(case_item=case_item, state=DecisionState.PROPOSED).exclude(pk=decision.pk)
    others.update(state=DecisionState.VOID, ended_at=at)
    decision.state, decision.ended_at = DecisionState.CARRIED_OUT, at
    decision.save(update_fields=["state", "ended_at"])
    actions = [_act(decision, case_item, sighting) for sighting in sightings_of(case_item)]
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
    return list(rows.order_by("pk"))


def _decision_of(grade: Grade) -> Decision:
    """What was proposed with a grade; one without a row means what the grade itself says."""
    found = Decision.objects.select_for_update().filter(case_item_id=grade.case_item_id, grade=grade).first()
    if found is not None:
        return found
    return Decision.objects.create(
        case_item_id=grade.case_item_id, grade=grade, kind=DecisionKind(grade.proposed), label=grade.label,
        policy=grade.policy, made_by_id=grade.person_id,
    )  # fmt: skip


def _act(decision: Decision, case_item: CaseItem, sighting: Sighting) -> Action:
    try:
        context = context_of(sighting) or {}
    except SealError:
        _logger.error("what came with sighting %s cannot be opened", sighting.pk)  # noqa: TRY400  # no traceback
        context = {}
    client_id, callback = sighting.client_id or context.get("client_id"), None
    if isinstance(client_id, int) and context.get("callers_id"):
        callback = queue_callback(
            client_id=client_id,
            order_key=bytes(sighting.source),
            event=DECISION_EVENT,
            payload=_payload(decision, case_item, sighting, context),
        )
        delivery = Delivery.ASKS if callback is None else Delivery.WAITING
    else:
        delivery = Delivery.UNREADABLE
    return Action.objects.create(
        decision=decision, sighting=sighting, kind=decision.kind, callback_id=callback, delivery=delivery
    )


def _payload(decision: Decision, case_item: CaseItem, sighting: Sighting, context: Context) -> dict[str, Any]:
    assert decision.ended_at is not None  # noqa: S101  # it is carried out now
    seen = (case_item.case.public, _OUTCOMES.get(CaseReason(sighting.reason)))
    return decision_payload(
        callers_id=str(context["callers_id"]), kind=DecisionKind(decision.kind), label=decision.label,
        decided_at=decision.ended_at, policy=decision.policy, seen=seen if context.get("detail") is True else None,
    )  # fmt: skip
