"""What the case page shows to one person: everything is asked for here, and nothing that they may not see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _

from lightkeeper.act.models import Report
from lightkeeper.act.queries import (
    actions_of,
    decision_of,
    hashes_may_be_added,
    may_be_added,
    own_lists,
    reports_of,
    reversal_of,
    suggests_adding,
)
from lightkeeper.intake.queries import standing_corrections
from lightkeeper.people.models import Person
from lightkeeper.people.permissions import Permission, may
from lightkeeper.record.services import current_policy, hash_only
from lightkeeper.record.types import ItemKind, Track
from lightkeeper.review.models import Case, CaseItem, Grade
from lightkeeper.review.queries import (
    Evidence,
    GradeState,
    ItemState,
    LinkState,
    awaits,
    because_of,
    cluster_size,
    evidence,
    grades_of,
    has_address,
    has_text,
    is_silent,
    lease_of,
    links_of,
    may_see_grades,
    may_see_reasons,
    offered,
    part_of,
    proposal_of,
    standing,
    veil_of,
    waits_since,
    with_grades,
)
from lightkeeper.review.types import GradePart
from lightkeeper.runtime.services import SealError
from lightkeeper.web.action_view_models import panel as actions_panel
from lightkeeper.web.case_forms import GradeForm
from lightkeeper.web.case_grades import Table, table_of
from lightkeeper.web.case_sources import sources
from lightkeeper.web.charts.distance import distance_bar, distance_sentence

_DIGESTS: Final = {"sha256": "SHA-256", "sha1": "SHA-1", "md5": "MD5", "pdq": "PDQ"}


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One item of the case, in the list of them."""

    number: int
    url: str
    state: str
    settled: bool
    yours: bool
    active: bool


@dataclass(frozen=True, slots=True)
class Holding:
    """Who has the case; ``name`` is "" where nobody has."""

    mine: bool
    name: str
    silent: bool


@dataclass(frozen=True, slots=True)
class Found:
    """One finding with its picture and its words."""

    fact: Evidence
    bar: str
    says: str
    algorithm: str
    tier: str
    wrong: bool


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier judgement of the same item, or of one that resembles it."""

    url: str
    same: bool
    settled_at: datetime | None
    table: Table
    decision: str


def url_of(case: Case, position: int | None = None) -> str:
    """The address of a case's page, with one of its items open."""
    query = "" if position is None else f"?item={position}"
    return reverse("case:page", args=[case.public]) + query


def active_item(items: list[CaseItem], person: Person, asked: str) -> CaseItem:
    """The item that is open on the page: the one asked for, else the first that waits for this person, or for any."""
    for item in items:
        if str(item.position) == asked:
            return item
    unsettled = [item for item in items if item.state != ItemState.SETTLED]
    return next((item for item in unsettled if awaits(item, person)), (unsettled or items)[0])


def items_of(case: Case) -> list[CaseItem]:
    """The items of a case in their order, with their grades: as many queries for twenty items as for one."""
    rows = list(with_grades(case.items.select_related("item", "cluster", "reopens__case").order_by("position")))
    for row in rows:
        row.case = case
    return rows


def holding(case: Case, person: Person) -> Holding:
    """Who has the case, as this person sees it."""
    lease = lease_of(case)
    if lease is None:
        return Holding(False, "", False)
    mine = lease.person_id == person.pk
    return Holding(mine, lease.person.name, not mine and is_silent(lease))


def page(case: Case, person: Person, asked: str = "", form: GradeForm | None = None) -> dict[str, Any]:
    """Everything that the page of a case shows to this person, with one item open."""
    items = items_of(case)
    item = active_item(items, person, asked)
    held = holding(case, person)
    turn = turn_of(item, person, held)
    lines = [_line(row, person, row.pk == item.pk) for row in items]
    at = [line.number for line in lines].index(item.position)
    return {
        "case": case,
        "item": item,
        "lines": [line for line in lines if not line.settled],
        "settled_lines": [line for line in lines if line.settled],
        "count": len(items),
        "before": lines[at - 1] if at else None,
        "after": lines[at + 1] if at + 1 < len(lines) else None,
        "held": held,
        "turn": turn,
        "second": item.state == ItemState.SECOND,
        "late": case.closed_at is None and case.due_at < now(),
        "because": _because(case),
        "may": _may(item, person, held, awaited=any(line.yours for line in lines)),
        "reports": _reports(case, items, person),
        "case_actions": actions_panel(case) if all(row.state == ItemState.SETTLED for row in items) else None,
        **_evidence(item, person),
        **_middle(item, person, held),
        **_right(item, person, turn, form),
    }


