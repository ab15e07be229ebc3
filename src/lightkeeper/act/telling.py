"""What a platform is told of decisions and actions: one shape each, whoever made it, by the platform's own names."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from lightkeeper.act.account_names import name_of
from lightkeeper.act.types import WITHHOLDING, DecisionKind
from lightkeeper.record.types import ItemKind
from lightkeeper.review.services import context_of
from lightkeeper.runtime.services import SealError

if TYPE_CHECKING:
    from lightkeeper.act.models import CaseAction
    from lightkeeper.review.models import Sighting

DECISION_EVENT: Final = "decision.made"
ACTION_EVENT: Final = "action.taken"
ACTION_REVERSED_EVENT: Final = "action.reversed"
NOTICE_EVENT: Final = "notice.changed"
CONSEQUENTIAL: Final = frozenset({*WITHHOLDING, DecisionKind.LABEL})
"""Decisions of which a user is told, with reasons."""

_logger = logging.getLogger(__name__)


def decision_payload(
    *, callers_id: str, kind: DecisionKind, label: str, decided_at: datetime, policy: int,
    seen: tuple[UUID | None, str | None] | None, reasons: Mapping[str, Any] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """The payload of ``decision.made`` (``docs/callbacks.md``): never content, lists or grades.

    ``seen`` is for who is told details: the case's public id, and what the scan came to; None for all others.
    ``reasons`` is what the user is told, and whether they may be, None where nothing befell them.
    """
    told: dict[str, Any] = {
        "id": callers_id,
        "submission_state": "withheld" if kind in WITHHOLDING else "accepted",
        "decision": str(kind),
        "label": label or None,
        "decided_at": decided_at.isoformat(),
        "policy_version": policy,
    }
    if seen is not None:
        case_id, outcome = seen
        told |= {"case_id": str(case_id), "outcome": outcome}
    return told | dict(reasons or {})


def conversation_payload(
    *, conversations: list[str], sender: str, recipient: str, kind: DecisionKind, label: str, decided_at: datetime,
    policy: int, reasons: Mapping[str, Any] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """The same of a conversation, told only to the client that sent it.

    Never words, scores, bands, signals or grades.
    """
    return {
        "conversation_ids": conversations,
        "sender_id": sender,
        "recipient_id": recipient,
        "decision": str(kind),
        "label": label or None,
        "decided_at": decided_at.isoformat(),
        "policy_version": policy,
        **(reasons or {}),
    }


def content_names(sighting: Sighting) -> tuple[int, dict[str, Any]] | None:
    """The client that sent something, and the names by which it knows it; None where these cannot be opened."""
    try:
        context = context_of(sighting) or {}
    except SealError:
        _logger.error("what came with sighting %s cannot be opened", sighting.pk)  # noqa: TRY400  # no traceback
        return None
    client_id = sighting.client_id or context.get("client_id")
    if not isinstance(client_id, int) or not context.get("callers_id"):
        return None
    if sighting.case_item.item.kind != ItemKind.CONVERSATION:
        return client_id, {"id": str(context["callers_id"])}
    named = context.get("conversation_ids")
    ids = [str(one) for one in named] if isinstance(named, list) else []
    people = {name: str(context.get(name, "")) for name in ("sender_id", "recipient_id")}
    return client_id, {"conversation_ids": ids, **people}


def account_names(action: CaseAction) -> dict[str, str] | None:
    """The names by which a platform knows an action and its account; None where these were erased or are damaged."""
    if action.account is None:
        return None
    try:
        name = name_of(bytes(action.account), action.public.bytes)
    except SealError:
        _logger.error("the account of action %s cannot be opened", action.pk)  # noqa: TRY400  # no traceback
        return None
    return {"action_id": str(action.public), "action": action.kind, "account_id": name}


def account_order(action: CaseAction) -> bytes:
    """What messages about the same account share, so that they come in order."""
    return b"account:" + bytes(action.account_index)
