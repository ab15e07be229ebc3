"""Pages of retention: what is due, what is kept back, what was destroyed with its proof, and keeping a case longer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lightkeeper.act.queries import belongs_to
from lightkeeper.people.models import Person
from lightkeeper.people.permissions import Permission, actor_of, may, requires, sensitive
from lightkeeper.record.models import DestructionProof, RetentionClock
from lightkeeper.record.policy import current_policy
from lightkeeper.record.queries import (
    RULES,
    ClockLine,
    Retention,
    counts_of,
    due_next,
    event_of_proof,
    exported_proof,
    kept_back,
    line_of,
    newest_proofs,
    objects_of,
    retention_of,
    title_of,
)
from lightkeeper.record.services import LONGEST_NOTE, ExtensionBasis, export_proofs, keep_longer
from lightkeeper.review.models import Case

app_name = "retention"
ROWS: Final = 100
"""Clocks and proofs in a table; the export has all proofs."""

KINDS: Final = {
    "accounts": gettext_lazy("names of accounts"),
    "contexts": gettext_lazy("contexts of submissions"),
    "marks": gettext_lazy("marks on messages"),
    "media": gettext_lazy("files of the vault"),
    "notes": gettext_lazy("notes"),
    "parties": gettext_lazy("names of parties"),
    "reasons": gettext_lazy("reasons that were written"),
    "report_files": gettext_lazy("descriptions of files in reports"),
    "reports": gettext_lazy("contents of reports"),
    "submissions": gettext_lazy("facts of submissions"),
    "texts": gettext_lazy("words of conversations"),
    "uploaders": gettext_lazy("indexes of uploaders"),
    "victims": gettext_lazy("possible victims"),
}
"""What kinds of things are called that a proof counts."""


class KeepLongerForm(forms.Form):
    """Until when, on what basis, why."""

    until = forms.DateTimeField(
        label=gettext_lazy("Until (UTC)"),
        input_formats=["%Y-%m-%dT%H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    basis = forms.ChoiceField(label=gettext_lazy("On what basis"), choices=ExtensionBasis.choices)
    note = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=LONGEST_NOTE,
        help_text=gettext_lazy("A reference, or a reason. It is kept encrypted, under your name; no content."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@dataclass(frozen=True, slots=True)
class Row:
    """A clock of a case, with the address of the case's page where there is one."""

    clock: ClockLine
    public: UUID | None


@requires(Permission.RETENTION_READ)
@require_safe
@never_cache
def clocks(request: HttpRequest) -> HttpResponse:
    """What is due and kept back, what comes next, what was destroyed, and by which rules."""
    late, later, proofs = kept_back(ROWS), due_next(ROWS), newest_proofs(ROWS)
    pages = _pages([*(one.subject_id for one in late + later), *(one.subject_id for one in proofs)])
    policy = current_policy()
    context = {
        "kept_back": _rows(late, pages),
        "due_next": _rows(later, pages),
        "proofs": [(one, title_of(one.rule), pages.get(one.subject_id), _total(one)) for one in proofs],
        "rules": [(rule, not rule.jurisdiction or rule.jurisdiction in policy.jurisdictions) for rule in RULES],
        "policy": policy,
        "rows": ROWS,
    }
    return render(request, "retention/clocks.html", context)


@requires(Permission.RETENTION_READ)
@require_safe
@never_cache
def proof(request: HttpRequest, public: UUID) -> HttpResponse:
    """One proof: what was destroyed, by which rule, and whether the audit trail says the same."""
    row = get_object_or_404(DestructionProof, public=public)
    context = {
        "row": row,
        "title": title_of(row.rule),
        "page": _pages([row.subject_id]).get(row.subject_id),
        "counts": [(KINDS.get(name, name), count) for name, count in counts_of(row).items()],
        "objects": objects_of(row),
        "event": event_of_proof(row),
    }
    return render(request, "retention/proof.html", context)


@requires(Permission.RETENTION_READ)
@require_safe
@never_cache
def proof_json(request: HttpRequest, public: UUID) -> JsonResponse:
    """One proof, to be given to somebody."""
    del request
    row = get_object_or_404(DestructionProof, public=public)
    answer = JsonResponse(exported_proof(row))
    answer["Content-Disposition"] = f'attachment; filename="proof-{row.public}.json"'
    return answer


@requires(Permission.RETENTION_READ)
@require_POST
def export(request: HttpRequest) -> StreamingHttpResponse:
    """All proofs, as JSON lines."""
    answer = StreamingHttpResponse(export_proofs(actor=actor_of(request)), content_type="application/jsonl")
    answer["Content-Disposition"] = 'attachment; filename="proofs.jsonl"'
    return answer


@requires(Permission.RETENTION_EXTEND)
@sensitive
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def extend(request: HttpRequest, public: UUID) -> HttpResponse:
    """Keep a case longer than its day, by name."""
    case = get_object_or_404(Case, public=public)
    form = KeepLongerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        basis = ExtensionBasis(data["basis"])
        try:
            keep_longer(case=case.pk, until=data["until"], basis=basis, note=data["note"], by=actor_of(request))
        except ValueError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("It is kept longer, under your name."))
            return redirect("case:whole", case.public)
    context = {"form": form, "case": case, "retention": retention_of(belongs_to(case.pk))}
    return render(request, "retention/extend.html", context, status=422 if form.errors else 200)


def retention_for(case: Case, person: Person) -> dict[str, Any]:
    """What a page says of how long a case is kept; nothing to whoever may not know."""
    if not may(person, Permission.RETENTION_READ):
        return {"retention": None}
    return {
        "retention": _named(retention_of(belongs_to(case.pk))),
        "may_extend": may(person, Permission.RETENTION_EXTEND),
    }


def _named(found: Retention) -> Retention:
    """The same with the names of those who keep it longer."""
    numbers = {clock.by for clock in found.clocks if clock.by.isdigit()}
    if not numbers:
        return found
    names = {str(pk): name for pk, name in Person.objects.filter(pk__in=numbers).values_list("pk", "name")}
    return replace(found, clocks=[replace(clock, by=names.get(clock.by, clock.by)) for clock in found.clocks])


def _pages(numbers: Iterable[str]) -> dict[str, UUID]:
    wanted = {int(number) for number in numbers}
    return {str(pk): public for pk, public in Case.objects.filter(pk__in=wanted).values_list("pk", "public")}


def _rows(found: Iterable[RetentionClock], pages: dict[str, UUID]) -> list[Row]:
    return [Row(line_of(clock), pages.get(clock.subject_id)) for clock in found]


def _total(row: DestructionProof) -> int:
    return sum(counts_of(row).values())


urlpatterns = [
    path("retention/", clocks, name="clocks"),
    path("retention/export/", export, name="export"),
    path("retention/proofs/<uuid:public>/", proof, name="proof"),
    path("retention/proofs/<uuid:public>.json", proof_json, name="proof_json"),
    path("cases/<uuid:public>/keep-longer/", extend, name="extend"),
]