def turn_of(item: CaseItem, person: Person, held: Holding) -> str:
    """What this person can do with the item now; the right column of the page is about it."""
    if item.state == ItemState.SETTLED:
        return "settled"
    pending = _pending(item)
    if pending is not None:
        return "pending" if pending.person_id == person.pk else "pending_other"
    if part_of(item, person) is None:
        own = any(grade.person_id == person.pk for grade in standing(item))
        return "waits_for_other" if own else "reading"
    return "grade" if held.mine else "take"


def _pending(item: CaseItem) -> Grade | None:
    return next((grade for grade in grades_of(item) if grade.state == GradeState.PENDING), None)


def _line(item: CaseItem, person: Person, active: bool) -> ItemLine:
    settled = item.state == ItemState.SETTLED
    return ItemLine(
        number=item.position,
        url=url_of(item.case, item.position),
        state=_(str(item.get_state_display())),
        settled=settled,
        yours=not settled and awaits(item, person),
        active=active,
    )


def _because(case: Case) -> str:
    try:
        return because_of(case)
    except SealError:
        return _("What was written cannot be opened any more.")


def _reports(case: Case, items: list[CaseItem], person: Person) -> list[Report]:
    """The reports of a case, once all of it is settled: before, one could tell somebody what another judged."""
    if not may(person, Permission.REPORT_READ) or not all(item.state == ItemState.SETTLED for item in items):
        return []
    return reports_of(case)


def _may(item: CaseItem, person: Person, held: Holding, *, awaited: bool) -> dict[str, bool]:
    """What is offered. A case is there to be taken while something in it waits for this person."""
    open_case = item.case.closed_at is None
    return {
        "take": awaited and not held.mine and may(person, Permission.CASE_GRADE) and (not held.name or held.silent),
        "take_over": open_case and not held.mine and bool(held.name) and may(person, Permission.CASE_TAKE_OVER),
        "grade": may(person, Permission.CASE_GRADE),
        "reopen": may(person, Permission.CASE_REOPEN),
        "reveal": may(person, Permission.CONTENT_REVEAL),
        "views": may(person, Permission.VIEWS_READ),
        "correct": may(person, Permission.ENTRY_CORRECT),
        "report": settings.LIGHTKEEPER["ncmec"] != "off" and may(person, Permission.REPORT_DRAFT),
    }


def _evidence(item: CaseItem, person: Person) -> dict[str, Any]:
    return {
        "found": _all_found(item),
        "sources": sources(item),
        "cluster_size": cluster_size(item.cluster_id),
        "linked": [link for link in links_of(item.case) if link.verdict is not LinkState.REJECTED],
        "earlier": list(_earlier(item, person)),
    }


def _all_found(item: CaseItem) -> list[Found]:
    """The findings, and which of them rest on an entry that was proved wrong."""
    rows = evidence(item)
    entries = {one.entry for one in rows if one.entry is not None}
    wrong = standing_corrections(entries) if entries else {}
    return [_found(one, wrong=one.entry in wrong) for one in rows]


def _found(one: Evidence, *, wrong: bool) -> Found:
    tiers = {"match": _("match"), "possible": _("possible match")}
    same = one.radius is None and one.distance == 0
    return Found(
        fact=one,
        bar=distance_bar(one.distance, one.radius),
        says=_("The same bytes.") if same else distance_sentence(one.distance, one.radius),
        algorithm=_DIGESTS.get(one.algorithm, one.algorithm.upper()),
        tier=tiers.get(one.tier, one.tier),
        wrong=wrong,
    )


def _earlier(item: CaseItem, person: Person) -> list[Earlier]:
    """Earlier judgements that this person may see, of the item itself before those of what resembles it."""
    alike = Q(item_id=item.item_id)
    if item.cluster_id is not None:
        alike |= Q(cluster_id=item.cluster_id)
    rows = CaseItem.objects.filter(alike, state=ItemState.SETTLED).exclude(pk=item.pk).select_related("case")
    found = []
    for row in rows.order_by("-settled_at")[:5]:
        grades = [grade for grade in may_see_grades(row, person) if grade.state == GradeState.STANDING]
        if grades:
            decision = decision_of(row)
            found.append(
                Earlier(
                    url=url_of(row.case, row.position),
                    same=row.item_id == item.item_id,
                    settled_at=row.settled_at,
                    table=table_of(grades),
                    decision="" if decision is None else str(decision.get_kind_display()),
                )
            )
    return sorted(found, key=lambda one: not one.same)


