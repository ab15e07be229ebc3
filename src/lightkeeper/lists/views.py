"""Acts on lists as a whole: made, imported into, their rules changed; each on its page, with a reason where it matters.

The pages that show lists stand in ``web``: they say how often lists were right, which is another room's to know.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from lightkeeper.lists import queries, services
from lightkeeper.lists.acting import Act, act, asked
from lightkeeper.lists.forms import (
    AlarmsForm,
    CategoriesForm,
    ImportForm,
    NewListForm,
    OwnerForm,
    RadiusForm,
    StatusForm,
)
from lightkeeper.lists.models import HashList
from lightkeeper.lists.types import ListPurpose, ListRefused, ListStatus
from lightkeeper.lists.uploads import LARGEST_UPLOAD, ListUploadHandler
from lightkeeper.people.permissions import Permission, actor_of, requires, sensitive

METHODS = require_http_methods(["GET", "HEAD", "POST"])


@requires(Permission.LIST_IMPORT)
@sensitive
@METHODS
def new_list(request: HttpRequest) -> HttpResponse:
    """Make an empty list: for an exchange, for entries by hand, or as an allow-list."""

    def do(data: dict[str, Any]) -> str:
        services.create_list(
            name=data["name"], actor=actor_of(request), status=ListStatus(data["status"]),
            purpose=ListPurpose(data["purpose"]), source=data["source"], radius=data["radius"],
        )  # fmt: skip
        return _("The list is there.")

    page = Act(
        title=_("Make a list"), button=_("Make it"), back=reverse("lists:lists"),
        intro=_("Empty: entries are then added by hand, imported from a file, or fetched from a source."),
    )  # fmt: skip
    return act(request, NewListForm(asked(request)), page, do)


@requires(Permission.LIST_CHANGE)
@sensitive
@METHODS
def change_status(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what follows from matches of a list."""
    row = list_or_404(pk)

    def do(data: dict[str, Any]) -> str:
        status = ListStatus(data["status"])
        services.set_status(pk, status, reason=data["reason"], actor=actor_of(request))
        return _("The list is %(status)s now; every process follows within seconds.") % {"status": status}

    page = Act(title=_("Status of %(name)s") % {"name": row.name}, button=_("Change the status"), back=of(row))
    return act(request, StatusForm(asked(request), initial={"status": row.status}), page, do)


@requires(Permission.LIST_CHANGE)
@sensitive
@METHODS
def change_radius(request: HttpRequest, pk: int) -> HttpResponse:
    """Change within how many bits a hash matches a list."""
    row = list_or_404(pk)

    def do(data: dict[str, Any]) -> str:
        radius = data["radius"]
        services.set_radius(pk, radius, reason=data["reason"], actor=actor_of(request))
        return _("The radius is %(radius)s now; every process follows within seconds.") % {"radius": radius}

    page = Act(
        title=_("Radius of %(name)s") % {"name": row.name}, button=_("Sign and change the radius"), back=of(row),
        intro=_("You sign it: your name and the reason stand on the list's page and in the audit trail."),
    )  # fmt: skip
    initial = {"radius": request.GET.get("radius", row.radius)}
    return act(request, RadiusForm(asked(request), initial=initial), page, do)


@requires(Permission.LIST_CHANGE)
@sensitive
@METHODS
def change_owner(request: HttpRequest, pk: int) -> HttpResponse:
    """Say who answers for a list."""
    row = list_or_404(pk)

    def do(data: dict[str, Any]) -> str:
        owner = data["owner"]
        services.set_owner(pk, owner and owner.pk, actor=actor_of(request))
        return _("The list has an owner.") if owner else _("The list has no owner.")

    page = Act(title=_("Owner of %(name)s") % {"name": row.name}, button=_("Set the owner"), back=of(row))
    return act(request, OwnerForm(asked(request), initial={"owner": row.owner_id}), page, do)


@requires(Permission.LIST_CHANGE)
@sensitive
@METHODS
def change_alarms(request: HttpRequest, pk: int) -> HttpResponse:
    """Say when a list raises an alarm: nothing new for days, an entry that matches too much."""
    row = list_or_404(pk)

    @transaction.atomic
    def do(data: dict[str, Any]) -> str:
        days, uploaders = data["stale_days"], data["flood_uploaders"]
        services.set_stale_days(pk, days, actor=actor_of(request))
        services.set_flood_uploaders(pk, uploaders, actor=actor_of(request))
        return _("The alarms are set.")

    page = Act(title=_("Alarms of %(name)s") % {"name": row.name}, button=_("Set the alarms"), back=of(row))
    initial = {"stale_days": row.stale_days, "flood_uploaders": row.flood_uploaders}
    return act(request, AlarmsForm(asked(request), initial=initial), page, do)


@requires(Permission.LIST_CHANGE)
@sensitive
@METHODS
def change_categories(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what the source's categories are in ours."""
    row = list_or_404(pk)

    def do(data: dict[str, Any]) -> str:
        services.set_categories(pk, data["lines"], actor=actor_of(request))
        return _("The map is set; the entries follow in the background.")

    page = Act(
        title=_("Categories of %(name)s") % {"name": row.name}, button=_("Set the map"), back=of(row),
        intro=_("Ours are those of the industry classification: A before, B after puberty; 1 an act, 2 a pose."),
    )  # fmt: skip
    lines = "\n".join(f"{native} = {ours}" for native, ours in row.categories.items())
    return act(request, CategoriesForm(asked(request), initial={"lines": lines}), page, do)


@requires(Permission.LIST_IMPORT)
@sensitive
@csrf_exempt  # the check comes below: it reads the form, and our handler has to be there before that
@METHODS
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


def list_or_404(pk: int) -> HashList:
    """The list of this number. Raises Http404."""
    row = queries.list_row(pk)
    if row is None:
        raise Http404
    return row


def of(row: HashList) -> str:
    """The address of a list's page."""
    return reverse("lists:list", args=[row.pk])
