"""What pages ask about the actions of a case."""

from __future__ import annotations

from typing import Final

from lightkeeper.act.account_names import name_of
from lightkeeper.act.action_kinds import ACTIONS, ActionKind, ActionRow, Agency
from lightkeeper.act.action_kinds import CASE_KINDS as KINDS
from lightkeeper.act.bases import bases_of
from lightkeeper.act.models import CaseAction, Decision, NoticeDelay, Reversal
from lightkeeper.act.reversing import may_be_reversed
from lightkeeper.act.states import DecisionState
from lightkeeper.act.telling import NOTICE_EVENT
from lightkeeper.people import queries as people
from lightkeeper.people.models import Client
from lightkeeper.record.services import current_policy
from lightkeeper.review.models import Case, CaseItem, Sighting

CASE_KINDS: Final[dict[ActionKind, ActionRow]] = {kind: ACTIONS[kind] for kind in KINDS}
"""What is proposed on the page of a case's actions, with its row of the table."""
AGENCIES: Final = Agency.choices


def case_actions(case: Case) -> list[CaseAction]:
    """The actions of a case, the newest first."""
    rows = CaseAction.objects.filter(case=case).order_by("-pk")
    return list(rows.select_related("client", "proposed_by", "decided_by", "callback", "reversal__made_by"))


def decided_items(case: Case) -> list[Decision]:
    """The decisions of a case that can be reversed, in the order of its items; none while something waits."""
    if not bases_of(case):
        return []
    rows = Decision.objects.filter(case_item__case=case, state=DecisionState.CARRIED_OUT)
    found = rows.select_related("case_item__item").order_by("case_item__position")
    return [row for row in found if may_be_reversed(row)]


def delays_of(case: Case) -> list[NoticeDelay]:
    """The delays of notices that were begun in a case, the newest first."""
    return list(NoticeDelay.objects.filter(case=case).select_related("begun_by", "changed_by").order_by("-pk"))


def unaware_of_notices(case: Case) -> list[str]:
    """The platforms of a case that take no callbacks of changed notices: a person has to tell them."""
    brought = Sighting.objects.filter(case=case, erased_at=None, client_id__isnull=False)
    ids = set(brought.values_list("client_id", flat=True))
    deaf = [one for one in ids if one is not None and NOTICE_EVENT not in people.callback_events(one)]
    return list(Client.objects.filter(pk__in=deaf).order_by("name").values_list("name", flat=True))


def suggested_actions(case: Case) -> list[ActionKind]:
    """What policy suggests after the decisions of a case, as far as the judgements allow it."""
    bases = bases_of(case)
    weights = {basis.weight for basis in bases}
    items = [basis.item.pk for basis in bases]
    done = Decision.objects.filter(case_item__in=items, state=DecisionState.CARRIED_OUT)
    after = current_policy().actions_after
    wanted = {code for kind in done.values_list("kind", flat=True) for code in after.get(kind, ())}
    return [kind for kind, row in ACTIONS.items() if kind.value in wanted and row.after & weights]


def action_name(action: CaseAction) -> str:
    """The platform's own name of the account that an action is aimed at. Raises SealError."""
    return "" if action.account is None else name_of(bytes(action.account), action.public.bytes)


def reversal_of(case_item: CaseItem) -> Reversal | None:
    """The reversal of what was decided about an item, None where it was not reversed."""
    rows = Reversal.objects.filter(decision__case_item=case_item)
    return rows.select_related("decision", "made_by").first()
