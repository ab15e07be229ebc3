"""How grave a case is before anybody looked, when it is due, and what there will be to see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from lightkeeper.record.models import Item
from lightkeeper.record.policy import PolicyValues
from lightkeeper.record.types import ItemKind
from lightkeeper.review.types import CaseReason, Context, Exposure, NewFinding, Severity

LISTED: Final[Mapping[str, Severity]] = {
    "a": Severity.CRITICAL,
    "a1": Severity.CRITICAL,
    "a2": Severity.HIGH,
    "b": Severity.HIGH,
    "b1": Severity.HIGH,
    "b2": Severity.MEDIUM,
    "c": Severity.MEDIUM,
}
"""What a list's category says. It orders the queue alone: no category is converted into another."""

REPORTED: Final[Mapping[str, Severity]] = {
    "contact_abuse": Severity.CRITICAL,
    "coerced_extortion": Severity.CRITICAL,
    "abuse_material": Severity.HIGH,
    "self_generated": Severity.HIGH,
}
"""What a user's reason says; every other one is of medium severity."""

HOURS: Final = {
    Severity.CRITICAL: "due_hours_critical",
    Severity.HIGH: "due_hours_high",
    Severity.MEDIUM: "due_hours_medium",
    Severity.LOW: "due_hours_low",
}
EXPOSURES: Final = tuple(Exposure)
"""From nothing to the most."""


def severity_of(
    findings: Sequence[NewFinding], *, reason: CaseReason, imminent: bool, context: Context | None = None
) -> Severity:
    """The gravest of what the findings say; one that is only possible counts a step less. Danger now is the gravest.

    What somebody reported counts by their reason, which ``context`` holds.
    """
    if imminent:
        return Severity.CRITICAL
    said = [_of_finding(found) for found in findings]
    if reason in (CaseReason.USER_REPORT, CaseReason.PUBLIC_REPORT, CaseReason.PROACTIVE):
        report = (context or {}).get("report")
        said.append(REPORTED.get(str(report.get("reason")) if isinstance(report, dict) else "", Severity.MEDIUM))
    return max(said, default=Severity.MEDIUM)


def _of_finding(found: NewFinding) -> Severity:
    listed = LISTED.get((found.category or "").strip().lower(), Severity.MEDIUM)
    return Severity(max(Severity.LOW, listed - 1)) if found.tier == "possible" else listed


def due(policy: PolicyValues, severity: Severity, *, imminent: bool, at: datetime) -> datetime:
    """When a case that opens now is due, by policy."""
    hours: int = policy.due_hours_imminent if imminent else getattr(policy, HOURS[severity])
    return at + timedelta(hours=hours)


def exposure_of(item: Item, context: Context, *, kept: bool) -> Exposure:
    """What whoever takes the case must expect to see: of what is not kept, nothing but a reporter's words."""
    if kept and item.kind in (ItemKind.PICTURE, ItemKind.VIDEO):
        return Exposure.STILL if item.kind == ItemKind.PICTURE else Exposure.MOTION
    report = context.get("report")
    return Exposure.TEXT if isinstance(report, dict) and report.get("note") else Exposure.NONE


def more(one: str, other: str) -> Exposure:
    """The larger of two exposures."""
    return max(Exposure(one), Exposure(other), key=EXPOSURES.index)