def _middle(item: CaseItem, person: Person, held: Holding) -> dict[str, Any]:
    """The veils, for whoever may lift them now; for all others why not."""
    if not may(person, Permission.CONTENT_REVEAL):
        return {"veil": None, "text_veil": None, "why_veiled": _("You see cases without their content.")}
    if item.item.kind == ItemKind.URL:
        return _middle_of_address(item, person, held)
    picture, words = veil_of(item, person), has_text(item)
    if picture.nothing and not words:
        return {"veil": picture, "text_veil": None, "why_veiled": ""}
    why = _why_veiled(item, person, held)
    return {
        "veil": None if why and not picture.nothing else picture,
        "text_veil": veil_of(item, person, Track.TEXT) if words and not why else None,
        "why_veiled": why,
    }


def _middle_of_address(item: CaseItem, person: Person, held: Holding) -> dict[str, Any]:
    """Whether the address can be asked for now, and the veil over what was written with it; else why not."""
    why, kept = _why_veiled(item, person, held), has_address(item)
    return {
        "veil": None,
        "text_veil": veil_of(item, person, Track.TEXT) if not why and has_text(item) else None,
        "why_veiled": why or ("" if kept else _("The address is not kept any more.")),
        "asks_address": kept and not why,
        "adds_picture": not why and not hash_only() and may(person, Permission.PICTURE_ADD),
    }


def _why_veiled(item: CaseItem, person: Person, held: Holding) -> str:
    if item.state == ItemState.SETTLED:
        return _("This item is settled; it is not shown any more.")
    if part_of(item, person) is None and may(person, Permission.CASE_GRADE):
        return _("Nothing of this item waits for you, so it is not shown.")
    if not held.mine:
        return _("It is shown to whoever has the case. Take the case first.")
    return ""


def _right(item: CaseItem, person: Person, turn: str, form: GradeForm | None) -> dict[str, Any]:
    part, grades = part_of(item, person), may_see_grades(item, person)
    offer = offered(item) if turn in {"grade", "take"} and part is GradePart.FIRST else None
    proposal = proposal_of(item) if part is GradePart.CONSENSUS or part is GradePart.SENIOR else None
    if turn == "grade" and form is None:
        own = [grade for grade in grades if grade.person_id == person.pk and grade.state == GradeState.STANDING]
        form = GradeForm.beginning(item, person, offer, own[-1] if part is GradePart.CONSENSUS and own else None)
    settled = item.state == ItemState.SETTLED
    return {
        "form": form if turn == "grade" else None,
        "part": part,
        "blind": part is GradePart.SECOND,
        "offer": offer,
        "hash_only": hash_only(),
        "proposal": proposal if proposal is not None and proposal.person_id != person.pk else None,
        "proposed_by_me": proposal is not None and proposal.person_id == person.pk,
        "table": table_of([grade for grade in grades if grade.state != GradeState.UNDONE]),
        "reasons": [_(str(reason.label)) for reason in may_see_reasons(item, person)],
        "alone": _alone(item, person, grades),
        "decision": decision_of(item) if settled else None,
        "reversal": reversal_of(item) if settled else None,
        "actions": actions_of(item) if settled else [],
        "reopened_as": _reopened_as(item) if settled else None,
        **_adding(item, person, settled=settled),
    }


def _adding(item: CaseItem, person: Person, *, settled: bool) -> dict[str, Any]:
    """The lists that this person may add a settled item to, and whether what was decided suggests it."""
    offered_now = settled and may(person, Permission.LIST_CONTRIBUTE) and may_be_added(item)
    hashes = settled and may(person, Permission.LIST_CONTRIBUTE) and hashes_may_be_added(item)
    return {
        "takes_down": settled and may(person, Permission.TAKEDOWN_SEND) and hashes_may_be_added(item),
        "own_lists": own_lists() if offered_now or hashes else [],
        "adds_hashes": hashes,
        "suggests_adding": offered_now and suggests_adding(item),
    }


def _reopened_as(item: CaseItem) -> str:
    row = CaseItem.objects.filter(reopens=item).select_related("case").first()
    return "" if row is None else url_of(row.case, row.position)


def _alone(item: CaseItem, person: Person, grades: list[Grade]) -> dict[str, Any] | None:
    """Whether this person could settle the item alone, now or from when; None where that is not theirs to do."""
    own = any(grade.person_id == person.pk and grade.state == GradeState.STANDING for grade in grades)
    since = waits_since(item)
    if since is None or not own or not may(person, Permission.CASE_GRADE):
        return None
    if _pending(item) is not None:
        return None
    at = since + timedelta(hours=current_policy().break_glass_hours)
    return {"from": at, "now": at <= now(), "hours": current_policy().break_glass_hours}
