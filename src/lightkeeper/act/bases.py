"""On what an action rests: an item of the case that people settled, and what its deciding grade amounts to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lightkeeper.act.account_names import Account
from lightkeeper.act.action_kinds import ACTIONS, ActionKind, Weight
from lightkeeper.act.models import Decision
from lightkeeper.act.statements import usual_statement, weight_of
from lightkeeper.act.states import DecisionState
from lightkeeper.review.models import Case, CaseItem
from lightkeeper.review.queries import ItemState, deciding_grade, with_grades

_GRAVITY: Final = (Weight.ILLEGAL, Weight.AGAINST_RULES, Weight.UNCLEAR, Weight.UNFOUNDED)


@dataclass(frozen=True, slots=True)
class Basis:
    """A settled item, its weight, and the codes of the statements that say no more than that; the usual one first."""

    item: CaseItem
    weight: Weight
    statements: tuple[str, ...]


def settled(case: Case) -> bool:
    """Whether people have judged everything of a case."""
    return case.items.exists() and not case.items.exclude(state=ItemState.SETTLED).exists()


def bases_of(case: Case) -> list[Basis]:
    """What actions of a case can rest on, the gravest first; nothing while something of it waits for a judgement."""
    rows = list(with_grades(case.items.select_related("item").order_by("position")))
    if not all(row.state == ItemState.SETTLED for row in rows):
        return []
    gone = _gone([row.pk for row in rows])
    found = [basis for row in rows if row.pk not in gone and (basis := _basis(row)) is not None]
    return sorted(found, key=lambda one: _GRAVITY.index(one.weight))


def basis_of(case: Case, account: Account | None, kind: ActionKind) -> Basis | None:
    """The gravest item on which an action about an account (or about none) can rest; None where there is none."""
    allowed = ACTIONS[kind].after
    return next(
        (one for one in bases_of(case) if one.weight in allowed and (account is None or one.item.pk in account.items)),
        None,
    )


def item_basis(case_item: CaseItem, kind: ActionKind) -> Basis | None:
    """The same of one item, as it stands now."""
    basis = None if _gone([case_item.pk]) else _basis(case_item)
    return basis if basis is not None and basis.weight in ACTIONS[kind].after else None


def _gone(items: list[int]) -> set[int]:
    """Those that were opened again, or whose decision was reversed: nothing rests on them any more."""
    reopened = CaseItem.objects.filter(reopens__in=items).values_list("reopens", flat=True)
    reversed_ = Decision.objects.filter(case_item__in=items, state=DecisionState.REVERSED)
    found = {*reopened, *reversed_.values_list("case_item", flat=True)}
    return {one for one in found if one is not None}


def _basis(case_item: CaseItem) -> Basis | None:
    """None where the item is not settled by a grade."""
    grade = deciding_grade(case_item)
    if grade is None:
        return None
    weight, usual = weight_of(grade), usual_statement(grade, case_item)
    lesser = ("child_safety_rules",) if weight is Weight.ILLEGAL else ()
    return Basis(case_item, weight, (usual, *lesser))
