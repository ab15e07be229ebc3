"""What each audit event says, and which details it may carry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_noop as _

from lightkeeper.record.events import Event


@dataclass(frozen=True, slots=True)
class Spec:
    """What an event says (a sentence without its subject, for the table and the console) and its possible details."""

    says: str
    details: frozenset[str] = frozenset()


def _spec(says: str, *details: str) -> Spec:
    return Spec(says, frozenset(details))


EVENTS: Final[dict[Event, Spec]] = {
    # act
    Event.ACT_ACTION_APPROVED: _spec(_("a second person approved an action about an account"), "kind", "case"),
    Event.ACT_ACTION_CARRIED_OUT: _spec(
        _("an action about an account was carried out"), "kind", "case", "days", "delivery", "policy"
    ),
    Event.ACT_ACTION_PROPOSED: _spec(
        _("an action about an account was proposed"), "kind", "case", "days", "second", "policy"
    ),
    Event.ACT_ACTION_REFUSED: _spec(_("a second person refused an action about an account"), "kind", "case"),
    Event.ACT_ACTION_REVERSED: _spec(
        _("an action was reversed as far as it can be"), "kind", "case", "ground", "undone", "left"
    ),
    Event.ACT_ACTION_WITHDRAWN: _spec(_("an action was withdrawn before it was carried out"), "kind", "case", "why"),
    Event.ACT_CALLBACK_DELIVERED: _spec(_("a platform took a callback"), "attempts"),
    Event.ACT_CALLBACK_DIED: _spec(_("a callback was given up"), "attempts", "status"),
    Event.ACT_CALLBACK_REPLAYED: _spec(_("a callback is to be sent again")),
    Event.ACT_CALLBACKS_ERASED: _spec(_("what callbacks about one item said was erased"), "callbacks"),
    Event.ACT_CALLBACKS_PAUSED: _spec(_("a platform's callbacks are held"), "why"),
    Event.ACT_CALLBACKS_REPLAYED: _spec(_("a platform's callbacks since a time are to be sent again"), "callbacks"),
    Event.ACT_CALLBACKS_RESUMED: _spec(_("a platform's callbacks are sent again"), "callbacks"),
    Event.ACT_CONVERSATION_ADDRESS_SET: _spec(
        _("where a platform is asked for the words of a conversation was set or taken away"), "address"
    ),
    Event.ACT_DECISION_CARRIED_OUT: _spec(
        _("what was decided about an item is in force; its platforms are told"), "kind", "actions", "policy"
    ),
    Event.ACT_DECISION_REVERSED: _spec(
        _("a decision was reversed as far as it can be"), "kind", "ground", "undone", "left", "actions"
    ),
    Event.ACT_EVIDENCE_DROPPED: _spec(_("an export for an authority was dropped before it left"), "export"),
    Event.ACT_EVIDENCE_PREPARED: _spec(_("an export of originals for an authority was prepared"), "export", "files"),
    Event.ACT_EVIDENCE_RELEASED: _spec(_("a second person released an export for an authority"), "export"),
    Event.ACT_EVIDENCE_WRITTEN: _spec(
        _("an export for an authority was written to an encrypted file"),
        "export",
        "files",
        "absent",
        "archive",
        "manifest",
    ),
    Event.ACT_NOTICE_DELAYED: _spec(
        _("users of a case are not to be told until a time"), "delay", "basis", "rule", "until", "by_policy", "told"
    ),
    Event.ACT_NOTICE_ENDED: _spec(_("users of a case may be told now"), "delay", "why", "told"),
    Event.ACT_NOTICE_EXTENDED: _spec(
        _("users of a case are not to be told until a later time"), "delay", "until", "told"
    ),
    Event.ACT_PARTY_CONFIRMED: _spec(_("somebody said what part an account has in a case"), "party", "role", "before"),
    Event.ACT_REPORT_APPROVED: _spec(_("a report to an authority was approved"), "authority", "mode", "files"),
    Event.ACT_REPORT_DISCARDED: _spec(_("a report to an authority was discarded before it was filed")),
    Event.ACT_REPORT_DRAFTED: _spec(
        _("a report to an authority was drafted or its draft changed"), "authority", "mode"
    ),
    Event.ACT_REPORT_FAILED: _spec(_("a report was refused, and a person must correct it"), "problem"),
    Event.ACT_REPORT_FILED: _spec(_("a report was filed with an authority"), "authority", "mode", "openings"),
    Event.ACT_REPORT_HELD: _spec(_("a report cannot be sent until something is mended"), "problem"),
    Event.ACT_REPORT_RESUMED: _spec(_("a report that was held or refused goes on"), "problem"),
    Event.ACT_REPORT_REVIEWED: _spec(_("a draft of a report waits for a second person"), "authority", "mode"),
    Event.ACT_REPORT_VICTIMS_SHOWN: _spec(_("what a report says of possible victims was about to be shown"), "count"),
    Event.ACT_REPORT_SCHEMA_FETCHED: _spec(
        _("another schema of an authority was fetched"), "mode", "unknown", "missing"
    ),
    Event.ACT_REQUEST_CONFIRMED: _spec(_("an authority was told that its request was received")),
    Event.ACT_REQUEST_ENDED: _spec(
        _("a request of an authority was answered, refused or withdrawn"), "kind", "end", "second", "holds", "delays"
    ),
    Event.ACT_REQUEST_EXTENDED: _spec(_("another due date of a request was noted"), "due"),
    Event.ACT_REQUEST_HANDED_OVER: _spec(
        _("what was handed over to an authority was noted"), "count", "digests", "way"
    ),
    Event.ACT_REQUEST_PROPOSED: _spec(_("how a request of an authority ends waits for a second person"), "end"),
    Event.ACT_REQUEST_REGISTERED: _spec(
        _("a request of an authority was registered"),
        "kind",
        "authority",
        "country",
        "subjects",
        "holds",
        "delays",
    ),
    Event.ACT_REQUEST_RENEWED: _spec(_("an authority asked to preserve, or not to tell, for longer"), "until"),
    Event.ACT_REQUEST_SENT_BACK: _spec(_("a second person did not agree how a request of an authority ends")),
    Event.ACT_REQUEST_TAKEN_UP: _spec(_("somebody took up a request of an authority")),
    Event.ACT_REQUEST_WIDENED: _spec(
        _("what a request of an authority is about was added to"), "subjects", "holds", "delays"
    ),
    Event.ACT_SIGNING_KEY_MADE: _spec(_("a key that signs a platform's callbacks was made"), "state"),
    Event.ACT_SIGNING_KEY_REMOVED: _spec(_("a signing key that had not begun to sign was destroyed")),
    Event.ACT_SIGNING_KEY_SWITCHED: _spec(_("a platform's callbacks are signed by their next key")),
    Event.ACT_TAKEDOWN_RECIPIENT_ADDED: _spec(_("somebody who can be sent takedown notices was added"), "kind"),
    Event.ACT_TAKEDOWN_RECIPIENT_ENDED: _spec(_("somebody is sent takedown notices no more")),
    Event.ACT_TAKEDOWN_PREPARED: _spec(_("a takedown notice was written"), "kind"),
    Event.ACT_TAKEDOWN_APPROVED: _spec(_("somebody had a takedown notice sent by e-mail")),
    Event.ACT_TAKEDOWN_SENT: _spec(_("a mail server took a takedown notice"), "tries"),
    Event.ACT_TAKEDOWN_FAILED: _spec(_("a takedown notice could not be sent"), "problem", "tries"),
    Event.ACT_TAKEDOWN_TAKEN: _spec(_("somebody took a takedown notice as a file")),
    Event.ACT_TAKEDOWN_REPLIED: _spec(_("a reply to a takedown notice was noted"), "reply"),
    Event.ACT_TAKEDOWN_WITHDRAWN: _spec(_("a takedown notice was withdrawn"), "sent"),
    Event.ACT_TAKEDOWN_GONE: _spec(_("an address that a takedown notice was about is gone")),
    Event.ACT_TAKEDOWN_RETURNED: _spec(_("an address that was gone is there again")),
    Event.ACT_VICTIM_ADDED: _spec(_("somebody wrote down a possible victim"), "victim"),
    Event.ACT_VICTIM_CHANGED: _spec(_("somebody wrote anew what is known of a possible victim"), "victim"),
    Event.ACT_VICTIM_SHOWN: _spec(_("what is known of a possible victim was about to be shown"), "victim", "purpose"),
    Event.ACT_VICTIM_WITHDRAWN: _spec(_("somebody said that there is no such possible victim"), "victim"),
    Event.ACT_VICTIMS_DESTROYED: _spec(_("what was known of the possible victims of a case was destroyed"), "count"),
    # figures
    Event.FIGURES_MATCHING_REVIEWED: _spec(
        _("somebody reviewed how well hash matching serves, for the written record"), "lists"
    ),
    Event.FIGURES_YEAR_CLOSED: _spec(_("the figures of a year were closed: they do not change any more"), "charts"),
    # intake
    Event.INTAKE_CONVERSATION_EVENTS_TAKEN: _spec(
        _("events of conversations were taken, or refused by law"), "accepted", "duplicate", "refused"
    ),
    Event.INTAKE_CONVERSATION_PACK_ADDED: _spec(
        _("an operator's pack of phrases was loaded, sealed"), "language", "phrases"
    ),
    Event.INTAKE_CONVERSATION_PACK_REMOVED: _spec(_("a pack of phrases was taken away")),
    Event.INTAKE_CONVERSATION_PACK_REVIEWED: _spec(_("a native speaker was named who has reviewed a pack of phrases")),
    Event.INTAKE_CONVERSATION_PERSON_ERASED: _spec(
        _("what was kept of a person in conversations was erased at the caller's request"), "states", "events"
    ),
    Event.INTAKE_CONVERSATIONS_PURGED: _spec(
        _("what was kept of conversations and had run out of time was destroyed"), "states", "events"
    ),
    Event.INTAKE_DEMO_ALLOWED: _spec(_("drawings were added to those that the demo takes"), "count"),
    Event.INTAKE_ENTRY_CORRECTED: _spec(
        _("an entry was proved wrong; what rests on it is put right"), "cases", "list", "state", "withholdings"
    ),
    Event.INTAKE_PUBLIC_REPORT_CLOSED: _spec(_("a public report was closed"), "reason"),
    Event.INTAKE_PUBLIC_REPORT_FOLDED: _spec(
        _("a public report repeats another one and goes its way"), "into", "by_hand"
    ),
    Event.INTAKE_PUBLIC_REPORT_LOOKED_AT: _spec(_("somebody began to look at a public report")),
    Event.INTAKE_PUBLIC_REPORT_PASSED_ON: _spec(_("what a public report named went before people"), "cases"),
    Event.INTAKE_PUBLIC_REPORT_RECEIVED: _spec(
        _("the public or a trusted reporter reported something"),
        "addresses",
        "contact",
        "danger",
        "language",
        "seen_on",
        "suspected",
        "voice",
    ),
    Event.INTAKE_PUBLIC_REPORT_SHOWN: _spec(
        _("what a public report says, or its contact, was about to be shown"), "what"
    ),
    Event.INTAKE_PUBLIC_REPORTS_PURGED: _spec(
        _("contacts and words of public reports were destroyed on their day"), "contacts", "contents"
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
        _("the legal switch of a surface was set"), "basis", "detection", "private", "review_hundredths", "until"
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
        "conversations",
        "public_reports",
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
    Event.RECORD_BACKUP_MADE: _spec(_("a backup of the installation was made"), "objects", "new", "missing", "vault"),
    Event.RECORD_BACKUP_RESTORED: _spec(
        _("the installation was restored from a backup, and what was destroyed since was destroyed again"),
        "made",
        "destroyed",
        "lacking",
        "log",
        "statement",
    ),
    Event.RECORD_CASE_DESTROYED: _spec(
        _("on its day, what was kept of a case was destroyed; a proof says what"),
        "clock",
        "digest",
        "objects",
        "policy",
        "proof",
        "rule",
        "things",
    ),
    Event.RECORD_CHECKPOINT_EXPORTED: _spec(_("a signed checkpoint was exported"), "position"),
    Event.RECORD_CLOCK_BLOCKED: _spec(
        _("what was due for destruction stays, as something keeps it"), "clock", "hold", "rule", "why"
    ),
    Event.RECORD_CLOCK_EXTENDED: _spec(
        _("a person keeps a case longer than its day"), "basis", "clock", "policy", "until"
    ),
    Event.RECORD_CLOCK_STARTED: _spec(_("a retention clock started"), "clock", "policy", "rule"),
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
    Event.RECORD_PROOFS_EXPORTED: _spec(_("proofs of destruction were exported"), "proofs"),
    Event.RECORD_VAULT_SWEPT: _spec(_("files that no row claims were removed"), "removed"),
    Event.RECORD_VAULT_VERIFIED: _spec(_("every object of the vault was read and checked"), "objects", "damaged"),
    Event.RECORD_VIEWS_EXPORTED: _spec(_("who saw what was exported"), "views"),
    # review
    Event.REVIEW_CASE_CLOSED: _spec(_("every item of a case is settled"), "items"),
    Event.REVIEW_CASE_HASTENED: _spec(_("a message waits for this case: it is due sooner")),
    Event.REVIEW_CASE_JOINED: _spec(
        _("a submission joined a case that waits for a person"), "findings", "imminent", "reason"
    ),
    Event.REVIEW_CASE_OPENED: _spec(_("a case was opened"), "findings", "imminent", "reason"),
    Event.REVIEW_CASE_REOPENED: _spec(_("a settled item was opened again, as another case"), "before"),
    Event.REVIEW_DERIVATIVE_KEPT: _spec(_("a form for viewing was made of a case's picture"), "kind"),
    Event.REVIEW_EVIDENCE_MARKED: _spec(_("somebody marked a message of a conversation as evidence")),
    Event.REVIEW_EVIDENCE_UNMARKED: _spec(_("somebody took back that a message is evidence")),
    Event.REVIEW_GLASS_BROKEN: _spec(
        _("somebody graded alone, with a reason, what had waited too long for a second"), "part", "seen", "hours"
    ),
    Event.REVIEW_GRADE_STOOD: _spec(_("a grade stands: it can no longer be undone"), "part", "second"),
    Event.REVIEW_GRADE_SUBMITTED: _spec(_("somebody graded an item"), "part", "seen", "offered"),
    Event.REVIEW_GRADE_UNDONE: _spec(_("somebody undid their grade within its minute"), "part"),
    Event.REVIEW_ITEM_ADDED: _spec(
        _("somebody put a picture from an assessed address into the vault, as an item of its case"), "case", "findings"
    ),
    Event.REVIEW_ITEM_SETTLED: _spec(_("the judgement of an item is final"), "grade", "grades"),
    Event.REVIEW_LEASE_ENDED: _spec(_("a case was given back"), "why", "person"),
    Event.REVIEW_LEASE_TAKEN: _spec(_("somebody took a case"), "how"),
    Event.REVIEW_LINK_ACCEPTED: _spec(_("somebody accepted that two cases belong together"), "other", "kind"),
    Event.REVIEW_LINK_REJECTED: _spec(_("somebody rejected that two cases belong together"), "other", "kind"),
    Event.REVIEW_PROTECTION_CHANGED: _spec(_("somebody changed how they are protected")),
    Event.REVIEW_REVEAL_BEGAN: _spec(
        _("a part of an item was about to be shown"), "track", "level", "part", "purpose", "limit"
    ),
    Event.REVIEW_REVEAL_ENDED: _spec(_("a part of an item was veiled again"), "seconds", "how"),
    Event.REVIEW_SIGHTING_ERASED: _spec(_("what a submission brought to a case was erased"), "last"),
    Event.REVIEW_SIGHTING_WITHDRAWN: _spec(_("a case was told that a submission was withdrawn")),
    Event.REVIEW_TEXT_ANSWERED: _spec(_("what came of asking for the words of a conversation"), "state", "messages"),
    Event.REVIEW_TEXT_ASKED: _spec(_("somebody asked a platform for the words of a conversation")),
    Event.REVIEW_TEXT_PURGED: _spec(_("the words of a conversation were destroyed with the end of its case")),
    # runtime
    Event.RUNTIME_WORK_RETRIED: _spec(_("dead background work was to be tried again"), "kind", "count"),
}
