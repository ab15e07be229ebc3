"""Who may do what: one table, printed into ``docs/people.md`` and tested cell by cell."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from lightkeeper.people.types import Role

if TYPE_CHECKING:
    from lightkeeper.people.models import Person


class Permission(StrEnum):
    """Everything that a person can be allowed to do, as ``what:act``."""

    ACTION_APPROVE = "action:approve"
    ACTION_PROPOSE = "action:propose"
    ACTION_REVERSE = "action:reverse"
    ALERT_ACKNOWLEDGE = "alert:acknowledge"
    ALERT_READ = "alert:read"
    AUDIT_READ = "audit:read"
    CALLBACK_READ = "callback:read"
    CALLBACK_REPLAY = "callback:replay"
    CASE_GRADE = "case:grade"
    CASE_READ = "case:read"
    CASE_REOPEN = "case:reopen"
    CASE_RESOLVE = "case:resolve"
    CASE_TAKE_OVER = "case:take_over"
    CLIENT_MANAGE = "client:manage"
    CLIENT_READ = "client:read"
    CONTENT_GRANT = "content:grant"
    CONTENT_REVEAL = "content:reveal"
    ENTRY_CORRECT = "entry:correct"
    FIGURES_READ = "figures:read"
    HOLD_LIFT = "hold:lift"
    HOLD_PLACE = "hold:place"
    HOLD_READ = "hold:read"
    LIST_CHANGE = "list:change"
    LIST_CONTRIBUTE = "list:contribute"
    LIST_IMPORT = "list:import"
    LIST_READ = "list:read"
    LOAD_READ = "load:read"
    MATCHING_REVIEW = "matching:review"
    NOTICE_DELAY = "notice:delay"
    ONCALL_CHANGE = "oncall:change"
    PARTY_CONFIRM = "party:confirm"
    PERSON_MANAGE = "person:manage"
    PERSON_READ = "person:read"
    PICTURE_ADD = "picture:add"
    POLICY_CHANGE = "policy:change"
    POLICY_READ = "policy:read"
    PUBLIC_REPORT_CONTACT = "public_report:contact"
    PUBLIC_REPORT_READ = "public_report:read"
    PUBLIC_REPORT_TRIAGE = "public_report:triage"
    QUALITY_READ = "quality:read"
    REPORT_APPROVE = "report:approve"
    REPORT_DRAFT = "report:draft"
    REPORT_READ = "report:read"
    REQUEST_APPROVE = "request:approve"
    REQUEST_HANDLE = "request:handle"
    REQUEST_READ = "request:read"
    RETENTION_EXTEND = "retention:extend"
    RETENTION_READ = "retention:read"
    STATUS_READ = "status:read"
    SUBMISSION_READ = "submission:read"
    SURFACE_CHANGE = "surface:change"
    SURFACE_READ = "surface:read"
    TAKEDOWN_READ = "takedown:read"
    TAKEDOWN_SEND = "takedown:send"
    VICTIM_READ = "victim:read"
    VICTIM_WRITE = "victim:write"
    VIEWS_EXPORT = "views:export"
    VIEWS_READ = "views:read"
    WORK_READ = "work:read"
    WORK_RETRY = "work:retry"

    @property
    def says(self) -> str:
        """What the person may do, as the end of a sentence."""
        return gettext(SAYS[self])


SAYS: Final[dict[Permission, str]] = {
    Permission.ACTION_APPROVE: _("approve or refuse, as the second person, actions about accounts"),
    Permission.ACTION_PROPOSE: _("propose actions about accounts"),
    Permission.ACTION_REVERSE: _("reverse decisions and actions that were carried out"),
    Permission.ALERT_ACKNOWLEDGE: _("acknowledge alerts"),
    Permission.ALERT_READ: _("see alerts and who is on call"),
    Permission.AUDIT_READ: _("read and verify the audit trail"),
    Permission.CALLBACK_READ: _("see the state of callbacks"),
    Permission.CALLBACK_REPLAY: _("send callbacks again"),
    Permission.CASE_GRADE: _("grade cases"),
    Permission.CASE_READ: _("see cases without their content"),
    Permission.CASE_REOPEN: _("open a settled item again"),
    Permission.CASE_RESOLVE: _("decide where two reviewers disagree"),
    Permission.CASE_TAKE_OVER: _("take a case from whoever has it"),
    Permission.CLIENT_MANAGE: _("make API clients and keys, and revoke them"),
    Permission.CLIENT_READ: _("see API clients"),
    Permission.CONTENT_GRANT: _("give other people the right to see content, and end it"),
    Permission.CONTENT_REVEAL: _("see content"),
    Permission.ENTRY_CORRECT: _("prove an entry wrong: reinstate, and open again, what rests on it"),
    Permission.FIGURES_READ: _("read the yearly report, also of a year that is not closed"),
    Permission.HOLD_LIFT: _("lift legal holds"),
    Permission.HOLD_PLACE: _("place legal holds"),
    Permission.HOLD_READ: _("see legal holds"),
    Permission.LIST_CHANGE: _("change lists, their rules and their entries"),
    Permission.LIST_CONTRIBUTE: _("add a settled item to a list of our own"),
    Permission.LIST_IMPORT: _("import lists"),
    Permission.LIST_READ: _("see which lists there are and how fresh they are"),
    Permission.LOAD_READ: _("see how much of today's budget each reviewer has left"),
    Permission.MATCHING_REVIEW: _("review how well hash matching serves, for the written record"),
    Permission.NOTICE_DELAY: _("delay or withhold what users are told, and end that"),
    Permission.ONCALL_CHANGE: _("change who is on call"),
    Permission.PARTY_CONFIRM: _("say who is who in a case, and accept or reject links between cases"),
    Permission.PERSON_MANAGE: _("invite people, change roles, end sessions and deactivate accounts"),
    Permission.PERSON_READ: _("see who has an account, with which role and rights"),
    Permission.PICTURE_ADD: _("put a picture from an assessed address into the vault"),
    Permission.POLICY_CHANGE: _("change the policy"),
    Permission.POLICY_READ: _("read the policy"),
    Permission.PUBLIC_REPORT_CONTACT: _("see how to reach who reported something, each look recorded before it"),
    Permission.PUBLIC_REPORT_READ: _("see which reports came from the public, without what they say"),
    Permission.PUBLIC_REPORT_TRIAGE: _("see what reports of the public say, pass them on, fold and close them"),
    Permission.QUALITY_READ: _("see how precise detection is and how far reviewers agree"),
    Permission.REPORT_APPROVE: _("approve reports to authorities, let them go on, and take them back"),
    Permission.REPORT_DRAFT: _("draft reports to authorities"),
    Permission.REPORT_READ: _("read reports to authorities"),
    Permission.REQUEST_APPROVE: _("agree, as the second person, how a request of an authority ends, or send it back"),
    Permission.REQUEST_HANDLE: _("register requests of authorities, answer them, and note what was handed over"),
    Permission.REQUEST_READ: _("read requests of authorities"),
    Permission.RETENTION_EXTEND: _("keep a case longer than its day"),
    Permission.RETENTION_READ: _("see how long cases are kept, and the proofs of what was destroyed"),
    Permission.STATUS_READ: _("see the status page"),
    Permission.SUBMISSION_READ: _("see the state of submissions"),
    Permission.SURFACE_CHANGE: _("change surfaces and their legal basis"),
    Permission.SURFACE_READ: _("see surfaces and their legal basis"),
    Permission.TAKEDOWN_READ: _("see takedown notices, without their address"),
    Permission.TAKEDOWN_SEND: _("write and send takedown notices, and say who can be written to"),
    Permission.VICTIM_READ: _("see what is known of possible victims, each look recorded before it"),
    Permission.VICTIM_WRITE: _("write down possible victims"),
    Permission.VIEWS_EXPORT: _("export who saw what"),
    Permission.VIEWS_READ: _("see who saw what, when and why"),
    Permission.WORK_READ: _("see background work"),
    Permission.WORK_RETRY: _("retry background work that failed for good"),
}

_R = Role
MATRIX: Final[dict[Permission, frozenset[Role]]] = {
    Permission.ACTION_APPROVE: frozenset({_R.SENIOR_ANALYST, _R.SUPERVISOR}),
    Permission.ACTION_PROPOSE: frozenset({_R.ANALYST, _R.SENIOR_ANALYST, _R.SUPERVISOR}),
    Permission.ACTION_REVERSE: frozenset({_R.SENIOR_ANALYST, _R.SUPERVISOR}),
    Permission.ALERT_ACKNOWLEDGE: frozenset(
        {_R.INTAKE_OPERATOR, _R.ANALYST, _R.SENIOR_ANALYST, _R.SUPERVISOR, _R.ADMINISTRATOR}
    ),
    Permission.ALERT_READ: frozenset(Role),
    Permission.AUDIT_READ: frozenset({_R.SUPERVISOR, _R.AUDITOR}),
    Permission.CALLBACK_READ: frozenset({_R.SUPERVISOR, _R.AUDITOR, _R.ADMINISTRATOR}),
    Permission.CALLBACK_REPLAY: frozenset({_R.SUPERVISOR, _R.ADMINISTRATOR}),
    Permission.CASE_GRADE: frozenset({_R.ANALYST, _R.SENIOR_ANALYST}),
    Permission.CASE_READ: frozenset({_R.ANALYST, _R.SENIOR_ANALYST, _R.SUPERVISOR, _R.AUDITOR}),
    Permission.CASE_REOPEN: frozenset({_R.SENIOR_ANALYST, _R.SUPERVISOR}),
    Permission.CASE_RESOLVE: frozenset({_R.SENIOR_ANALYST}),
    Permission.CASE_TAKE_OVER: frozenset({_R.SENIOR_ANALYST, _R.SUPERVISOR}),
    Permission.CLIENT_MANAGE: frozenset({_R.ADMINISTRATOR}),
    Permission.CLIENT_READ: frozenset({_R.SUPERVISOR, _R.AUDITOR, _R.ADMINISTRATOR}),
    Permission.CONTENT_GRANT: frozenset({_R.SUPERVISOR, _R.ADMINISTRATOR}),
    Permission.CONTENT_REVEAL: frozenset({_R.ANALYST, _R.SENIOR_ANALYST, _R.SUPERVISOR}),
    Permission.ENTRY_CORRECT: frozenset({_R.SENIOR_ANALYST, _R.SUPERVISOR}),
    Permission.FIGURES_READ: frozenset({_R.SENIOR_ANALYST, _R.SUPERVISOR, _R.AUDITOR}),
    Permission.HOLD_LIFT: frozenset({_R.SUPERVISOR}),
    Permission.HOLD_PLACE: frozenset({_R.SENIOR_ANALYST, _R.SUPERVISOR}),
    Permission.HOLD_READ: frozenset({_R.SENIOR_ANALYST, _R.SUPERVISOR, _R.AUDITOR}),
    Permission.LIST_CHANGE: frozenset({_R.LIST_MANAGER}),
    Permission.LIST_CONTRIBUTE: frozenset({_R.SENIOR_ANALYST, _R.SUPERVISOR}),
    Permission.LIST_IMPORT: frozenset({_R.LIST_MANAGER}),
    Permission.LIST_READ: frozenset({_R.LIST_MANAGER, _R.SUPERVISOR, _R.AUDITOR}),
    Permission.LOAD_READ: frozenset({_R.SUPERVISOR}),
    Permission.MATCHING_REVIEW: frozenset({_R.SUPERVISOR}),
    Permission.NOTICE_DELAY: frozenset({_R.SENIOR_ANALYST, _R.SUPERVISOR}),
    Permission.ONCALL_CHANGE: frozenset({_R.SUPERVISOR, _R.ADMINISTRATOR}),
    Permission.PARTY_CONFIRM: frozenset({_R.ANALYST, _R.SENIOR_ANALYST, _R.SUPERVISOR}),
    Permission.PERSON_MANAGE: frozenset({_R.ADMINISTRATOR}),
    Permission.PERSON_READ: frozenset({_R.SUPERVISOR, _R.AUDITOR, _R.ADMINISTRATOR}),
    Permission.PICTURE_ADD: frozenset({_R.ANALYST, _R.SENIOR_ANALYST}),
    Permission.POLICY_CHANGE: frozenset({_R.SUPERVISOR}),
    Permission.POLICY_READ: frozenset({_R.ANALYST, _R.SENIOR_ANALYST, _R.SUPERVISOR, _R.AUDITOR, _R.ADMINISTRATOR}),
    Permission.PUBLIC_REPORT_CONTACT: frozenset({_R.SENIOR_ANALYST, _R.SUPERVISOR}),
    Permission.PUBLIC_REPORT_READ: frozenset({_R.ANALYST, _R.SENIOR_ANALYST, _R.SUPERVISOR, _R.AUDITOR}),
    Permission.PUBLIC_REPORT_TRIAGE: frozenset({_R.ANALYST, _R.SENIOR_ANALYST, _R.SUPERVISOR}),
    Permission.QUALITY_READ: frozenset({_R.SENIOR_ANALYST, _R.SUPERVISOR, _R.AUDITOR}),
    Permission.REPORT_APPROVE: frozenset({_R.SENIOR_ANALYST, _R.SUPERVISOR}),
    Permission.REPORT_DRAFT: frozenset({_R.ANALYST, _R.SENIOR_ANALYST, _R.SUPERVISOR}),
    Permission.REPORT_READ: frozenset({_R.ANALYST, _R.SENIOR_ANALYST, _R.SUPERVISOR, _R.AUDITOR}),
    Permission.REQUEST_APPROVE: frozenset({_R.SENIOR_ANALYST, _R.SUPERVISOR}),
    Permission.REQUEST_HANDLE: frozenset({_R.SENIOR_ANALYST, _R.SUPERVISOR}),
    Permission.REQUEST_READ: frozenset({_R.SENIOR_ANALYST, _R.SUPERVISOR, _R.AUDITOR}),
    Permission.RETENTION_EXTEND: frozenset({_R.SENIOR_ANALYST, _R.SUPERVISOR}),
    Permission.RETENTION_READ: frozenset({_R.SENIOR_ANALYST, _R.SUPERVISOR, _R.AUDITOR}),
    Permission.STATUS_READ: frozenset(Role),
    Permission.SUBMISSION_READ: frozenset({_R.INTAKE_OPERATOR, _R.SUPERVISOR, _R.AUDITOR}),
    Permission.SURFACE_CHANGE: frozenset({_R.SUPERVISOR, _R.ADMINISTRATOR}),
    Permission.SURFACE_READ: frozenset({_R.INTAKE_OPERATOR, _R.SUPERVISOR, _R.AUDITOR, _R.ADMINISTRATOR}),
    Permission.TAKEDOWN_READ: frozenset({_R.ANALYST, _R.SENIOR_ANALYST, _R.SUPERVISOR, _R.AUDITOR}),
    Permission.TAKEDOWN_SEND: frozenset({_R.ANALYST, _R.SENIOR_ANALYST, _R.SUPERVISOR}),
    Permission.VICTIM_READ: frozenset({_R.SENIOR_ANALYST, _R.SUPERVISOR}),
    Permission.VICTIM_WRITE: frozenset({_R.ANALYST, _R.SENIOR_ANALYST, _R.SUPERVISOR}),
    Permission.VIEWS_EXPORT: frozenset({_R.AUDITOR}),
    Permission.VIEWS_READ: frozenset({_R.SUPERVISOR, _R.AUDITOR}),
    Permission.WORK_READ: frozenset({_R.SUPERVISOR, _R.AUDITOR, _R.ADMINISTRATOR}),
    Permission.WORK_RETRY: frozenset({_R.ADMINISTRATOR}),
}
"""For each permission the roles that have it. Nobody has a permission in any other way, except that …"""

CONTENT: Final = frozenset(
    {
        Permission.CONTENT_REVEAL,
        Permission.CASE_GRADE,
        Permission.CASE_RESOLVE,
        Permission.PICTURE_ADD,
        Permission.VICTIM_READ,
    }
)
"""… these also need a content grant by name, and a second factor that is set up."""


def holds(role: str, permission: Permission) -> bool:
    """Say whether the table gives the role the permission; for the rest of the rule see ``permissions.may``."""
    return role in MATRIX[permission]


def require(person: Person, permission: Permission) -> None:
    """Raise PermissionDenied where the table does not give a person's role the permission."""
    if not holds(person.role, permission):
        raise PermissionDenied(permission.value)
