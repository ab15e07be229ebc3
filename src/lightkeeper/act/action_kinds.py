"""Everything that can follow from a decision, in one table: at what, after what, undone by what, and who asks a second.

An action is one consequence of a decision. Those about content are the decisions themselves, proposed with a grade;
those about an account, and referring, are proposed on the page of a case's actions (``case_actions.py``); the rest has
its own way (own lists, feedback, reports). The table is printed into ``docs/actions.md``, and a test compares them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from lightkeeper.people.matrix import Permission

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class ActionKind(TextChoices):
    """What can follow from a decision."""

    WITHHOLD = "withhold", _("Withhold")
    REMOVE = "remove", _("Remove")
    LABEL = "label", _("Label")
    REINSTATE = "reinstate", _("Reinstate")
    RESTRICT = "restrict", _("Restrict the account")
    SUSPEND = "suspend", _("Suspend the account")
    TERMINATE = "terminate", _("Terminate the account")
    WARN = "warn", _("Warn the user")
    NOTIFY = "notify", _("Notify the user")
    ADD_TO_BANK = "add_to_bank", _("Add to a list of our own")
    FEEDBACK = "feedback", _("Tell the list's source")
    REPORT = "report", _("Report to an authority")
    REFER = "refer", _("Refer to another agency")


class Aim(TextChoices):
    """What an action is aimed at."""

    CONTENT = "content", _("content")
    ACCOUNT = "account", _("account")
    LIST = "list", _("list")
    AUTHORITY = "authority", _("authority")
    AGENCY = "agency", _("other agency")


class Weight(TextChoices):
    """What the grade that settled an item amounts to."""

    ILLEGAL = "illegal", _("illegal")
    AGAINST_RULES = "against_rules", _("against the rules")
    UNCLEAR = "unclear", _("cannot be told")
    UNFOUNDED = "unfounded", _("neither")


@dataclass(frozen=True, slots=True)
class ActionRow:
    """One row of the table.

    ``after``: what the deciding grade has to amount to. ``undone_by``: what undoes it, "" where nothing of ours does;
    then ``instead`` says what can be done. ``sends``: what leaves this installation, in the words of the documents.
    """

    aim: Aim
    after: frozenset[Weight]
    permission: Permission
    sends: str
    undone_by: str
    instead: _StrPromise | str = ""
    timed: bool = False
    """It may be for a number of days; without, it holds until it is lifted."""


_ANY: Final = frozenset(Weight)
_BAD: Final = frozenset({Weight.ILLEGAL, Weight.AGAINST_RULES})
_ILLEGAL: Final = frozenset({Weight.ILLEGAL})
_K, _P = ActionKind, Permission

ACTIONS: Final[dict[ActionKind, ActionRow]] = {
    _K.WITHHOLD: ActionRow(Aim.CONTENT, _ANY, _P.CASE_GRADE, "decision.made", "reinstate"),
    _K.REMOVE: ActionRow(Aim.CONTENT, _ANY, _P.CASE_GRADE, "decision.made", "reinstate"),
    _K.LABEL: ActionRow(Aim.CONTENT, _ANY, _P.CASE_GRADE, "decision.made", "label off"),
    _K.REINSTATE: ActionRow(
        Aim.CONTENT, _ANY, _P.CASE_GRADE, "decision.made", "",
        _("Open the item again: only a new judgement withholds it."),
    ),
    _K.RESTRICT: ActionRow(Aim.ACCOUNT, _BAD, _P.ACTION_PROPOSE, "action.taken", "lift", timed=True),
    _K.SUSPEND: ActionRow(Aim.ACCOUNT, _BAD, _P.ACTION_PROPOSE, "action.taken", "lift", timed=True),
    _K.TERMINATE: ActionRow(
        Aim.ACCOUNT, _ILLEGAL, _P.ACTION_PROPOSE, "action.taken", "",
        _("We cannot undo it. The platform is told that it was wrong, and may restore the account."),
    ),
    _K.WARN: ActionRow(
        Aim.ACCOUNT, _BAD, _P.ACTION_PROPOSE, "action.taken", "",
        _("What was said stays said. The platform is told to take the warning back."),
    ),
    _K.NOTIFY: ActionRow(
        Aim.ACCOUNT, _ANY, _P.ACTION_PROPOSE, "action.taken", "",
        _("What was said stays said. The platform is told to correct it."),
    ),
    _K.ADD_TO_BANK: ActionRow(Aim.LIST, _ILLEGAL, _P.LIST_CONTRIBUTE, "nothing", "withdraw"),
    _K.FEEDBACK: ActionRow(
        Aim.LIST, frozenset({Weight.ILLEGAL, Weight.UNFOUNDED}), _P.CASE_GRADE, "an opinion, to the list's source",
        "opposite opinion",
    ),
    _K.REPORT: ActionRow(
        Aim.AUTHORITY, _ANY, _P.REPORT_DRAFT, "a report, to the authority", "",
        _("A filed report stays filed: draft one that adds to it, and say there what was wrong."),
    ),
    _K.REFER: ActionRow(
        Aim.AGENCY, _BAD | {Weight.UNCLEAR}, _P.ACTION_PROPOSE, "nothing: a person tells the agency", "",
        _("Nothing was sent by us. Tell the agency yourself."),
    ),
}  # fmt: skip
"""The whole table, in the order in which people read it."""

CASE_KINDS: Final = tuple(kind for kind, row in ACTIONS.items() if row.permission is Permission.ACTION_PROPOSE)
"""What is proposed on the page of a case's actions."""
OF_ACCOUNTS: Final = tuple(kind for kind in CASE_KINDS if ACTIONS[kind].aim is Aim.ACCOUNT)
TIMED: Final = tuple(kind for kind, row in ACTIONS.items() if row.timed)
TELLING_USERS: Final = (ActionKind.WARN, ActionKind.NOTIFY)
"""These do nothing but tell a user something, so not while notices are delayed."""
LONGEST_DAYS: Final = 365


class Agency(TextChoices):
    """To whom a case is referred; which office it is, people know."""

    POLICE = "police", _("Police")
    CHILD_PROTECTION = "child_protection", _("Child protection service")
    HOTLINE = "hotline", _("Hotline")
    PLATFORM = "platform", _("Another platform")
    OTHER = "other", _("Another agency")
