"""The pages about lists: which there are and how fresh, a file to import, status and radius. No value is ever shown."""

from __future__ import annotations

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lightkeeper.lists import queries, services
from lightkeeper.lists.forms import ImportForm, RadiusForm, StatusForm
from lightkeeper.lists.models import HashList
from lightkeeper.lists.types import ListRefused, ListStatus
from lightkeeper.lists.uploads import LARGEST_UPLOAD, ListUploadHandler
from lightkeeper.people.permissions import Permission, actor_of, may, requires, sensitive


@requires(Permission.LIST_READ)
@require_safe
def lists(request: HttpRequest) -> HttpResponse:
    """Every list, and how fresh this server's index is."""
    context = {
        "lists": queries.all_lists(),
        "freshness": queries.freshness(),
        "degraded": queries.current().degraded,
        "imports": may(request.user, Permission.LIST_IMPORT),
    }
    return render(request, "lists/lists.html", context)


@requires(Permission.LIST_READ)
@require_safe
def one_list(request: HttpRequest, pk: int) -> HttpResponse:
    """One list, and what may be done about it."""
    row = _row(pk)
    return _page(request, row, StatusForm(initial={"status": row.status}), RadiusForm(initial={"radius": row.radius}))


@requires(Permission.LIST_CHANGE)
@sensitive
@require_POST
def change_status(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what follows from matches of a list."""
    row, form = _row(pk), StatusForm(request.POST)
    if form.is_valid():
        status, reason = ListStatus(form.cleaned_data["status"]), form.cleaned_data["reason"]
        try:
            services.set_status(pk, status, reason=reason, actor=actor_of(request))
        except ListRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(
                request, _("The list is %(status)s now; every process follows within seconds.") % {"status": status}
            )
            return redirect("lists:list", pk)
    return _page(request, row, form, RadiusForm(initial={"radius": row.radius}))


@requires(Permission.LIST_CHANGE)
@sensitive
@require_POST
def change_radius(request: HttpRequest, pk: int) -> HttpResponse:
    """Change within how many bits a hash matches a list."""
    row, form = _row(pk), RadiusForm(request.POST)
    if form.is_valid():
        radius, reason = form.cleaned_data["radius"], form.cleaned_data["reason"]
        try:
            services.set_radius(pk, radius, reason=reason, actor=actor_of(request))
        except ListRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(
                request, _("The radius is %(radius)s now; every process follows within seconds.") % {"radius": radius}
            )
            return redirect("lists:list", pk)
    return _page(request, row, StatusForm(initial={"status": row.status}), form)


@requires(Permission.LIST_IMPORT)
@sensitive
@csrf_exempt  # the check comes below: it reads the form, and our handler has to be there before that
@require_http_methods(["GET", "HEAD", "POST"])
def import_file(request: HttpRequest) -> HttpResponse:
    """Import a list file."""
    handler = ListUploadHandler(request)
    request.upload_handlers = [handler]
    return _import(request, handler)


@csrf_protect
def _import(request: HttpRequest, handler: ListUploadHandler) -> HttpResponse:
    if request.method != "POST":
        form = ImportForm(initial={"name": request.GET.get("list", "")})
        return render(request, "lists/import.html", {"form": form, "largest": LARGEST_UPLOAD >> 20})
    form = ImportForm(request.POST, request.FILES)
    summary = None
    if form.is_valid():
        data = form.cleaned_data
        try:
            if handler.too_large:
                raise ListRefused(_("The file is too large for a browser; import it with `lightkeeper lists import`."))
            if not data["file"]:
                raise ListRefused(_("No file was sent."))
            summary = services.import_list(
                data["file"].file, name=data["name"], status=ListStatus(data["status"]) if data["status"] else None,
                radius=data["radius"], source=data["source"], replace=data["replace"], actor=actor_of(request),
            )  # fmt: skip
        except ListRefused as refused:
            form.add_error(None, str(refused))
    context = {"form": form, "summary": summary, "largest": LARGEST_UPLOAD >> 20}
    return render(request, "lists/import.html", context, status=200 if summary else 422)


def _row(pk: int) -> HashList:
    row = queries.list_row(pk)
    if row is None:
        raise Http404
    return row


def _page(request: HttpRequest, row: HashList, status_form: Form, radius_form: Form) -> HttpResponse:
    wrong = status_form.is_bound or radius_form.is_bound
    context = {
        "list": row,
        "counts": queries.entry_counts(row.pk),
        "states": queries.state_counts(row.pk),
        "status_form": status_form,
        "radius_form": radius_form,
        "changes": may(request.user, Permission.LIST_CHANGE),
        "imports": may(request.user, Permission.LIST_IMPORT),
    }
    return render(request, "lists/list.html", context, status=422 if wrong else 200)
