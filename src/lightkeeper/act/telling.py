"""What a platform is told of a decision: one shape, whoever made it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from lightkeeper.act.types import WITHHOLDING, DecisionKind

DECISION_EVENT: Final = "decision.made"


def decision_payload(
    *, callers_id: str, kind: DecisionKind, label: str, decided_at: datetime, policy: int,
    seen: tuple[UUID | None, str | None] | None,
) -> dict[str, Any]:  # fmt: skip
    """The payload of ``decision.made`` (``docs/callbacks.md``): never content, lists or grades.

    ``seen`` is for who is told details: the case's public id, and what the scan came to; None for all others.
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
    return told
