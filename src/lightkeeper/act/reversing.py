"""Reversing: a new act that undoes what can be undone of something carried out, and says what it cannot.

What a reversal does is planned by the same function that the page shows before anybody confirms, and that the audit
event repeats: so nothing is promised that is not done, and nothing is left out in silence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lightkeeper.act.action_kinds import ACTIONS, CASE_KINDS, ActionKind
from lightkeeper.act.carrying_out import Telling, sightings_of, tell
from lightkeeper.act.case_actions import lock_action, move, withdraw_locked
from lightkeeper.act.models import CaseAction, Contribution, Decision, Report, Reversal
from lightkeeper.act.notes import sealed_note
from lightkeeper.act.notices import notice_of
from lightkeeper.act.queueing import queue_callback
from lightkeeper.act.reports.states import ReportState
from lightkeeper.act.states import OPEN_ACTION, ActionEnd, CaseActionState, DecisionState
from lightkeeper.act.telling import (
    ACTION_REVERSED_EVENT,
    CONSEQUENTIAL,
    account_names,
    account_order,
)
from lightkeeper.act.types import WITHHOLDING, ActionRefused, DecisionKind, ReversalGround
from lightkeeper.lists.models import Feedback
from lightkeeper.lists.services import move_entry, queue_feedback, take_back_feedback
from lightkeeper.lists.types import EntryState, FeedbackState, Opinion
from lightkeeper.people import queries as people
from lightkeeper.people.matrix import Permission, require
from lightkeeper.people.models import Person
from lightkeeper.record.events import Event
from lightkeeper.record.services import current_policy, write_event
from lightkeeper.record.types import Details, Subject
from lightkeeper.review.models import Case, CaseItem

WORDS: Final = {
    "reinstate": gettext_lazy("Platforms are told to show it again."),
    "label_off": gettext_lazy("Platforms are told to show it without the label."),
    "entries": gettext_lazy("What was added from it to lists of our own is withdrawn, if the judgement was wrong."),
    "opinion": gettext_lazy("The lists' sources are told the opposite, if the judgement was wrong."),
    "open": gettext_lazy("Actions that rest on it and are not carried out yet are withdrawn."),
    "lift": gettext_lazy("The platform is told to lift it."),
    "told": gettext_lazy("The platform is told that it is taken back."),
    "accounts": gettext_lazy("What was done about accounts stands: reverse each of these actions by itself."),
    "report": gettext_lazy("A report was filed, and stays filed: draft one that adds to it, and say what was wrong."),
    "listed": gettext_lazy(
        "The entry of a list equals its bytes still, so new uploads are withheld again: prove the entry wrong."
    ),
    "entries_kept": gettext_lazy("What was added to lists of our own stays there."),
    "opinion_kept": gettext_lazy("What the lists' sources were told stays said."),
    "seen": gettext_lazy("What users were told, and what people saw, cannot be undone."),
    "account_gone": gettext_lazy("What named the account was erased, so the platform cannot be told which it is."),
    "not_taken": gettext_lazy("The platform takes no callbacks of reversals: tell it yourself."),
    **{kind.value: ACTIONS[kind].instead for kind in CASE_KINDS if ACTIONS[kind].instead},
}
"""What is undone, and what is left, in a sentence each."""
_DIGESTS: Final = ("sha256", "sha1", "md5")
_WRONG: Final = (ReversalGround.MISTAKE, ReversalGround.APPEAL)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a reversal undoes, and what it leaves: codes of ``WORDS``."""

    undone: tuple[str, ...]
    left: tuple[str, ...]

    def sentences(self) -> tuple[list[str], list[str]]:
        """The same in words."""
        return [str(WORDS[code]) for code in self.undone], [str(WORDS[code]) for code in self.left]


def plan_of_decision(decision: Decision, ground: ReversalGround = ReversalGround.MISTAKE) -> Plan:
    """What reversing a decision does."""
    item, wrong = decision.case_item, ground in _WRONG
    kept = _entries(item).exists()
    said = _feedback(decision).exists()
    actions = CaseAction.objects.filter(case_item=item)
    undone = {
        "reinstate": decision.kind in WITHHOLDING,
        "label_off": decision.kind == DecisionKind.LABEL,
        "entries": kept and wrong,
        "opinion": said and wrong,
        "open": actions.filter(state__in=OPEN_ACTION).exists(),
    }
    left = {
        "accounts": actions.filter(state=CaseActionState.CARRIED_OUT).exists(),
        "report": Report.objects.filter(case_id=item.case_id, state=ReportState.FINISHED).exists(),
        "listed": item.findings.filter(algorithm__in=_DIGESTS, distance=0).exists(),
        "entries_kept": kept and not wrong,
        "opinion_kept": said and not wrong,
        "seen": True,
    }
    return Plan(_codes(undone), _codes(left))


def plan_of_action(action: CaseAction) -> Plan:
    """What reversing an action of a case does."""
    kind = ActionKind(action.kind)
    lifts = ACTIONS[kind].undone_by != ""
    takes = action.client_id is not None and ACTION_REVERSED_EVENT in people.callback_events(action.client_id)
    told = takes and action.account is not None
    left = {
        kind.value: not lifts,
        "account_gone": action.client_id is not None and action.account is None,
        "not_taken": action.client_id is not None and action.account is not None and not takes,
        "seen": lifts,
    }
    return Plan((("lift" if lifts else "told"),) if told else (), _codes(left))


