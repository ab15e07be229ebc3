"""Addresses on the case page, shown after a row of the view log; and a case for one that we found ourselves."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from lightkeeper.act.services import add_hashes_to_list
from lightkeeper.act.types import ContributionRefused
from lightkeeper.intake.services import (
    LONGEST_ADDRESS,
    LONGEST_FOUND_NOTE,
    AddressRefused,
    PictureUploadHandler,
    add_found_picture,
    open_found_address,
    picture_upload,
)
from lightkeeper.lists.types import ListRefused
from lightkeeper.people.permissions import Permission, person_of, requires
from lightkeeper.record.types import ItemKind, RevealLevel, Track
from lightkeeper.review.models import Case, CaseItem
from lightkeeper.review.queries import ADDRESS, lease_held_by
from lightkeeper.review.services import NotYours, PictureRefused, RevealRefused, reveal, take
from lightkeeper.runtime.services import whole_number
from lightkeeper.web.case_view_models import page as shown_to
from lightkeeper.web.case_view_models import url_of


class FoundForm(forms.Form):
    """An address to assess, and what is known of it."""

    address = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=LONGEST_ADDRESS,
        help_text=gettext_lazy("As you found it. It is never fetched from here."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "inputmode": "url"}),
    )
    note = forms.CharField(
        label=gettext_lazy("How it was found"),
        required=False,
        max_length=LONGEST_FOUND_NOTE,
        help_text=gettext_lazy("Optional, for whoever assesses it. It is kept sealed, and shown under a veil."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    imminent = forms.BooleanField(label=gettext_lazy("A child may be in danger now"), required=False)


@requires(Permission.CASE_GRADE)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def assess(request: HttpRequest) -> HttpResponse:
    """Open the case of an address that was found by our own search, and take it, if one has no other."""
    form = FoundForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            opened = open_found_address(
                url=said["address"], note=said["note"], imminent=said["imminent"], person=person_of(request)
            )
        except AddressRefused as refused:
            form.add_error("address", str(refused))
        else:
            return _to_case(request, Case.objects.get(pk=opened.id), opened=opened.opened)
    return render(request, "case/assess.html", {"form": form}, status=422 if form.errors else 200)


def _to_case(request: HttpRequest, case: Case, *, opened: bool) -> HttpResponse:
    person = person_of(request)
    if opened:
        messages.success(request, _("The case of this address is open."))
    else:
        messages.info(request, _("This address waits already; what you said of it is with its case now."))
    if lease_held_by(person) is None:
        try:
            take(case, person, how="found")
        except NotYours as refusal:
            messages.info(request, str(refusal))
    return redirect(url_of(case))


@requires(Permission.PICTURE_ADD)
@csrf_exempt  # the check comes below: it reads the form, and our handler has to be there before that
@require_http_methods(["GET", "HEAD", "POST"])
def add_picture(request: HttpRequest, public: UUID, position: int) -> HttpResponse:
    """Put a picture from the address into the vault, as another item of the case."""
    with picture_upload() as upload:
        handler = PictureUploadHandler(request, upload)
        request.upload_handlers = [handler]
        return _add_picture(request, public, position, handler)


@csrf_protect
def _add_picture(request: HttpRequest, public: UUID, position: int, handler: PictureUploadHandler) -> HttpResponse:
    rows = CaseItem.objects.select_related("case", "item").filter(item__kind=ItemKind.URL)
    item = get_object_or_404(rows, case__public=public, position=position)
    if request.method == "POST":
        request.FILES.keys()  # reading the form is what streams the file
        try:
            added = add_found_picture(case_item=item, handler=handler, person=person_of(request))
        except (PictureRefused, NotYours) as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The picture is item %(number)d of this case.") % {"number": added.position})
    return redirect(url_of(item.case, position))


@requires(Permission.LIST_CONTRIBUTE)
@require_http_methods(["GET", "HEAD", "POST"])
def add_hashes(request: HttpRequest, public: UUID, position: int) -> HttpResponse:
    """Add hashes of what is at an assessed address to a list of our own."""
    rows = CaseItem.objects.select_related("case", "item").filter(item__kind=ItemKind.URL)
    item = get_object_or_404(rows, case__public=public, position=position)
    if request.method == "POST":
        chosen, said = whole_number(request.POST.get("list", "")) or 0, request.POST.get("reason", "")
        lines = request.POST.get("lines", "")
        try:
            count = add_hashes_to_list(item, chosen, lines, reason=said, person=person_of(request))
        except (ContributionRefused, ListRefused) as refusal:
            messages.error(request, str(refusal))
        else:
            told = ngettext("%(count)s value is on the list now.", "%(count)s values are on the list now.", count)
            messages.success(request, told % {"count": count})
    return redirect(url_of(item.case, position))


@requires(Permission.CONTENT_REVEAL)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def show(request: HttpRequest, public: UUID, position: int) -> HttpResponse:
    """The page with the address on it, defanged; whoever comes back to this place gets the page without it."""
    rows = CaseItem.objects.select_related("case", "item").filter(item__kind=ItemKind.URL)
    item = get_object_or_404(rows, case__public=public, position=position)
    if request.method != "POST":
        return redirect(url_of(item.case, position))
    person = person_of(request)
    try:
        shown = reveal(case_item=item, person=person, track=Track.TEXT, level=RevealLevel.FULL, part=ADDRESS)
    except (NotYours, RevealRefused) as refused:
        messages.error(request, str(refused))
        return redirect(url_of(item.case, position))
    context = shown_to(item.case, person, str(position))
    context["address_shown"] = {
        "lines": shown.content.decode("utf-8").splitlines(),
        "limit": shown.limit,
        "end_url": reverse("review:reveal_end", args=[shown.reveal_id]),
    }
    answer = render(request, "case/page.html", context)
    answer.headers["Cache-Control"] = "no-store"
    return answer
