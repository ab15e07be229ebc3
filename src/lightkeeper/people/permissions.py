"""What guards a page: ``@requires(Permission.X)``, ``@sensitive``, ``@signed_in``, ``@public``; and ``may``.

Every view carries exactly one of ``requires``, ``signed_in`` and ``public``. A view without any is refused by the
middleware (``people.middleware.DefaultDeny``), and a test walks all addresses to find it before that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, Final, TypeVar, cast
from urllib.parse import urlencode, urlsplit

from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from lightkeeper.people import person_queries as queries
from lightkeeper.people import sessions
from lightkeeper.people.matrix import CONTENT, MATRIX, SAYS, Permission, holds
from lightkeeper.people.models import Person
from lightkeeper.record.types import Actor

__all__ = [
    "ACCESS",
    "CONTENT",
    "MATRIX",
    "SAYS",
    "Permission",
    "actor_of",
    "at_one_moment",
    "holds",
    "in_transaction",
    "may",
    "person_of",
    "public",
    "requires",
    "sensitive",
    "signed_in",
]

View = TypeVar("View", bound=Callable[..., HttpResponseBase])
ACCESS: Final = "lightkeeper_access"
"""The attribute of a view that says who may see it: a Permission, ``signed_in`` or ``public``."""

_READING: Final = "_only_reads"
_SEES: Final = "_sees_content"


def may(person: Person | AnonymousUser, permission: Permission) -> bool:
    """Say whether this person may do this now. Content also needs a grant by name and a second factor."""
    if not isinstance(person, Person) or not person.is_active or not holds(person.role, permission):
        return False
    return permission not in CONTENT or _sees_content(person)


def _sees_content(person: Person) -> bool:
    """Asked anew for every act; once while a page is only read (``requires``), which asks it many times."""
    if not getattr(person, _READING, False):
        return queries.sees_content(person)
    if not hasattr(person, _SEES):
        setattr(person, _SEES, queries.sees_content(person))
    return bool(getattr(person, _SEES))


@contextmanager
def at_one_moment(person: Person) -> Iterator[None]:
    """Ask anew whether this person sees content, and let the answer count until one act ends, which asks it often."""
    before = getattr(person, _READING, False)
    if not before:
        vars(person).pop(_SEES, None)
    setattr(person, _READING, True)
    try:
        yield
    finally:
        setattr(person, _READING, before)


def person_of(request: HttpRequest) -> Person:
    """Give who is signed in. Raises PermissionDenied if nobody is."""
    if not isinstance(request.user, Person):
        raise PermissionDenied
    return request.user


def actor_of(request: HttpRequest) -> Actor:
    """Give who is signed in, as the audit trail names them. Raises PermissionDenied if nobody is."""
    return person_of(request).actor


def mark(view: View, access: str) -> View:
    """Write on a view who may see it."""
    setattr(view, ACCESS, access)
    return view


def public(view: View) -> View:
    """Let anybody see this page, signed in or not."""
    return mark(view, "public")


def signed_in(view: View) -> View:
    """Let everybody who is signed in see this page: it is about their own account."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    return mark(cast("View", guarded), "signed_in")


def in_transaction(view: View) -> View:
    """Run the view in one transaction where a form was sent, so that what it does and its event stand together."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method in {"GET", "HEAD"}:
            return view(request, *args, **kwargs)
        with transaction.atomic():
            return view(request, *args, **kwargs)

    return cast("View", guarded)


def requires(permission: Permission) -> Callable[[View], View]:
    """Let only people with this permission see this page; others get the page for 403, strangers the sign-in."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            person = person_of(request)
            setattr(person, _READING, request.method in {"GET", "HEAD"})
            if not may(person, permission):
                raise PermissionDenied(permission.value)
            return view(request, *args, **kwargs)

        return mark(cast("View", guarded), permission.value)

    return decorate


def sensitive(view: View) -> View:
    """Ask for the password or a code again before this page, unless that was done within the last ten minutes.

    Stands below ``@requires`` so that nobody is asked for a page that would refuse them anyway. What was posted is not
    kept meanwhile: the person comes back to the page they sent it from, and sends it again.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.session.get(sessions.DEMO) or did_recently_reauthenticate(request):
            return view(request, *args, **kwargs)
        if request.method == "POST":
            messages.info(request, _("Say once more who you are, then send it again."))
        address = reverse("account_reauthenticate") + "?" + urlencode({"next": _page_of(request)})
        if request.headers.get("HX-Request"):
            return HttpResponse(headers={"HX-Redirect": address})
        return HttpResponseRedirect(address)

    return cast("View", guarded)


def _page_of(request: HttpRequest) -> str:
    """The page to come back to: this one, or for a form that was sent the page that it stands on."""
    if request.method in {"GET", "HEAD"}:
        return request.get_full_path()
    referer = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(referer, {request.get_host()}, require_https=request.is_secure()):
        return urlsplit(referer).path
    return reverse("home")
