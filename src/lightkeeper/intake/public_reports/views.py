"""The pages that anybody may open: what happens and who helps, the form in two voices, and the ticket.

No cookie is set and no session read, so there is no power of a visitor's browser that a page of another site could
borrow: what CSRF tokens protect is not here, and one in a cookie would shut out whoever keeps none. Instead a form
carries a token of ours (``tickets.py``) that nobody else can make, which also makes sending it twice harmless; and what
a browser says that another site's page sent is not taken.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.conf import settings
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from lightkeeper.intake.pacing import Pace
from lightkeeper.intake.public_reports import limits, tickets
from lightkeeper.intake.public_reports.arriving import NotRead, fields_of, from_elsewhere
from lightkeeper.intake.public_reports.filled import TRAP, Filled, filled
from lightkeeper.intake.public_reports.following import told
from lightkeeper.intake.public_reports.queries import by_ticket
from lightkeeper.intake.public_reports.receiving import receive
from lightkeeper.intake.public_reports.showing import Page, page_for
from lightkeeper.intake.public_reports.states import Danger, Voice
from lightkeeper.intake.types import Refused
from lightkeeper.people.permissions import public

HOUR: Final = 3600
_METHODS: Final = {"GET", "HEAD", "POST"}
View = Callable[..., HttpResponse]


def _open_to_all(view: View) -> View:
    """A page that anybody may open while the form is on; what arrives and cannot be read has a kind answer."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.LIGHTKEEPER["public_form"]:
            raise Http404
        try:
            if request.method not in _METHODS:
                # Not 405: its page is the console's, which sets a cookie.
                raise NotRead(400, "error_unreadable")
            return view(request, *args, **kwargs)
        except NotRead as refused:
            return _says(request, page_for(request), refused.says, refused.status)

    return public(csrf_exempt(never_cache(guarded)))


@_open_to_all
def start(request: HttpRequest) -> HttpResponse:
    """What this is, who is asked, and who helps."""
    return _render(request, "start", page_for(request))


@_open_to_all
def form(request: HttpRequest, voice: str) -> HttpResponse:
    """The form in one voice; answers with a ticket, or with the form and what is wrong."""
    page = page_for(request, Voice(voice))
    if request.method != "POST":
        return _form(request, page, Filled(), 200)
    pace = Pace()
    sent = fields_of(request)
    pace.received()
    return _taken(request, page, sent, pace)


@_open_to_all
def ticket(request: HttpRequest) -> HttpResponse:
    """How a report stands. The ticket comes in the body: no address, log or history has it."""
    page = page_for(request)
    if request.method != "POST":
        return _render(request, "ticket", page)
    pace = Pace()
    sent = fields_of(request)
    pace.received()
    if not limits.LOOKS.take(_address(request)):
        return _busy(request, page)
    read = tickets.read(sent.get("ticket", ""))
    # What is no ticket is looked for too: its answer takes as long as any other.
    row = by_ticket(read or b"")
    state = "unknown" if row is None or read is None else told(row).value
    response = _render(request, "ticket", page, says=page.words.common[f"ticket_{state}"])
    pace.release()
    return response


def _taken(request: HttpRequest, page: Page, sent: dict[str, str], pace: Pace) -> HttpResponse:
    say = page.words.common
    entered = filled(sent, page.words)
    token = sent.get("token", "")
    if entered.good and (from_elsewhere(request) or not tickets.good_token(token)):
        entered.of_form = say["error_expired"]
    if not entered.good:
        return _form(request, page, entered, 422)
    if not limits.REPORTS.take(_address(request)) or limits.ceiling_reached():
        return _busy(request, page)
    new = entered.new(page.voice or Voice.ADULT, page.words.language, trapped=bool(sent.get(TRAP)))
    try:
        made = receive(new, token)
    except Refused:
        entered.errors["addresses"] = say["error_demo"]
        return _form(request, page, entered, 422)
    except DatabaseError:
        # Busy, or gone for a moment. The same form sent again is the same report.
        entered.of_form = say["error_try"]
        return _form(request, page, entered, 503, token=token)
    response = _render(request, "done", page, ticket=made, danger=new.danger == Danger.YES)
    pace.release()
    return response


def _form(request: HttpRequest, page: Page, entered: Filled, status: int, *, token: str = "") -> HttpResponse:
    made = token or tickets.new_token()
    return _render(request, "form", page, status=status, entered=entered, token=made, trap=TRAP)


def _busy(request: HttpRequest, page: Page) -> HttpResponse:
    response = _says(request, page, "error_busy", 429)
    response["Retry-After"] = str(HOUR)
    return response


def _says(request: HttpRequest, page: Page, sentence: str, status: int) -> HttpResponse:
    return _render(request, "said", page, status=status, says=page.words.common[sentence])


def _render(request: HttpRequest, name: str, page: Page, *, status: int = 200, **context: Any) -> HttpResponse:
    response = render(request, f"public_reports/{name}.html", {"page": page, **context}, status=status)
    response["Content-Language"] = page.words.language
    return response


def _address(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR") or "")
