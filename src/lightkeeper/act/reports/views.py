"""Pages of reports to authorities: which there are, one with its draft, preview, way and receipt, and what is done."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lightkeeper.act.reports import queries, services
from lightkeeper.act.reports.forms import ApprovalForm, BatchForm, DraftForm
from lightkeeper.act.reports.models import Report
from lightkeeper.act.reports.named import unread_by
from lightkeeper.act.reports.ncmec import batches, drafts, reading
from lightkeeper.act.reports.ncmec.completeness import completeness
from lightkeeper.act.reports.ncmec.file_details import FileDetails
from lightkeeper.act.reports.ncmec.parts import Built
from lightkeeper.act.reports.ncmec.report import Report as Document
from lightkeeper.act.reports.ncmec.schemas import NAME, newest_schema
from lightkeeper.act.reports.ncmec.storing import NotStored, load
from lightkeeper.act.reports.ncmec.taking_over import take_over, word_of
from lightkeeper.act.reports.ncmec.who import NOBODY, Asked, suspects
from lightkeeper.act.reports.ncmec.xsd import unofficial_schema
from lightkeeper.act.reports.services import Draft, ReportRefused
from lightkeeper.act.reports.states import SENDING, Mode, ReportState
from lightkeeper.act.retaining import belongs_to
from lightkeeper.people.models import Person
from lightkeeper.people.permissions import Permission, may, person_of, requires, sensitive
from lightkeeper.record.queries import Retention, retention_of
from lightkeeper.review.models import Case
from lightkeeper.runtime.services import SealError

ROWS: Final = 50
PROBLEMS: Final = {
    "status_401": gettext_noop(
        "The authority does not accept the user and password. Set them right, then let it go on."
    ),
    "status_403": gettext_noop("The authority refuses this user. Ask it for the right to report, then let it go on."),
    "no_credentials": gettext_noop(
        "No user and password are set (ncmec_user, ncmec_password). Set them, then let it go on."
    ),
    "address_refused": gettext_noop(
        "The address of the authority may not be called (settings ncmec_url, outbound_allow)."
    ),
    "mode_changed": gettext_noop(
        "It was approved for another mode than the setting ncmec has now. Set it back, or wait."
    ),
    "unreachable": gettext_noop("The authority did not answer for many tries. When it can be reached, let it go on."),
    "begun_too_often": gettext_noop(
        "It was begun many times and never came through. Look at its way, then let it go on."
    ),
    "finished_elsewhere": gettext_noop(
        "The authority says that it is finished, and we never finished it. Ask the authority."
    ),
    "not_readable": gettext_noop(
        "Something that is to be sent is damaged or gone here. Take it out and hand it in again."
    ),
    "code_4100": gettext_noop("The authority found something wrong in it. Fetch its schema anew, correct the draft."),
}
"""What stopped a report, and what to do, for each code."""


@requires(Permission.REPORT_READ)
@require_safe
@never_cache
def reports(request: HttpRequest) -> HttpResponse:
    """All reports, those of one state, and how many wait for a person."""
    state = request.GET.get("state", "")
    context = {
        "page": Paginator(queries.reports(state), ROWS).get_page(request.GET.get("page")),
        "state": state if state in ReportState.values else "",
        "states": ReportState.choices,
        "waiting": queries.needing_a_person(),
        "mode": queries.mode_of(NAME),
        "schema": newest_schema(NAME, queries.mode_of(NAME)),
    }
    return render(request, "reports/reports.html", context)


@requires(Permission.REPORT_DRAFT)
@sensitive
@require_POST
def draft(request: HttpRequest, public: UUID) -> HttpResponse:
    """Draft a report of a case from all that is known of it, or go on with the one that there is."""
    case = get_object_or_404(Case, public=public)
    there = queries.on_its_way(case, NAME)
    if there is not None:
        return redirect("report:report", there.public)
    person = person_of(request)
    try:
        built = drafts.from_case(case, queries.mode_of(NAME), _asked(person))
        made = services.make_draft(case=case, authority=NAME, draft=built.draft, person=person, urgent=case.imminent)
    except ReportRefused as refused:
        messages.error(request, str(refused))
        return redirect("case:page", case.public)
    except SealError:
        messages.error(request, _("Something of this case is damaged, so no report could be drafted. It was reported."))
        return redirect("case:page", case.public)
    return redirect("report:report", made.public)


@requires(Permission.REPORT_READ)
@sensitive
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def report(request: HttpRequest, public: UUID) -> HttpResponse:
    """One report: its draft and what is wrong with it, what would be sent, its way, its receipt."""
    row = _report(public)
    if row.destroyed_at is not None:
        receipt = _receipt(row)
        return render(
            request, "reports/destroyed.html", {"row": row, "receipt": receipt, "steps": queries.steps_of(row)}
        )
    person = person_of(request)
    try:
        kept = services.draft_of(row)
        document = load(Document, kept.report)
    except (SealError, NotStored):
        return render(request, "reports/damaged.html", {"row": row}, status=503)
    form = _form(request, row, kept, document, person)
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            services.change_draft(row, form.applied(kept), person, urgent=form.urgent)
        except ReportRefused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("The draft was kept."))
        return redirect("report:report", row.public)
    status = 422 if form is not None and form.errors else 200
    return render(request, "reports/report.html", _shown(row, kept, document, person, form), status=status)


def _act(
    permission: Permission, done: str, act: Callable[[HttpRequest, Report], object]
) -> Callable[..., HttpResponse]:
    """A page that does one thing with a report and leads back to it; a refusal is told there."""

    @requires(permission)
    @sensitive
    @require_POST
    def view(request: HttpRequest, public: UUID) -> HttpResponse:
        row = _report(public)
        try:
            act(request, row)
        except ReportRefused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _(done))
        return redirect("report:report", row.public)

    return view


hand_in = _act(
    Permission.REPORT_DRAFT, gettext_noop("It waits for a second person."),
    lambda request, row: services.hand_in(row, person_of(request)),
)  # fmt: skip
approve = _act(
    Permission.REPORT_APPROVE, gettext_noop("It is approved and being sent."),
    lambda request, row: services.approve(row, person_of(request), request.POST.get("typed", "")),
)  # fmt: skip
discard = _act(
    Permission.REPORT_DRAFT,
    gettext_noop("It was discarded."),
    lambda request, row: services.discard(row, person_of(request)),
)
correct = _act(
    Permission.REPORT_DRAFT,
    gettext_noop("It is a draft again."),
    lambda request, row: services.correct(row, person_of(request)),
)
batch = _act(
    Permission.REPORT_DRAFT,
    gettext_noop("It was drafted anew."),
    lambda request, row: _drafted_anew(row, person_of(request), batched=bool(request.POST.get("batched"))),
)
people = _act(
    Permission.REPORT_DRAFT,
    gettext_noop("Who is who was taken over."),
    lambda request, row: take_over(row, person_of(request), request.POST.get("suspect", "")),
)
resume = _act(
    Permission.REPORT_APPROVE,
    gettext_noop("It goes on."),
    lambda request, row: services.resume(row, person_of(request)),
)


@requires(Permission.REPORT_DRAFT)
@sensitive
@require_POST
def supplement(request: HttpRequest, public: UUID) -> HttpResponse:
    """Draft a report that adds to one that was filed."""
    row, person = _report(public), person_of(request)
    note = _("This report adds to report %(number)s.") % {"number": row.external_id}
    try:
        built = drafts.from_case(row.case, queries.mode_of(NAME), _asked(person))
        adding = dataclasses.replace(built.draft, report={**built.draft.report, "additional_info": note})
        made = services.make_draft(case=row.case, authority=NAME, draft=adding, person=person, supplements=row)
    except ReportRefused as refused:
        messages.error(request, str(refused))
        return redirect("report:report", row.public)
    except SealError:
        messages.error(request, _("Something of this case is damaged, so no report could be drafted. It was reported."))
        return redirect("report:report", row.public)
    return redirect("report:report", made.public)


@requires(Permission.VICTIM_READ)
@sensitive
@require_POST
@never_cache
def victims(request: HttpRequest, public: UUID) -> HttpResponse:
    """What a report says of possible victims; no transaction is open, for the look is committed before."""
    row, person = _report(public), person_of(request)
    try:
        kept = services.draft_of(row)
        document = load(Document, kept.report)
    except (SealError, NotStored):
        return render(request, "reports/damaged.html", {"row": row}, status=503)
    services.look_at_victims(row, kept.named, person, len(document.victims))
    return render(request, "reports/victims.html", {"row": row, "lines": reading.victim_lines(document, kept.sources)})


def _drafted_anew(row: Report, person: Person, *, batched: bool) -> None:
    try:
        built = _from_case(row.case, Mode(row.mode), _asked(person), batched=batched)
    except SealError:
        raise ReportRefused(_("Something of this case is damaged, so it could not be drafted anew.")) from None
    services.change_draft(row, built.draft, person, urgent=False)


def _from_case(case: Case, mode: Mode, asked: Asked = NOBODY, *, batched: bool) -> Built:
    return batches.from_case(case, mode) if batched else drafts.from_case(case, mode, asked)


def _asked(person: Person) -> Asked:
    """Whoever drafts reads what is known of possible victims, where a draft can be kept at all."""
    return NOBODY if queries.mode_of(NAME) is Mode.OFF else Asked(reader=person)


def _report(public: UUID) -> Report:
    rows = Report.objects.select_related("case", "drafted_by", "reviewed_by", "approved_by", "supplements")
    return get_object_or_404(rows, public=public)


def _form(
    request: HttpRequest, row: Report, kept: Draft, document: Document, person: Person
) -> DraftForm | BatchForm | None:
    if row.state not in {ReportState.DRAFT, ReportState.REVIEWED} or not may(person, Permission.REPORT_DRAFT):
        return None
    schema = newest_schema(NAME, Mode(row.mode)) or unofficial_schema()
    data = request.POST if request.method == "POST" else None
    kind = DraftForm if document.batched is None else BatchForm
    return kind(data, kept=kept, report=document, schema=schema)


def _shown(
    row: Report, kept: Draft, document: Document, person: Person, form: DraftForm | BatchForm | None
) -> dict[str, Any]:
    draft_state = row.state in {ReportState.DRAFT, ReportState.REVIEWED}
    details = [load(FileDetails, {"report_id": 0, "file_id": "0", **one.details}) for one in kept.files]
    built = _built_anew(row, batched=document.batched is not None) if draft_state else None
    sources = kept.sources or (built.draft.sources if built is not None else {})
    return {
        "row": row,
        "form": form,
        "approval": ApprovalForm(),
        "word": services.TYPED[Mode(row.mode)],
        "faults": services.faults(row) if draft_state else [],
        "batched": document.batched is not None,
        "shared_by": batches.shared_by(built) if built is not None else 0,
        "meter": None
        if document.batched is not None or not draft_state
        else completeness(document, details, word_of(row, kept.named)),
        "lines": reading.lines("report", document, sources),
        "files": [reading.lines(f"fileDetails[{n}]", one, sources) for n, one in enumerate(details, start=1)],
        "suspects": suspects(row.case, kept.named) if draft_state else [],
        "victims": bool(document.victims),
        "unread": draft_state and unread_by(kept.named, person),
        "may_see_victims": may(person, Permission.VICTIM_READ),
        "steps": queries.steps_of(row),
        "receipt": _receipt(row),
        "retention": _retention(row, person),
        "sending": row.state in SENDING,
        "problem": _(
            PROBLEMS.get(row.problem, gettext_noop("The authority refused it. See the code, and its documentation."))
        )
        if row.problem
        else "",
        "may_draft": may(person, Permission.REPORT_DRAFT),
        "may_approve": may(person, Permission.REPORT_APPROVE),
        "own": person.pk in {row.drafted_by_id, row.reviewed_by_id},
    }


def _left(row: Report, person: Person) -> dict[str, Any]:
    """What is left of a report whose content was destroyed."""
    return {
        "row": row,
        "receipt": _receipt(row),
        "steps": queries.steps_of(row),
        "retention": _retention(row, person),
    }


def _retention(row: Report, person: Person) -> Retention | None:
    """How long the report and its case are kept; None for whoever may not know."""
    return retention_of(belongs_to(row.case_id)) if may(person, Permission.RETENTION_READ) else None


def _built_anew(row: Report, *, batched: bool) -> Built | None:
    """What a draft of the case would be now; None where something of it is damaged, or it is none for a batch."""
    try:
        return _from_case(row.case, Mode(row.mode), batched=batched)
    except (SealError, ReportRefused):
        return None


def _receipt(row: Report) -> Any:
    try:
        return queries.receipt_of(row)
    except SealError:
        return None
