"""The page of surfaces: the legal switch."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from lightkeeper.intake import queries
from lightkeeper.intake.forms import SurfaceForm
from lightkeeper.intake.models import Surface
from lightkeeper.intake.surfaces import NOTICE, SurfaceError, set_surface, standing
from lightkeeper.intake.types import LegalBasis, Reason
from lightkeeper.people.permissions import Permission, actor_of, may, requires

SAYS = {
    None: gettext_lazy("searched"),
    Reason.DETECTION_OFF: gettext_lazy("switched off: submissions are refused"),
    Reason.LEGAL_BASIS_MISSING: gettext_lazy("no legal basis: submissions are refused"),
    Reason.LEGAL_BASIS_LAPSED: gettext_lazy("the legal basis has lapsed: submissions are refused"),
}
"""What the page says of a surface, by why it may not be searched."""


@requires(Permission.SURFACE_READ)
@require_safe
def surfaces(request: HttpRequest) -> HttpResponse:
    """Every surface, on what legal basis it is searched, and whether it is today."""
    today = now().date()
    rows = []
    for row in queries.all_surfaces():
        refusal = standing(row).refusal(today)
        soon = refusal is None and row.basis_until is not None and row.basis_until <= today + NOTICE
        rows.append({"surface": row, "says": SAYS[refusal], "refused": refusal is not None, "soon": soon})
    changes = may(request.user, Permission.SURFACE_CHANGE)
    return render(request, "intake/surfaces.html", {"rows": rows, "changes": changes})


@requires(Permission.SURFACE_CHANGE)
@require_http_methods(["GET", "POST"])
def new_surface(request: HttpRequest) -> HttpResponse:
    """Make a surface."""
    return _form(request, SurfaceForm(request.POST or None), create=True)


@requires(Permission.SURFACE_CHANGE)
@require_http_methods(["GET", "POST"])
def change_surface(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a surface; its name stays, because submissions carry it."""
    row = get_object_or_404(Surface, pk=pk)
    names = ("name", "private", "legal_basis", "basis_until", "detection", "review_from")
    form = SurfaceForm(request.POST or None, initial={name: getattr(row, name) for name in names})
    form.fields["name"].disabled = True
    return _form(request, form, create=False)


def _form(request: HttpRequest, form: SurfaceForm, *, create: bool) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            row = set_surface(
                name=given["name"],
                private=given["private"],
                legal_basis=LegalBasis(given["legal_basis"]),
                basis_until=given["basis_until"],
                detection=given["detection"],
                review_from=given["review_from"],
                actor=actor_of(request),
                create=create,
            )
        except SurfaceError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The legal switch of %(name)s is set.") % {"name": row.name})
            return redirect("intake:surfaces")
    return render(request, "intake/surface.html", {"form": form, "create": create})
