"""What other rooms and the pages ask about callbacks."""

from __future__ import annotations

from typing import Final

from django.db.models import Count, Min, Q, QuerySet

from lightkeeper.act.account_names import Account, accounts_of
from lightkeeper.act.action_kinds import LONGEST_DAYS, ActionKind
from lightkeeper.act.action_queries import (
    AGENCIES,
    CASE_KINDS,
    action_name,
    case_actions,
    decided_items,
    delays_of,
    reversal_of,
    suggested_actions,
    unaware_of_notices,
)
from lightkeeper.act.bases import Basis, bases_of
from lightkeeper.act.bases import settled as all_settled
from lightkeeper.act.contributions import hashes_may_be_added, may_be_added, own_lists, suggests_adding
from lightkeeper.act.decisions import LABEL_HINT, allowed_kinds, suggested
from lightkeeper.act.models import Action, Callback, Channel, Decision, SigningKey
from lightkeeper.act.notes import LONGEST_NOTE as LONGEST_REASON
from lightkeeper.act.notes import note_of as reason_of
from lightkeeper.act.notices import notice_of
from lightkeeper.act.parties.identity import Identity, IpEvent
from lightkeeper.act.parties.queries import Who, Word, victim_looks, victims_of, who_is_who
from lightkeeper.act.parties.types import LookPurpose, PartyRole
from lightkeeper.act.reports.queries import needing_a_person as reports_needing_a_person
from lightkeeper.act.reports.queries import reports_of
from lightkeeper.act.reports.states import ReportState
from lightkeeper.act.requests.queries import overdue as overdue_requests
from lightkeeper.act.requests.queries import requests_about, requests_of_holds
from lightkeeper.act.retaining import belongs_to
from lightkeeper.act.reversing import plan_of_action, plan_of_decision
from lightkeeper.act.statements import LONGEST_REFERENCE, STATEMENTS
from lightkeeper.act.states import OPEN, CallbackState, DecisionState, SigningKeyState
from lightkeeper.act.takedowns.queries import overdue as takedowns_overdue
from lightkeeper.act.takedowns.queries import took as takedown_took
from lightkeeper.act.takedowns.states import TakedownState
from lightkeeper.act.types import ActionView, DecisionKind, Delivering, Delivery
from lightkeeper.people.models import Client
from lightkeeper.review.models import CaseItem

__all__ = [
    "AGENCIES",
    "CASE_KINDS",
    "LABEL_HINT",
    "LONGEST_DAYS",
    "LONGEST_REASON",
    "LONGEST_REFERENCE",
    "STATEMENTS",
    "Account",
    "ActionKind",
    "Basis",
    "DecisionState",
    "Identity",
    "IpEvent",
    "LookPurpose",
    "PartyRole",
    "ReportState",
    "TakedownState",
    "Who",
    "Word",
    "accounts_of",
    "action_name",
    "actions_of",
    "all_settled",
    "allowed_kinds",
    "bases_of",
    "belongs_to",
    "callbacks",
    "case_actions",
    "clients_with_channels",
    "counts",
    "decided_items",
    "decision_of",
    "delays_of",
    "delivering",
    "hashes_may_be_added",
    "may_be_added",
    "notice_of",
    "overdue_requests",
    "own_lists",
    "plan_of_action",
    "plan_of_decision",
    "reason_of",
    "reports_needing_a_person",
    "reports_of",
    "requests_about",
    "requests_of_holds",
    "reversal_of",
    "signing_key_ids",
    "suggested",
    "suggested_actions",
    "suggests_adding",
    "takedown_took",
    "takedowns_overdue",
    "unaware_of_notices",
    "victim_looks",
    "victims_of",
    "who_is_who",
]


def delivering() -> Delivering:
    """Say how delivering stands over all clients, for the status page."""
    counted = Callback.objects.aggregate(
        open=Count("pk", filter=Q(state__in=OPEN)),
        oldest=Min("created_at", filter=Q(state__in=OPEN)),
        dead=Count("pk", filter=Q(state=CallbackState.DEAD)),
    )
    held = Channel.objects.filter(paused_at__isnull=False).count()
    return Delivering(open=counted["open"], oldest_open_at=counted["oldest"], dead=counted["dead"], held_clients=held)


def callbacks(*, client_id: int | None = None, state: CallbackState | None = None) -> QuerySet[Callback]:
    """Give callbacks, the newest first; of one client, in one state."""
    rows = Callback.objects.select_related("client").defer("payload", "subject_index").order_by("-pk")
    if client_id is not None:
        rows = rows.filter(client_id=client_id)
    return rows.filter(state=state) if state is not None else rows


def signing_key_ids(client_id: int) -> dict[SigningKeyState, str]:
    """Give the ids of a client's keys that sign now or next."""
    rows = SigningKey.objects.filter(client_id=client_id).exclude(state=SigningKeyState.RETIRED)
    return {SigningKeyState(state): key_id for state, key_id in rows.values_list("state", "key_id")}


def clients_with_channels() -> list[Client]:
    """Give the clients that have, or had, an address, by name."""
    rows = Client.objects.exclude(callback_url="", channel__isnull=True).select_related("channel")
    return list(rows.order_by("name"))


def counts(client_id: int) -> dict[str, int]:
    """Give how many callbacks of a client are in which state."""
    rows = Callback.objects.filter(client_id=client_id).values_list("state").annotate(n=Count("pk"))
    return {str(CallbackState(state).label): n for state, n in rows.order_by("state")}


def decision_of(case_item: CaseItem) -> Decision | None:
    """Give the decision about an item that was carried out; not what is only proposed: reviews are blind."""
    rows = Decision.objects.filter(case_item=case_item, state=DecisionState.CARRIED_OUT)
    return rows.select_related("made_by").first()


def actions_of(case_item: CaseItem) -> list[ActionView]:
    """Give what followed from the decision about an item, and how far each platform has been told."""
    rows = list(
        Action.objects.filter(decision__case_item=case_item)
        .select_related("callback", "sighting")
        .defer("callback__payload", "sighting__context")
        .order_by("pk")
    )
    names = Client.objects.in_bulk({row.sighting.client_id for row in rows if row.sighting.client_id is not None})
    return [_view(row, names) for row in rows]


def _view(row: Action, clients: dict[int, Client]) -> ActionView:
    client = clients.get(row.sighting.client_id or 0)
    callback, delivery = row.callback, Delivery(row.delivery)
    if callback is not None:
        delivery = _DELIVERY[CallbackState(callback.state)]
    return ActionView(
        sighting_id=row.sighting_id,
        client="" if client is None else client.name,
        kind=DecisionKind(row.kind),
        delivery=delivery,
        attempts=0 if callback is None else callback.attempts,
        at=row.made_at if callback is None else callback.finished_at or callback.created_at,
    )


_DELIVERY: Final = {
    CallbackState.WAITING: Delivery.WAITING,
    CallbackState.FAILED: Delivery.WAITING,
    CallbackState.DELIVERED: Delivery.DELIVERED,
    CallbackState.DEAD: Delivery.DEAD,
}
