"""What the page of a case's actions shows to one person, and the panel of the case page that leads there.

Nothing of it shows before everything of the case is settled: it would tell a second reviewer what a first one judged.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from lightkeeper.act.models import CaseAction, NoticeDelay
from lightkeeper.act.queries import (
    ActionKind,
    accounts_of,
    action_name,
    bases_of,
    case_actions,
    decided_items,
    delays_of,
    notice_of,
    plan_of_action,
    plan_of_decision,
    reason_of,
    suggested_actions,
    unaware_of_notices,
)
from lightkeeper.people.models import Person
from lightkeeper.people.permissions import Permission, may
from lightkeeper.review.models import Case
from lightkeeper.runtime.services import SealError
from lightkeeper.web.action_forms import DelayForm, ProposalForm, RefusalForm, ReversalForm, UntilForm


@dataclass(frozen=True, slots=True)
class ActionLine:
    """One action: its row, the account's name, why it was refused or reversed, and what this person can do with it."""

    row: CaseAction
    account: str
    because: str
    approve: bool
    withdraw: bool
    plan: tuple[list[str], list[str]] | None
    refusal: RefusalForm
    reversal: ReversalForm


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """One decision that can be reversed, and what that would undo and leave."""

    position: int
    kind: str
    plan: tuple[list[str], list[str]]
    reversal: ReversalForm


@dataclass(frozen=True, slots=True)
class DelayLine:
    """One delay of notices, and why."""

    row: NoticeDelay
    note: str


def panel(case: Case) -> dict[str, Any] | None:
    """What the case page shows of actions; None while not everything is settled."""
    bases = bases_of(case)
    rows = case_actions(case)
    if not bases and not rows:
        return None
    return {"rows": rows, "suggested": suggested_actions(case), "notice": notice_of(case)}


def page(case: Case, person: Person, proposal: ProposalForm | None = None) -> dict[str, Any]:
    """Everything that the page of a case's actions shows to this person."""
    bases, accounts = bases_of(case), accounts_of(case)
    delays = [DelayLine(row, _note(row.note, row.public.bytes)) for row in delays_of(case)]
    may_propose = may(person, Permission.ACTION_PROPOSE) and bool(bases)
    return {
        "case": case,
        "settled": bool(bases),
        "lines": [_line(row, person) for row in case_actions(case)],
        "decisions": _decisions(case, person),
        "suggested": suggested_actions(case),
        "proposal": (proposal or ProposalForm(accounts=accounts, bases=bases)) if may_propose else None,
        "notice": notice_of(case),
        "delays": delays,
        "unaware": unaware_of_notices(case),
        "standing": [one.row for one in delays if one.row.ended_at is None],
        "may_delay": may(person, Permission.NOTICE_DELAY),
        "delay_form": DelayForm(),
        "until_form": UntilForm(),
    }


def _line(row: CaseAction, person: Person) -> ActionLine:
    leads = may(person, Permission.ACTION_APPROVE)
    own = person.pk in {row.proposed_by_id, row.decided_by_id}
    reverses = row.state == "carried_out" and may(person, Permission.ACTION_REVERSE)
    reversal = getattr(row, "reversal", None)
    sealed, context = (row.why, row.public) if reversal is None else (reversal.note, reversal.public)
    key = row.public.hex
    return ActionLine(
        row=row,
        account=_account(row),
        because=_note(sealed, context.bytes),
        approve=row.state == "proposed" and leads and row.proposed_by_id != person.pk,
        withdraw=row.state in {"proposed", "waiting"} and (leads or own) and may(person, Permission.ACTION_PROPOSE),
        plan=plan_of_action(row).sentences() if reverses else None,
        refusal=RefusalForm(of=key),
        reversal=ReversalForm(of=key),
    )


def _decisions(case: Case, person: Person) -> list[DecisionLine]:
    if not may(person, Permission.ACTION_REVERSE):
        return []
    return [
        DecisionLine(
            row.case_item.position, str(ActionKind(row.kind).label), plan_of_decision(row).sentences(),
            ReversalForm(of=str(row.case_item.position)),
        )
        for row in decided_items(case)
    ]  # fmt: skip


def _account(row: CaseAction) -> str:
    if row.client_id is None:
        return ""
    if row.account is None:
        return _("erased")
    try:
        return action_name(row)
    except SealError:
        return _("damaged")


def _note(sealed: bytes | memoryview | None, context: bytes) -> str:
    try:
        return reason_of(sealed, context)
    except SealError:
        return _("What was written cannot be opened any more.")
