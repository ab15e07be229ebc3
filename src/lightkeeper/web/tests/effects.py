"""What the audit trail says that somebody did, and which permission that takes."""

from __future__ import annotations

from typing import Final, NamedTuple

from lightkeeper.people.matrix import Permission
from lightkeeper.record.models import AuditEvent


class Effect(NamedTuple):
    """One event: what happened, who did it, and to whom or what."""

    event: str
    actor: str
    subject: str


OWN: Final = frozenset({
    "people:password:changed", "people:person:reauthenticated", "people:recovery_codes:made",
    "people:second_factor:enrolled", "people:session:locked", "people:session:unlocked", "people:sign_in:failed",
    "people:sign_in:locked", "people:sign_in:succeeded", "people:sign_out:done", "people:link:used",
    "review:protection:changed", "review:lease:ended",
})  # fmt: skip
"""What everybody does to themselves alone, or gives back."""

NEEDS: Final[dict[str, tuple[Permission, ...]]] = {
    "act:action:approved": (Permission.ACTION_APPROVE,),
    "act:action:proposed": (Permission.ACTION_PROPOSE,),
    "act:action:refused": (Permission.ACTION_APPROVE,),
    "act:action:reversed": (Permission.ACTION_REVERSE,),
    "act:action:withdrawn": (Permission.ACTION_PROPOSE, Permission.ACTION_APPROVE, Permission.ACTION_REVERSE),
    "act:decision:reversed": (Permission.ACTION_REVERSE,),
    "act:notice:": (Permission.NOTICE_DELAY,),
    "act:evidence:": (Permission.REQUEST_HANDLE, Permission.REQUEST_APPROVE),
    "act:party:": (Permission.PARTY_CONFIRM,),
    "act:victim:": (Permission.VICTIM_WRITE,),
    "act:victim:shown": (Permission.VICTIM_READ,),
    "act:report:victims_shown": (Permission.VICTIM_READ,),
    "act:request:": (Permission.REQUEST_HANDLE, Permission.REQUEST_APPROVE),
    "act:takedown": (Permission.TAKEDOWN_SEND,),
    "act:callback:replayed": (Permission.CALLBACK_REPLAY,),
    "act:callbacks:": (Permission.CALLBACK_REPLAY,),
    "act:conversation_address:": (Permission.CLIENT_MANAGE,),
    "act:signing_key:": (Permission.CLIENT_MANAGE,),
    "figures:matching:reviewed": (Permission.MATCHING_REVIEW,),
    "intake:entry:corrected": (Permission.ENTRY_CORRECT,),
    "intake:public_report:": (Permission.PUBLIC_REPORT_TRIAGE,),
    "intake:public_report:shown": (Permission.PUBLIC_REPORT_TRIAGE, Permission.PUBLIC_REPORT_CONTACT),
    "intake:surface:": (Permission.SURFACE_CHANGE,),
    "lists:import:": (Permission.LIST_IMPORT,),
    "lists:entry:moved": (Permission.LIST_CHANGE, Permission.ENTRY_CORRECT, Permission.ACTION_REVERSE),
    "lists:entries:added": (Permission.LIST_CHANGE, Permission.LIST_CONTRIBUTE),
    "lists:list:created": (Permission.LIST_IMPORT,),
    "lists:": (Permission.LIST_CHANGE,),
    "people:alert:": (Permission.ALERT_ACKNOWLEDGE,),
    "people:client:": (Permission.CLIENT_MANAGE,),
    "people:contact:": (Permission.ONCALL_CHANGE,),
    "people:content": (Permission.CONTENT_GRANT,),
    "people:key:": (Permission.CLIENT_MANAGE,),
    "people:": (Permission.PERSON_MANAGE,),
    "record:audit:": (Permission.AUDIT_READ,),
    "record:clock:extended": (Permission.RETENTION_EXTEND,),
    "record:proofs:": (Permission.RETENTION_READ,),
    "record:hold:lifted": (Permission.HOLD_LIFT,),
    "record:hold:placed": (Permission.HOLD_PLACE,),
    "record:policy:": (Permission.POLICY_CHANGE,),
    "record:views:exported": (Permission.VIEWS_EXPORT,),
    "review:case:reopened": (Permission.CASE_REOPEN,),
    "review:case:opened": (Permission.CASE_REOPEN, Permission.CASE_GRADE),
    "review:case:joined": (Permission.CASE_GRADE,),
    "review:glass:": (Permission.CASE_GRADE,),
    "review:grade:": (Permission.CASE_GRADE,),
    "review:item:added": (Permission.PICTURE_ADD,),
    "review:link:": (Permission.PARTY_CONFIRM,),
    "review:lease:taken": (Permission.CASE_GRADE, Permission.CASE_TAKE_OVER),
    "review:reveal:": (Permission.CONTENT_REVEAL,),
    "runtime:work:": (Permission.WORK_RETRY,),
}
"""By the beginning of an event's name, the longest first: one of these permissions is needed to cause it."""


def needed(event: str) -> tuple[Permission, ...]:
    """The permissions of which one is needed. An event that no person can cause needs what nobody has: none."""
    beginnings = [one for one in NEEDS if event.startswith(one)]
    return NEEDS[max(beginnings, key=len)] if beginnings else ()


def effects_since(last: int) -> list[Effect]:
    """What people did since this event of the trail."""
    rows = AuditEvent.objects.filter(pk__gt=last).order_by("pk")
    return [Effect(row.event, row.actor_id, row.subject_id) for row in rows if row.actor_kind == "person"]
