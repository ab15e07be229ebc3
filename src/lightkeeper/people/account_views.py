"""The pages about one's own account."""

from __future__ import annotations

from typing import Final

from allauth.mfa.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lightkeeper.people import accounts, second_factor, sessions
from lightkeeper.people import person_queries as queries
from lightkeeper.people.errors import PeopleError
from lightkeeper.people.forms import EnrolForm, NewPasswordForm
from lightkeeper.people.models import Person
from lightkeeper.people.permissions import in_transaction, person_of, sensitive, signed_in
from lightkeeper.runtime.services import whole_number

SECRET: Final = "people.new_secret"  # noqa: S105  # where in the session the secret of an enrolment waits


@signed_in
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """What one's account is, and where one is signed in."""
    someone = person_of(request)
    context = {
        "who": someone,
        "sessions": queries.sessions_of(someone, current=request.session.session_key),
        "codes_left": second_factor.recovery_codes_left(someone),
        "grant": queries.open_grant(someone),
        "rights": queries.rights_of(someone),
    }
    return render(request, "people/account.html", context)


@signed_in
@in_transaction
@require_http_methods(["GET", "POST"])
def enrol(request: HttpRequest) -> HttpResponse:
    """Set up one-time codes; until that is done this is the only page there is."""
    someone = person_of(request)
    if queries.has_second_factor(someone):
        return redirect("people:account")
    sealed = request.session.get(SECRET)
    with second_factor.secrets_of(someone):
        if request.method == "GET" or not sealed:
            sealed = request.session[SECRET] = get_adapter().encrypt(second_factor.new_secret())
        secret = get_adapter().decrypt(sealed)
    form = EnrolForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            second_factor.enrol(
                someone, secret=secret, code=form.cleaned_data["code"], session=request.session.session_key
            )
        except PeopleError as error:
            form.add_error("code", str(error))
        else:
            del request.session[SECRET]
            request.session[sessions.SECOND_FACTOR] = True
            return redirect("people:recovery_codes")
    return render(request, "people/enrol.html", {"form": form, "secret": secret, "svg": _qr_code(someone, secret)})


def _qr_code(someone: Person, secret: str) -> SafeString:
    """Draw the key for the app's camera, as SVG that stands in the page (its text is ours and the library's alone)."""
    svg: str = get_adapter().build_totp_svg(get_adapter().build_totp_url(someone, secret))
    named = f'<svg role="img" aria-label="{escape(_("QR code of the key"))}"'
    drawing = svg[svg.index("<svg") :].replace("<svg", named, 1)
    return mark_safe(drawing)  # noqa: S308  # see above


@signed_in
@require_safe
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Show recovery codes, once; afterwards how many are left."""
    someone = person_of(request)
    context = {
        "codes": second_factor.unseen_recovery_codes(someone),
        "left": second_factor.recovery_codes_left(someone),
    }
    return render(request, "people/recovery_codes.html", context)


@signed_in
@sensitive
@require_POST
def make_recovery_codes(request: HttpRequest) -> HttpResponse:
    """Replace the recovery codes."""
    second_factor.new_recovery_codes(person_of(request))
    return redirect("people:recovery_codes")


@signed_in
@sensitive
@in_transaction
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Change one's password; the old one was asked for just before."""
    someone = person_of(request)
    form = NewPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            accounts.change_password(
                someone, form.cleaned_data["new"], by=someone.actor, keep_session=request.session.session_key
            )
        except ValidationError as error:
            form.add_error("new", error)
        else:
            before = request.session.session_key
            update_session_auth_hash(request, someone)
            queries.rename_session(before, request.session.session_key)
            messages.success(request, _("Your password is changed. All your other sessions have ended."))
            return redirect("people:account")
    return render(request, "people/password.html", {"form": form})


@signed_in
@require_POST
def end_sessions(request: HttpRequest) -> HttpResponse:
    """End one of one's sessions, or all but this one."""
    someone, chosen = person_of(request), request.POST.get("session", "")
    ended = accounts.end_sessions(
        someone,
        by=someone.actor,
        only=whole_number(chosen),
        keep=request.session.session_key,
    )
    messages.success(
        request,
        ngettext("%(count)d session ended at %(time)s UTC.", "%(count)d sessions ended at %(time)s UTC.", ended)
        % {"count": ended, "time": f"{timezone.now():%H:%M}"},
    )
    return redirect("people:account")
