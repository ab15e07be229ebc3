"""Signing in, signing out, and saying again who one is: allauth's views, with our pages and our rules."""

from __future__ import annotations

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.account.models import Login
from allauth.account.views import LoginView, LogoutView, ReauthenticateView
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.base.views import ReauthenticateView as CodeReauthenticateView
from allauth.usersessions.models import UserSession
from django.contrib.auth import login, logout
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from lightkeeper.people import links, sessions
from lightkeeper.people.errors import PeopleError
from lightkeeper.people.forms import NewPasswordForm
from lightkeeper.people.models import Link
from lightkeeper.people.permissions import in_transaction, person_of, public, signed_in
from lightkeeper.people.sign_in import PasswordAgainForm
from lightkeeper.people.types import LinkPurpose

# Passwords are checked outside of transactions, which on SQLite would keep everybody else from writing meanwhile.
sign_in = public(LoginView.as_view(template_name="people/sign_in.html"))
second_step = public(in_transaction(AuthenticateView.as_view(template_name="people/second_step.html")))
sign_out = signed_in(in_transaction(LogoutView.as_view(template_name="people/sign_out.html")))
confirm = signed_in(ReauthenticateView.as_view(template_name="people/confirm.html"))
confirm_code = signed_in(in_transaction(CodeReauthenticateView.as_view(template_name="people/confirm.html")))


@signed_in
@require_http_methods(["GET", "POST"])
def unlock(request: HttpRequest) -> HttpResponse:
    """Open a session that was locked because nobody used it, by the password."""
    back = request.GET.get("next") or request.POST.get("next") or ""
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = "/"
    if not request.session.get(sessions.LOCKED):
        return HttpResponseRedirect(back)
    form = PasswordAgainForm(request.POST or None, user=person_of(request))
    if request.method == "POST" and form.is_valid():
        reauthenticate_by_password(request)
        return HttpResponseRedirect(back)
    return render(request, "people/unlock.html", {"form": form, "back": back, "who": person_of(request)})


@public
@in_transaction
@require_http_methods(["GET", "POST"])
def use_link(request: HttpRequest, secret: str) -> HttpResponseBase:
    """Take a one-time link. Looking at it does not use it up, so that a preview in a mail program does no harm."""
    try:
        link = links.find_link(secret)
        if link.purpose == LinkPurpose.DEMO:
            return _use_demo(request, link)
        return _use_invitation(request, link)
    except PeopleError as error:
        return render(request, "people/link_unusable.html", {"says": str(error)}, status=410)


def _use_demo(request: HttpRequest, link: Link) -> HttpResponseBase:
    if request.method != "POST":
        return render(request, "people/demo_link.html", {"who": link.person})
    with transaction.atomic():
        someone = links.accept_demo(link)
        _sign_out_first(request)
        request.session[sessions.DEMO] = True
        login(request, someone, backend="allauth.account.auth_backends.AuthenticationBackend")
        UserSession.objects.create_from_request(request)  # allauth notes only sign-ins of its own
    return redirect("home")


def _use_invitation(request: HttpRequest, link: Link) -> HttpResponseBase:
    form = NewPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                someone = links.accept_invitation(link, form.cleaned_data["new"])
                _sign_out_first(request)
                record_authentication(request, someone, method="password")
                answer: HttpResponseBase = perform_login(request, Login(user=someone, email=someone.email))
            return answer
        except ValidationError as error:
            form.add_error("new", error)
    return render(request, "people/invitation.html", {"form": form, "who": link.person})


def _sign_out_first(request: HttpRequest) -> None:
    if request.user.is_authenticated:
        logout(request)
