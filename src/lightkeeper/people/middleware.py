"""The rules of being signed in, before any page: how long, how idle, with a second factor, and only marked pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlencode

from allauth.usersessions.models import UserSession
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from lightkeeper.people import devices, sessions
from lightkeeper.people import person_queries as queries
from lightkeeper.people.models import Person
from lightkeeper.people.permissions import ACCESS
from lightkeeper.record.events import Event
from lightkeeper.record.services import write_event
from lightkeeper.record.types import Subject

API_PREFIX: Final = "/api/"
"""Below this, API keys decide (``people.authentication``), and sessions count for nothing."""
LOCKED_PAGES: Final = frozenset({"people:unlock", "account_logout"})
ENROLMENT_PAGES: Final = frozenset({"people:enrol", "account_logout"})


class SignInRules:
    """Looks at each request: is the session over, locked, idle, without a second factor; is the page unmarked."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass on, and note in the answer in which browser somebody came in."""
        response = self.get_response(request)
        devices.remember(request, response)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """Answer instead of the view where a rule stands against it."""
        del args, kwargs
        if request.path_info.startswith(API_PREFIX):
            return None
        access = getattr(view, ACCESS, None)
        if isinstance(request.user, Person) and access != "public":
            answer = self._session_rules(request, request.user)
            if answer is not None:
                return answer
        if access is None:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            raise PermissionDenied("a page that says nothing about who may see it")
        return None

    def _session_rules(self, request: HttpRequest, person: Person) -> HttpResponseBase | None:
        page = request.resolver_match.view_name if request.resolver_match else ""
        session = request.session
        if sessions.is_over(session):
            return _sign_out(request, "over")
        if session.get(sessions.LOCKED) or sessions.is_idle(session):
            if not session.get(sessions.LOCKED):
                _lock(request, person)
            return None if page in LOCKED_PAGES else _go(request, "people:unlock", back=True)
        if not session.get(sessions.SECOND_FACTOR):
            if queries.has_second_factor(person):
                return _sign_out(request, "second_factor")
            return None if page in ENROLMENT_PAGES else _go(request, "people:enrol")
        if sessions.note_use(session):
            UserSession.objects.filter(session_key=session.session_key).update(last_seen_at=timezone.now())
        return None


def _lock(request: HttpRequest, person: Person) -> None:
    with transaction.atomic():
        request.session[sessions.LOCKED] = True
        request.session.save()
        write_event(Event.PEOPLE_SESSION_LOCKED, actor=person.actor, subject=Subject("person", str(person.pk)))


def _sign_out(request: HttpRequest, cause: str) -> HttpResponseBase:
    request.sign_out_cause = cause  # type: ignore[attr-defined]  # for the audit event (signals.py)
    with transaction.atomic():
        logout(request)
    return _go(request, "account_login", back=True)


def _go(request: HttpRequest, name: str, *, back: bool = False) -> HttpResponse:
    address = reverse(name)
    if back and request.method == "GET":
        address += "?" + urlencode({"next": request.get_full_path()})
    if getattr(request, "htmx", False):
        return HttpResponse(headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)
