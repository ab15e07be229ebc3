"""The closed enumeration of audit events: ``room:subject:act``, what each says, and which details it may carry.

Adding one: a member of ``Event`` (named as its value, in capitals) and its row in ``EVENTS``, both in the block of your
room, by the alphabet; then ``python tools/audit_table.py``, which writes the table of ``docs/audit.md``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.utils.translation import gettext_noop as _

DETAIL_CODE: Final = re.compile(r"[a-z0-9_.:-]{1,64}")
"""What a text among the details must match in full: a code, so that no content or caller's identifier enters."""


class Event(StrEnum):
    """Everything that the audit trail can say."""

    # act
    ACT_CALLBACK_DELIVERED = "act:callback:delivered"
    ACT_CALLBACK_DIED = "act:callback:died"
    ACT_CALLBACK_REPLAYED = "act:callback:replayed"
    ACT_CALLBACKS_ERASED = "act:callbacks:erased"
    ACT_CALLBACKS_PAUSED = "act:callbacks:paused"
    ACT_CALLBACKS_REPLAYED = "act:callbacks:replayed"
    ACT_CALLBACKS_RESUMED = "act:callbacks:resumed"
    ACT_DECISION_CARRIED_OUT = "act:decision:carried_out"
    ACT_SIGNING_KEY_MADE = "act:signing_key:made"
    ACT_SIGNING_KEY_REMOVED = "act:signing_key:removed"
    ACT_SIGNING_KEY_SWITCHED = "act:signing_key:switched"

    # intake
    INTAKE_DEMO_ALLOWED = "intake:demo:allowed"
    INTAKE_ENTRY_CORRECTED = "intake:entry:corrected"
    INTAKE_SUBMISSION_ERASED = "intake:submission:erased"
    INTAKE_SUBMISSION_FINISHED = "intake:submission:finished"
    INTAKE_SUBMISSION_RECEIVED = "intake:submission:received"
    INTAKE_SUBMISSION_REFUSED = "intake:submission:refused"
    INTAKE_SUBMISSION_REINSTATED = "intake:submission:reinstated"
    INTAKE_SUBMISSION_WITHDRAWN = "intake:submission:withdrawn"
    INTAKE_SUBMISSIONS_PURGED = "intake:submissions:purged"
    INTAKE_SURFACE_CHANGED = "intake:surface:changed"

    # lists
    LISTS_ADDRESSES_RENEWED = "lists:addresses:renewed"
    LISTS_CHECKPOINT_RESET = "lists:checkpoint:reset"
    LISTS_CREDENTIALS_CHANGED = "lists:credentials:changed"
    LISTS_ENTRIES_ADDED = "lists:entries:added"
    LISTS_ENTRY_MOVED = "lists:entry:moved"
    LISTS_EXCHANGE_REMOVED = "lists:exchange:removed"
    LISTS_EXCHANGE_SET = "lists:exchange:set"
    LISTS_FEEDBACK_ENDED = "lists:feedback:ended"
    LISTS_FEEDBACK_QUEUED = "lists:feedback:queued"
    LISTS_IMPORT_FINISHED = "lists:import:finished"
    LISTS_LIST_CHANGED = "lists:list:changed"
    LISTS_LIST_CREATED = "lists:list:created"
    LISTS_RADIUS_CHANGED = "lists:radius:changed"
    LISTS_STATUS_CHANGED = "lists:status:changed"
    LISTS_SYNC_ASKED = "lists:sync:asked"
    LISTS_SYNC_FINISHED = "lists:sync:finished"

    # people
    PEOPLE_ALERT_ACKNOWLEDGED = "people:alert:acknowledged"
    PEOPLE_ALERT_CLOSED = "people:alert:closed"
    PEOPLE_ALERT_RAISED = "people:alert:raised"
    PEOPLE_ALERT_TOLD = "people:alert:told"
    PEOPLE_ALERT_UNANSWERED = "people:alert:unanswered"
    PEOPLE_CLIENT_CALLBACKS_SET = "people:client:callbacks_set"
    PEOPLE_CLIENT_CREATED = "people:client:created"
    PEOPLE_CONTACT_ADDED = "people:contact:added"
    PEOPLE_CONTACT_MOVED = "people:contact:moved"
    PEOPLE_CONTACT_REMOVED = "people:contact:removed"
    PEOPLE_CONTENT_GRANTED = "people:content:granted"
    PEOPLE_CONTENT_GRANT_ENDED = "people:content_grant:ended"
    PEOPLE_KEY_CREATED = "people:key:created"
    PEOPLE_KEY_REVOKED = "people:key:revoked"
    PEOPLE_KEY_ROTATED = "people:key:rotated"
    PEOPLE_LINK_MADE = "people:link:made"
    PEOPLE_LINK_USED = "people:link:used"
    PEOPLE_LOOKUPS_RESERVED = "people:lookups:reserved"
    PEOPLE_PASSWORD_CHANGED = "people:password:changed"  # noqa: S105  # an event's name
    PEOPLE_PERSON_ACTIVATED = "people:person:activated"
    PEOPLE_PERSON_DEACTIVATED = "people:person:deactivated"
    PEOPLE_PERSON_INVITED = "people:person:invited"
    PEOPLE_PERSON_REAUTHENTICATED = "people:person:reauthenticated"
    PEOPLE_RECOVERY_CODES_MADE = "people:recovery_codes:made"
    PEOPLE_ROLE_CHANGED = "people:role:changed"
    PEOPLE_SECOND_FACTOR_ENROLLED = "people:second_factor:enrolled"
    PEOPLE_SECOND_FACTOR_RESET = "people:second_factor:reset"
    PEOPLE_SESSIONS_ENDED = "people:sessions:ended"
    PEOPLE_SESSION_LOCKED = "people:session:locked"
    PEOPLE_SESSION_UNLOCKED = "people:session:unlocked"
    PEOPLE_SIGN_IN_FAILED = "people:sign_in:failed"
    PEOPLE_SIGN_IN_LOCKED = "people:sign_in:locked"
    PEOPLE_SIGN_IN_SUCCEEDED = "people:sign_in:succeeded"
    PEOPLE_SIGN_IN_UNLOCKED = "people:sign_in:unlocked"
    PEOPLE_SIGN_OUT_DONE = "people:sign_out:done"

    # record
    RECORD_AUDIT_BROKEN = "record:audit:broken"
    RECORD_AUDIT_EXPORTED = "record:audit:exported"
    RECORD_AUDIT_VERIFIED = "record:audit:verified"
    RECORD_AUTHORITY_ENDED = "record:authority:ended"
    RECORD_AUTHORITY_RECORDED = "record:authority:recorded"
    RECORD_CHECKPOINT_EXPORTED = "record:checkpoint:exported"
    RECORD_HOLD_LIFTED = "record:hold:lifted"
    RECORD_HOLD_PLACED = "record:hold:placed"
    RECORD_KEYS_ROTATED = "record:keys:rotated"
    RECORD_OBJECT_DAMAGED = "record:object:damaged"
    RECORD_OBJECT_DESTROYED = "record:object:destroyed"
    RECORD_OBJECT_KEPT = "record:object:kept"
    RECORD_OBJECT_OWED = "record:object:owed"
    RECORD_POLICY_CHANGED = "record:policy:changed"
    RECORD_VAULT_SWEPT = "record:vault:swept"
    RECORD_VAULT_VERIFIED = "record:vault:verified"
    RECORD_VIEWS_EXPORTED = "record:views:exported"

    # review
    REVIEW_CASE_CLOSED = "review:case:closed"
    REVIEW_CASE_JOINED = "review:case:joined"
    REVIEW_CASE_OPENED = "review:case:opened"
    REVIEW_CASE_REOPENED = "review:case:reopened"
    REVIEW_DERIVATIVE_KEPT = "review:derivative:kept"
    REVIEW_GLASS_BROKEN = "review:glass:broken"
    REVIEW_GRADE_STOOD = "review:grade:stood"
    REVIEW_GRADE_SUBMITTED = "review:grade:submitted"
    REVIEW_GRADE_UNDONE = "review:grade:undone"
    REVIEW_ITEM_SETTLED = "review:item:settled"
    REVIEW_LEASE_ENDED = "review:lease:ended"
    REVIEW_LEASE_TAKEN = "review:lease:taken"
    REVIEW_PROTECTION_CHANGED = "review:protection:changed"
    REVIEW_REVEAL_BEGAN = "review:reveal:began"
    REVIEW_REVEAL_ENDED = "review:reveal:ended"
    REVIEW_SIGHTING_ERASED = "review:sighting:erased"
    REVIEW_SIGHTING_WITHDRAWN = "review:sighting:withdrawn"

    # runtime
    RUNTIME_WORK_RETRIED = "runtime:work:retried"


