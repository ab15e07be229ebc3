"""The pages for what went wrong: each says in a sentence what to do, and none says anything of what was sent."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from lightkeeper.people.permissions import public


def _page(request: HttpRequest, status: int, title: str, says: str) -> HttpResponse:
    return render(request, "error.html", {"status": status, "title": title, "says": says}, status=status)


@public
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400."""
    del exception
    return _page(
        request, 400, _("This could not be understood"), _("Go back and try again from the page you came from.")
    )


@public
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    del exception
    says = _("Your role does not include this, or a right that it needs was not given to you. Ask an administrator.")
    return _page(request, 403, _("Not for your role"), says)


@public
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404."""
    del exception
    return _page(
        request, 404, _("There is no such page"), _("It may have been removed, or the address is not complete.")
    )


@public
def wrong_method(request: HttpRequest) -> HttpResponse:
    """405: an address that only takes what a form sends was opened or loaded again."""
    says = _(
        "This address takes what a form sends, and shows nothing by itself. Go back to the page that you came from."
    )
    return _page(request, 405, _("There is no page here"), says)


@public
def server_error(request: HttpRequest) -> HttpResponse:
    """500; the page needs neither database nor session, which may be what is broken."""
    del request
    from django.template.loader import render_to_string

    return HttpResponse(render_to_string("500.html"), status=500)


@public
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form that was too old or not ours."""
    del reason
    says = _(
        "This form was open for too long, or did not come from this site. Go back, load the page again, and resend."
    )
    return _page(request, 403, _("The form has expired"), says)
