"""Pages of corrections: what rests on an entry, the act that says it is wrong, and how far that has come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lightkeeper.intake import queries
from lightkeeper.intake.models import Correction
from lightkeeper.intake.services import CorrectionRefused, correct_entry
from lightkeeper.lists.models import Entry
from lightkeeper.lists.types import EntryState, ListRefused
from lightkeeper.people.permissions import Permission, may, person_of, requires, sensitive
from lightkeeper.review.models import CaseItem
from lightkeeper.review.queries import ItemState
from lightkeeper.runtime.services import SealError, whole_number
from lightkeeper.web.correction_forms import CorrectionForm

app_name = "correction"
ROWS: Final = 50
"""Items, or submissions, on one page."""
_MOST: Final = 10**18


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item of a case that rests on the entry, and what becomes of it."""

    public: UUID
    position: int
    state: str
    becomes: str


@requires(Permission.ENTRY_CORRECT)
@require_safe
def corrections(request: HttpRequest) -> HttpResponse:
    """Which entries were proved wrong, and how far that has come; another is found by its number."""
    asked = request.GET.get("entry", "").strip()
    number = whole_number(asked, most=_MOST) if asked else None
    if number is not None and Entry.objects.filter(pk=number).exclude(state=EntryState.STAGED).exists():
        return redirect("correction:entry", number)
    wrong = _("There is no entry with this number.") if asked else ""
    page = Paginator(queries.corrections(), ROWS).get_page(request.GET.get("page"))
    context = {"page": page, "asked": asked, "wrong": wrong}
    return render(request, "corrections/corrections.html", context, status=422 if wrong else 200)


@requires(Permission.ENTRY_CORRECT)
@sensitive
@require_http_methods(["GET", "HEAD", "POST"])
def entry(request: HttpRequest, number: int) -> HttpResponse:
    """What rests on an entry; and the act: it is wrong."""
    rows = Entry.objects.select_related("list").defer("sealed", "pending")
    of = get_object_or_404(rows.exclude(state=EntryState.STAGED), pk=number)
    form = CorrectionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            row = correct_entry(
                number, EntryState(form.cleaned_data["state"]), reason=form.cleaned_data["reason"],
                person=person_of(request),
            )  # fmt: skip
        except (CorrectionRefused, ListRefused) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The entry withholds nothing any more; what rested on it is being put right."))
            return redirect("correction:correction", row.pk)
    context = {
        "entry": of,
        "form": form,
        "rests": queries.rests_on(number),
        "before": queries.standing_corrections([number]).get(number),
        "items": _items(request, number),
        "submissions": _submissions(request, number),
        "sees_cases": may(request.user, Permission.CASE_READ),
    }
    return render(request, "corrections/entry.html", context, status=422 if form.errors else 200)


@requires(Permission.ENTRY_CORRECT)
@require_safe
def correction(request: HttpRequest, number: int) -> HttpResponse:
    """How far one correction has come."""
    row = Correction.objects.select_related("entry__list", "person").filter(pk=number).first()
    if row is None:
        raise Http404
    try:
        reason = queries.reason_of_correction(row)
    except SealError:
        reason = _("What was written cannot be opened any more.")
    withheld, settled = queries.left_of_correction(row)
    context: dict[str, Any] = {"row": row, "reason": reason, "withheld": withheld, "settled": settled}
    context["restored"] = row.entry.state == EntryState.ACTIVE
    return render(request, "corrections/correction.html", context)


def _items(request: HttpRequest, number: int) -> Any:
    """One page of the items that rest on an entry, as rows."""
    rows = queries.items_resting_on(number).select_related("case").order_by("-pk")
    page: Any = Paginator(rows, ROWS).get_page(request.GET.get("items"))
    listed = list(page.object_list)
    again = queries.to_be_opened_again(number, now(), [row.pk for row in listed])
    page.object_list = [_item(row, again) for row in listed]
    return page


def _item(row: CaseItem, again: set[int]) -> ItemRow:
    becomes = _("stays as it is")
    if row.pk in again:
        becomes = _("is opened again")
    elif row.state != ItemState.SETTLED:
        becomes = _("goes on waiting, marked")
    return ItemRow(row.case.public, row.position, _(str(row.get_state_display())), becomes)


def _submissions(request: HttpRequest, number: int) -> Any:
    """One page of the submissions that the entry withheld: platform, case, time; what becomes of each."""
    rows = queries.withheld_by(number).annotate(public=F("case__public"), platform=F("client__name")).order_by("-pk")
    page: Any = Paginator(rows.defer("retained"), ROWS).get_page(request.GET.get("submissions"))
    listed = list(page.object_list)
    alone = queries.to_be_reinstated(number, [row.pk for row in listed])
    page.object_list = [(row, row.pk in alone) for row in listed]
    return page


urlpatterns = [
    path("corrections/", corrections, name="corrections"),
    path("corrections/entries/<int:number>/", entry, name="entry"),
    path("corrections/<int:number>/", correction, name="correction"),
]
