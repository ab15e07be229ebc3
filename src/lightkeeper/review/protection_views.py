"""The pages of one's own protection, and of what reviewers have left today."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lightkeeper.people.models import Person
from lightkeeper.people.permissions import Permission, may, person_of, requires, signed_in
from lightkeeper.record.services import current_policy
from lightkeeper.review.protection import Budget, budget, change_protection, effective
from lightkeeper.review.protection_forms import ProtectionForm, initial


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def my_protection(request: HttpRequest) -> HttpResponse:
    """Somebody's own protection: what is in force, what they chose, what is left of the day."""
    person = person_of(request)
    form = ProtectionForm(request.POST if request.method == "POST" else None, initial=initial(effective(person)))
    if request.method == "POST" and form.is_valid():
        try:
            change_protection(person, form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Your protection is changed, on all your devices."))
            return redirect("review:my_protection")
    status = 200 if request.method != "POST" else 422
    context = {"form": form, "floor": current_policy(), "budget": budget(person), "now": now()}
    return render(request, "review/protection.html", context, status=status)


@requires(Permission.LOAD_READ)
@require_safe
def load(request: HttpRequest) -> HttpResponse:
    """What reviewers have left today, by the alphabet. Nothing else of what they saw is here."""
    return render(request, "review/load.html", {"people": remaining()})


def remaining() -> list[tuple[Person, Budget]]:
    """Everybody who may see content, by name, with what is left of their day."""
    people = Person.objects.filter(is_active=True).order_by("name", "pk")
    return [(person, budget(person)) for person in people if may(person, Permission.CONTENT_REVEAL)]
