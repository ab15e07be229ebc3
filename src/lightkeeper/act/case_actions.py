"""Actions of a case: proposed by a person, approved by another where policy says so, carried out when a minute is over.

Nothing happens to an account without an item of the case that names it and that people settled: it is looked for when
the action is proposed, when it is approved, and once more when it is carried out. All of that happens in one
transaction, under the lock of the case, so a process that dies at any moment leaves the work still due, or all written.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from lightkeeper.act.account_names import Account, accounts_of, sealed_name, sightings_naming
from lightkeeper.act.action_kinds import ACTIONS, CASE_KINDS, LONGEST_DAYS, TELLING_USERS, ActionKind, Agency
from lightkeeper.act.bases import Basis, basis_of, item_basis, settled
from lightkeeper.act.models import CaseAction
from lightkeeper.act.notes import sealed_note
from lightkeeper.act.notices import begin_if_urgent, delayed, notice_of
from lightkeeper.act.queueing import queue_callback
from lightkeeper.act.statements import LONGEST_REFERENCE, appeal_url, statement_of
from lightkeeper.act.states import CASE_ACTION_MOVES, OPEN_ACTION, ActionEnd, CaseActionState
from lightkeeper.act.telling import ACTION_EVENT, account_names, account_order
from lightkeeper.act.types import ActionRefused, Delivery
from lightkeeper.people import queries as people
from lightkeeper.people.matrix import Permission, require
from lightkeeper.people.models import Person
from lightkeeper.record.events import Event
from lightkeeper.record.services import current_policy, write_event
from lightkeeper.record.types import Actor, EventRow, Subject
from lightkeeper.review.models import Case
from lightkeeper.runtime.services import Later, add_work

CARRY_OUT: Final = "act:case-action"
"""The work of carrying an action out; its subject is the action."""
UNDO_FOR: Final = timedelta(seconds=60)


@transaction.atomic
def propose_action(
    case: Case, kind: ActionKind, *, person: Person, account: str = "", agency: str = "", statement: str = "",
    reference: str = "", days: int | None = None,
) -> CaseAction:  # fmt: skip
    """Propose an action about an account of a case, by its key (``Account.key``), or referring to an agency.

    Without a second person it is carried out in a minute. Raises PermissionDenied, ActionRefused with a sentence.
    """
    require(person, Permission.ACTION_PROPOSE)
    if kind not in CASE_KINDS:
        raise ActionRefused(_("There is no such action about an account."))
    locked = Case.objects.select_for_update().get(pk=case.pk)
    if not settled(locked):
        raise ActionRefused(_("Not everything of this case is settled yet: nothing follows before people have judged."))
    aim = _aim(locked, kind, account)
    basis = basis_of(locked, aim, kind)
    if basis is None:
        raise ActionRefused(_("No judgement of this case allows this action."))
    _check(kind, aim, agency, basis, statement, reference, days)
    if kind in TELLING_USERS and delayed(locked):
        raise ActionRefused(_("Users of this case must not be told yet: end the delay first."))
    return _proposed(
        CaseAction(
            case=locked, case_item=basis.item, kind=kind, agency=agency, statement=statement, days=days,
            reference=reference.strip(), policy=current_policy().version, proposed_by=person, proposed_at=now(),
        ),
        aim,
    )  # fmt: skip


@transaction.atomic
def approve_action(action: CaseAction, person: Person) -> None:
    """Approve an action as the second person; it is carried out in a minute. PermissionDenied, ActionRefused."""
    locked = _decidable(action, person)
    if item_basis(locked.case_item, ActionKind(locked.kind)) is None:
        raise ActionRefused(_("The judgement that it rested on does not stand any more. Refuse it."))
    locked.decided_by, locked.decided_at = person, now()
    _wait(locked)
    locked.save()
    _write(Event.ACT_ACTION_APPROVED, locked, person.actor)


@transaction.atomic
def refuse_action(action: CaseAction, person: Person, why: str) -> None:
    """Refuse an action as the second person, with a reason. Raises PermissionDenied, ActionRefused."""
    locked = _decidable(action, person)
    locked.decided_by, locked.decided_at = person, now()
    locked.why = sealed_note(why, locked.public.bytes)
    move(locked, CaseActionState.REFUSED)
    _write(Event.ACT_ACTION_REFUSED, locked, person.actor)


@transaction.atomic
def withdraw_action(action: CaseAction, person: Person) -> None:
    """Withdraw an action before it is carried out: who proposed or approved it, or could approve it."""
    locked = lock_action(action)
    if person.pk not in {locked.proposed_by_id, locked.decided_by_id}:
        require(person, Permission.ACTION_APPROVE)
    if locked.state not in OPEN_ACTION:
        raise ActionRefused(_("It is too late to withdraw this; reverse it."))
    withdraw_locked(locked, ActionEnd.BY_PERSON, person.actor)


@transaction.atomic
def carry_out_action(action_id: int) -> None:
    """Carry an action out whose minute is over; once. Raises Later where it is not."""
    known = CaseAction.objects.filter(pk=action_id).first()
    if known is None:
        return
    action = lock_action(known)
    if action.state != CaseActionState.WAITING or action.due_at is None:
        return
    if action.due_at > now():
        raise Later(after=action.due_at - now())
    if item_basis(action.case_item, ActionKind(action.kind)) is None:
        withdraw_locked(action, ActionEnd.BASIS_GONE, Actor.system())
        return
    if action.client_id is not None:
        begin_if_urgent(action.case, action.proposed_by)
    if action.kind in TELLING_USERS and delayed(action.case):
        withdraw_locked(action, ActionEnd.DELAYED, Actor.system())
        return
    action.carried_out_at = now()
    action.callback_id, action.delivery = _tell(action)
    move(action, CaseActionState.CARRIED_OUT)
    details = {"days": action.days, "delivery": action.delivery, "policy": action.policy}
    _write(Event.ACT_ACTION_CARRIED_OUT, action, Actor.system(), **details)


def sighting_erased(event: EventRow) -> None:
    """Forget the accounts that nothing of a case names any more; in the transaction of the event."""
    if event.subject is None:
        raise ValueError("something was erased, but not said of which case")
    rows = CaseAction.objects.filter(case_id=int(event.subject.id), account__isnull=False)
    if not rows.exists():
        return
    named = {one.index for one in accounts_of(Case.objects.get(pk=int(event.subject.id)))}
    for row in rows.select_for_update().order_by("pk"):
        if bytes(row.account_index) not in named:
            row.account = None
            row.save(update_fields=["account"])
            if row.state in OPEN_ACTION:
                withdraw_locked(row, ActionEnd.ERASED, Actor.system())


def withdraw_locked(action: CaseAction, why: ActionEnd, actor: Actor) -> None:
    """Withdraw an action whose case the caller holds locked."""
    action.ended = why
    move(action, CaseActionState.WITHDRAWN)
    _write(Event.ACT_ACTION_WITHDRAWN, action, actor, why=why.value)


def lock_action(action: CaseAction) -> CaseAction:
    """Lock an action with its case, the case first, and give it as it stands."""
    Case.objects.select_for_update().get(pk=action.case_id)
    rows = CaseAction.objects.select_for_update(of=("self",)).select_related("case", "case_item__item")
    return rows.get(pk=action.pk)


def move(action: CaseAction, state: CaseActionState) -> None:
    """Move a locked action, and save it. Raises RuntimeError for a move that there is not."""
    before = CaseActionState(action.state)
    if state not in CASE_ACTION_MOVES[before]:
        raise RuntimeError(f"an action does not go from {before} to {state}")
    action.state = state
    if not CASE_ACTION_MOVES[state]:
        action.ended_at = now()
    action.save()


def _aim(case: Case, kind: ActionKind, key: str) -> Account | None:
    if kind is ActionKind.REFER:
        return None
    found = next((one for one in accounts_of(case) if one.key == key), None)
    if found is None:
        raise ActionRefused(_("Choose an account of this case. What was erased is none any more."))
    if ACTION_EVENT not in people.callback_events(found.client_id):
        raise ActionRefused(
            _("%(client)s takes no callbacks of actions, so nothing would happen. Have it take “action.taken”.")
            % {"client": found.client}
        )
    return found


def _check(
    kind: ActionKind, aim: Account | None, agency: str, basis: Basis, statement: str, reference: str, days: int | None
) -> None:
    if (agency in Agency.values) is not (kind is ActionKind.REFER) or (agency and aim is not None):
        raise ActionRefused(_("Say to which agency it is referred, and only then."))
    if statement not in basis.statements:
        raise ActionRefused(_("This statement of reasons says something else than the judgement."))
    reference = reference.strip()
    if len(reference) > LONGEST_REFERENCE or not (reference.isascii() and reference.isprintable()):
        raise ActionRefused(
            _("The law or rule is at most %(most)d plain characters, such as “terms 4.2”.")
            % {"most": LONGEST_REFERENCE}
        )
    if days is not None and (not ACTIONS[kind].timed or not 1 <= days <= LONGEST_DAYS):
        raise ActionRefused(_("Only a restriction or a suspension has a number of days, from 1 to 365."))


def _proposed(action: CaseAction, aim: Account | None) -> CaseAction:
    if aim is not None:
        action.client_id, action.account_index = aim.client_id, aim.index
        action.account = sealed_name(aim, action.public.bytes)
        _refuse_standing(action)
    action.second = action.kind in current_policy().actions_second
    action.state = CaseActionState.PROPOSED
    try:
        with transaction.atomic():
            action.save(force_insert=True)
    except IntegrityError:
        raise ActionRefused(_("The same action is on its way already.")) from None
    details = {"days": action.days, "second": action.second, "policy": action.policy}
    _write(Event.ACT_ACTION_PROPOSED, action, action.proposed_by.actor, **details)
    if not action.second:
        _wait(action)
    return action


def _refuse_standing(action: CaseAction) -> None:
    """What holds until it is lifted is not done twice; a person lifts it first, or it has run out."""
    if ACTIONS[ActionKind(action.kind)].undone_by == "" and action.kind != ActionKind.TERMINATE:
        return
    rows = CaseAction.objects.filter(
        client=action.client_id, account_index=action.account_index, kind=action.kind,
        state=CaseActionState.CARRIED_OUT,
    )  # fmt: skip
    if any((end := holds_until(row)) is None or end > now() for row in rows):
        raise ActionRefused(_("This was done to the account and still holds: reverse it first."))


def holds_until(action: CaseAction) -> datetime | None:
    """When an action that was carried out runs out, None where it holds until it is lifted."""
    if action.days is None or action.carried_out_at is None:
        return None
    return action.carried_out_at + timedelta(days=action.days)


def _wait(action: CaseAction) -> None:
    action.due_at = now() + UNDO_FOR
    move(action, CaseActionState.WAITING)
    add_work(CARRY_OUT, subject=action.pk, due_at=action.due_at)


def _tell(action: CaseAction) -> tuple[int | None, Delivery]:
    """Queue what the platform is told; gives the callback, and how it stands with that."""
    if action.client_id is None:
        return None, Delivery.NOTHING_SENT
    names = account_names(action)
    if names is None:
        return None, Delivery.UNREADABLE
    until, at = holds_until(action), action.carried_out_at
    assert at is not None  # noqa: S101  # it is carried out now
    payload = {
        **names,
        "days": action.days,
        "until": None if until is None else until.isoformat(),
        "taken_at": at.isoformat(),
        "policy_version": action.policy,
        "statement_of_reasons": statement_of(
            action.statement, case_item=action.case_item, reference=action.reference,
            sightings=sightings_naming(action.case_item, bytes(action.account_index)),
        ),
        "appeal_url": appeal_url(),
        "notify_user": notice_of(action.case),
    }  # fmt: skip
    callback = queue_callback(
        client_id=action.client_id, order_key=account_order(action), event=ACTION_EVENT, payload=payload
    )
    return callback, Delivery.NOT_TAKEN if callback is None else Delivery.WAITING


def _decidable(action: CaseAction, person: Person) -> CaseAction:
    require(person, Permission.ACTION_APPROVE)
    locked = lock_action(action)
    if locked.state != CaseActionState.PROPOSED:
        raise ActionRefused(_("This does not wait for a second person."))
    if locked.proposed_by_id == person.pk:
        raise ActionRefused(_("Another person than the one who proposed it decides about it."))
    return locked


def _write(event: Event, action: CaseAction, actor: Actor, **details: bool | int | str | None) -> None:
    subject = Subject("action", str(action.pk))
    write_event(event, actor=actor, subject=subject, details={"kind": action.kind, "case": action.case_id, **details})
