"""The whole case on one page: accounts, links, items, actions, reports, holds, who saw it, all that was done.

Nothing of what people judged, or of what followed, is on it before everything of the case is settled: it would tell a
second reviewer what a first one judged. What needs a permission of its own elsewhere needs it here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lightkeeper.act.models import CaseAction, Decision, Report
from lightkeeper.act.queries import case_actions, reports_of, requests_about, victims_of
from lightkeeper.people.models import Person
from lightkeeper.people.permissions import Permission, may, person_of, requires
from lightkeeper.record.queries import ReadEvent, events_about, holds_on
from lightkeeper.record.types import ActorKind, ItemKind
from lightkeeper.review.models import Case, CaseItem
from lightkeeper.review.queries import GradeState, ItemState, View, page_of_views, views_of_case
from lightkeeper.runtime.services import SealError
from lightkeeper.web.case_links import links_for
from lightkeeper.web.case_view_models import items_of, url_of
from lightkeeper.web.party_view_models import accounts_for
from lightkeeper.web.retention_pages import retention_for

ACTS: Final = 200
"""Acts on the page, the newest; the audit trail has all."""
OPEN: Final = 50
"""Of these, how many are shown without unfolding."""
LOOKS: Final = 20
"""Looks in the short table; the page of who saw it has all."""
_KINDS: Final = {
    ActorKind.PERSON: gettext_noop("a person"),
    ActorKind.CLIENT: gettext_noop("a platform"),
    ActorKind.SYSTEM: gettext_noop("the system"),
    ActorKind.OPERATOR: gettext_noop("whoever runs the server"),
}


@dataclass(frozen=True, slots=True)
class Act:
    """One act: when, what in words, by whom: a name, or the kind of what did it."""

    at: datetime
    says: str
    by: str


@requires(Permission.CASE_READ)
@require_safe
@never_cache
def whole(request: HttpRequest, public: UUID) -> HttpResponse:
    """All that belongs to a case, as far as this person may see it."""
    case = get_object_or_404(Case, public=public)
    return render(request, "case/whole.html", shown_to(case, person_of(request)))


def shown_to(case: Case, person: Person) -> dict[str, Any]:
    """Everything that the page shows; as many queries for twenty items as for one."""
    items = items_of(case)
    settled = all(item.state == ItemState.SETTLED for item in items)
    actions = case_actions(case) if settled else []
    reports = reports_of(case) if settled and may(person, Permission.REPORT_READ) else []
    looks = page_of_views(views_of_case(case), limit=LOOKS) if may(person, Permission.VIEWS_READ) else None
    acts = _acts(case, items, actions, reports, looks.views if looks else []) if settled else []
    return {
        "case": case,
        "settled": settled,
        "accounts": accounts_for(case, person, settled=settled),
        "victims": victims_of(case).count() if settled else 0,
        "open_items": [_line(item) for item in items if item.state != ItemState.SETTLED],
        "settled_items": [_line(item) for item in items if item.state == ItemState.SETTLED],
        **links_for(case, person, settled=settled),
        "actions": actions,
        "reports": reports,
        "reads_reports": may(person, Permission.REPORT_READ),
        **_holds(case, items, person),
        "requests": requests_about(case) if may(person, Permission.REQUEST_READ) else None,
        **retention_for(case, person),
        "looks": looks,
        "acts": acts[:OPEN],
        "older_acts": acts[OPEN:],
        "full": len(acts) == ACTS,
    }


def _line(item: CaseItem) -> tuple[str, int, str, str]:
    """Address, number, kind and state of an item."""
    return (
        url_of(item.case, item.position),
        item.position,
        str(ItemKind(item.item.kind).label),
        _(str(item.get_state_display())),
    )


def _holds(case: Case, items: list[CaseItem], person: Person) -> dict[str, Any]:
    """The holds on the case and its items; None for whoever may not read holds, or where one cannot be opened."""
    if not may(person, Permission.HOLD_READ):
        return {"holds": None, "holds_broken": False}
    try:
        return {"holds": holds_on({"case": [case.pk], "item": [item.item_id for item in items]}), "holds_broken": False}
    except SealError:
        return {"holds": None, "holds_broken": True}


def _acts(
    case: Case, items: list[CaseItem], actions: Iterable[CaseAction], reports: Iterable[Report], views: Iterable[View]
) -> list[Act]:
    """What was done, the newest first. Grades that were undone are their author's alone and are not there."""
    rows = [item.pk for item in items]
    about = {
        "case": [case.pk],
        "case_item": rows,
        "grade": [one.pk for item in items for one in item.grades.all() if one.state == GradeState.STANDING],
        "decision": list(Decision.objects.filter(case_item__in=rows).values_list("pk", flat=True)),
        "action": [action.pk for action in actions],
        "report": [report.pk for report in reports],
    }
    # A hold says why elsewhere, to whoever may read holds; here it would be told to everybody.
    found = [event for event in events_about(about, limit=ACTS) if not event.event.startswith("record:hold")]
    names = _names(found)
    acts = [
        Act(event.at, event.says, names.get(event.actor_id, "") or _(_KINDS[ActorKind(event.actor_kind)]))
        for event in found
    ]
    looks = [Act(view.seen.began_at, _looked(view), view.name) for view in views]
    return sorted(acts + looks, key=lambda act: act.at, reverse=True)[:ACTS]


def _names(found: Iterable[ReadEvent]) -> dict[str, str]:
    numbers = {event.actor_id for event in found if event.actor_kind == "person" and event.actor_id.isdigit()}
    return {str(pk): name for pk, name in Person.objects.filter(pk__in=numbers).values_list("pk", "name")}


def _looked(view: View) -> str:
    return _("looked at item %(number)s: %(track)s, %(level)s") % {
        "number": view.position, "track": view.track, "level": view.level,
    }  # fmt: skip