@dataclass(frozen=True, slots=True)
class Spec:
    """What an event says (a sentence without its subject, for the table and the console) and its possible details."""

    says: str
    details: frozenset[str] = frozenset()


def _spec(says: str, *details: str) -> Spec:
    return Spec(says, frozenset(details))


EVENTS: Final[dict[Event, Spec]] = {
    # act
    Event.ACT_CALLBACK_DELIVERED: _spec(_("a platform took a callback"), "attempts"),
    Event.ACT_CALLBACK_DIED: _spec(_("a callback was given up"), "attempts", "status"),
    Event.ACT_CALLBACK_REPLAYED: _spec(_("a callback is to be sent again")),
    Event.ACT_CALLBACKS_ERASED: _spec(_("what callbacks about one item said was erased"), "callbacks"),
    Event.ACT_CALLBACKS_PAUSED: _spec(_("a platform's callbacks are held"), "why"),
    Event.ACT_CALLBACKS_REPLAYED: _spec(_("a platform's callbacks since a time are to be sent again"), "callbacks"),
    Event.ACT_CALLBACKS_RESUMED: _spec(_("a platform's callbacks are sent again"), "callbacks"),
    Event.ACT_DECISION_CARRIED_OUT: _spec(
        _("what was decided about an item is in force; its platforms are told"), "kind", "actions", "policy"
    ),
    Event.ACT_SIGNING_KEY_MADE: _spec(_("a key that signs a platform's callbacks was made"), "state"),
    Event.ACT_SIGNING_KEY_REMOVED: _spec(_("a signing key that had not begun to sign was destroyed")),
    Event.ACT_SIGNING_KEY_SWITCHED: _spec(_("a platform's callbacks are signed by their next key")),
    # intake
    Event.INTAKE_DEMO_ALLOWED: _spec(_("drawings were added to those that the demo takes"), "count"),
    Event.INTAKE_ENTRY_CORRECTED: _spec(
        _("an entry was proved wrong; what rests on it is put right"), "cases", "list", "state", "withholdings"
    ),
    Event.INTAKE_SUBMISSION_ERASED: _spec(_("a submission was erased at the caller's request")),
    Event.INTAKE_SUBMISSION_FINISHED: _spec(_("a submission has its outcome"), "kind", "outcome", "reason", "withheld"),
    Event.INTAKE_SUBMISSION_RECEIVED: _spec(_("a submission was stored and waits for its scan"), "kind"),
    Event.INTAKE_SUBMISSION_REFUSED: _spec(_("a submission was refused before any scan"), "kind", "reason"),
    Event.INTAKE_SUBMISSION_REINSTATED: _spec(
        _("a submission that only a wrong entry had withheld was reinstated"), "correction"
    ),
    Event.INTAKE_SUBMISSION_WITHDRAWN: _spec(_("a submission was withdrawn by the caller")),
    Event.INTAKE_SUBMISSIONS_PURGED: _spec(_("submissions whose time had run out were destroyed"), "count"),
    Event.INTAKE_SURFACE_CHANGED: _spec(
        _("the legal switch of a surface was set"), "basis", "detection", "private", "until"
    ),
    # lists
    Event.LISTS_ADDRESSES_RENEWED: _spec(
        _("addresses of a list were made canonical by the rules of this version"), "changed", "rules"
    ),
    Event.LISTS_CHECKPOINT_RESET: _spec(_("the next sync of a list begins at the beginning")),
    Event.LISTS_CREDENTIALS_CHANGED: _spec(_("what the source of a list knows us by was changed")),
    Event.LISTS_ENTRIES_ADDED: _spec(_("entries were added to a list by hand, with a reason"), "added", "there"),
    Event.LISTS_ENTRY_MOVED: _spec(
        _("an entry was disputed, quarantined, withdrawn or restored, with a reason"), "list", "from", "to", "uploaders"
    ),
    Event.LISTS_EXCHANGE_REMOVED: _spec(_("a list is fetched from its source no more"), "kind"),
    Event.LISTS_EXCHANGE_SET: _spec(
        _("where a list is fetched from, and how often, was set"), "kind", "enabled", "feedback", "every_minutes"
    ),
    Event.LISTS_FEEDBACK_ENDED: _spec(
        _("the source of an entry took what people say of it, or refused it"), "opinion", "state", "attempts"
    ),
    Event.LISTS_FEEDBACK_QUEUED: _spec(_("what people say of an entry is to be told to its source"), "opinion", "list"),
    Event.LISTS_IMPORT_FINISHED: _spec(
        _("a file was imported into a list"),
        "rows",
        "added",
        "changed",
        "unchanged",
        "withdrawn",
        "set_aside",
        "version",
    ),
    Event.LISTS_LIST_CHANGED: _spec(
        _("the owner of a list, its categories or when it raises an alarm was changed"), "what", "from", "to"
    ),
    Event.LISTS_LIST_CREATED: _spec(_("a list was made"), "status", "radius", "purpose"),
    Event.LISTS_RADIUS_CHANGED: _spec(_("the radius of a list was changed, with a reason"), "from", "to"),
    Event.LISTS_STATUS_CHANGED: _spec(
        _("what follows from matches of a list was changed, with a reason"), "from", "to"
    ),
    Event.LISTS_SYNC_ASKED: _spec(_("somebody asked for a list to be fetched now")),
    Event.LISTS_SYNC_FINISHED: _spec(
        _("a list was fetched from its source, or could not be"),
        "outcome",
        "pages",
        "records",
        "added",
        "changed",
        "withdrawn",
        "set_aside",
    ),
    # people
    Event.PEOPLE_ALERT_ACKNOWLEDGED: _spec(_("somebody took an alert up")),
    Event.PEOPLE_ALERT_CLOSED: _spec(_("an alert was closed")),
    Event.PEOPLE_ALERT_RAISED: _spec(_("something must be looked at; whoever is on call is told"), "kind", "urgent"),
    Event.PEOPLE_ALERT_TOLD: _spec(_("a contact was told of an alert, or could not be"), "step", "channel", "sent"),
    Event.PEOPLE_ALERT_UNANSWERED: _spec(_("an alert went round the whole rota and nobody answered"), "steps"),
    Event.PEOPLE_CLIENT_CALLBACKS_SET: _spec(
        _("where and of what a client is called back was changed"), "address", "events"
    ),
    Event.PEOPLE_CLIENT_CREATED: _spec(_("a client was made")),
    Event.PEOPLE_CONTACT_ADDED: _spec(_("somebody was put on the on-call rota"), "channel", "minutes"),
    Event.PEOPLE_CONTACT_MOVED: _spec(_("the order of the on-call rota was changed"), "position"),
    Event.PEOPLE_CONTACT_REMOVED: _spec(_("somebody was taken off the on-call rota")),
    Event.PEOPLE_CONTENT_GRANTED: _spec(_("somebody was given the right to see content, by name")),
    Event.PEOPLE_CONTENT_GRANT_ENDED: _spec(_("the right of somebody to see content was ended")),
    Event.PEOPLE_KEY_CREATED: _spec(
        _("a key was made for a client"),
        "submit",
        "lookup",
        "detail",
        "erase",
        "status",
        "banks",
        "both_allowed",
        "rate",
        "lookups",
        "expires",
    ),
    Event.PEOPLE_KEY_REVOKED: _spec(_("a key was ended at once")),
    Event.PEOPLE_KEY_ROTATED: _spec(_("a key took the place of another"), "overlap_minutes", "new"),
    Event.PEOPLE_LINK_MADE: _spec(_("a one-time link was made"), "purpose"),
    Event.PEOPLE_LINK_USED: _spec(_("a one-time link was used"), "purpose"),
    Event.PEOPLE_LOOKUPS_RESERVED: _spec(_("look-ups of a key's daily budget were reserved by a process"), "amount"),
    Event.PEOPLE_PASSWORD_CHANGED: _spec(_("somebody changed their password; their other sessions ended"), "sessions"),
    Event.PEOPLE_PERSON_ACTIVATED: _spec(_("a deactivated account was opened again")),
    Event.PEOPLE_PERSON_DEACTIVATED: _spec(_("an account was shut; its sessions ended"), "sessions", "grant_ended"),
    Event.PEOPLE_PERSON_INVITED: _spec(_("an account was made"), "role"),
    Event.PEOPLE_PERSON_REAUTHENTICATED: _spec(_("somebody proved again who they are"), "factor"),
    Event.PEOPLE_RECOVERY_CODES_MADE: _spec(_("somebody made new recovery codes; the old ones ended")),
    Event.PEOPLE_ROLE_CHANGED: _spec(_("somebody was given another role"), "before", "role", "grant_ended"),
    Event.PEOPLE_SECOND_FACTOR_ENROLLED: _spec(_("somebody set up one-time codes and got recovery codes"), "sessions"),
    Event.PEOPLE_SECOND_FACTOR_RESET: _spec(_("the second factor of somebody was removed"), "sessions", "grant_ended"),
    Event.PEOPLE_SESSIONS_ENDED: _spec(_("sessions were ended"), "sessions"),
    Event.PEOPLE_SESSION_LOCKED: _spec(_("a session was locked because nobody used it")),
    Event.PEOPLE_SESSION_UNLOCKED: _spec(_("a locked session was opened again")),
    Event.PEOPLE_SIGN_IN_FAILED: _spec(_("a sign-in failed"), "factor"),
    Event.PEOPLE_SIGN_IN_LOCKED: _spec(_("a sign-in failed once too often; account or address must wait"), "factor"),
    Event.PEOPLE_SIGN_IN_SUCCEEDED: _spec(_("somebody signed in"), "factor"),
    Event.PEOPLE_SIGN_IN_UNLOCKED: _spec(
        _("failed sign-ins of somebody were forgotten, so that they need not wait"), "attempts"
    ),
    Event.PEOPLE_SIGN_OUT_DONE: _spec(_("somebody signed out, or their time was over"), "cause"),
    # record
    Event.RECORD_AUDIT_BROKEN: _spec(
        _("the audit trail was verified and is broken at a position"), "break", "event", "position"
    ),
    Event.RECORD_AUDIT_EXPORTED: _spec(_("the audit trail was exported"), "events"),
    Event.RECORD_AUDIT_VERIFIED: _spec(_("the audit trail was verified and is sound"), "checkpoints", "events"),
    Event.RECORD_AUTHORITY_ENDED: _spec(_("nobody answers for keeping and showing any more; hash-only from now on")),
    Event.RECORD_AUTHORITY_RECORDED: _spec(_("a named person answered for keeping and showing"), "country"),
    Event.RECORD_CHECKPOINT_EXPORTED: _spec(_("a signed checkpoint was exported"), "position"),
    Event.RECORD_HOLD_LIFTED: _spec(_("a legal hold was lifted"), "hold", "reason"),
    Event.RECORD_HOLD_PLACED: _spec(_("a legal hold was placed"), "hold", "basis"),
    Event.RECORD_KEYS_ROTATED: _spec(_("all keys were wrapped anew by the current master key"), "rewrapped"),
    Event.RECORD_OBJECT_DAMAGED: _spec(_("an object of the vault is missing, altered or truncated"), "damage"),
    Event.RECORD_OBJECT_DESTROYED: _spec(
        _("the key of an object was destroyed, and its file with it"), "reason", "kind"
    ),
    Event.RECORD_OBJECT_KEPT: _spec(_("an object was kept in the vault"), "kind", "size"),
    Event.RECORD_OBJECT_OWED: _spec(
        _("an object is to be destroyed as soon as no legal hold stands on it"), "reason", "kind"
    ),
    Event.RECORD_POLICY_CHANGED: _spec(_("a new version of the policy was put in force"), "version"),
    Event.RECORD_VAULT_SWEPT: _spec(_("files that no row claims were removed"), "removed"),
    Event.RECORD_VAULT_VERIFIED: _spec(_("every object of the vault was read and checked"), "objects", "damaged"),
    Event.RECORD_VIEWS_EXPORTED: _spec(_("who saw what was exported"), "views"),
    # review
    Event.REVIEW_CASE_CLOSED: _spec(_("every item of a case is settled"), "items"),
    Event.REVIEW_CASE_JOINED: _spec(
        _("a submission joined a case that waits for a person"), "findings", "imminent", "reason"
    ),
    Event.REVIEW_CASE_OPENED: _spec(_("a case was opened"), "findings", "imminent", "reason"),
    Event.REVIEW_CASE_REOPENED: _spec(_("a settled item was opened again, as another case"), "before"),
    Event.REVIEW_DERIVATIVE_KEPT: _spec(_("a form for viewing was made of a case's picture"), "kind"),
    Event.REVIEW_GLASS_BROKEN: _spec(
        _("somebody graded alone, with a reason, what had waited too long for a second"), "part", "seen", "hours"
    ),
    Event.REVIEW_GRADE_STOOD: _spec(_("a grade stands: it can no longer be undone"), "part", "second"),
    Event.REVIEW_GRADE_SUBMITTED: _spec(_("somebody graded an item"), "part", "seen", "offered"),
    Event.REVIEW_GRADE_UNDONE: _spec(_("somebody undid their grade within its minute"), "part"),
    Event.REVIEW_ITEM_SETTLED: _spec(_("the judgement of an item is final"), "grade", "grades"),
    Event.REVIEW_LEASE_ENDED: _spec(_("a case was given back"), "why", "person"),
    Event.REVIEW_LEASE_TAKEN: _spec(_("somebody took a case"), "how"),
    Event.REVIEW_PROTECTION_CHANGED: _spec(_("somebody changed how they are protected")),
    Event.REVIEW_REVEAL_BEGAN: _spec(
        _("a part of an item was about to be shown"), "track", "level", "part", "purpose", "limit"
    ),
    Event.REVIEW_REVEAL_ENDED: _spec(_("a part of an item was veiled again"), "seconds", "how"),
    Event.REVIEW_SIGHTING_ERASED: _spec(_("what a submission brought to a case was erased"), "last"),
    Event.REVIEW_SIGHTING_WITHDRAWN: _spec(_("a case was told that a submission was withdrawn")),
    # runtime
    Event.RUNTIME_WORK_RETRIED: _spec(_("dead background work was to be tried again"), "kind", "count"),
}