def may_be_reversed(decision: Decision | None) -> bool:
    """Whether there is something of a decision to undo: it did something, and was not judged anew."""
    return (
        decision is not None
        and decision.state == DecisionState.CARRIED_OUT
        and decision.kind in CONSEQUENTIAL
        and not CaseItem.objects.filter(reopens=decision.case_item).exists()
    )


@transaction.atomic
def reverse_decision(case_item: CaseItem, *, ground: ReversalGround, note: str, person: Person) -> Reversal:
    """Reverse what was decided about an item, and carried out. Raises PermissionDenied, ActionRefused."""
    require(person, Permission.ACTION_REVERSE)
    Case.objects.select_for_update().get(pk=case_item.case_id)
    rows = Decision.objects.select_for_update(of=("self",)).select_related("case_item__case", "case_item__item")
    decision = rows.filter(case_item=case_item, state=DecisionState.CARRIED_OUT).first()
    if decision is None or not may_be_reversed(decision):
        raise ActionRefused(_("There is nothing to undo here. Open the item again, if it is to be judged otherwise."))
    plan = plan_of_decision(decision, ground)
    made = _reversal(plan, ground, note, person, decision=decision)
    decision.state = DecisionState.REVERSED
    decision.save(update_fields=["state"])
    kind = DecisionKind.REINSTATE if decision.kind in WITHHOLDING else DecisionKind.NO_ACTION
    reasons = {"notify_user": notice_of(decision.case_item.case)}
    told = Telling(kind, "", made.made_at, current_policy().version, reasons, made)
    actions = [tell(decision, decision.case_item, one, told) for one in sightings_of(decision.case_item)]
    if ground in _WRONG:
        _withdraw_entries(decision, person)
        _say_the_opposite(decision)
    for action in CaseAction.objects.filter(case_item=case_item, state__in=OPEN_ACTION).order_by("pk"):
        withdraw_locked(lock_action(action), ActionEnd.BASIS_GONE, person.actor)
    details: Details = {"kind": decision.kind, "actions": len(actions), **_details(made)}
    subject = Subject("decision", str(decision.pk))
    write_event(Event.ACT_DECISION_REVERSED, actor=person.actor, subject=subject, details=details)
    return made


@transaction.atomic
def reverse_action(action: CaseAction, *, ground: ReversalGround, note: str, person: Person) -> Reversal:
    """Reverse an action that was carried out. Raises PermissionDenied, ActionRefused."""
    require(person, Permission.ACTION_REVERSE)
    locked = lock_action(action)
    if locked.state != CaseActionState.CARRIED_OUT:
        raise ActionRefused(_("Only what was carried out, and was not reversed yet, can be reversed."))
    plan = plan_of_action(locked)
    made = _reversal(plan, ground, note, person, case_action=locked)
    move(locked, CaseActionState.REVERSED)
    names = account_names(locked)
    if names is not None and locked.client_id is not None:
        payload = {
            **names,
            "undone_by": ACTIONS[ActionKind(locked.kind)].undone_by or None,
            "because": ground.value,
            "reversed_at": made.made_at.isoformat(),
            "policy_version": current_policy().version,
            "notify_user": notice_of(locked.case),
        }
        order_key = account_order(locked)
        queue_callback(
            client_id=locked.client_id, order_key=order_key, event=ACTION_REVERSED_EVENT, payload=payload
        )  # fmt: skip
    details: Details = {"kind": locked.kind, "case": locked.case_id, **_details(made)}
    subject = Subject("action", str(locked.pk))
    write_event(Event.ACT_ACTION_REVERSED, actor=person.actor, subject=subject, details=details)
    return made


def _reversal(
    plan: Plan, ground: ReversalGround, note: str, person: Person, *, decision: Decision | None = None,
    case_action: CaseAction | None = None,
) -> Reversal:  # fmt: skip
    made = Reversal(
        decision=decision, case_action=case_action, ground=ground, undone=".".join(plan.undone),
        left=".".join(plan.left), made_by=person, made_at=now(),
    )  # fmt: skip
    made.note = sealed_note(note, made.public.bytes)
    made.save(force_insert=True)
    return made


def _entries(item: CaseItem) -> QuerySet[Contribution]:
    """What was added from an item alone and is still searched for."""
    others = Contribution.objects.exclude(case_item=item)
    others = others.exclude(case_item__decisions__state=DecisionState.REVERSED)
    rows = Contribution.objects.filter(case_item=item).filter(~Q(entry__state=EntryState.WITHDRAWN))
    return rows.exclude(entry__in=others.values("entry"))


def _withdraw_entries(decision: Decision, person: Person) -> None:
    for entry in list(_entries(decision.case_item).values_list("entry", flat=True)):
        reason = f"The decision {decision.pk} was reversed."
        move_entry(entry, EntryState.WITHDRAWN, reason=reason, actor=person.actor)


def _feedback(decision: Decision) -> QuerySet[Feedback]:
    return Feedback.objects.filter(grade=decision.grade_id).exclude(state=FeedbackState.REFUSED)


def _say_the_opposite(decision: Decision) -> None:
    """Take back what was not sent; of what was sent say the opposite, by the grade's number with a minus."""
    take_back_feedback(decision.grade_id)
    for row in list(_feedback(decision).filter(state=FeedbackState.SENT)):
        opposite = Opinion.DOWN if row.opinion == Opinion.UP else Opinion.UP
        queue_feedback(row.entry_id, grade=-decision.grade_id, opinion=opposite)


def _details(made: Reversal) -> dict[str, str]:
    return {"ground": str(made.ground), "undone": made.undone or "none", "left": made.left or "none"}


def _codes(said: dict[str, bool]) -> tuple[str, ...]:
    return tuple(code for code, true in said.items() if true)
